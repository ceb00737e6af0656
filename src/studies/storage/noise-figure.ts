import * as Plot from "@observablehq/plot";
import { InputError } from "../../base/errors.js";
import { centredLabel, compose, panel, type Figure, type FigureOptions, type Key } from "../../drawing/compose.js";
import { logAxis } from "../../drawing/log-axis.js";
import { bars, dotsOfTwoLooks } from "../../drawing/marks.js";
import { distinct, listed, shortNumber } from "../../drawing/numbers.js";
import type { StorageSizeRow } from "./rows.js";
import { colours, ordinalColour, sizes, zColour } from "../../drawing/theme.js";

const typicalColour = zColour(4);
const largestColour = zColour(2);
const symbols = { random: "circle", assignment: "square", equiangular: "triangle" } as const;

interface Mark {
  readonly column: string;
  readonly x: number;
  readonly y: number;
  readonly sd: number;
}

/** The panel for vectors in `n` dimensions: the one for the dimension in `ns` that is nearest to `n`. */
function columnOf(n: number, ns: readonly number[]): string {
  const nearest = [...ns].sort((a, b) => Math.abs(Math.log(a / n)) - Math.abs(Math.log(b / n)))[0];
  return `n = ${nearest}`;
}

/**
 * Figure S1: the noise that one feature adds to another, typical and largest, with the estimates and the Welch bound.
 * [E25]
 */
export function storageNoise(rows: readonly StorageSizeRow[], options: FigureOptions): Figure {
  const { document, width = sizes.width } = options;
  const random = rows.filter(({ family }) => family === "random");
  if (random.length === 0) throw new InputError("rows: at least one set of random vectors is needed.");
  const ns = distinct(random.map(({ n }) => n));
  const marksOf = (family: StorageSizeRow["family"], value: "rms" | "largest"): Mark[] =>
    rows.flatMap((row) => {
      const y = row[value];
      const sd = (value === "rms" ? row.rmsSd : row.largestSd) ?? 0;
      return row.family === family && y !== null ? [{ column: columnOf(row.n, ns), x: row.m / row.n, y, sd }] : [];
    });
  const fine = Array.from({ length: 41 }, (_, k) => 1.5 * (100 / 1.5) ** (k / 40));
  const lines = ns.flatMap((n) =>
    fine.map((x) => {
      const m = x * n;
      return {
        ...{ column: `n = ${n}`, x, typical: 1 / Math.sqrt(n), largest: 2 * Math.sqrt(Math.log(m) / n) },
        ...{ bound: Math.sqrt((8 * Math.log(m)) / n), welch: Math.sqrt((m - n) / (n * (m - 1))) },
      };
    }),
  );
  const all = rows.flatMap(({ rms, largest, bound }) => [bound, ...[rms, largest].filter((value) => value !== null)]);
  const axis = logAxis(all, [], { decades: 4, rounding: 1e-6 });
  const estimate = (y: string, stroke: string, strokeDasharray: string): Plot.Markish =>
    Plot.line(lines, { fx: "column", x: "x", y, stroke, strokeWidth: 1.4, strokeDasharray });
  const drawn = (family: StorageSizeRow["family"], value: "rms" | "largest", colour: string): Plot.Markish[] => {
    const marks = marksOf(family, value);
    const at = { fx: "column", x: "x", y: "y" };
    const bars = { fx: "column", x: "x", y1: (m: Mark) => m.y - m.sd, y2: (m: Mark) => m.y + m.sd, stroke: colour };
    const symbol = symbols[family];
    return family === "random"
      ? [Plot.ruleX(marks, bars), Plot.dot(marks, { ...at, r: sizes.dot, fill: colour })]
      : [Plot.dot(marks, { ...at, r: sizes.dot + 1.5, symbol, stroke: colour, strokeWidth: 1.4 })];
  };
  const svg = panel(document, {
    width,
    marginLeft: 58,
    height: 360,
    fx: { domain: ns.map((n) => `n = ${n}`), label: null },
    x: {
      type: "log",
      domain: [1.5, 100],
      ticks: [2, 5, 10, 20, 50],
      tickFormat: String,
      label: "m/n, features per dimension",
    },
    y: {
      ...axis.scale("|dot product| with another feature"),
      ...centredLabel,
    },
    marks: [
      estimate("typical", typicalColour, "5 3"),
      estimate("largest", largestColour, "5 3"),
      Plot.line(
        random.map((row) => ({ ...row, column: `n = ${row.n}`, x: row.m / row.n })).sort((a, b) => a.x - b.x),
        { fx: "column", x: "x", z: "column", y: "largestLaw", stroke: largestColour, strokeWidth: 1.2 },
      ),
      estimate("bound", colours.ink, "5 3"),
      estimate("welch", colours.muted, "1.5 3"),
      ...(["random", "assignment", "equiangular"] as const).flatMap((family) => [
        ...drawn(family, "rms", typicalColour),
        ...drawn(family, "largest", largestColour),
      ]),
    ],
  });
  const ratios = random.flatMap(({ largest, bound }) => (largest === null ? [] : [largest / bound]));
  return compose(options, {
    title: `A feature typically disturbs another by 1/√n; the worst pair is ${shortNumber(Math.min(...ratios), 2)} to ${shortNumber(Math.max(...ratios), 2)} times the bound`,
    keys: [
      { label: "typical (root mean square)", colour: typicalColour, mark: "dot" },
      { label: "largest of all pairs", colour: largestColour, mark: "dot" },
      { label: "1/√n", colour: typicalColour, mark: "dashed" },
      { label: "the predicted median of the largest", colour: largestColour, mark: "line" },
      { label: "2·sqrt(ln m / n)", colour: largestColour, mark: "dashed" },
      { label: "ε = sqrt(8 ln m / n)", colour: colours.ink, mark: "dashed" },
      { label: "Welch bound", colour: colours.muted, mark: "dotted" },
      { label: "S-hot, as assigned to circuits", colour: colours.ink, mark: "square" },
      { label: "equiangular, m = 2n", colour: colours.ink, mark: "triangle" },
    ],
    rows: [[svg]],
    caption: `m unit vectors in n dimensions, ${listed(distinct(rows.map(({ repeats }) => repeats)))} draws; bars: ± sd across draws. Dots: random vectors; all pairs of small sets are examined; with --wide, those of larger sets too. For equiangular vectors, each panel uses the nearest n for which they can be built.`,
  });
}

