// Folders, for Node.

import { lstatSync, mkdirSync, rmdirSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { InputError, systemReason } from "./errors.js";
import { partialOf, sweepPartials } from "./partials.js";

/** An empty path is what a variable that is not set leaves, and would mean the current folder. */
export function checkGiven(path: string): void {
  if (path === "") throw new InputError('"" is no path: name a file or folder; the current folder is ".".', "file");
}

/**
 * The path from the root.
 *
 * @throws InputError for an empty one, and when the folder that the process is in was removed
 */
export function fromRoot(path: string): string {
  checkGiven(path);
  try {
    return resolve(path);
  } catch {
    throw new InputError(`${path}: the current folder is not there any more; change to another.`, "file");
  }
}

/** The nearest folder that is there, of a path from the root, and those below it that are not, from the top. */
function missingOf(path: string): { readonly there: string; readonly missing: readonly string[] } {
  const missing: string[] = [];
  let there = path;
  while (statSync(there, { throwIfNoEntry: false }) === undefined) {
    if (lstatSync(there, { throwIfNoEntry: false }) !== undefined) throw new InputError("is a link to nothing", "file");
    missing.unshift(there);
    there = dirname(there);
  }
  return { there, missing };
}

/** Why, in words: of the system's errors and of our own. */
function reasonOf(error: unknown): string {
  return error instanceof InputError ? error.message : systemReason(error);
}

/**
 * Makes a folder and those that it is in.
 *
 * Node's own `recursive` never returns where the system says of a folder that is there that it is not, as below /proc.
 *
 * @throws InputError saying why the system does not make it
 */
export function makeFolder(path: string): void {
  const target = fromRoot(path);
  try {
    for (const folder of missingOf(target).missing) makeIfMissing(folder);
    if (!statSync(target).isDirectory()) throw new InputError("is not a folder", "file");
  } catch (error) {
    throw new InputError(`${path}: cannot be made: ${reasonOf(error)}.`, "file");
  }
}

/** Another process may have made it in the meantime. */
function makeIfMissing(folder: string): void {
  try {
    mkdirSync(folder);
  } catch (error) {
    if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) throw error;
  }
}

/**
 * Refuses a path that cannot be made a folder and written to, before the work is done: by making a folder there, which goes again.
 * What processes that were killed left half-written there goes as well.
 *
 * @param file in it that is to be written, for the message; the folder must then be there
 * @throws InputError naming the path and why
 */
export function checkFolder(path: string, file: string | null = null): void {
  const target = fromRoot(path);
  try {
    const { there } = missingOf(target);
    if (file !== null && there !== target) throw new InputError("no such file or folder", "file");
    if (!statSync(there).isDirectory()) {
      throw new InputError(there === target ? "is not a folder" : `${there} is not a folder`, "file");
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
