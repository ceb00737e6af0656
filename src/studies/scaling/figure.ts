import { lastOf } from "../../base/last.js";
import * as Plot from "@observablehq/plot";
import { InputError } from "../../base/errors.js";
import type { ErrorReference } from "../../results/error-tables.js";
import { nameInFiles } from "../../results/file-rows.js";
import { statisticAt, type Activity, type ErrorRow, type Statistic } from "../../results/rows.js";
import { compose, panel, type Figure, type FigureOptions } from "../../drawing/compose.js";
import { logAxis, ticksWithin } from "../../drawing/log-axis.js";
import { distinct, median, shortNumber } from "../../drawing/numbers.js";
import { colours, sizes, zColour } from "../../drawing/theme.js";
import { symbolOf } from "../../drawing/symbols.js";
import {
  commonKeys,
  facets,
  guideLine,
  logPoint,
  measuredDots,
  naiveLine,
  referenceRings,
  samplesText,
  type Point,
} from "../../drawing/marks.js";

/** One network size, with its errors at one z and layer. */
export interface ScalingRow {
  readonly D: number;
  readonly T: number;
  readonly row: ErrorRow;
  /** The name at the start of the dot's tooltip; without a name, the dot has no tooltip. */
  readonly name?: string;
}

/** The reference's errors for one (D, T) pair. */
export interface ScalingReference extends ErrorReference {
  readonly D: number;
  readonly T: number;
}

/**
 * Figures R8–R11: mean squared errors against T(d/D)², in a grid of layers (down) and z (across). The logarithmic axes
 * are shared. The theory has one dashed line for each D, since it does not depend on T(d/D)² alone.
 *
 * @param options.readout selects the statistic, together with `circuits`; for R8, these are "x" and "active"
 * @param options.d number of neurons per layer of a circuit
 */
export function errorsByLoad(
  rows: readonly ScalingRow[],
  options: FigureOptions & {
    readonly readout: string;
    readonly circuits: Activity;
    readonly d: number;
    readonly reference?: readonly ScalingReference[];
    /** The naive network's error on this readout at a given size; omitted if unknown. [L4] */
    readonly naive?: (size: { readonly D: number; readonly T: number }) => number;
  },
): Figure {
  const { document, readout, circuits, d, reference = [], naive, width = sizes.width } = options;
  const of = { readout, activity: circuits };
  const drawn = rows.filter(({ row }) => row.layer > 0 && statisticAt(row, of) !== undefined);
  if (drawn.length === 0)
    throw new InputError(`rows: at least one row of a layer above 0 with a readout ${readout} is needed.`);
  const errorOf = ({ row }: ScalingRow): Statistic => row.readouts[readout][circuits];
  const zs = distinct(drawn.map(({ row }) => row.z));
  const layers = distinct(drawn.map(({ row }) => row.layer));
  const axis = logAxis(
    drawn.map((entry) => errorOf(entry).meanSquare),
    drawn.map((entry) => errorOf(entry).theory ?? 0),
  );
  const load = (entry: { D: number; T: number }): number => entry.T * (d / entry.D) ** 2;
  const place = (entry: { D: number; T: number }, z: number, layer: number) => {
    return { column: `z = ${z}`, row: `layer ${layer}`, x: load(entry) };
  };

  const measured = (z: number): Point[] =>
    drawn
      .filter(({ row }) => row.z === z)
      .map((entry) => ({
        ...logPoint(axis, place(entry, z, entry.row.layer), errorOf(entry).meanSquare, errorOf(entry).sd),
        ...(entry.name === undefined
          ? {}
          : { title: titleOfPoint(entry.name, entry.row, nameInFiles(of), errorOf(entry)) }),
      }));
  const theory = drawn
    .filter((entry) => (errorOf(entry).theory ?? 0) > axis.domain[0])
    .sort((a, b) => a.D - b.D || load(a) - load(b))
    .map((entry) => ({
      ...logPoint(axis, place(entry, entry.row.z, entry.row.layer), errorOf(entry).theory!, null),
      D: entry.D,
      z: entry.row.z,
    }));
  const rings = reference
    .filter((point) => zs.includes(point.z) && layers.includes(point.layer))
    .flatMap((point) => {
      const value = point.readouts[readout]?.[circuits]?.meanSquare;
      return value === undefined ? [] : [logPoint(axis, place(point, point.z, point.layer), value, null)];
    });

  const beaten = drawn
    .flatMap((entry) => {
      const value = naive === undefined || circuits === "inactive" ? 0 : naive(entry);
      if (value === 0 || axis.isBelow(value)) return [];
      return [{ ...logPoint(axis, place(entry, entry.row.z, entry.row.layer), value, null), D: entry.D }];
    })
    .sort((a, b) => a.x - b.x);
  const loads = drawn.map(load);
  const low = Math.min(...loads) / 1.35;
  const high = Math.max(...loads) * 1.35;
  const points = zs.map((z) => ({ z, points: measured(z) }));
  const where = { fx: "column", fy: "row" };
  const svg = panel(document, {
    width,
    height: 60 + 165 * layers.length,
    marginTop: 36,
    marginRight: 62,
    x: { type: "log", domain: [low, high], ticks: ticksWithin(low, high), tickFormat: String, label: "T(d/D)²" },
    y: axis.scale(symbolOf(readout, "meanSquare")),
    fx: { domain: zs.map((z) => `z = ${z}`), label: null, padding: 0.06 },
    fy: { domain: layers.map((layer) => `layer ${layer}`), label: null, padding: 0.08 },
    marks: [
      ...(readout === "x" && axis.domain[1] > 1 ? [guideLine(1)] : []),
      ...(beaten.length === 0 ? [] : [naiveLine(beaten, "D")]),
      ...referenceRings(rings, 3.6),
      ...points.flatMap(({ z, points: ofZ }) => [
        Plot.ruleX(
          ofZ.filter((point) => point.high > point.low),
          { ...facets(ofZ), x: "x", y1: "low", y2: "high", stroke: zColour(z), strokeWidth: 1.2 },
        ),
        ...measuredDots(ofZ, zColour(z), 2),
      ]),
      ...zs.map((z) =>
        Plot.line(
          theory.filter((point) => point.z === z),
          { ...where, x: "x", y: "y", z: "D", stroke: zColour(z), strokeWidth: 1.2, strokeDasharray: "4 2.5" },
        ),
      ),
    ],
  });
  const hasTheory = theory.length > 0;
  const theoryIsZero = drawn.every((entry) => errorOf(entry).theory === 0);
  const hasSpread = drawn.some((entry) => errorOf(entry).sd !== null);
  return compose(options, {
    title: titleOf(drawn, errorOf, readout, circuits, zs, layers, theoryIsZero),
    keys: [
      { label: hasSpread ? "measured, ± sd across networks" : "measured", colour: colours.ink, mark: "dot" },
      ...(!hasTheory ? [] : [{ ...commonKeys.theory, label: "theory, a line per D" }]),
      ...(beaten.length === 0 ? [] : [{ ...commonKeys.naive, label: `${commonKeys.naive.label}, a line per D` }]),
      ...(reference.length > 0 ? [commonKeys.reference] : []),
      ...(readout === "x" && axis.domain[1] > 1
        ? [{ label: "guessing the mean", colour: colours.ink, mark: "dotted" as const }]
        : []),
    ],
    rows: [[svg]],
    caption: [
      `${distinctPairs(drawn)} pairs (D, T); ${samplesText(drawn.map(({ row }) => row))}.`,
      theoryIsZero ? "Theory predicts 0." : "",
      axis.note,
    ],
  });
}

