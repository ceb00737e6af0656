import { presentDesign } from "../designs/designs.js";
import type { RunSpec } from "../config/run-spec.js";
import { fileRow, rowsFrom } from "./file-rows.js";
import { named } from "./numbers-in-json.js";
import type { ErrorRow } from "./rows.js";

/** One line of a results file: a run of a sweep or a search. */
export interface ResultLine {
  readonly index: number;
  readonly hash: string;
  readonly spec: RunSpec;
  readonly rows: readonly ErrorRow[];
}

/** A run's line, its line break included: the same bytes for the same run, with nothing of when or where it ran. */
export function resultLine({ index, hash, spec, rows }: ResultLine): string {
  return `${JSON.stringify({ index, hash, spec, rows: rows.map(fileRow) }, named)}\n`;
}

/**
 * A results file's line, its design by its present name.
 *
 * @returns null for text that is no such line
 */
export function parseLine(text: string): ResultLine | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  const given = (typeof value === "object" && value !== null ? value : {}) as Partial<ResultLine>;
  const { index, hash, spec } = given;
  const isLine =
    Number.isSafeInteger(index) &&
    typeof hash === "string" &&
    /^[0-9a-f]{64}$/.test(hash) &&
    typeof spec === "object" &&
    spec !== null;
  const rows = isLine ? rowsFrom(given.rows) : null;
  return rows === null
    ? null
    : { index: index!, hash: hash!, spec: { ...spec!, design: presentDesign(spec!.design) }, rows };
}
