import { parquetWriteBuffer, type BasicType } from "hyparquet-writer";
import type { Cell } from "./flat.js";

/**
 * Records as a Parquet file: a column for every key, in order of first appearance; what a record lacks is null. Whole
 * numbers that fit are 32-bit integers, other numbers doubles, the rest text.
 */
export function parquetBytes(records: readonly Readonly<Record<string, Cell>>[]): Uint8Array {
  const names = new Set(records.flatMap((record) => Object.keys(record)));
  const columnData = Array.from(names, (name) => {
    const cells = records.map((record) => record[name] ?? null);
    const type = typeOf(cells);
    const data = type === "STRING" ? cells.map((cell) => (cell === null ? null : String(cell))) : cells.map(numberFrom);
    return { name, data, type, nullable: data.includes(null) };
  });
  return new Uint8Array(parquetWriteBuffer({ columnData }));
}

/** Infinity and NaN are words in JSON; a column of numbers has them as what they are. */
const words: Readonly<Record<string, number>> = { Infinity, "-Infinity": -Infinity, NaN };

function numberFrom(cell: Cell): Cell {
  return typeof cell === "string" ? words[cell] : cell;
}

function typeOf(cells: readonly Cell[]): BasicType {
  const present = cells.filter((cell) => cell !== null);
  if (present.length > 0 && present.every((cell) => Number.isInteger(cell) && Math.abs(Number(cell)) < 2 ** 31)) {
    return "INT32";
  }
  const areNumbers = present.every((cell) => typeof cell === "number" || Object.hasOwn(words, String(cell)));
  return areNumbers ? "DOUBLE" : "STRING";
}
