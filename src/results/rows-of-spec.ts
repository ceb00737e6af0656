import type { RunSpec } from "../config/run-spec.js";
import { statisticsOf, type ErrorRow } from "./rows.js";

/** The fields of a spec that appear in the rows of its run. */
type Asked = Pick<RunSpec, "z" | "L" | "samples" | "networks">;

/**
 * The reason, in words, why these rows cannot come from a run with this spec; null if no such reason is found.
 *
 * @param readouts readouts of the spec's circuits; if omitted, every row must have the same readouts as the first
 */
export function rowsFault(
  { z, L, samples, networks }: Asked,
  rows: readonly ErrorRow[],
  readouts?: string[],
): string | null {
  const count = z.length * (L + 1);
  if (rows.length !== count) return `there are ${rows.length} rows; z and L require ${count}`;
  const names = (readouts ?? Object.keys(rows[0].readouts)).join(", ");
  const blocks = rows[0].activeFraction.length;
  for (const [k, row] of rows.entries()) {
    const own = z[Math.floor(k / (L + 1))];
    const layer = k % (L + 1);
    if (row.z !== own || row.layer !== layer) {
      return `row ${k} is for z = ${row.z}, layer ${row.layer}, not for z = ${own}, layer ${layer}`;
    }
    const where = `z = ${own}, layer ${layer}`;
    if (row.samples !== samples || (row.inactiveSamples ?? 0) > samples) return `${where}: wrong number of samples`;
    if (row.networks !== networks) return `${where}: ${row.networks} networks, not ${networks}`;
    if (Object.keys(row.readouts).join(", ") !== names) return `${where}: the readouts are not ${names}`;
    if (row.activeFraction.length !== blocks) return `${where}: wrong number of blocks`;
    if (!areNumbersOf(row)) return `${where}: an impossible value`;
  }
  return null;
}

/**
 * Checks that mean squares, lengths and shares are not negative, that shares are at most 1, and that there is a
 * standard deviation if and only if there are two or more networks.
 */
function areNumbersOf(row: ErrorRow): boolean {
  const { networks, activeFraction, activeFractionSd, expectedActiveFraction } = row;
  const isShare = (value: number): boolean => value >= 0 && value <= 1;
  return (
    activeFraction.every(isShare) &&
    (activeFractionSd === null) === networks < 2 &&
    expectedActiveFraction >= 0 &&
    statisticsOf(row).every(
      ({ meanSquare, sd, worst, wrong }) =>
        !(meanSquare < 0 || worst < 0 || (sd ?? 0) < 0) && (sd === null) === networks < 2 && isShare(wrong ?? 0),
    )
  );
}
