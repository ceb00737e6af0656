import { lastOf } from "../../base/last.js";
import * as Plot from "@observablehq/plot";
import { InputError } from "../../base/errors.js";
import { compose, panel, type Figure, type FigureOptions } from "../../drawing/compose.js";
import { logAxis } from "../../drawing/log-axis.js";
import { distinct } from "../../drawing/numbers.js";
import { colours, sizes, zColour } from "../../drawing/theme.js";
import { endLabels, type EndLabel, type Point } from "../../drawing/marks.js";

/** One measurement of figure CLEAN. */
export interface CleaningRow {
  readonly cleaner: string;
  readonly of: "indicator" | "x";
  /** The correct indicator or the correct length of x; null in rows of the indicator map. */
  readonly wanted: 0 | 1 | null;
  /** The initial indicator, or the initial error of x; null if there is no initial error. */
  readonly input: number | null;
  readonly noise: number;
  readonly passes: number;
  /** The output indicator, or the root mean square error. */
  readonly output: number;
  /** Largest error of any sample; null in rows of the indicator map. */
  readonly worst: number | null;
  /** The output according to the formula; null if there is no formula. */
  readonly theory: number | null;
}

const names = ["copied", "ramp", "late ramp", "bit", "moved", "snap"];
const cleanerColours: Readonly<Record<string, string>> = {
  ramp: zColour(2),
  "late ramp": zColour(3),
  bit: zColour(4),
  snap: zColour(1),
};
const colourOf = (cleaner: string): string => cleanerColours[cleaner] ?? colours.reference;

/** The predicted map of each cleaner that has a formula, as the corners of a polyline. */
export type Formulas = Readonly<Partial<Record<string, readonly (readonly [number, number])[]>>>;

/**
 * Figure CLEAN: how cleaners reduce errors and noise.
 *
 * @param options.tolerance the largest error in x that the snap corrects
 */
export function cleaning(
  rows: readonly CleaningRow[],
  options: FigureOptions & { readonly tolerance: number; readonly formulas: Formulas },
): Figure {
  const { document, tolerance, formulas, width = sizes.width } = options;
  if (rows.length === 0) throw new InputError("rows: at least one row is needed.");
  const half = Math.floor(width / 2);
  const isNarrow = width < 600;
  const each = isNarrow ? width : half;
  const maps = [indicatorMap(rows, formulas, document, each), vectorMap(rows, formulas, document, each, tolerance)];
  return compose(options, {
    title: "Alternately inverted bits and a snapped x remove noise; copies accumulate it",
    keys: [
      { label: "measured", colour: colours.ink, mark: "dot" },
      { label: "formula", colour: colours.ink, mark: "line" },
      { label: "worst sample", colour: colours.ink, mark: "cross" },
      { label: "|x| = 0", colour: colours.ink, mark: "circle" },
    ],
    rows: [...(isNarrow ? maps.map((map) => [map]) : [maps]), [noisePanel(rows, document, width)]],
    caption:
      "Above: values after one pass without noise against those before it, for indicators (left) and for the error of x (right). Below: root mean square error after passes with noise (sd σ) " +
      "on every neuron in every layer, before the ReLU; a pass has two layers for a bit and three for the snap.",
  });
}

function indicatorMap(
  rows: readonly CleaningRow[],
  formulas: Formulas,
  document: Document,
  width: number,
): SVGSVGElement {
  const own = rows.filter(({ of, wanted }) => of === "indicator" && wanted === null);
  const cleaners = names.filter((name) => own.some(({ cleaner }) => cleaner === name));
  const given = own.flatMap(({ input }) => input ?? []);
  const [low, high] = [Math.min(...given), Math.max(...given)];
  const label = (cleaner: string): { x: number; y: number; text: string } => {
    const at = { copied: [0.08, 0.22], ramp: [0.71, 0.6], "late ramp": [0.78, 0.3], bit: [0.36, 0.78] }[cleaner]!;
    return { x: at[0], y: at[1], text: cleaner };
  };
  return panel(document, {
    width,
    height: 300,
    x: {
      domain: [low, high],
      label: "indicator in",
      ticks: [0, 0.25, 0.5, 0.75, 1],
      tickFormat: String,
    },
    y: {
      domain: [-0.05, 1.15],
      label: "indicator out",
      ticks: [0, 0.25, 0.5, 0.75, 1],
      tickFormat: String,
      grid: true,
    },
    marks: [
      ...cleaners.flatMap((name) => {
        const line = own.filter(({ cleaner }) => cleaner === name);
        const stroke = colourOf(name);
        return [
          Plot.line(formulas[name] ?? [], { stroke, strokeWidth: 1.2 }),
          Plot.dot(line, { x: "input", y: "output", r: sizes.dot - 0.4, fill: stroke }),
          Plot.text([label(name)], {
            x: "x",
            y: "y",
            text: "text",
            fill: stroke,
            fontSize: sizes.text,
            textAnchor: "middle",
          }),
        ];
      }),
    ],
  });
}

