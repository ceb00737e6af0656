import { parquetWriteBuffer, type BasicType } from "hyparquet-writer";
import { isNumber, numbered } from "./numbers-in-json.js";
import type { Cell } from "./table.js";

/**
 * Records as a Parquet file: a column for every key, in order of first appearance; missing values are null. Whole
 * numbers that fit are stored as 32-bit integers, other numbers as doubles, and everything else as text.
 */
export function parquetBytes(records: readonly Readonly<Record<string, Cell>>[]): Uint8Array {
  const names = new Set(records.flatMap((record) => Object.keys(record)));
  const columnData = Array.from(names, (name) => {
    const cells = records.map((record) => record[name] ?? null);
    const type = typeOf(cells);
    const data = type === "STRING" ? cells.map((cell) => (cell === null ? null : String(cell))) : cells.map(numbered);
    return { name, data, type, nullable: data.includes(null) };
  });
  return new Uint8Array(parquetWriteBuffer({ columnData }));
}

function typeOf(cells: readonly Cell[]): BasicType {
  const present = cells.filter((cell) => cell !== null);
  if (present.length > 0 && present.every((cell) => Number.isInteger(cell) && Math.abs(Number(cell)) < 2 ** 31)) {
    return "INT32";
  }
  const areNumbers = present.every(isNumber);
  return areNumbers ? "DOUBLE" : "STRING";
}
