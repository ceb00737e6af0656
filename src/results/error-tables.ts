import { spelled, statisticAt, type Activity, type ErrorRow, type StatisticOf } from "./rows.js";
import type { ComparisonEntry } from "./compare.js";
import type { Table } from "./table.js";

/**
 * The reference's numbers for one z and one layer. They are drawn as grey rings and compared with our results; some may
 * be missing.
 */
export interface ErrorReference {
  readonly z: number;
  readonly layer: number;
  readonly readouts: Readonly<Record<string, Readonly<Partial<Record<Activity, ReferenceStatistic>>>>>;
}

export interface ReferenceStatistic {
  readonly meanSquare: number;
  /** Standard deviation of the mean square across networks; used for tolerances, not drawn. */
  readonly sd?: number | null;
  readonly worst?: number;
}

/**
 * Pairs of our mean squares and the reference's, in the form that `compare` takes: a pair for every requested error at
 * every z and layer for which both exist. Layer 0 is omitted because its error is 0 by definition.
 *
 * @param prefix text that goes before each label, such as "D = 1000, T = 500, "
 */
export function errorEntries(
  rows: readonly ErrorRow[],
  reference: readonly ErrorReference[],
  which: readonly StatisticOf[],
  prefix = "",
): ComparisonEntry[] {
  const theirs = new Map(reference.map((point) => [`${point.z} ${point.layer}`, point.readouts]));
  return rows
    .filter((row) => row.layer > 0)
    .flatMap((row) =>
      which.flatMap((of) => {
        const ours = statisticAt(row, of);
        const other = theirs.get(`${row.z} ${row.layer}`)?.[of.readout]?.[of.activity];
        if (ours === undefined || other === undefined) return [];
        return [
          {
            label: `${prefix}${spelled(of)}, z = ${row.z}, layer ${row.layer}`,
            ours: ours.meanSquare,
            oursSd: ours.sd,
            reference: other.meanSquare,
            referenceSd: other.sd ?? null,
          },
        ];
      }),
    );
}

/**
 * Measurement compared with theory: one line per z and layer, with measured value, theory and ratio for each requested
 * error.
 */
export function theoryTable(rows: readonly ErrorRow[], which: readonly StatisticOf[]): Table {
  return {
    caption: "Mean squared errors; ratio = measured / theory",
    columns: ["z", "layer", ...which.flatMap((of) => [`${spelled(of)}: measured`, "theory", "ratio"])],
    rows: rows
      .filter((row) => row.layer > 0)
      .map((row) => [
        row.z,
        row.layer,
        ...which.flatMap((of) => {
          const error = statisticAt(row, of);
          if (error === undefined) return [null, null, null];
          const { meanSquare, theory } = error;
          return [meanSquare, theory, theory === null || theory === 0 ? null : meanSquare / theory];
        }),
      ]),
  };
}
