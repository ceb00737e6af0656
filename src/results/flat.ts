import { flatRow } from "./file-rows.js";
import type { ResultLine } from "./result-line.js";
import { flatten, type Cell } from "./table.js";

/**
 * A line's rows as flat records: the run's index and hash, its settings, then the row's fields such as
 * `xActive.meanSquare` and `activeFraction.0`. Settings that are lists or objects become JSON text.
 */
export function flatRows({ index, hash, spec, rows }: ResultLine): Record<string, Cell>[] {
  const settings: Record<string, Cell> = {};
  for (const [name, value] of Object.entries(spec)) {
    // z, samples and networks are left out of the settings, because every row already contains them.
    if (name === "z" || name === "samples" || name === "networks") continue;
    settings[name] = typeof value === "object" && value !== null ? JSON.stringify(value) : (value as Cell);
  }
  return rows.map((row) => {
    const record: Record<string, Cell> = { run: index, hash, ...settings };
    flatten(flatRow(row), "", (path, cell) => (record[path] = cell));
    return record;
  });
}