/** An estimate and the corresponding measurement. */
export interface StorageRatio {
  readonly estimate: string;
  readonly n: number;
  readonly m: number;
  /** The measured value divided by the estimate. */
  readonly ratio: number;
  readonly sd: number | null;
  /** The exact law's value divided by the estimate; null if there is no law. */
  readonly law: number | null;
  /** Whether n/(8 ln m) ≥ 1; below 1, the estimates are meaningless. */
  readonly isFitted: boolean;
  /** Number of pairs examined, if only a sample of the pairs was examined; null if all pairs or none were examined. */
  readonly sampledPairs: number | null;
}

/**
 * Figure S2: the measured value divided by the estimate, for every estimate that concerns stored features. [E25]–[E27]
 */
export function storageRatios(rows: readonly StorageRatio[], options: FigureOptions): Figure {
  const { document, width = sizes.width } = options;
  if (rows.length === 0) throw new InputError("rows: at least one ratio is needed.");
  const estimates = [...new Set(rows.map(({ estimate }) => estimate))];
  const ns = distinct(rows.map(({ n }) => n));
  const colourOf = (n: number): string => ordinalColour(ns.indexOf(n), ns.length);
  // Ratios for different n are drawn side by side, so that their bars can be told apart.
  const shifted = (row: StorageRatio): number => (row.m / row.n) * 1.09 ** (ns.indexOf(row.n) - (ns.length - 1) / 2);
  const high = Math.max(2.2, ...rows.map(({ ratio, sd }) => ratio + (sd ?? 0))) * 1.04;
  const at = { fx: "estimate", x: shifted };
  const svg = panel(document, {
    width,
    marginLeft: 58,
    height: 320,
    fx: { domain: estimates, label: null },
    x: {
      type: "log",
      domain: [1.4, 110],
      ticks: [2, 5, 20, 50],
      tickFormat: String,
      label: "m/n",
    },
    y: { domain: [0, high], label: "measured / estimate", ...centredLabel, grid: true },
    marks: [
      Plot.ruleY([1], { stroke: colours.ink, strokeDasharray: "5 3" }),
      ...ns.flatMap((n) => {
        const own = rows.filter((row) => row.n === n);
        const lawOf = (shift: number) => (row: StorageRatio) => shifted(row) * 1.16 ** shift;
        return [
          Plot.ruleY(
            own.filter(({ law }) => law !== null),
            { fx: "estimate", y: "law", x1: lawOf(-1), x2: lawOf(1), stroke: colourOf(n), strokeWidth: 1.4 },
          ),
          bars(
            own,
            { ...at, stroke: colourOf(n) },
            ({ ratio }) => ratio,
            ({ sd }) => sd,
          ),
          ...[false, true].flatMap((isSampled) => {
            const marks = own.filter(({ sampledPairs }) => (sampledPairs !== null) === isSampled);
            const dot = { ...at, y: "ratio", r: sizes.dot + 0.5, symbol: isSampled ? "square" : "circle" } as const;
            const hollow = { ...dot, fill: colours.paper, stroke: colourOf(n), strokeWidth: 1.4 };
            return dotsOfTwoLooks(marks, ({ isFitted }) => !isFitted, { ...dot, fill: colourOf(n) }, hollow);
          }),
        ];
      }),
    ],
  });
  const fitted = rows.filter(({ isFitted }) => isFitted);
  const range = (fitted.length > 0 ? fitted : rows).map(({ ratio }) => ratio);
  return compose(options, {
    title: `Every estimate of storage is within a factor of ${shortNumber(Math.max(Math.max(...range), 1 / Math.min(...range)), 2)}`,
    keys: [
      ...ns.map((n): Key => ({ label: `n = ${n}`, colour: colourOf(n), mark: "dot" })),
      { label: "the law / estimate", colour: colours.ink, mark: "line" },
      { label: "n/(8 ln m) < 1", colour: colours.ink, mark: "circle" },
      ...(rows.some(({ sampledPairs }) => sampledPairs !== null)
        ? [{ label: "a sample of the pairs", colour: colours.ink, mark: "square" } as const]
        : []),
    ],
    rows: [[svg]],
    caption:
      "Random unit vectors. Bars: ± sd across draws. Hollow: the theory does not allow even one active feature, so the estimates are meaningless.",
  });
}
