import type { ErrorRow } from "./rows.js";
import type { ComparisonEntry } from "./compare.js";
import type { ErrorReference } from "./references.js";
import type { Table } from "./table.js";

/** "xActive" → "x, active". */
function spelled(name: string): string {
  const match = /^(.+?)(Active|Inactive)$/.exec(name);
  return match === null ? name : `${match[1]}, ${match[2].toLowerCase()}`;
}

/**
 * Mean squares of ours beside those of the reference, for `compare`: every named error at every z and layer that both
 * have. Layer 0 is left out: its error is 0 by definition.
 *
 * @param names which errors: "xActive", …
 * @param prefix goes before each label, such as "D = 1000, T = 500, "
 */
export function errorEntries(
  rows: readonly ErrorRow[],
  reference: readonly ErrorReference[],
  names: readonly string[],
  prefix = "",
): ComparisonEntry[] {
  const theirs = new Map(reference.map((point) => [`${point.z} ${point.layer}`, point.errors]));
  return rows
    .filter((row) => row.layer > 0)
    .flatMap((row) =>
      names.flatMap((name) => {
        const ours = row.errors[name];
        const other = theirs.get(`${row.z} ${row.layer}`)?.[name];
        if (ours === undefined || other?.meanSquare === undefined) return [];
        return [
          {
            label: `${prefix}${spelled(name)}, z = ${row.z}, layer ${row.layer}`,
            ours: ours.meanSquare,
            oursSd: ours.sd,
            reference: other.meanSquare,
            referenceSd: other.sd ?? null,
          },
        ];
      }),
    );
}

/** Measured against theory: one line per z and layer, measured, theory and their ratio for each named error. */
export function theoryTable(rows: readonly ErrorRow[], names: readonly string[]): Table {
  return {
    caption: "Mean squared errors; ratio = measured / theory",
    columns: ["z", "layer", ...names.flatMap((name) => [`${spelled(name)}: measured`, "theory", "ratio"])],
    rows: rows
      .filter((row) => row.layer > 0)
      .map((row) => [
        row.z,
        row.layer,
        ...names.flatMap((name) => {
          const error = row.errors[name];
          if (error === undefined) return [null, null, null];
          const { meanSquare, theory } = error;
          return [meanSquare, theory, theory === null || theory === 0 ? null : meanSquare / theory];
        }),
      ]),
  };
}
