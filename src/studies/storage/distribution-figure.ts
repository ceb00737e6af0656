import * as Plot from "@observablehq/plot";
import { InputError } from "../../base/errors.js";
import { centredLabel, compose, panel, type Figure, type FigureOptions, type Key } from "../../drawing/compose.js";
import { decadeLabel, grouped, shortNumber } from "../../drawing/numbers.js";
import { bars } from "../../drawing/marks.js";
import type { StorageRow } from "./rows.js";
import { colours, sizes, zColour } from "../../drawing/theme.js";

/** Counts of readouts in equal bins from `range[0]` to `range[1]`, for inactive features and for active ones. */
export interface ReadoutHistogram {
  readonly range: readonly [number, number];
  readonly inactive: readonly number[];
  readonly active: readonly number[];
}

export interface StoredReadoutsOptions extends FigureOptions {
  /** Number of active features in the histogram's samples. */
  readonly l: number;
  readonly amplitudes: StorageRow["amplitudes"];
  readonly histogram: ReadoutHistogram;
}

const inactiveColour = zColour(4);
const activeColour = colours.truth;

/** Below this width, the panels are stacked. */
const NARROW = 560;

/**
 * Figure S0, also used by the lab: the readouts of stored features for one set of vectors. It shows histograms for
 * inactive and active features at one l, and how well the two can be told apart as l grows. [E26] [E27]
 *
 * @param rows rows for one n and m, for every l and both kinds of amplitude
 */
export function storedReadouts(rows: readonly StorageRow[], options: StoredReadoutsOptions): Figure {
  const { l, amplitudes, width = sizes.width } = options;
  const own = rows.filter((row) => row.amplitudes === amplitudes);
  const row = own.find((candidate) => candidate.l === l);
  if (row === undefined) throw new InputError(`rows: a row with ${amplitudes} amplitudes and l = ${l} is needed.`);
  const { n, m, samples, repeats } = row;
  const isNarrow = width < NARROW;
  const size = { width: isNarrow ? width : width / 2, height: isNarrow ? 250 : 320 };
  const left = histogramPanel(row, options, size);
  const isBoolean = amplitudes === "boolean";
  const right = isBoolean ? errorPanel(own, options, size) : levelsPanel(own, options, size);
  const boundary = n / (8 * Math.log(m));
  return compose(options, {
    title: isBoolean ? booleanTitle(row, boundary) : gradedTitle(row),
    keys: [
      { label: "inactive", colour: inactiveColour, mark: "band" },
      { label: "active", colour: activeColour, mark: "band" },
      {
        label: `normal, variance ${isBoolean ? "l/n" : "l/(3n)"}`,
        colour: inactiveColour,
        mark: "dashed",
      } satisfies Key,
      isBoolean
        ? { label: "threshold ½", colour: colours.ink, mark: "dotted" }
        : { label: "sqrt(n/(8 l ln m))", colour: colours.ink, mark: "dashed" },
      ...(isBoolean
        ? ([
            { label: "the exact law [L1]", colour: colours.ink, mark: "line" },
            { label: "l = n/(8 ln m)", colour: colours.ink, mark: "dashed" },
          ] as const)
        : []),
      { label: `l = ${l}`, colour: activeColour, mark: "circle" },
    ],
    rows: isNarrow ? [[left], [right]] : [[left, right]],
    caption:
      `m = ${grouped(m)} random unit vectors in n = ${grouped(n)} dimensions, ${l} of them active with ` +
      `${isBoolean ? "amplitude 1" : "amplitudes uniform between 0 and 1"}; ${grouped(samples * repeats)} samples over ${repeats} ` +
      `draw${repeats === 1 ? "" : "s"} of the vectors${repeats > 1 ? "; bars: ± sd across draws" : ""}.`,
  });
}

function booleanTitle({ l, wrongSamples }: StorageRow, boundary: number): string {
  const share = shortNumber(100 * wrongSamples, 2);
  const what =
    wrongSamples === 0 ? "every feature is read correctly" : `${share}% of the samples have a feature read incorrectly`;
  return `With l = ${l} active, ${what}; the estimate allows l = ${shortNumber(boundary, 2)}`;
}

function gradedTitle({ n, m, l, worst }: StorageRow): string {
  const levels = shortNumber(1 / (2 * worst), 2);
  return `With l = ${l} active, ${levels} levels can be told apart; the estimate is ${shortNumber(Math.sqrt(n / (8 * l * Math.log(m))), 2)}`;
}

interface Size {
  readonly width: number;
  readonly height: number;
}

