import { createHash } from "node:crypto";
import { existsSync, readSync } from "node:fs";
import { InputError } from "../base/errors.js";
import { withFile } from "../base/read-bytes.js";
import { specText } from "../config/hash.js";
import { parseLine, type ResultLine } from "../results/result-line.js";

/** The position of a line in its file: start and end in bytes, without the line break. */
export interface Place {
  readonly start: number;
  readonly end: number;
}

/** A line of a file. */
export interface ReadLine extends Place {
  /** Line number, from 1. */
  readonly number: number;
  readonly text: string;
  /** Whether the line ends with a line break; the file's last line may have been cut off. */
  readonly isWhole: boolean;
}

/** Length limit of a line, in bytes; V8 strings are limited to 512 MiB. */
const LONGEST = 2 ** 27;

/**
 * The lines of a file, which is read piece by piece because it may be larger than memory.
 *
 * @throws InputError naming the file and the reason why it cannot be read
 */
export function* readLines(path: string): Generator<ReadLine, void, undefined> {
  const piece = Buffer.alloc(1 << 20);
  let left: Buffer[] = [];
  let length = 0;
  let number = 0;
  let start = 0;
  const taken = (bytes: Buffer, isWhole: boolean): ReadLine => {
    const line = Buffer.concat([...left, bytes]);
    const own = { number: ++number, text: line.toString("utf8"), start, end: start + line.length, isWhole };
    left = [];
    length = 0;
    start = own.end + 1;
    return own;
  };
  let position = 0;
  for (;;) {
    // The file is reopened for every piece, because the caller may stop reading in the middle.
    const count = withFile(path, Infinity, (file) => readSync(file, piece, 0, piece.length, position));
    if (count === 0) break;
    position += count;
    let from = 0;
    for (let at = piece.indexOf(10); at >= 0 && at < count; at = piece.indexOf(10, from)) {
      yield taken(piece.subarray(from, at), true);
      from = at + 1;
    }
    if (from < count) left.push(Buffer.from(piece.subarray(from, count)));
    length += count - from;
    if (length > LONGEST) {
      throw new InputError(
        `${path}: line ${number + 1} is longer than ${LONGEST} bytes, so it is not a result.`,
        "file",
      );
    }
  }
  if (left.length > 0) yield taken(Buffer.alloc(0), false);
}

/** A line of a results file; `result` is null for a last line that was cut off. */
export interface ReadResult extends ReadLine {
  readonly result: ResultLine | null;
}

/**
 * The lines of a results file. For each line, checks the checksum, the spec's hash, and that the rows match the spec.
 *
 * @throws InputError naming a line, other than the last, that is not a result
 */
export function* readResults(path: string): Generator<ReadResult, void, undefined> {
  let torn: ReadLine | null = null;
  for (const line of readLines(path)) {
    if (torn !== null) {
      throw new InputError(
        `${path}: line ${torn.number} is not a result; the file was changed. Remove the line, and the same command ` +
          "repeats that run.",
        "file",
      );
    }
    const result = line.isWhole ? parseLine(line.text) : null;
    if (result === null || sha256(specText(result.spec)) !== result.hash) torn = line;
    else yield { ...line, result };
  }
  if (torn !== null) yield { ...torn, result: null };
}

/** The complete results in a file to which more are about to be appended. */
export function* wholeResults(path: string): Generator<ReadResult & { readonly result: ResultLine }, void, undefined> {
  if (!existsSync(path)) return;
  for (const { result, ...line } of readResults(path)) if (result !== null) yield { ...line, result };
}

/** The text of the line at a position that {@link readLines} reported. */
export function lineAt(path: string, { start, end }: Place): string {
  const bytes = Buffer.alloc(end - start);
  const count = withFile(path, Infinity, (file) => readSync(file, bytes, 0, bytes.length, start));
  if (count < bytes.length) throw new InputError(`${path}: the file changed while it was being read.`, "file");
  return bytes.toString("utf8");
}

/** The lines of a results file, with their line breaks: one line per run, in ascending order of the runs' indices. */
export function* sortedLines(path: string): Generator<string, void, undefined> {
  const places = new Map<number, Place>();
  for (const { result, start, end } of wholeResults(path)) places.set(result.index, { start, end });
  for (const [, place] of [...places].sort(([a], [b]) => a - b)) yield `${lineAt(path, place)}\n`;
}

/** SHA-256 as 64 hexadecimal digits. */
export function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
