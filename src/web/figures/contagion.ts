import type { Contagion, Thread } from "../../runs/contagion.js";
import { compose, type Figure, type FigureOptions } from "../../drawing/compose.js";
import { element } from "../../drawing/svg.js";
import { colours, sizes } from "../../drawing/theme.js";
import { canvasContext } from "../dom/elements.js";
import { arrowStep } from "./heat-map.js";

/** The maximum number of threads drawn; the strongest thread to each circuit that wakes is drawn in any case. */
const MOST_THREADS = 1200;

/** Colours of the layers at which circuits wake, for light and dark mode; after the last, they repeat. */
const wakingColours = [
  ["#d55e00", "#f98a45"],
  ["#cc79a7", "#e79cc6"],
  ["#0072b2", "#459fe3"],
  ["#8a6000", "#f5bb45"],
  ["#882255", "#e07bb0"],
  ["#1c70a0", "#a0dcf9"],
] as const;

/** The colour of circuits that wake at the given layer; layer 0, for circuits that were switched on, is green. */
export function wakingColour(layer: number, isDark: boolean): string {
  if (layer === 0) return isDark ? "#2cc99a" : colours.truth;
  return wakingColours[(layer - 1) % wakingColours.length][isDark ? 1 : 0];
}

const asleepColour = (isDark: boolean): string => (isDark ? "#262e37" : "#e6e9ed");

/** The circuits as a grid of cells; a circuit has the same place in all layers. */
export interface CircuitGrid {
  readonly columns: number;
  readonly rows: number;
  readonly cell: number;
  readonly width: number;
  readonly height: number;
}

export function circuitGrid(T: number, width: number): CircuitGrid {
  // Wide screens get wide grids, phones a square one.
  const columns = Math.max(1, Math.ceil(Math.sqrt(T * (width > 600 ? 1.9 : 1))));
  const rows = Math.ceil(T / columns);
  const cell = Math.min(34, width / columns);
  return { columns, rows, cell, width, height: rows * cell };
}

/** The centre of a circuit's cell. */
export function placeOf({ columns, cell }: CircuitGrid, circuit: number): readonly [x: number, y: number] {
  return [((circuit % columns) + 0.5) * cell, (Math.floor(circuit / columns) + 0.5) * cell];
}

/** The circuit at a point; null outside the grid. */
export function circuitAt({ columns, cell }: CircuitGrid, T: number, x: number, y: number): number | null {
  const [column, row] = [Math.floor(x / cell), Math.floor(y / cell)];
  const circuit = row * columns + column;
  return column >= 0 && column < columns && row >= 0 && circuit < T ? circuit : null;
}

/** The circuit to which an arrow key moves from the given one; null for other keys and at the edge. */
export function circuitBeside(grid: CircuitGrid, T: number, circuit: number, key: string): number | null {
  const step = arrowStep(key);
  if (step === null) return null;
  const [x, y] = placeOf(grid, circuit);
  return circuitAt(grid, T, x + step[0] * grid.cell, y + step[1] * grid.cell);
}

/** The strongest thread to each circuit that wakes, then the strongest of the remaining threads, up to the limit. */
export function shownThreads(threads: readonly Thread[], most = MOST_THREADS): readonly Thread[] {
  const byShare = [...threads].sort((a, b) => b.share - a.share);
  const reached = new Set<number>();
  const first = byShare.filter(({ to }) => !reached.has(to) && reached.add(to));
  const others = byShare.filter((thread) => !first.includes(thread)).slice(0, Math.max(0, most - first.length));
  return [...others, ...first];
}

/** A thread's path: a curve between two circuits, bent slightly so that threads in opposite directions stay apart. */
function curve(grid: CircuitGrid, { from, to }: Thread): readonly (readonly [number, number])[] {
  const [a, b] = [placeOf(grid, from), placeOf(grid, to)];
  const bend = 0.14;
  const middle = [(a[0] + b[0]) / 2 - bend * (b[1] - a[1]), (a[1] + b[1]) / 2 + bend * (b[0] - a[0])] as const;
  return [a, middle, b];
}

/** Options of the drawing. */
export interface ContagionLook {
  /** The time: a layer from 0 to L, or a value between two layers. */
  readonly time: number;
  readonly picked: number | null;
  readonly isDark: boolean;
}

/**
 * Draws the circuits as cells, with the threads between them, up to the given time. Circuits that are awake have the
 * colour of the layer at which they woke.
 */
