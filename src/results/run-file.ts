import { jsonWithRows } from "./table.js";
import { specHash } from "../config/hash.js";
import type { RunSpec } from "../config/run-spec.js";
import { flatRow } from "./file-rows.js";
import type { ErrorRow } from "./rows.js";

/**
 * The result as JSON, one row a line: the same bytes for the same spec.
 *
 * @param relaxed whether the relaxed kernels ran, whose last bits depend on the processor; the result then says so
 */
export async function runJson(
  spec: RunSpec,
  rows: readonly ErrorRow[],
  version: string,
  relaxed = false,
): Promise<string> {
  const head = { version, hash: await specHash(spec), spec, ...(relaxed ? { relaxed } : {}) };
  return jsonWithRows(head, rows.map(flatRow));
}
