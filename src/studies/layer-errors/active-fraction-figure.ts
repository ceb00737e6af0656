import { lastOf } from "../../base/last.js";
import { InputError } from "../../base/errors.js";
import type { ErrorRow } from "../../results/rows.js";
import { compose, panel, type Figure, type FigureOptions } from "../../drawing/compose.js";
import { distinct } from "../../drawing/numbers.js";
import { spread } from "../../drawing/text-layout.js";
import { sizes, zColour } from "../../drawing/theme.js";
import { firstLayers, layerTicks } from "./figure.js";
import {
  commonKeys,
  endLabel,
  measuredLine,
  referenceRings,
  samplesText,
  theoryLine,
  zLabel,
  type Point,
  layerAxis,
} from "../../drawing/marks.js";

/** The reference's share of active neurons per block, [d]. */
export interface ActiveFractionReference {
  readonly z: number;
  readonly layer: number;
  readonly activeFraction: readonly number[];
}

/**
 * Figure R7: the share of active neurons by layer, with one panel per block and z·S·d/D as a dashed line. [E19]
 *
 * @param options.blockNames names of a circuit's neurons, [d]; default "block 0", "block 1", …
 */
export function activeFraction(
  rows: readonly ErrorRow[],
  options: FigureOptions & {
    readonly blockNames?: readonly string[];
    readonly reference?: readonly ActiveFractionReference[];
  },
): Figure {
  const { document, reference = [], width = sizes.width } = options;
  const blocks = rows[0]?.activeFraction.length ?? 0;
  if (blocks === 0) throw new InputError("rows: at least one row with active fractions is needed.");
  const names = Array.from({ length: blocks }, (_, block) => options.blockNames?.[block] ?? `block ${block}`);
  const zs = distinct(rows.map((row) => row.z));
  const layers = distinct(rows.map((row) => row.layer));

  const measured = (z: number): Point[] =>
    names.flatMap((column, block) =>
      rows
        .filter((row) => row.z === z)
        .map((row) => {
          const y = row.activeFraction[block];
          const sd = row.activeFractionSd?.[block] ?? 0;
          return { column, x: row.layer, y, low: Math.max(0, y - sd), high: y + sd, below: false };
        }),
    );
  const expected = (z: number): Point[] =>
    names.flatMap((column) =>
      rows
        .filter((row) => row.z === z)
        .map(({ layer, expectedActiveFraction: y }) => ({ column, x: layer, y, low: y, high: y, below: false })),
    );
  const rings = reference
    .filter((point) => zs.includes(point.z) && layers.includes(point.layer))
    .flatMap((point) =>
      names.map((column, block) => {
        const y = point.activeFraction[block];
        return { column, x: point.layer, y, low: y, high: y, below: false };
      }),
    );

  const height = 300;
  const margins = { marginTop: 36, marginBottom: 36 };
  const lines = zs.map((z) => ({ z, points: measured(z) }));
  const top =
    1.08 * Math.max(...lines.flatMap(({ points }) => points.map((point) => point.high)), ...rings.map((r) => r.y));
  const inner = height - margins.marginTop - margins.marginBottom;
  const labels = names.flatMap((column) => {
    const ends = [...lines]
      .reverse()
      .map(({ z, points }) => zLabel(z, lastOf(points.filter((point) => point.column === column))));
    const wanted = ends.map(({ point }) => inner * (1 - point.y / top));
    const placed = spread(wanted, sizes.text + 2, 5, inner - 5);
    return ends.map((label, index) => endLabel(label, top * (1 - placed[index] / inner), 6));
  });
  const svg = panel(document, {
    ...margins,
    width,
    height,
    x: layerAxis(layers, layerTicks(layers, width / names.length - 70), { insetLeft: 8, insetRight: 44 }),
    y: {
      domain: [0, top],
      ticks: 6,
      tickFormat: (tick: number) => String(Number(tick.toFixed(3))),
      label: "share of neurons with A > 10⁻⁴",
      grid: true,
    },
    fx: { domain: names, label: null, padding: 0.08 },
    marks: [
      ...zs.map((z) => theoryLine(expected(z), zColour(z))),
      ...referenceRings(rings),
      ...lines.flatMap(({ z, points }) => measuredLine(points, zColour(z))),
      ...labels,
    ],
  });

  const seizes = firstLayers(
    rows,
    (row) => row.layer > 0 && row.activeFraction.some((share) => share > 2 * row.expectedActiveFraction),
  );
  return compose(options, {
    title:
      seizes === null
        ? "Active neurons stay near z·S·d/D: no seizure"
        : `The seizure: from ${seizes} on, some block has over twice the expected number of active neurons`,
    keys: [
      { ...commonKeys.measured, label: "measured, by z" },
      { ...commonKeys.theory, label: "expected while gates work, z·S·d/D" },
      ...(rows.some((row) => row.activeFractionSd !== null) ? [commonKeys.band] : []),
      ...(reference.length > 0 ? [commonKeys.reference] : []),
    ],
    rows: [[svg]],
    caption: `${samplesText(rows)}. Share of a block's neurons that are on, averaged over samples; layer 0 is A⁰, before bias and gate.`,
  });
}