export function drawContagion(
  canvas: HTMLCanvasElement,
  grid: CircuitGrid,
  { wokenAt }: Contagion,
  threads: readonly Thread[],
  { time, picked, isDark }: ContagionLook,
): void {
  const scale = Math.min(3, globalThis.devicePixelRatio || 1);
  canvas.width = Math.round(grid.width * scale);
  canvas.height = Math.round(grid.height * scale);
  canvas.style.height = `${grid.height}px`;
  const context = canvasContext(canvas);
  context.scale(scale, scale);
  const { cell } = grid;
  const gap = cell > 8 ? 1.5 : 0.5;
  wokenAt.forEach((layer, circuit) => {
    const [x, y] = placeOf(grid, circuit);
    const square = (side: number): void => context.fillRect(x - side / 2, y - side / 2, side, side);
    context.fillStyle = asleepColour(isDark);
    square(cell - gap);
    // A circuit lights up as its threads arrive.
    const lit = layer === -1 ? 0 : Math.min(1, Math.max(0, (time - layer) * 4 + 1));
    if (lit === 0) return;
    context.fillStyle = wakingColour(layer, isDark);
    context.globalAlpha = lit;
    square(cell - gap);
    context.globalAlpha = 1;
  });
  const paths = new Map<string, Path2D>();
  const begun = threads.filter(({ layer }) => time > layer - 1).length;
  const alpha = Math.max(0.14, Math.min(0.8, 6 / Math.sqrt(begun + 1)));
  for (const thread of threads) {
    // The threads of layer l grow while the time advances from l − 1 to l.
    const share = Math.min(1, time - thread.layer + 1);
    if (share <= 0) continue;
    const isOwn = picked !== null && (thread.to === picked || thread.from === picked);
    const key = `${thread.layer} ${isOwn ? "own" : picked === null || share < 1 ? "" : "pale"}`;
    const path = paths.get(key) ?? new Path2D();
    paths.set(key, path);
    const [a, middle, b] = curve(grid, thread);
    // The part of the curve covered so far, computed with de Casteljau's algorithm.
    const between = (p: readonly [number, number], q: readonly [number, number]): readonly [number, number] => [
      p[0] + share * (q[0] - p[0]),
      p[1] + share * (q[1] - p[1]),
    ];
    const control = between(a, middle);
    path.moveTo(...a);
    path.quadraticCurveTo(...control, ...between(control, between(middle, b)));
  }
  for (const [key, path] of [...paths].sort(([a], [b]) => Number(a.endsWith("own")) - Number(b.endsWith("own")))) {
    const [layer, kind] = key.split(" ");
    context.strokeStyle = wakingColour(Number(layer), isDark);
    context.globalAlpha = kind === "own" ? 1 : kind === "pale" ? alpha / 3 : alpha;
    context.lineWidth = kind === "own" ? 2 : 1;
    context.stroke(path);
  }
  context.globalAlpha = 1;
  context.strokeStyle = isDark ? "#e6eaee" : colours.ink;
  context.lineWidth = 2;
  wokenAt.forEach((layer, circuit) => {
    if (layer !== 0 && circuit !== picked) return;
    const [x, y] = placeOf(grid, circuit);
    const side = cell + (circuit === picked ? 3 : 0);
    context.strokeRect(x - side / 2, y - side / 2, side, side);
  });
}

/** The picture of the circuits and threads at one layer, as SVG. */
export function contagionFigure(
  { wokenAt }: Contagion,
  threads: readonly Thread[],
  options: FigureOptions & { readonly title: string; readonly layer: number; readonly isDark?: boolean },
): Figure {
  const { document, layer, width = sizes.width, isDark = false } = options;
  const grid = circuitGrid(wokenAt.length, width);
  const { cell } = grid;
  const children: SVGElement[] = Array.from(wokenAt, (woken, circuit) => {
    const [x, y] = placeOf(grid, circuit);
    const isAwake = woken !== -1 && woken <= layer;
    const fill = isAwake ? wakingColour(woken, isDark) : asleepColour(isDark);
    const at = { x: x - cell / 2 + 0.5, y: y - cell / 2 + 0.5, width: cell - 1, height: cell - 1, fill };
    return element(document, "rect", woken === 0 ? { ...at, stroke: colours.ink, "stroke-width": 2 } : at);
  });
  for (const thread of threads) {
    if (thread.layer > layer) continue;
    const [[x, y], middle, end] = curve(grid, thread);
    const d = `M${x} ${y}Q${middle.join(" ")} ${end.join(" ")}`;
    const stroke = wakingColour(thread.layer, isDark);
    children.push(element(document, "path", { d, stroke, fill: "none", "stroke-width": 1, "stroke-opacity": 0.3 }));
  }
  const svg = element(document, "svg", { width, height: grid.height + 4 }, children) as SVGSVGElement;
  return compose(options, {
    title: options.title,
    rows: [[svg]],
    caption:
      "Each cell is a circuit; outlined circuits were switched on. A thread, in the colour of the layer, runs from a circuit that is awake to one that it wakes.",
  });
}
