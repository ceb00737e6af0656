import * as Plot from "@observablehq/plot";
import { InputError } from "../../base/errors.js";
import { centredLabel, compose, panel, type Figure, type FigureOptions, type Key } from "../../drawing/compose.js";
import { logAxis } from "../../drawing/log-axis.js";
import { distinct, grouped, shortNumber } from "../../drawing/numbers.js";
import { colours, ordinalColour, sizes } from "../../drawing/theme.js";
import type { UniversalAndRow } from "./rows.js";

/** Results of networks of one size and code. */
export interface AndErrorRow extends UniversalAndRow {
  readonly code: "bernoulli" | "transversal";
  /** The share of neurons that each input drives. */
  readonly p: number;
}

/** Numbers computed by another program. */
export interface AndErrorReference {
  readonly d: number;
  readonly p: number;
  readonly active: number;
  readonly allRight: number;
  readonly overZero: number;
}

/** Predictions for a random code with probability p. [L5b] */
export interface AndErrorTheory {
  readonly d: number;
  readonly p: number;
  readonly active: number;
  /** Upper bound on the share of samples with a wrong gate. */
  readonly wrong: number;
  readonly overZero: number;
}

/**
 * Figure AND1: the share of samples with a wrong AND, and the squared error relative to that of a network that
 * always outputs 0, against p. [L5] [L5b]
 */
