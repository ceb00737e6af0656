// Reads files (Node only).

import { closeSync, constants, fstatSync, openSync, readFileSync } from "node:fs";
import { InputError, systemReason } from "./errors.js";
import { checkGiven } from "./folders.js";

/**
 * Opens a file and calls `read` with the open file and its size. Rejects folders, and also pipes and devices, which may
 * be endless.
 *
 * @param maxBytes the largest size accepted
 * @throws InputError naming the file and the reason
 */
export function withFile<Result>(path: string, maxBytes: number, read: (file: number, size: number) => Result): Result {
  checkGiven(path);
  const fail = (error: unknown): InputError =>
    error instanceof InputError ? error : new InputError(`${path}: cannot be read: ${systemReason(error)}.`, "file");
  let file: number;
  try {
    // Non-blocking, so that opening a named pipe without a writer does not hang.
    file = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  } catch (error) {
    throw fail(error);
  }
  try {
    const stat = fstatSync(file);
    if (stat.isDirectory()) throw new InputError(`${path}: cannot be read: it is a folder.`, "file");
    if (!stat.isFile()) throw new InputError(`${path}: cannot be read: it is not a regular file.`, "file");
    if (stat.size > maxBytes) {
      throw new InputError(`${path}: the file is too large: ${stat.size} bytes; at most ${maxBytes} are read.`, "file");
    }
    return read(file, stat.size);
  } catch (error) {
    throw fail(error);
  } finally {
    closeSync(file);
  }
}

/**
 * The bytes of a file.
 *
 * @throws InputError naming the file and the reason
 */
export function readBytes(path: string, maxBytes: number): Uint8Array {
  return withFile(path, maxBytes, (file) => readFileSync(file));
}
