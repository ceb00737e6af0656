// Checks and makes folders (Node only).

import { lstatSync, mkdirSync, rmdirSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { InputError, systemReason } from "./errors.js";
import { partialOf, sweepPartials } from "./partials.js";

/** Rejects an empty path, which usually comes from an unset variable and would mean the current folder. */
export function checkGiven(path: string): void {
  if (path === "")
    throw new InputError('"" is not a path; give a file or folder, or "." for the current folder.', "file");
}

/**
 * The absolute path.
 *
 * @throws InputError when the path is empty, or when the current folder no longer exists
 */
export function fromRoot(path: string): string {
  checkGiven(path);
  try {
    return resolve(path);
  } catch {
    throw new InputError(`${path}: the current folder no longer exists; change to another.`, "file");
  }
}

/** The nearest existing folder above an absolute path, and the missing folders below it, from the top. */
function missingOf(path: string): { readonly there: string; readonly missing: readonly string[] } {
  const missing: string[] = [];
  let there = path;
  while (statSync(there, { throwIfNoEntry: false }) === undefined) {
    if (lstatSync(there, { throwIfNoEntry: false }) !== undefined) throw new InputError("it is a broken link", "file");
    missing.unshift(there);
    there = dirname(there);
  }
  return { there, missing };
}

/** The reason for an error, in words; the error may be the system's or one of ours. */
function reasonOf(error: unknown): string {
  return error instanceof InputError ? error.message : systemReason(error);
}

/**
 * Makes a folder and its parents.
 *
 * With its `recursive` option, Node's own mkdir never returns if the system reports an existing folder as missing, as
 * it does below /proc.
 *
 * @throws InputError with the system's reason
 */
export function makeFolder(path: string): void {
  const target = fromRoot(path);
  try {
    for (const folder of missingOf(target).missing) makeIfMissing(folder);
    if (!statSync(target).isDirectory()) throw new InputError("it is not a folder", "file");
  } catch (error) {
    throw new InputError(`${path}: cannot be created: ${reasonOf(error)}.`, "file");
  }
}

/** Makes one folder, unless another process has made it in the meantime. */
function makeIfMissing(folder: string): void {
  try {
    mkdirSync(folder);
  } catch (error) {
    if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) throw error;
  }
}

/**
 * Rejects a path that cannot become a writable folder, before any work is done: makes a folder there and removes it
 * again. Also removes half-written files left behind by processes that were killed.
 *
 * @param file the file to be written in the folder, for the message; if it is given, the folder must exist
 * @throws InputError naming the path and the reason
 */
export function checkFolder(path: string, file: string | null = null): void {
  const target = fromRoot(path);
  try {
    const { there } = missingOf(target);
    if (file !== null && there !== target) throw new InputError("no such file or folder", "file");
    if (!statSync(there).isDirectory()) {
      throw new InputError(there === target ? "it is not a folder" : `${there} is not a folder`, "file");
    }
    const probe = partialOf(join(there, "superpose"));
    mkdirSync(probe);
    rmdirSync(probe);
    sweepPartials(there);
  } catch (error) {
    const place = file === null ? "" : `${target}: `;
    throw new InputError(`${file ?? path}: cannot be written: ${place}${reasonOf(error)}.`, "file");
  }
}