export function andErrors(
  rows: readonly AndErrorRow[],
  options: FigureOptions & {
    readonly reference?: readonly AndErrorReference[];
    readonly theory?: readonly AndErrorTheory[];
  },
): Figure {
  const { document, reference = [], theory = [], width = sizes.width } = options;
  if (rows.length === 0) throw new InputError("rows: at least one network is needed.");
  const ds = distinct(rows.map(({ d }) => d));
  const colourOf = (d: number): string => ordinalColour(ds.indexOf(d), ds.length);
  const column = ({ active }: { readonly active: number }): string => `${active} inputs on`;
  const columns = distinct(rows.map(({ active }) => active)).map((active) => column({ active }));
  const { m } = rows[0];
  const ps = [...rows, ...reference].map(({ p }) => p);
  const x = {
    type: "log",
    domain: [Math.min(...ps) / 1.15, Math.max(...ps) * 1.15],
    ticks: [0.03, 0.05, 0.1, 0.2, 0.3].filter((p) => p > Math.min(...ps) / 1.15 && p < Math.max(...ps) * 1.15),
    tickFormat: String,
  } as const;
  const ratios = logAxis(
    rows.map(({ overZero }) => overZero ?? 0),
    [1, ...theory.map(({ overZero }) => overZero)],
  );
  const size = { width, marginLeft: 58 };
  const isCode = (code: AndErrorRow["code"]) => rows.filter((row) => row.code === code);
  const cross = { symbol: "times", r: 4.5, strokeWidth: 1.6 } as const;
  const theoryLines = (y: "wrong" | "overZero"): Plot.Markish[] =>
    ds.map((d) =>
      Plot.line(
        theory.filter((point) => point.d === d),
        { fx: column, x: "p", y, stroke: colourOf(d), strokeWidth: 1.4, strokeDasharray: "5 3", clip: false },
      ),
    );
  const top = panel(document, {
    ...size,
    height: 250,
    fx: { domain: columns, label: null },
    x: { ...x, label: null },
    y: {
      domain: [-0.02, 1.02],
      ticks: [0, 0.25, 0.5, 0.75, 1],
      tickFormat: String,
      ...{ label: "share of samples with a wrong AND", ...centredLabel, grid: true },
    },
    marks: [
      ...theoryLines("wrong"),
      Plot.dot(reference, {
        ...{ fx: column, x: "p", r: 5.5, stroke: colours.reference, strokeWidth: 1.3 },
        y: ({ allRight }: AndErrorReference) => 1 - allRight,
      }),
      Plot.ruleX(rows, {
        ...{ fx: column, x: "p", stroke: ({ d }: AndErrorRow) => colourOf(d) },
        y1: ({ high }: AndErrorRow) => 1 - high,
        y2: ({ low }: AndErrorRow) => 1 - low,
      }),
      Plot.dot(isCode("bernoulli"), {
        ...{ fx: column, x: "p", r: sizes.dot, fill: ({ d }: AndErrorRow) => colourOf(d) },
        y: ({ allRight }: AndErrorRow) => 1 - allRight,
      }),
      Plot.dot(isCode("transversal"), {
        ...{ ...cross, fx: column, x: "p", stroke: ({ d }: AndErrorRow) => colourOf(d) },
        y: ({ allRight }: AndErrorRow) => 1 - allRight,
      }),
    ],
  });
  const bottom = panel(document, {
    ...size,
    height: 250,
    fx: { domain: columns, label: null, axis: null },
    x: { ...x, label: "p, share of neurons used by an input" },
    y: {
      ...ratios.scale("squared error relative to outputting 0"),
      ...centredLabel,
      domain: [ratios.domain[0] / 1.5, ratios.domain[1]],
    },
    marks: [
      Plot.ruleY([1], { stroke: colours.ink, strokeDasharray: "1.5 3" }),
      ...theoryLines("overZero"),
      Plot.dot(reference, {
        ...{ fx: column, x: "p", y: "overZero", r: 5.5, stroke: colours.reference, strokeWidth: 1.3 },
      }),
      Plot.ruleX(rows, {
        ...{ fx: column, x: "p", stroke: ({ d }: AndErrorRow) => colourOf(d) },
        y1: ({ overZero, overZeroSd }: AndErrorRow) => ratios.clip((overZero ?? 0) - (overZeroSd ?? 0)),
        y2: ({ overZero, overZeroSd }: AndErrorRow) => (overZero ?? 0) + (overZeroSd ?? 0),
      }),
      Plot.dot(isCode("bernoulli"), {
        ...{ fx: column, x: "p", y: "overZero", r: sizes.dot, fill: ({ d }: AndErrorRow) => colourOf(d) },
      }),
      Plot.dot(isCode("transversal"), {
        ...{ ...cross, fx: column, x: "p", y: "overZero", stroke: ({ d }: AndErrorRow) => colourOf(d) },
      }),
    ],
  });
  const told = rows.filter(({ allRight }) => allRight >= 0.9);
  const least = Math.min(...told.map(({ overZero }) => overZero ?? Infinity));
  const { samples, networks } = rows[0];
  const what = `All ${grouped((m * (m - 1)) / 2)} ANDs of ${m} inputs`;
  return compose(options, {
    title:
      told.length === 0
        ? `${what} are rarely all on the correct side of ½`
        : `${what} can be told apart, but the squared error is at least ${shortNumber(least, 2)} times that of a network that always outputs 0`,
    keys: [
      ...ds.map((d): Key => ({ label: `d = ${grouped(d)}`, colour: colourOf(d), mark: "dot" })),
      { label: "theory [L5b]: exact below, a bound above", colour: colours.ink, mark: "dashed" },
      ...(isCode("transversal").length === 0
        ? []
        : [{ label: "transversal designs in copies", colour: colours.ink, mark: "cross" } as const]),
      ...(reference.length === 0
        ? []
        : [{ label: "computed by another program", colour: colours.reference, mark: "ring" } as const]),
      { label: "a network that outputs 0", colour: colours.ink, mark: "dotted" },
    ],
    rows: [[top], [bottom]],
    caption:
      `Universal AND (Vaintrob, Mendel and Hänni, 2024), m = ${m}; ${samples / networks} samples through each of ${networks} networks. Bars: 95% intervals above, ± sd across networks ` +
      "below. A sample is correct if every pair is on the correct side of ½.",
  });
}
