import { canvasContext } from "../dom/elements.js";
import type { Block } from "../spec/blocks.js";

/** cividis, ten even steps (Nuñez, Anderton and Renslow 2018; matplotlib's table). */
const cividis = [
  [0x00, 0x22, 0x4e],
  [0x12, 0x35, 0x70],
  [0x3b, 0x49, 0x6c],
  [0x57, 0x5d, 0x6d],
  [0x70, 0x71, 0x73],
  [0x8a, 0x86, 0x78],
  [0xa5, 0x9c, 0x74],
  [0xc3, 0xb3, 0x69],
  [0xe1, 0xcc, 0x55],
  [0xfe, 0xe8, 0x38],
] as const;

export type Rgb = readonly [number, number, number];

/** Activations of this size or more are drawn in the last colour of the scale; working circuits reach about 2. */
export const LARGEST_SHOWN = 2.5;

/** The threshold of [E19]: a neuron with a smaller activation is off. */
export const OFF = 1e-4;

/**
 * Colours of activations. Neurons that are off have a neutral colour outside the scale; the oracle gate allows negative
 * activations.
 */
export interface Palette {
  readonly off: Rgb;
  readonly negative: Rgb;
  readonly ink: string;
  readonly accent: string;
  /**
   * The point of the cividis colour map at which the scale starts. In the dark theme, neurons with colours at the map's
   * dark end would seem to be off.
   */
  readonly start: number;
}

export function palette(isDark: boolean): Palette {
  return isDark
    ? { off: [0x1f, 0x26, 0x2d], negative: [0xf9, 0x8a, 0x45], ink: "#e6eaee", accent: "#62b0ee", start: 0.25 }
    : { off: [0xec, 0xee, 0xf1], negative: [0xd5, 0x5e, 0x00], ink: "#1b1f24", accent: "#0072b2", start: 0 };
}

/** The colour of an activation. */
export function colourOf(value: number, { off, negative, start }: Palette): Rgb {
  if (Math.abs(value) <= OFF) return off;
  if (value < 0) return negative;
  return onScale(start + (1 - start) * Math.min(1, value / LARGEST_SHOWN));
}

/** cividis at 0…1. */
function onScale(share: number): Rgb {
  const at = share * (cividis.length - 1);
  const low = Math.min(cividis.length - 2, Math.floor(at));
  const mix = (channel: 0 | 1 | 2): number =>
    Math.round(cividis[low][channel] + (at - low) * (cividis[low + 1][channel] - cividis[low][channel]));
  return [mix(0), mix(1), mix(2)];
}

export const cssColour = ([r, g, b]: Rgb): string => `rgb(${r},${g},${b})`;
export const hexColour = (rgb: Rgb): string => `#${rgb.map((part) => part.toString(16).padStart(2, "0")).join("")}`;

/** An image, stretched by the page, with one pixel per neuron and one row per block, as wide as the longest block. */
export function drawStrip(
  canvas: HTMLCanvasElement,
  activations: Float32Array,
  blocks: readonly Block[],
  colours: Palette,
): void {
  const longest = Math.max(...blocks.map(({ P }) => P));
  canvas.width = longest;
  canvas.height = blocks.length;
  const context = canvasContext(canvas);
  const image = context.createImageData(longest, blocks.length);
  blocks.forEach(({ P, offset }, row) => {
    for (let n = 0; n < P; n++) {
      const [r, g, b] = colourOf(activations[offset + n], colours);
      image.data.set([r, g, b, 255], 4 * (row * longest + n));
    }
  });
  context.putImageData(image, 0, 0);
}

/** The layout of a layer's neurons as cells; each block is a separate grid. */
export interface Grid {
  /** Side of a cell, in px. */
  readonly cell: number;
  readonly blocks: readonly GridBlock[];
  readonly width: number;
  readonly height: number;
}

export interface GridBlock extends Block {
  readonly x: number;
  readonly y: number;
  /** Number of cells per row, and number of rows. */
  readonly columns: number;
  readonly rows: number;
}

/** The height of the name above a block, and the height of the gap between blocks. */
const HEAD = 20;
const GAP = 18;

/**
 * Puts two blocks side by side if the width is at least `least`. All cells have the size that fits the largest block.
 */
