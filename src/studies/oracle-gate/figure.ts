import * as Plot from "@observablehq/plot";
import { InputError } from "../../base/errors.js";
import type { ErrorReference } from "../../results/error-tables.js";
import type { ErrorRow, Statistic } from "../../results/rows.js";
import { compose, panel, type Figure, type FigureOptions } from "../../drawing/compose.js";
import { logAxis } from "../../drawing/log-axis.js";
import { distinct, shortNumber } from "../../drawing/numbers.js";
import { colours, sizes, zColour } from "../../drawing/theme.js";
import {
  commonKeys,
  facets,
  logPoint,
  measuredLine,
  referenceRings,
  samplesText,
  theoryLine,
  type Point,
  layerAxis,
} from "../../drawing/marks.js";

/** The authors' earlier estimate [E22b] of mean |δx|² of active circuits. */
export interface EarlierEstimate {
  readonly z: number;
  readonly layer: number;
  readonly value: number;
}

const errorOf = ({ readouts }: ErrorRow): Statistic => readouts["x"].active;

/**
 * Figure T11: with the oracle gate, errors of active circuits in each layer; one panel per z, [E22] dashed and [E22b]
 * dotted.
 */
export function oracleGate(
  rows: readonly ErrorRow[],
  options: FigureOptions & {
    readonly earlier: readonly EarlierEstimate[];
    readonly reference?: readonly ErrorReference[];
  },
): Figure {
  const { document, earlier, reference = [], width = sizes.width } = options;
  const drawn = rows.filter((row) => row.layer > 0 && row.readouts["x"] !== undefined);
  if (drawn.length === 0) throw new InputError("rows: at least one row of a layer above 0 with a readout x is needed.");
  const zs = distinct(drawn.map((row) => row.z));
  const layers = distinct(drawn.map((row) => row.layer));
  const seen = earlier.filter((point) => layers.includes(point.layer) && zs.includes(point.z));
  const axis = logAxis(
    drawn.map((row) => errorOf(row).meanSquare),
    [...drawn.map((row) => errorOf(row).theory ?? 0), ...seen.map((point) => point.value)],
  );
  const column = (z: number): string => `z = ${z}`;
  const at = (z: number, layer: number, value: number, sd: number | null = null): Point =>
    logPoint(axis, { column: column(z), x: layer }, value, sd);
  const visible = (value: number | null): boolean => value !== null && !axis.isBelow(value);
  const rings = reference
    .filter((point) => zs.includes(point.z) && layers.includes(point.layer))
    .flatMap((point) => {
      const value = point.readouts["x"]?.active?.meanSquare;
      return value === undefined ? [] : [at(point.z, point.layer, value)];
    });
  const svg = panel(document, {
    width,
    height: 320,
    marginTop: 36,
    x: layerAxis(layers, layers, { inset: 14 }),
    y: axis.scale("mean |δx|²"),
    fx: { domain: zs.map(column), label: null, padding: 0.08 },
    marks: [
      ...referenceRings(rings),
      ...zs.flatMap((z) => {
        const ofZ = drawn.filter((row) => row.z === z);
        const estimate = seen
          .filter((point) => point.z === z && visible(point.value))
          .map((point) => at(z, point.layer, point.value));
        const theory = ofZ
          .filter((row) => visible(errorOf(row).theory))
          .map((row) => at(z, row.layer, errorOf(row).theory!));
        const measured = ofZ.map((row) => at(z, row.layer, errorOf(row).meanSquare, errorOf(row).sd));
        return [
          Plot.line(estimate, {
            ...facets(estimate),
            x: "x",
            y: "y",
            stroke: colours.muted,
            strokeWidth: 1.6,
            strokeDasharray: "1.5 3",
          }),
          theoryLine(theory, zColour(z)),
          ...measuredLine(measured, zColour(z)),
        ];
      }),
    ],
  });
  const ratio = (of: (row: ErrorRow) => number | null): string => {
    const ratios = drawn
      .map((row) => ({ measured: errorOf(row).meanSquare, predicted: of(row) ?? 0 }))
      .filter(({ predicted }) => predicted > 1e-9)
      .map(({ measured, predicted }) => measured / predicted);
    return ratios.length === 0
      ? "–"
      : `${shortNumber(Math.min(...ratios), 2)} to ${shortNumber(Math.max(...ratios), 2)}`;
  };
  const byTheory = ratio((row) => errorOf(row).theory);
  const byEarlier = ratio((row) => seen.find((point) => point.z === row.z && point.layer === row.layer)?.value ?? null);
  return compose(options, {
    title: `With the oracle gate, errors are ${byTheory} times as large as in theory`,
    keys: [
      commonKeys.measured,
      { ...commonKeys.theory, label: "theory [E22]" },
      { label: "earlier estimate [E22b]", colour: colours.muted, mark: "dotted" },
      ...(drawn.some((row) => errorOf(row).sd !== null) ? [commonKeys.band] : []),
      ...(reference.length > 0 ? [commonKeys.reference] : []),
    ],
    rows: [[svg]],
    caption: [
      `Active circuits; ${samplesText(drawn)}. The measured errors are ${byEarlier} times the earlier estimate.`,
      axis.note,
    ],
  });
}
