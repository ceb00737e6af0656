import { jsonWithRows } from "./table.js";
import { specHash } from "../config/hash.js";
import type { RunSpec } from "../config/run-spec.js";
import type { NaiveErrors } from "../theory/naive.js";
import { beatsNaive } from "./beats-naive.js";
import { flatRow } from "./file-rows.js";
import type { ErrorRow } from "./rows.js";

/**
 * The result as JSON, one row a line: the same bytes for the same spec.
 *
 * @param naive errors without computing in superposition, by readout
 * @param relaxed whether the relaxed kernels ran, whose last bits depend on the processor; the result then says so
 */
export async function runJson(
  spec: RunSpec,
  rows: readonly ErrorRow[],
  version: string,
  naive: Readonly<Record<string, NaiveErrors>>,
  relaxed = false,
): Promise<string> {
  const hash = await specHash(spec);
  const head = { version, hash, spec, ...(relaxed ? { relaxed } : {}), naive, beatsNaive: beatsNaive(rows, naive) };
  return jsonWithRows(head, rows.map(flatRow));
}
