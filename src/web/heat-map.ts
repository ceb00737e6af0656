import type { LabState } from "./state.js";

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

/** Activations from here on have the scale's last colour: those of circuits that work reach about 2. */
export const LARGEST_SHOWN = 2.5;

/** A neuron below this is off: the threshold of [E19]. */
export const OFF = 1e-4;

/** Colours of activations. Off is the colour of nothing, apart from the scale; negative is possible under the oracle gate. */
export interface Palette {
  readonly off: Rgb;
  readonly negative: Rgb;
  readonly ink: string;
  readonly accent: string;
  /** Where on cividis the scale starts: at night its dark end would look like off. */
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
    Math.round(cividis[low]![channel] + (at - low) * (cividis[low + 1]![channel] - cividis[low]![channel]));
  return [mix(0), mix(1), mix(2)];
}

export const cssColour = ([r, g, b]: Rgb): string => `rgb(${r},${g},${b})`;
export const hexColour = (rgb: Rgb): string => `#${rgb.map((part) => part.toString(16).padStart(2, "0")).join("")}`;

/** One pixel per neuron: blocks are rows, [d][P]. The page stretches it. */
export function drawStrip(canvas: HTMLCanvasElement, activations: Float32Array, d: number, colours: Palette): void {
  const P = activations.length / d;
  canvas.width = P;
  canvas.height = d;
  const context = canvas.getContext("2d")!;
  const image = context.createImageData(P, d);
  activations.forEach((value, index) => {
    const [r, g, b] = colourOf(value, colours);
    image.data.set([r, g, b, 255], 4 * index);
  });
  context.putImageData(image, 0, 0);
}

/** How a layer's neurons are laid out as cells: each block is a grid of its own. */
export interface Grid {
  readonly d: number;
  readonly P: number;
  /** Cells per row of a block. */
  readonly columns: number;
  /** Side of a cell, in px. */
  readonly cell: number;
  readonly blocks: readonly { readonly x: number; readonly y: number }[];
  readonly width: number;
  readonly height: number;
}

/** Room above a block for its name, and between blocks. */
const HEAD = 20;
const GAP = 18;

export function gridLayout(d: number, P: number, width: number): Grid {
  const abreast = width >= 640 && d > 1 ? 2 : 1;
  const room = (width - GAP * (abreast - 1)) / abreast;
  const columns = Math.max(1, Math.min(P, Math.floor(room / 4), Math.ceil(Math.sqrt(P * 2.5))));
  const cell = Math.min(40, room / columns);
  const rows = Math.ceil(P / columns);
  const blocks = Array.from({ length: d }, (_, i) => ({
    x: (i % abreast) * (room + GAP),
    y: Math.floor(i / abreast) * (rows * cell + HEAD + GAP / 2) + HEAD,
  }));
  return { d, P, columns, cell, blocks, width, height: blocks.at(-1)!.y + rows * cell + 2 };
}

/** Where neuron i·P + n is drawn. */
export function cellAt({ P, columns, cell, blocks }: Grid, neuron: number): { readonly x: number; readonly y: number } {
  const { x, y } = blocks[Math.floor(neuron / P)]!;
  const n = neuron % P;
  return { x: x + (n % columns) * cell, y: y + Math.floor(n / columns) * cell };
}

/** The neuron at a point; null between blocks. */
export function neuronAt({ P, columns, cell, blocks }: Grid, x: number, y: number): number | null {
  for (const [i, block] of blocks.entries()) {
    const column = Math.floor((x - block.x) / cell);
    const row = Math.floor((y - block.y) / cell);
    const n = row * columns + column;
    if (column >= 0 && column < columns && row >= 0 && n < P) return i * P + n;
  }
  return null;
}

/** A layer's neurons as cells; `used` are outlined, those of a picked circuit ringed, the picked neuron framed. */
export function drawGrid(
  canvas: HTMLCanvasElement,
  grid: Grid,
  layer: {
    readonly activations: Float32Array;
    readonly used: ReadonlySet<number>;
    readonly ofCircuit: ReadonlySet<number>;
    readonly picked: LabState["neuron"];
    readonly names: readonly string[];
  },
  colours: Palette,
): void {
  const { P, cell, blocks, width, height } = grid;
  const scale = Math.min(3, globalThis.devicePixelRatio || 1);
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  canvas.style.height = `${height}px`;
  const context = canvas.getContext("2d")!;
  context.scale(scale, scale);
  context.font = '13px "DejaVu Sans", Verdana, system-ui, sans-serif';
  context.fillStyle = colours.ink;
  blocks.forEach(({ x, y }, i) => context.fillText(layer.names[i]!, x, y - 6));
  const gap = cell > 6 ? 1 : 0;
  layer.activations.forEach((value, neuron) => {
    const { x, y } = cellAt(grid, neuron);
    context.fillStyle = cssColour(colourOf(value, colours));
    context.fillRect(x, y, cell - gap, cell - gap);
  });
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
  for (let i = 0; i < grid.d; i++) {
    for (const n of layer.used) outline(i * P + n, colours.ink, Math.min(2, cell / 6));
    for (const n of layer.ofCircuit) outline(i * P + n, colours.accent, Math.min(3, cell / 4));
  }
  if (layer.picked !== null && layer.picked < grid.d * P) outline(layer.picked, colours.accent, Math.min(4, cell / 3));
}
