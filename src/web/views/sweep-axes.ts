import { nameInFiles } from "../../results/file-rows.js";
import { bothOf, type ErrorRow, type StatisticOf } from "../../results/rows.js";
import { shapeOf, type RunSpec } from "../../config/run-spec.js";
import { symbolOf } from "../../drawing/symbols.js";
import { specFields } from "../../config/fields.js";
import type { ResultLine } from "../../results/result-line.js";
import { fieldLabel } from "../spec/field-label.js";

/** A quantity that varies between the rows of a sweep; it can be an axis or distinguish series. */
export interface Axis {
  /** The name of a field of the spec, or "z", "layer" or "load". */
  readonly name: string;
  readonly label: string;
  /** The distinct values: numbers in ascending order, then words in order of appearance. */
  readonly values: readonly (number | string)[];
  readonly valueOf: (line: ResultLine, row: ErrorRow) => number | string;
}

/** The axes of a sweep: the fields that were swept, z, the load T(d/D)² if D or T was swept, and finally the layer. */
export function axesOf(lines: readonly ResultLine[]): Axis[] {
  const fields = specFields
    .filter(({ name }) => name !== "z")
    .map((field): Axis => {
      const valueOf = ({ spec }: ResultLine): number | string => plainValue(spec[field.name as keyof RunSpec]);
      return axis(field.name, fieldLabel(field), lines.map(valueOf), valueOf);
    })
    .filter(({ values }) => values.length > 1);
  const load = ({ spec }: ResultLine): number => {
    const { T, d, D } = shapeOf(spec);
    return T * (d / D) ** 2;
  };
  const isLoaded = fields.some(({ name }) => name === "D" || name === "T");
  const rows = lines.flatMap((line) => line.rows);
  const zs = axis("z", "z, active at once", rows.map(zOf), (_line, row) => row.z);
  return [
    ...fields,
    ...(isLoaded ? [axis("load", "T(d/D)²", lines.map(load), load)] : []),
    ...(zs.values.length > 1 ? [zs] : []),
    axis("layer", "layer l", rows.map(layerOf), (_line, row) => row.layer),
  ];
}

const zOf = ({ z }: ErrorRow): number => z;
const layerOf = ({ layer }: ErrorRow): number => layer;

function axis(name: string, label: string, all: readonly (number | string)[], valueOf: Axis["valueOf"]): Axis {
  const seen = new Set(all);
  const numbers = [...seen].filter((value) => typeof value === "number").sort((a, b) => a - b);
  const words = [...seen].filter((value) => typeof value === "string");
  return { name, label, values: [...numbers, ...words], valueOf };
}

/** A field's value as a number or a short text. */
function plainValue(value: unknown): number | string {
  if (typeof value === "number") return value;
  if (typeof value === "object" && value !== null && !Array.isArray(value)) {
    const { name, kind } = value as { readonly name?: unknown; readonly kind?: unknown };
    return String(name ?? kind ?? "given").slice(0, 40);
  }
  const text = value === null ? "computed" : String(value);
  return text.length > 40 ? `${text.slice(0, 39)}…` : text;
}

/** A number that every row has and that can be plotted. */
export interface Quantity {
  readonly name: string;
  readonly label: string;
  /** The readout that the number describes; null if it is not a statistic of a readout. */
  readonly of: StatisticOf | null;
  /** Whether the axis is logarithmic: true for errors, which span several decades, and false for shares. */
  readonly isLog: boolean;
  readonly valueOf: (row: ErrorRow) => number | null;
}