export function gridLayout(given: readonly Block[], width: number, least = 640): Grid {
  const abreast = width >= least && given.length > 1 ? 2 : 1;
  const room = (width - GAP * (abreast - 1)) / abreast;
  const longest = Math.max(...given.map(({ P }) => P));
  const most = Math.max(1, Math.min(longest, Math.floor(room / 4), Math.ceil(Math.sqrt(longest * 2.5))));
  const cell = Math.min(40, room / most);
  const blocks: GridBlock[] = [];
  let y = 0;
  for (let first = 0; first < given.length; first += abreast) {
    const line = given.slice(first, first + abreast).map((block, k) => {
      const columns = Math.min(most, block.P);
      return { ...block, columns, rows: Math.ceil(block.P / columns), x: k * (room + GAP), y: y + HEAD };
    });
    blocks.push(...line);
    y += Math.max(...line.map(({ rows }) => rows)) * cell + HEAD + GAP / 2;
  }
  return { cell, blocks, width, height: y - GAP / 2 + 2 };
}

/** The position of a neuron's cell. */
export function cellAt({ cell, blocks }: Grid, neuron: number): { readonly x: number; readonly y: number } {
  const block = blocks.find(({ offset, P }) => neuron < offset + P);
  if (block === undefined) throw new RangeError(`neuron = ${neuron}: not in any of the ${blocks.length} blocks.`);
  const { x, y, columns, offset } = block;
  const n = neuron - offset;
  return { x: x + (n % columns) * cell, y: y + Math.floor(n / columns) * cell };
}

/** The neuron at a point; null if the point is not on a neuron. */
export function neuronAt({ cell, blocks }: Grid, x: number, y: number): number | null {
  for (const block of blocks) {
    const column = Math.floor((x - block.x) / cell);
    const row = Math.floor((y - block.y) / cell);
    const n = row * block.columns + column;
    if (column >= 0 && column < block.columns && row >= 0 && n < block.P) return block.offset + n;
  }
  return null;
}

const directions = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] } as const;

/** The step that an arrow key makes in a grid: cells to the right and cells down; null for other keys. */
export function arrowStep(key: string): readonly [right: number, down: number] | null {
  return Object.hasOwn(directions, key) ? directions[key as keyof typeof directions] : null;
}

/** The next neuron in the direction of an arrow key, also across the gap between blocks; null for other keys and at the edge. */
export function neighbourOf(grid: Grid, neuron: number, key: string): number | null {
  const step = arrowStep(key);
  if (step === null) return null;
  const [right, down] = step;
  const { x, y } = cellAt(grid, neuron);
  const most = Math.max(grid.width, grid.height) / grid.cell;
  for (let cells = 1; cells <= most; cells++) {
    const found = neuronAt(grid, x + (0.5 + right * cells) * grid.cell, y + (0.5 + down * cells) * grid.cell);
    if (found !== null) return found;
  }
  return null;
}

/**
 * Draws a layer's neurons as cells: `used` neurons are outlined, a picked circuit's neurons are ringed, and a picked
 * neuron is framed.
 */
export function drawGrid(
  canvas: HTMLCanvasElement,
  grid: Grid,
  layer: {
    readonly activations: Float32Array;
    readonly used: ReadonlySet<number>;
    readonly ofCircuit: ReadonlySet<number>;
    readonly picked: number | null;
  },
  colours: Palette,
): void {
  const { cell, blocks, width, height } = grid;
  const scale = Math.min(3, globalThis.devicePixelRatio || 1);
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  canvas.style.height = `${height}px`;
  const context = canvasContext(canvas);
  context.scale(scale, scale);
  context.font = '13px "DejaVu Sans", Verdana, system-ui, sans-serif';
  context.fillStyle = colours.ink;
  for (const { name, x, y } of blocks) context.fillText(name, x, y - 6);
  const gap = cell > 6 ? 1 : 0;
  for (const { x, y, columns, P, offset } of blocks) {
    for (let n = 0; n < P; n++) {
      context.fillStyle = cssColour(colourOf(layer.activations[offset + n], colours));
      context.fillRect(x + (n % columns) * cell, y + Math.floor(n / columns) * cell, cell - gap, cell - gap);
    }
  }
  const outline = (neuron: number, colour: string, lineWidth: number): void => {
    const { x, y } = cellAt(grid, neuron);
    context.strokeStyle = colour;
    context.lineWidth = lineWidth;
    context.strokeRect(
      x + lineWidth / 2 - 0.5,
      y + lineWidth / 2 - 0.5,
      cell - gap + 1 - lineWidth,
      cell - gap + 1 - lineWidth,
    );
  };
  for (const neuron of layer.used) outline(neuron, colours.ink, Math.min(2, cell / 6));
  for (const neuron of layer.ofCircuit) outline(neuron, colours.accent, Math.min(3, cell / 4));
  const { picked } = layer;
  if (picked !== null && picked < layer.activations.length) outline(picked, colours.accent, Math.min(4, cell / 3));
}
