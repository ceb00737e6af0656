import { closeSync, existsSync, fstatSync, openSync, readSync } from "node:fs";
import { InputError } from "../base/errors.js";
import { parseLine, type ResultLine } from "../results/result-line.js";

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

/** A line of a results file; null for a last one that was cut off. */
export interface ReadResult extends ReadLine {
  readonly result: ResultLine | null;
}

/**
 * The lines of a results file.
 *
 * @param advice a further sentence for the error, after a space
 * @throws InputError naming a line before the last that is not a result
 */
export function* readResults(path: string, advice = ""): Generator<ReadResult, void, undefined> {
  let torn: ReadLine | null = null;
  for (const line of readLines(path)) {
    if (torn !== null) {
      throw new InputError(`${path}: line ${torn.number}: is not a result; the file was changed.${advice}`);
    }
    const result = line.isWhole ? parseLine(line.text) : null;
    if (result === null) torn = line;
    else yield { ...line, result };
  }
  if (torn !== null) yield { ...torn, result: null };
}

/** The whole results of a file that is to go on, with {@link ReadLine.end} where the last of them ends. */
export function* wholeResults(path: string): Generator<ReadResult & { readonly result: ResultLine }, void, undefined> {
  if (!existsSync(path)) return;
  for (const { result, ...line } of readResults(path, " Choose another folder.")) {
    if (result !== null) yield { ...line, result };
  }
}