/** The quantities that all rows have. */
export function quantitiesOf(lines: readonly ResultLine[]): Quantity[] {
  const first = lines[0].rows[0];
  const isEverywhere = (has: (row: ErrorRow) => boolean): boolean => lines.every(({ rows }) => rows.every(has));
  const names = Object.keys(first.readouts).filter((name) =>
    isEverywhere(({ readouts }) => Object.hasOwn(readouts, name)),
  );
  names.sort((a, b) => Number(b.startsWith("x")) - Number(a.startsWith("x")));
  const errors = names.flatMap(bothOf).flatMap((of) => {
    const { readout, activity } = of;
    const quantity = (field: "meanSquare" | "worst" | "theory", symbol: string): Quantity => ({
      ...{ name: `${nameInFiles(of)}.${field}`, label: `${symbol}, ${activity} circuits`, of, isLog: true },
      valueOf: ({ readouts }) => readouts[readout][activity][field],
    });
    const meanSquare = symbolOf(readout, "meanSquare");
    return [
      quantity("meanSquare", meanSquare),
      quantity("worst", symbolOf(readout, "worst")),
      quantity("theory", `theory for ${meanSquare}`),
    ];
  });
  const blocks = Math.min(16, ...lines.map(({ rows }) => rows[0].activeFraction.length));
  const shares = Array.from({ length: blocks }, (_, i): Quantity => ({
    ...{ name: `activeFraction.${i}`, label: `share of block ${i} that is on`, of: null, isLog: false },
    valueOf: ({ activeFraction }) => activeFraction[i] ?? null,
  }));
  return [...errors, ...shares];
}

/** All layers that occur in the rows, ascending. */
export function layersOf(lines: readonly ResultLine[]): number[] {
  return [...new Set(lines.flatMap(({ rows }) => rows.map(layerOf)))].sort((a, b) => a - b);
}

/** Which rows are drawn, and how. */
export interface Choice {
  readonly x: Axis;
  readonly y: Quantity;
  /** The quantity that distinguishes series; null if there is only one series. */
  readonly series: Axis | null;
  /** The layer whose rows are drawn, unless the layer is one of the axes. */
  readonly layer: number;
}

/** The largest number of series that can be told apart by colour. */
const MOST_SERIES = 10;

/** Axes that can distinguish series. */
export const seriesOf = (axes: readonly Axis[], x: Axis): Axis[] =>
  axes.filter(({ name, values }) => name !== x.name && values.length > 1 && values.length <= MOST_SERIES);

/**
 * A useful default: the field with the most values on the x axis, series distinguished by z or another field, and the
 * last layer.
 */
export function firstChoice(axes: readonly Axis[], quantities: readonly Quantity[], layers: readonly number[]): Choice {
  const isDrawn = ({ name, values }: Axis): boolean =>
    !["seed", "layer", "load", "z"].includes(name) && values.every((value) => typeof value === "number");
  const fields = axes.filter(isDrawn).sort((a, b) => b.values.length - a.values.length);
  const x = fields[0] ?? axes[axes.length - 1];
  const isSeries = ({ name }: Axis): boolean => name !== "seed" && name !== "load" && name !== "layer";
  const candidates = seriesOf(axes, x).filter(isSeries);
  const series = candidates.find(({ name }) => name === "z") ?? candidates[0] ?? null;
  return { x, y: quantities[0], series, layer: layers[layers.length - 1] };
}

/** Whether the layer is an axis or distinguishes series. */
export function isByLayer({ x, series }: Choice): boolean {
  return x.name === "layer" || series?.name === "layer";
}

/** A row as a point of the figure. */
export interface RunPoint {
  readonly line: ResultLine;
  readonly row: ErrorRow;
  readonly x: number | string;
  readonly y: number;
  readonly series: number | string;
}

/** The rows selected by a choice, as points; rows without a finite value are left out. */
export function pointsOf(lines: readonly ResultLine[], choice: Choice): RunPoint[] {
  const { x, y, series, layer } = choice;
  const isLayerUsed = isByLayer(choice);
  return lines.flatMap((line) =>
    line.rows.flatMap((row) => {
      if (!isLayerUsed && row.layer !== layer) return [];
      const value = y.valueOf(row);
      if (value === null || !Number.isFinite(value)) return [];
      return [{ line, row, x: x.valueOf(line, row), y: value, series: series?.valueOf(line, row) ?? "" }];
    }),
  );
}