function histogramPanel(row: StorageRow, options: StoredReadoutsOptions, size: Size): SVGSVGElement {
  const { range, inactive, active } = options.histogram;
  const [low, high] = range;
  const step = (high - low) / inactive.length;
  const densityOf = (counts: readonly number[]): { x1: number; x2: number; y: number }[] => {
    const all = counts.reduce((sum, count) => sum + count, 0);
    return counts.flatMap((count, k) =>
      count === 0 ? [] : [{ x1: low + k * step, x2: low + (k + 1) * step, y: count / all / step }],
    );
  };
  const [off, on] = [densityOf(inactive), densityOf(active)];
  const densities = [...off, ...on].map(({ y }) => y);
  const floor = 10 ** Math.floor(Math.log10(Math.min(...densities)));
  const top = 3 * Math.max(...densities);
  const variance = (row.l / row.n) * (options.amplitudes === "graded" ? 1 / 3 : 1);
  const curve = Array.from({ length: 121 }, (_, k) => low + (k / 120) * (high - low))
    .map((x) => ({ x, y: Math.exp((-x * x) / (2 * variance)) / Math.sqrt(2 * Math.PI * variance) }))
    .filter(({ y }) => y >= floor);
  const bars = (data: typeof off, fill: string): Plot.Markish =>
    Plot.rect(data, { x1: "x1", x2: "x2", y1: floor, y2: "y", fill, fillOpacity: 0.45 });
  return panel(options.document, {
    ...size,
    marginLeft: 58,
    x: { domain: [-1, 2], ticks: [-1, -0.5, 0, 0.5, 1, 1.5, 2], tickFormat: String, label: "readout of a feature" },
    y: {
      ...{ type: "log", domain: [floor, top], ticks: decades(floor, top), tickFormat: decadeLabel },
      ...{ label: "densities, active and inactive", ...centredLabel, grid: true },
    },
    marks: [
      bars(off, inactiveColour),
      bars(on, activeColour),
      Plot.line(curve, { x: "x", y: "y", stroke: inactiveColour, strokeWidth: 1.4, strokeDasharray: "5 3" }),
      ...(options.amplitudes === "boolean"
        ? [Plot.ruleX([0.5], { stroke: colours.ink, strokeDasharray: "1.5 3" })]
        : []),
    ],
  });
}

function errorPanel(rows: readonly StorageRow[], { document, l }: StoredReadoutsOptions, size: Size): SVGSVGElement {
  const { n, m } = rows[0];
  const boundary = n / (8 * Math.log(m));
  return panel(document, {
    ...size,
    marginLeft: 58,
    x: activeAxis(rows, [boundary]),
    y: {
      ...{ domain: [-0.02, 1.02], ticks: [0, 0.25, 0.5, 0.75, 1], tickFormat: String, grid: true },
      ...{ label: "share of samples with a wrong feature", ...centredLabel },
    },
    marks: [
      Plot.ruleX([boundary], { stroke: colours.ink, strokeDasharray: "5 3" }),
      Plot.line(
        rows.filter(({ wrongSamplesLaw }) => wrongSamplesLaw !== null),
        { x: "l", y: "wrongSamplesLaw", stroke: colours.ink, strokeWidth: 1.2 },
      ),
      ...measured(
        rows,
        l,
        ({ wrongSamples }) => wrongSamples,
        ({ wrongSamplesSd }) => wrongSamplesSd,
        [-0.02, 1.02],
      ),
    ],
  });
}

function levelsPanel(rows: readonly StorageRow[], { document, l }: StoredReadoutsOptions, size: Size): SVGSVGElement {
  const levelsOf = ({ worst }: StorageRow): number => 1 / (2 * worst);
  const theory = rows.map((row) => ({ l: row.l, y: Math.sqrt(row.n / (8 * row.l * Math.log(row.m))) }));
  const top = 1.1 * Math.max(...rows.map(levelsOf), ...theory.map(({ y }) => y));
  return panel(document, {
    ...size,
    marginLeft: 58,
    x: activeAxis(rows, []),
    y: { domain: [0, top], ticks: 5, grid: true, label: "levels, 1/(2 · largest noise)", ...centredLabel },
    marks: [
      Plot.line(theory, { x: "l", y: "y", stroke: colours.ink, strokeWidth: 1.4, strokeDasharray: "5 3" }),
      ...measured(rows, l, levelsOf, (row) => ((row.worstSd ?? 0) / row.worst) * levelsOf(row), [0, top]),
    ],
  });
}

/** A line with dots and bars, cut at the end of the axis, and a ring around the chosen l. */
function measured(
  rows: readonly StorageRow[],
  l: number,
  value: (row: StorageRow) => number,
  sd: (row: StorageRow) => number | null,
  range: readonly [number, number],
): Plot.Markish[] {
  const stroke = inactiveColour;
  return [
    Plot.line(rows, { x: "l", y: value, stroke, strokeWidth: 1.2, strokeOpacity: 0.7 }),
    bars(rows, { x: "l", stroke }, value, sd, range),
    Plot.dot(rows, { x: "l", y: value, r: sizes.dot, fill: stroke }),
    Plot.dot(
      rows.filter((row) => row.l === l),
      { x: "l", y: value, r: sizes.dot + 4, stroke: activeColour, strokeWidth: 1.8 },
    ),
  ];
}

function activeAxis(rows: readonly StorageRow[], include: readonly number[]): Plot.ScaleOptions {
  const values = [...rows.map(({ l }) => l), ...include];
  const [low, high] = [Math.min(...values) / 1.25, Math.max(...values) * 1.25];
  const ticks = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000].filter((tick) => tick >= low && tick <= high);
  return { type: "log", domain: [low, high], ticks, tickFormat: String, label: "l, active features" };
}

function decades(floor: number, top: number): number[] {
  const ticks: number[] = [];
  for (let tick = floor; tick <= top; tick *= 10) ticks.push(tick);
  return ticks.filter((_, k) => ticks.length < 8 || k % 2 === 0);
}
