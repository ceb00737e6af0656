import { presentDesign } from "../designs/designs.js";
import type { RunSpec } from "../config/run-spec.js";
import { crc32 } from "../base/crc32.js";
import { fileRow, rowsFrom } from "./file-rows.js";
import { named } from "./numbers-in-json.js";
import { rowsFault } from "./rows-of-spec.js";
import type { ErrorRow } from "./rows.js";

/** One line of a results file: a run of a sweep or a search. */
export interface ResultLine {
  readonly index: number;
  readonly hash: string;
  readonly spec: RunSpec;
  readonly rows: readonly ErrorRow[];
}

/**
 * The line of one run in a results file, including the line break. The same run produces the same bytes; times and
 * machines are not recorded. The line's last field is the CRC-32 of the line without this field.
 */
export function resultLine({ index, hash, spec, rows }: ResultLine): string {
  const text = JSON.stringify({ index, hash, spec, rows: rows.map(fileRow) }, named);
  return `${text.slice(0, -1)},"crc32":"${checksum(text)}"}\n`;
}

function checksum(text: string): string {
  return crc32(new TextEncoder().encode(text)).toString(16).padStart(8, "0");
}

/** Whether a line's checksum is correct. Lines without a checksum, which earlier versions wrote, are accepted. */
export function isIntact(text: string): boolean {
  const [field, stated] = /,"crc32":"([^"]*)"\}$/.exec(text) ?? [];
  return field === undefined || checksum(`${text.slice(0, -field.length)}}`) === stated;
}

/** The fields of a line. */
export const lineKeys = ["index", "hash", "spec", "rows", "crc32"];

/**
 * Parses a line of a results file and replaces former names of designs with the current ones. Does not check that the
 * line's hash matches its spec.
 *
 * @returns null if the text is not such a line, or has been altered
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
    Object.keys(given).every((key) => lineKeys.includes(key)) &&
    isIntact(text) &&
    Number.isSafeInteger(index) &&
    typeof hash === "string" &&
    /^[0-9a-f]{64}$/.test(hash) &&
    typeof spec === "object" &&
    spec !== null;
  const rows = isLine ? rowsFrom(given.rows) : null;
  return rows === null || rowsFault(spec!, rows) !== null
    ? null
    : { index: index!, hash: hash!, spec: { ...spec!, design: presentDesign(spec!.design) }, rows };
}
