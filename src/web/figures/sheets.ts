import type { SampleActivations } from "../../runs/sample.js";
import { canvasContext } from "../dom/elements.js";
import { OFF } from "./heat-map.js";
import { locate, usedNeurons } from "./sample-neurons.js";

/** The states that a layer's sheet shows for a neuron. */
const SILENT = 0;
const DUE = 1;
const STRAY = 2;

/** A layer's neurons in the order in which its sheet shows them, and how many are on. */
export interface Sheet {
  /** For each cell, whether its neuron is off, on as expected, or on without belonging to an active circuit. */
  readonly cells: Uint8Array;
  readonly on: number;
  /** Number of neurons that belong to active circuits. */
  readonly due: number;
}

/** The layers of a sample as sheets of cells. */
export interface Sheets {
  readonly sheets: readonly Sheet[];
  readonly columns: number;
  readonly rows: number;
}

/** Approximate ratio of width to height of a sheet. */
const ASPECT = 2.5;

export function sheetsOf(sample: SampleActivations): Sheets {
  const { parts, activations } = sample;
  const D = activations[0].length;
  const columns = 2 * Math.ceil(Math.sqrt(D * ASPECT) / 2);
  const cellOf = cells(sample, columns);
  const sheets = activations.map((values, l): Sheet => {
    const used = usedNeurons(sample, l);
    const cells = new Uint8Array(columns * Math.ceil(D / columns));
    let on = 0;
    values.forEach((value, neuron) => {
      if (Math.abs(value) <= OFF) return;
      on++;
      const { part, i, n } = locate(parts, neuron);
      cells[cellOf(part, i, n)] = used.has(neuron) ? DUE : STRAY;
    });
    return { cells, on, due: used.size };
  });
  return { sheets, columns, rows: Math.ceil(D / columns) };
}

/**
 * The cell of neuron n in block i of a part. If the only part has four blocks, the four cells with the same n form a
 * square, because they belong to the same circuits.
 */
function cells({ parts }: SampleActivations, columns: number): (part: number, i: number, n: number) => number {
  const [{ d, P }] = parts;
  const across = columns / 2;
  if (parts.length > 1 || d !== 4 || P % across !== 0)
    return (part, i, n) => parts[part].offset + i * parts[part].P + n;
  return (_part, i, n) => {
    const [row, column] = [2 * Math.floor(n / across) + Math.floor(i / 2), 2 * (n % across) + (i % 2)];
    return row * columns + column;
  };
}

/** Colours of the sheets. */
export interface SheetColours {
  readonly paper: string;
  readonly edge: string;
  readonly silent: string;
  readonly due: string;
  readonly stray: string;
  readonly text: string;
}

export function sheetColours(isDark: boolean): SheetColours {
  return isDark
    ? { paper: "#1b2027", edge: "#343c46", silent: "#2b333c", due: "#2cc99a", stray: "#f98a45", text: "#a3adb8" }
    : { paper: "#f6f7f9", edge: "#d5dae0", silent: "#e3e7eb", due: "#009e73", stray: "#d55e00", text: "#57606a" };
}

/** A sheet's far edge is shifted right by this share of its width. */
const SLANT = 0.16;

/** The share of sheet l that the pulse has covered, 0…1; the pulse runs from 0 to L. */
const reached = (pulse: number, l: number): number => Math.min(1, Math.max(0, pulse - l + 1));

/**
 * Draws the sheets one below another; those that the pulse has reached show which neurons are on. Also draws the pulse
 * between two sheets.
 *
 * @param pulse position of the pulse: a layer 0…L, or a value between two layers
 */
export function drawSheets(
  canvas: HTMLCanvasElement,
  { sheets, columns, rows }: Sheets,
  { width, height, pulse, colours }: { width: number; height: number; pulse: number; colours: SheetColours },
): void {
  const scale = Math.min(3, globalThis.devicePixelRatio || 1);
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  canvas.style.height = `${height}px`;
  const context = canvasContext(canvas);
  const margin = 74;
  const pitch = height / sheets.length;
  const deep = pitch * 0.72;
  const wide = (width - margin) / (1 + SLANT);
  const [cell, line] = [wide / columns, deep / rows];
  const top = (l: number): number => l * pitch + (pitch - deep) / 2;
  /** The centre of a cell on the page. */
  const at = (l: number, k: number): readonly [number, number] => {
    const [row, column] = [Math.floor(k / columns) + 0.5, (k % columns) + 0.5];
    return [margin + SLANT * wide * (1 - row / rows) + column * cell, top(l) + row * line];
  };
  const start = (): void => context.setTransform(scale, 0, 0, scale, 0, 0);
  sheets.forEach(({ cells, on }, l) => {
    const share = reached(pulse, l);
    // From here on, coordinates are on the sheet, which is drawn as a parallelogram leaning to the right.
    start();
    context.transform(1, 0, (-SLANT * wide) / deep, 1, margin + SLANT * wide, top(l));
    context.fillStyle = colours.paper;
    context.strokeStyle = colours.edge;
    context.lineWidth = 1;
    context.beginPath();
    context.rect(-2, -2, wide + 4, deep + 4);
    context.fill();
    context.stroke();
    const fill = (kind: number, colour: string, alpha: number): void => {
      context.globalAlpha = alpha;
      context.fillStyle = colour;
      context.beginPath();
      cells.forEach((own, k) => {
        if (own !== kind && !(kind === SILENT && share < 1)) return;
        context.rect(
          (k % columns) * cell + 0.1 * cell,
          Math.floor(k / columns) * line + 0.1 * line,
          0.8 * cell,
          0.8 * line,
        );
      });
      context.fill();
      context.globalAlpha = 1;
    };
    fill(SILENT, colours.silent, 1);
    if (share > 0) {
      fill(STRAY, colours.stray, share);
      fill(DUE, colours.due, share);
    }
    start();
    context.fillStyle = colours.text;
    context.font = '13px "DejaVu Sans", Verdana, system-ui, sans-serif';
    context.globalAlpha = 0.35 + 0.65 * share;
    context.fillText(l === 0 ? "input" : `layer ${l}`, 0, top(l) + deep / 2 - 2);
    if (share > 0.5) context.fillText(`${on} on`, 0, top(l) + deep / 2 + 14);
    context.globalAlpha = 1;
    // The pulse, while it is between this sheet and the next one.
    const next = l + 1 < sheets.length ? pulse - l : 0;
    if (next <= 0 || next >= 1) return;
    context.lineWidth = 1.5;
    for (const [kind, colour] of [
      [STRAY, colours.stray],
      [DUE, colours.due],
    ] as const) {
      context.strokeStyle = colour;
      context.globalAlpha = 0.8 * Math.sin(Math.PI * next);
      context.beginPath();
      cells.forEach((own, k) => {
        if (own !== kind) return;
        const [x, y] = at(l, k);
        context.moveTo(x, y + pitch * Math.max(0, next - 0.35));
        context.lineTo(x, y + pitch * next);
      });
      context.stroke();
    }
    context.globalAlpha = 1;
  });
}
