import { lastOf } from "../../base/last.js";
import * as Plot from "@observablehq/plot";
import { InputError } from "../../base/errors.js";
import { compose, panel, type Figure, type FigureOptions } from "../../drawing/compose.js";
import { grouped } from "../../drawing/numbers.js";
import { colours, sizes, zColour } from "../../drawing/theme.js";
import { ticksWithin } from "../../drawing/log-axis.js";
import type { LargestCount } from "../bisection.js";
import type { PowerLaw } from "./power-law.js";

export interface CapacityRow extends LargestCount {
  readonly samples: number;
  readonly networks: number;
}

/**
 * The largest T against D, both logarithmic, CAP: measured, the fitted power, D²/d² and D²/(d² ln T) through the middle of
 * the points, and the end of the assignment. [E24]
 */
export function capacity(
  rows: readonly CapacityRow[],
  options: FigureOptions & {
    readonly fit: PowerLaw | null;
    readonly threshold: number;
    readonly layer: number;
    readonly z: number;
    readonly d: number;
  },
): Figure {
  const { document, fit, threshold, layer, z, d, width = sizes.width } = options;
  if (rows.length === 0) throw new InputError("rows: at least one D is needed.");
  const kept = rows.filter(({ censored }) => !censored);
  const anchor = kept[Math.floor(kept.length / 2)] ?? rows[0];
  const Ds = rows.map(({ D }) => D);
  const fine = Array.from({ length: 60 }, (_, i) => Ds[0] * (lastOf(Ds) / Ds[0]) ** (i / 59));
  const square = fine.map((D) => ({ D, T: anchor.T * (D / anchor.D) ** 2 }));
  const withLog = fine.map((D) => ({ D, T: solveLog(anchor.T * Math.log(anchor.T) * (D / anchor.D) ** 2) }));
  const fitted = fit === null ? [] : fine.map((D) => ({ D, T: fit.factor * D ** fit.exponent }));
  const heights = [...rows, ...square, ...withLog, ...fitted]
    .map(({ T }) => T)
    .concat(rows.map((row) => row.assignable));
  const ticks = ticksWithin(Math.min(...heights), Math.max(...heights), 5);
  const line = { x: "D", y: "T" };
  const svg = panel(document, {
    isFramed: false,
    width,
    height: 420,
    marginLeft: 64,
    marginRight: 24,
    x: { type: "log", label: "D, neurons per layer", ticks: Ds, tickFormat: (D: number) => grouped(D) },
    y: { type: "log", label: "largest T" },
    marks: [
      Plot.gridY(ticks),
      // Plot's own axis leaves labels out.
      Plot.axisY({ ticks, text: (T: number) => grouped(T) }),
      Plot.line(rows, { x: "D", y: "assignable", stroke: colours.muted, strokeWidth: 1 }),
      Plot.line(square, { ...line, stroke: colours.ink, strokeDasharray: "7 5" }),
      Plot.line(withLog, { ...line, stroke: colours.ink, strokeDasharray: "2 3" }),
      Plot.line(fitted, { ...line, stroke: measured, strokeWidth: sizes.line }),
      Plot.ruleX(kept, {
        x: "D",
        y1: (row: CapacityRow) => row.T * Math.exp(-row.logSd),
        y2: (row: CapacityRow) => row.T * Math.exp(row.logSd),
        stroke: measured,
      }),
      Plot.dot(kept, { ...line, r: 4, fill: measured }),
      Plot.dot(rows, { ...line, filter: "censored", r: 4.5, stroke: measured, strokeWidth: 1.5 }),
    ],
  });
  return compose(options, {
    title:
      fit === null
        ? "Largest number of circuits by width"
        : `The largest T grows as D to the power ${fit.exponent.toFixed(2)} ± ${fit.exponentSd.toFixed(2)}`,
    keys: [
      { label: "measured, ± sd", colour: measured, mark: "dot" },
      { label: "fitted power", colour: measured, mark: "line" },
      { label: `D²/d²`, colour: colours.ink, mark: "dashed" },
      { label: `D²/(d² ln T)`, colour: colours.ink, mark: "dotted" },
      { label: "end of the assignment", colour: colours.muted, mark: "line" },
      ...(kept.length < rows.length ? [{ label: "censored", colour: measured, mark: "circle" as const }] : []),
    ],
    rows: [[svg]],
    caption:
      `Largest T with mean |δx|² of active circuits below ${threshold} at layer ${layer}, z = ${z}, d = ${d}; ` +
      `${Math.min(...rows.map(({ samples }) => samples))} to ${Math.max(...rows.map(({ samples }) => samples))} samples in each of 3 to ${Math.max(...rows.map(({ networks }) => networks))} networks per probe.`,
  });
}

const measured = zColour(1);

/** T with T·ln T = value, by Newton's method. */
function solveLog(value: number): number {
  let T = Math.max(2, value / Math.log(Math.max(3, value)));
  for (let step = 0; step < 30; step++) T = Math.max(1.5, T - (T * Math.log(T) - value) / (Math.log(T) + 1));
  return T;
}
