import { jsonWithRows } from "./table.js";
import { hashOf, specHash } from "../config/hash.js";
import type { RunSpec } from "../config/run-spec.js";
import type { NaiveErrors } from "../theory/naive.js";
import { beatsNaive } from "./beats-naive.js";
import { flatRow } from "./file-rows.js";
import type { ErrorRow } from "./rows.js";

/** A file whose samples were run in the place of drawn ones. */
export interface InputsFile {
  readonly file: string;
  readonly sha256: string;
  readonly samples: number;
  readonly z: number;
}

/**
 * The result as JSON, one row a line: the same bytes for the same spec.
 *
 * @param naive errors without computing in superposition, by readout
 * @param relaxed whether the relaxed kernels ran, whose last bits depend on the processor; the result then says so
 * @param inputs the file that the samples are from, where they were not drawn; the result names it, and its hash is of both
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
  const head = { version, hash, spec, ...how, naive, beatsNaive: beatsNaive(rows, naive) };
  return jsonWithRows(head, rows.map(flatRow));
}
