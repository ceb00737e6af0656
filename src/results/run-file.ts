import { jsonWithRows, rowsToCsv } from "./table.js";
import { hashOf, specHash } from "../config/hash.js";
import type { RunSpec } from "../config/run-spec.js";
import type { NaiveErrors } from "../theory/naive.js";
import { beatsNaive, naiveAt } from "./beats-naive.js";
import { flatRow } from "./file-rows.js";
import type { ErrorRow } from "./rows.js";
import { isVoid, theoryEnds } from "./theory-ends.js";

/** The file of samples that were run in place of random ones. */
export interface InputsFile {
  readonly file: string;
  readonly sha256: string;
  readonly samples: number;
  readonly z: number;
}

/**
 * The result as JSON, one row per line: the same bytes for the same spec.
 *
 * @param naive errors of the naive network, by readout
 * @param relaxed whether the run used the relaxed kernels, in which case the last bits of numbers depend on the
 *   processor; the result says so
 * @param inputs the file that holds the samples, if they were not random; the result names it, and the result's hash
 *   covers spec and file
 */
export async function runJson(
  spec: RunSpec,
  rows: readonly ErrorRow[],
  version: string,
  naive: Readonly<Record<string, NaiveErrors>>,
  { relaxed = false, inputs }: { readonly relaxed?: boolean; readonly inputs?: InputsFile | undefined } = {},
): Promise<string> {
  const hash = inputs === undefined ? await specHash(spec) : await hashOf({ spec, inputs: inputs.sha256 });
  const how = { ...(inputs === undefined ? {} : { inputs }), ...(relaxed ? { relaxed } : {}) };
  const head = {
    version,
    hash,
    spec,
    ...how,
    naive,
    beatsNaive: beatsNaive(rows, naive),
    theoryEnds: theoryEnds(rows),
  };
  return jsonWithRows(head, rows.map(flatRow));
}

/**
 * The rows as CSV. Each row says whether its theory applies. For each readout, it also contains the errors of the naive
 * network and those of outputting the best constant.
 *
 * @param naive errors of the naive network, by readout
 */
export function runCsv(rows: readonly ErrorRow[], naive: Readonly<Record<string, NaiveErrors>>): string {
  return rowsToCsv(csvRows(rows, naive));
}

/** The rows that `runCsv` writes. */
export function csvRows(rows: readonly ErrorRow[], naive: Readonly<Record<string, NaiveErrors>>): object[] {
  const ends = theoryEnds(rows);
  return rows.map((row) => {
    const ended = isVoid(ends, row);
    const at = (of: keyof NaiveErrors): object =>
      Object.fromEntries(Object.entries(naive).map(([readout, errors]) => [readout, naiveAt(errors[of], row.layer)]));
    return {
      ...flatRow(row),
      theoryHolds: ended === null ? null : !ended,
      naive: at("naive"),
      bestConstant: at("bestConstant"),
    };
  });
}
