import { closeSync, fsyncSync, ftruncateSync, openSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { InputError, systemReason } from "../base/errors.js";
import { makeFolder } from "../base/folders.js";
import { sweepPartials } from "../base/partials.js";
import { syncFolder } from "../base/write-whole.js";
import { takeLock } from "./lock.js";

/** A results file that only this process appends to; existing lines are never changed. */
export interface HeldFile {
  readonly path: string;
  /**
   * Appends lines, including their line breaks; they are on disk when this returns.
   *
   * @throws Error naming the file and the system's reason for refusing the write; earlier lines are kept
   */
  append(line: string): void;
  /** @throws Error when another process has taken over the file */
  check(): void;
  close(): void;
}

/**
 * Locks a results file, creating its folder if necessary, and cuts off an unfinished line that an earlier process left
 * behind.
 *
 * @param wholeBytes called with the path of the lock file while the lock is held; checks the folder and the file, and
 *   returns how many bytes of whole lines to keep
 * @throws InputError when another process holds the file; also anything that `wholeBytes` throws
 */
export function holdFile(path: string, wholeBytes: (lock: string) => number): HeldFile {
  makeFolder(dirname(path));
  sweepPartials(dirname(path));
  const lock = takeLock(path);
  try {
    const bytes = wholeBytes(lock.own);
    const file = opened(path, bytes);
    syncFolder(dirname(path));
    return {
      path,
      append(line) {
        lock.check();
        append(file, path, line);
      },
      check: () => lock.check(),
      close: () => {
        closeSync(file);
        lock.release();
      },
    };
  } catch (error) {
    lock.release();
    throw error;
  }
}

function opened(path: string, bytes: number): number {
  try {
    const file = openSync(path, "a");
    ftruncateSync(file, bytes);
    fsyncSync(file);
    return file;
  } catch (error) {
    throw new InputError(`${path}: cannot be written: ${systemReason(error)}.`, "file");
  }
}

function append(file: number, path: string, line: string): void {
  const bytes = Buffer.from(line);
  try {
    for (let at = 0; at < bytes.length;) at += writeSync(file, bytes, at);
    fsyncSync(file);
  } catch (error) {
    const next = "Finished runs are kept; the same command continues from there.";
    throw new Error(`${path}: cannot be written: ${systemReason(error)}. ${next}`);
  }
}