function vectorMap(
  rows: readonly CleaningRow[],
  formulas: Formulas,
  document: Document,
  width: number,
  tolerance: number,
): SVGSVGElement {
  const own = rows.filter(({ of, input }) => of === "x" && input !== null);
  const most = Math.max(...own.flatMap(({ input }) => input ?? []));
  const top = 0.6;
  const shown = own.filter(({ output }) => output <= top);
  return panel(document, {
    width,
    height: 300,
    x: { domain: [0, most], label: "|δx| in", ticks: [0, 0.1, 0.2, 0.3], tickFormat: String },
    y: {
      domain: [0, top],
      label: "|δx| out, root mean square",
      ticks: [0, 0.2, 0.4, 0.6],
      tickFormat: String,
      grid: true,
    },
    marks: [
      Plot.ruleX([tolerance], { stroke: colours.ink, strokeDasharray: "2 3" }),
      ...["moved", "snap"].flatMap((name) => {
        const stroke = colourOf(name);
        const of = (wanted: 0 | 1) => shown.filter((row) => row.cleaner === name && row.wanted === wanted);
        return [
          Plot.line(formulas[name] ?? [], { stroke, strokeWidth: 1.2 }),
          Plot.dot(of(1), { x: "input", y: "output", r: sizes.dot - 0.2, fill: stroke }),
          ...(name === "snap"
            ? [
                Plot.dot(of(0), {
                  x: "input",
                  y: "output",
                  r: sizes.dot,
                  fill: colours.paper,
                  stroke,
                  strokeWidth: 1.3,
                }),
                Plot.dot(
                  own.filter((row) => row.cleaner === name && row.wanted === 1 && row.worst! <= top),
                  {
                    ...{ x: "input", y: "worst", r: sizes.dot - 0.4, symbol: "times", stroke, strokeWidth: 1.2 },
                  },
                ),
              ]
            : []),
        ];
      }),
      Plot.text(
        [
          { x: 0.135, y: 0.19, text: "moved", fill: colourOf("moved") },
          { x: 0.05, y: 0.03, text: "snap", fill: colourOf("snap") },
          { x: 0.067, y: 0.5, text: "x = 0", fill: colourOf("snap") },
        ],
        { x: "x", y: "y", text: "text", fill: "fill", fontSize: sizes.text, textAnchor: "start" },
      ),
      Plot.text([{ x: tolerance, y: 0.57 }], {
        ...{
          x: "x",
          y: "y",
          text: () => "tolerance",
          dx: 4,
          textAnchor: "start",
          fill: colours.muted,
          fontSize: sizes.text,
        },
      }),
    ],
  });
}

function noisePanel(rows: readonly CleaningRow[], document: Document, width: number): SVGSVGElement {
  const own = rows.filter(({ noise, wanted }) => noise > 0 && wanted === 1);
  const noises = distinct(own.map(({ noise }) => noise));
  const passes = distinct(own.map(({ passes: count }) => count));
  const column = (noise: number): string => `σ = ${noise}`;
  const axis = logAxis(own.map(({ output }) => output));
  const point = (row: CleaningRow, y: number): Point => ({
    ...{ column: column(row.noise), x: row.passes, y, low: y, high: y, below: false },
  });
  const [height, marginTop, marginBottom] = [280, 36, 38];
  const lines = names.flatMap((name) =>
    noises.map((noise) => own.filter((row) => row.cleaner === name && row.noise === noise)),
  );
  const labels = lines.map((line): EndLabel => {
    const last = lastOf(line);
    const what = last.of === "x" ? `x ${last.cleaner}` : last.cleaner;
    return { text: what, colour: colourOf(last.cleaner), point: point(last, last.output) };
  });
  return panel(document, {
    ...{ width, height, marginTop, marginBottom },
    x: {
      type: "log",
      domain: [passes[0], lastOf(passes)],
      ticks: passes,
      tickFormat: "d",
      label: "passes",
      insetLeft: 10,
      insetRight: 76,
    },
    y: axis.scale("root mean square error of x, or of an indicator that should be 1"),
    fx: { domain: noises.map(column), label: null, padding: 0.06 },
    marks: [
      ...lines.flatMap((line) => {
        const stroke = colourOf(line[0].cleaner);
        const dashed = line[0].of === "x" ? "6 3" : null;
        const theory = line.flatMap((row) => (row.theory === null ? [] : [point(row, row.theory)]));
        const measured = line.map((row) => point(row, row.output));
        const at = { fx: "column", x: "x", y: "y" };
        return [
          Plot.line(theory.length > 0 ? theory : measured, {
            ...at,
            stroke,
            strokeWidth: 1.2,
            ...(dashed ? { strokeDasharray: dashed } : {}),
          }),
          Plot.dot(measured, { ...at, r: sizes.dot, fill: stroke }),
        ];
      }),
      ...endLabels(labels, axis, height - marginTop - marginBottom),
    ],
  });
}
