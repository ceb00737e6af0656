import { lastOf } from "../../base/last.js";
import * as Plot from "@observablehq/plot";
import { InputError } from "../../base/errors.js";
import { compose, panel, type Figure, type FigureOptions, type Key } from "../../drawing/compose.js";
import { distinct, listed, shortNumber } from "../../drawing/numbers.js";
import { colours, ordinalColour, sizes } from "../../drawing/theme.js";
import { commonKeys, expected, ring } from "../../drawing/marks.js";
import { ticksWithin } from "../../drawing/log-axis.js";

/** The dot products of m random unit vectors in n dimensions. */
export interface RandomVectorsRow {
  readonly n: number;
  readonly m: number;
  readonly repeats: number;
  /** Mean over repeats of the largest |dot| over all pairs. */
  readonly largest: number;
  readonly largestSd: number;
  /** 2·sqrt(ln m / n). [E25] */
  readonly largestTheory: number;
  /** Mean squared dot product over all pairs and repeats; the expected value is 1/n. */
  readonly meanSquare: number;
  readonly meanSquareSd: number;
}

interface Dot {
  readonly x: number;
  readonly y: number;
  readonly sd: number;
}

/** The reference's values for m random vectors in n dimensions. */
export interface RandomVectorsReference {
  readonly n: number;
  readonly m: number;
  readonly largest?: number;
  readonly meanSquare?: number;
}

/**
 * Figure T5: dot products of random unit vectors. The largest dot product is drawn against sqrt(ln m / n), with the
 * line 2·sqrt(ln m / n); the mean square is drawn against 1/n. [E25]
 */
export function randomVectors(
  rows: readonly RandomVectorsRow[],
  options: FigureOptions & { readonly reference?: readonly RandomVectorsReference[] },
): Figure {
  const { document, reference = [], width = sizes.width } = options;
  if (rows.length === 0) throw new InputError("rows: at least one row is needed.");
  const ns = distinct(rows.map((row) => row.n));
  const colourOf = (n: number): string => ordinalColour(ns.indexOf(n), ns.length);
  const crowding = (row: { n: number; m: number }): number => Math.sqrt(Math.log(row.m) / row.n);
  const largest = (n: number): Dot[] =>
    rows.filter((row) => row.n === n).map((row) => ({ x: crowding(row), y: row.largest, sd: row.largestSd }));
  const high = 1.08 * Math.max(...rows.map(crowding));
  const bars = { x: "x", y1: (dot: Dot) => dot.y - dot.sd, y2: (dot: Dot) => dot.y + dot.sd };
  const half = width / 2;

  const left = panel(document, {
    width: half,
    height: 320,
    x: { domain: [0, high], ticks: 5, label: "sqrt(ln m / n)" },
    y: { domain: [0, 1.1], ticks: [0, 0.2, 0.4, 0.6, 0.8, 1], label: "largest |dot product| of a pair", grid: true },
    marks: [
      Plot.line(
        [0, Math.min(high, 0.55)].map((at) => [at, 2 * at]),
        expected,
      ),
      Plot.dot(
        reference.filter((point) => point.largest !== undefined),
        { ...ring, x: crowding, y: "largest" },
      ),
      ...ns.flatMap((n) => [
        Plot.ruleX(largest(n), { ...bars, stroke: colourOf(n), strokeWidth: 1.4 }),
        Plot.dot(largest(n), { x: "x", y: "y", r: sizes.dot, fill: colourOf(n) }),
      ]),
    ],
  });

  const [first, last] = [1 / (1.5 * lastOf(ns)), 1.5 / ns[0]];
  const squares = (n: number): Dot[] =>
    rows.filter((row) => row.n === n).map((row) => ({ x: 1 / n, y: row.meanSquare, sd: row.meanSquareSd }));
  const ticks = ticksWithin(first, last);
  const right = panel(document, {
    width: half,
    height: 320,
    x: { type: "log", domain: [first, last], ticks, tickFormat: String, label: "1/n" },
    y: { type: "log", domain: [first, last], ticks, tickFormat: String, label: "mean squared dot product", grid: true },
    marks: [
      Plot.line(
        [first, last].map((at) => [at, at]),
        expected,
      ),
      Plot.dot(
        reference.filter((point) => point.meanSquare !== undefined && ns.includes(point.n)),
        { ...ring, x: (point: RandomVectorsReference) => 1 / point.n, y: "meanSquare" },
      ),
      ...ns.map((n) => Plot.dot(squares(n), { x: "x", y: "y", r: sizes.dot, fill: colourOf(n) })),
      ...ns.map((n) =>
        Plot.text([{ x: 1 / n, y: squares(n)[0].y }], {
          x: "x",
          y: "y",
          text: [`n = ${n}`],
          dx: 10,
          dy: 8,
          textAnchor: "start",
        }),
      ),
    ],
  });

  const ratios = rows.map((row) => row.largest / row.largestTheory);
  const range = `${shortNumber(Math.min(...ratios), 2)} to ${shortNumber(Math.max(...ratios), 2)}`;
  const off = Math.max(...rows.map(({ n, meanSquare }) => Math.abs(meanSquare * n - 1)));
  return compose(options, {
    title: `The largest dot product is ${range} times 2·sqrt(ln m / n); the mean square is 1/n to within ${shortNumber(100 * off, 1)}%`,
    keys: [
      ...ns.map((n): Key => ({ label: `n = ${n}`, colour: colourOf(n), mark: "dot" })),
      { label: "2·sqrt(ln m / n); 1/n", colour: colours.ink, mark: "dashed" },
      ...(reference.length > 0 ? [commonKeys.reference] : []),
    ],
    rows: [[left, right]],
    caption: `m = ${Math.min(...rows.map((row) => row.m))} to ${Math.max(...rows.map((row) => row.m))} random unit vectors in n dimensions, all pairs, ${listed(distinct(rows.map((row) => row.repeats)))} repeats; bars: ± sd across repeats.`,
  });
}
