import { flatRow } from "./file-rows.js";
import type { ResultLine } from "./result-line.js";

/** A value of a flat table. */
export type Cell = string | number | boolean | null;

/**
 * A line's rows as flat records: the run's index and hash, its settings, then the row's fields such as
 * `xActive.meanSquare` and `activeFraction.0`. Lists and given circuits of the settings are JSON text.
 */
export function flatRows({ index, hash, spec, rows }: ResultLine): Record<string, Cell>[] {
  const settings: Record<string, Cell> = {};
  for (const [name, value] of Object.entries(spec)) {
    // z, samples and networks are in every row.
    if (name === "z" || name === "samples" || name === "networks") continue;
    settings[name] = typeof value === "object" && value !== null ? JSON.stringify(value) : (value as Cell);
  }
  return rows.map((row) => {
    const record: Record<string, Cell> = { run: index, hash, ...settings };
    flatten(flatRow(row), "", record);
    return record;
  });
}

function flatten(value: unknown, path: string, record: Record<string, Cell>): void {
  if (typeof value === "object" && value !== null) {
    for (const [key, inner] of Object.entries(value)) flatten(inner, path === "" ? key : `${path}.${key}`, record);
  } else record[path] = value as Cell;
}
