import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { InputError } from "../base/errors.js";
import type { SweepRun } from "./plan.js";
import { parseLine } from "./result-line.js";

/** A line that was read, and where it ends. */
export interface ReadLine {
  /** From 1. */
  readonly number: number;
  readonly text: string;
  /** Bytes of the file up to its end. */
  readonly end: number;
  /** Whether a line break ends it; the last may have been cut off. */
  readonly isWhole: boolean;
}

/** The lines of a file, read piece by piece: the file may be larger than what memory holds. */
export function* readLines(path: string): Generator<ReadLine, void, undefined> {
  const file = openSync(path, "r");
  try {
    const piece = Buffer.alloc(1 << 20);
    let left: Buffer[] = [];
    let number = 0;
    let end = 0;
    const taken = (bytes: Buffer, isWhole: boolean): ReadLine => {
      const line = Buffer.concat([...left, bytes]);
      left = [];
      end += line.length + (isWhole ? 1 : 0);
      return { number: ++number, text: line.toString("utf8"), end, isWhole };
    };
    const size = fstatSync(file).size;
    for (let position = 0; position < size;) {
      const count = readSync(file, piece, 0, piece.length, position);
      if (count === 0) break;
      position += count;
      let start = 0;
      for (let at = piece.indexOf(10); at >= 0 && at < count; at = piece.indexOf(10, start)) {
        yield taken(piece.subarray(start, at), true);
        start = at + 1;
      }
      if (start < count) left.push(Buffer.from(piece.subarray(start, count)));
    }
    if (left.length > 0) yield taken(Buffer.alloc(0), false);
  } finally {
    closeSync(file);
  }
}

/**
 * How far a results file got: its lines are those of the first runs, in order; the last may be torn.
 *
 * @returns runs done, and the bytes of their lines
 * @throws InputError naming a line that belongs to something else
 */
export function doneRuns(path: string, runs: readonly SweepRun[]): { count: number; bytes: number } {
  let count = 0;
  let bytes = 0;
  let malformed: number | null = null;
  for (const line of readLines(path)) {
    if (malformed !== null) {
      throw new InputError(`${path}: line ${malformed}: is not a result; the file was changed. Choose another folder.`);
    }
    const result = line.isWhole ? parseLine(line.text) : null;
    if (result === null) {
      malformed = line.number;
      continue;
    }
    const expected = runs[count];
    if (expected === undefined || result.index !== expected.index || result.hash !== expected.hash) {
      const what = expected === undefined ? "no further run" : `run ${expected.index}`;
      throw new InputError(
        `${path}: line ${line.number}: is run ${result.index} of another sweep, expected ${what}. Choose another folder.`,
      );
    }
    count++;
    bytes = line.end;
  }
  return { count, bytes };
}