function titleOfPoint(
  name: string,
  { z, layer }: ErrorRow,
  quantity: string,
  { meanSquare, theory }: Statistic,
): string {
  const expected = theory === null ? "" : `, theory ${shortNumber(theory)}`;
  return `${name}, z = ${z}, layer ${layer}: ${quantity} mean square ${shortNumber(meanSquare)}${expected}`;
}

function distinctPairs(rows: readonly ScalingRow[]): number {
  return new Set(rows.map(({ D, T }) => `${D} ${T}`)).size;
}

function titleOf(
  rows: readonly ScalingRow[],
  errorOf: (row: ScalingRow) => Statistic,
  readout: string,
  circuits: Activity,
  zs: readonly number[],
  layers: readonly number[],
  theoryIsZero: boolean,
): string {
  const what = `${readout}, ${circuits} circuits`;
  if (theoryIsZero) {
    const first = layers.find((layer) =>
      rows.some((entry) => entry.row.layer === layer && errorOf(entry).meanSquare > 1e-6),
    );
    return first === undefined
      ? `${what}: no error at any layer, as theory predicts`
      : `${what}: theory predicts an error of 0; errors begin at layer ${first}`;
  }
  const z = zs[0];
  const ratio = (layer: number): number | null => {
    const ratios = rows
      .filter((entry) => entry.row.layer === layer && entry.row.z === z && (errorOf(entry).theory ?? 0) > 0)
      .map((entry) => errorOf(entry).meanSquare / errorOf(entry).theory!);
    return ratios.length === 0 ? null : median(ratios);
  };
  const known = layers.filter((layer) => ratio(layer) !== null);
  if (known.length === 0) return `${what}: mean squared error against T(d/D)²`;
  const at = (layer: number): string => `${shortNumber(ratio(layer)!, 2)} × theory at layer ${layer}`;
  const ends = known.length === 1 ? at(known[0]) : `${at(known[0])}, ${at(lastOf(known))}`;
  return `${what}: median ${ends} (z\u00a0=\u00a0${z})`;
}
