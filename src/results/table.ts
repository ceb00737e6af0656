import { named } from "./numbers-in-json.js";

/** A small table of text and numbers; numbers are set in tabular figures with three significant digits. */
export interface Table {
  readonly caption: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | number | null)[])[];
}

/** A value in a flat table. */
export type Cell = string | number | boolean | null;

/**
 * Rows as JSON, one per line, with numbers in full precision and keys in the same order as in the row.
 */
export function rowsToJson(rows: readonly object[]): string {
  if (rows.length === 0) return "[]\n";
  const lines = rows.map((row) => JSON.stringify(row, named));
  return `[\n${lines.join(",\n")}\n]\n`;
}

/** A JSON object: the fields of `head`, one per line, and then `rows`. */
export function jsonWithRows(head: object, rows: readonly object[]): string {
  const fields = Object.entries(head).map(([key, value]) => `"${key}": ${JSON.stringify(value)}`);
  return `{\n${fields.join(",\n")},\n"rows": ${rowsToJson(rows).trimEnd()}\n}\n`;
}

/**
 * Rows as CSV (RFC 4180: CRLF, quotes doubled). Nested fields are flattened to columns such as
 * `errors.xActive.meanSquare` and `activeFraction.0`, columns are in order of first appearance, and null or missing
 * values are empty.
 */
export function rowsToCsv(rows: readonly object[]): string {
  const flat = rows.map((row) => {
    const cells = new Map<string, Cell>();
    flatten(row, "", (path, cell) => cells.set(path, cell));
    return cells;
  });
  const seen = [...new Set(flat.flatMap((cells) => [...cells.keys()]))];
  // A field that is null in one row and an object in another needs no separate column.
  const columns = seen.filter((column) => !seen.some((other) => other.startsWith(`${column}.`)));
  const lines = [columns, ...flat.map((cells) => columns.map((column) => String(cells.get(column) ?? "")))];
  return lines.map((line) => `${line.map(quoted).join(",")}\r\n`).join("");
}

/** For every value in plain data, which may be nested, calls `take` with the value's path and the value. */
export function flatten(value: unknown, path: string, take: (path: string, cell: Cell) => void): void {
  if (typeof value === "object" && value !== null) {
    for (const [key, inner] of Object.entries(value)) flatten(inner, path === "" ? key : `${path}.${key}`, take);
  } else take(path, (value ?? null) as Cell);
}

function quoted(cell: string): string {
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
