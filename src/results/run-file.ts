import { rowsToJson } from "./table.js";
import { specHash } from "../config/hash.js";
import type { RunSpec } from "../config/run-spec.js";
import type { ErrorRow } from "./rows.js";

/** A row with its statistics at the top level. */
export function flatRow({ errors, ...row }: ErrorRow): Record<string, unknown> {
  const { z, layer, samples, networks, inactiveSamples, ...rest } = row;
  const read = inactiveSamples === undefined ? {} : { inactiveSamples };
  return { z, layer, samples, networks, ...read, ...errors, ...rest };
}

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
  const fields = Object.entries(head).map(([key, value]) => `"${key}": ${JSON.stringify(value)}`);
  return `{\n${fields.join(",\n")},\n"rows": ${rowsToJson(rows.map(flatRow)).trimEnd()}\n}\n`;
}
