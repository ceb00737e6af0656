// Files and folders that are written whole or not at all, for Node.

import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdtempSync,
  openSync,
  readdirSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { basename, dirname, extname, join } from "node:path";
import { InputError, systemReason } from "./errors.js";
import { checkFolder, checkGiven, fromRoot, makeFolder } from "./folders.js";

/**
 * Refuses a path that could not be written later, before the work is done.
 *
 * @param endings allowed endings of the name, with the dot
 * @throws InputError naming the path and why
 */
export function checkWritable(path: string, endings: readonly string[]): void {
  checkGiven(path);
  if (!endings.includes(extname(path).toLowerCase())) {
    throw new InputError(`${path}: must end in ${endings.join(" or ")}.`, "file");
  }
  const target = fromRoot(path);
  checkFolder(dirname(target), path);
  try {
    if (statSync(target, { throwIfNoEntry: false })?.isDirectory()) throw new InputError("is a folder", "file");
  } catch (error) {
    const reason = error instanceof InputError ? error.message : systemReason(error);
    throw new InputError(`${path}: cannot be written: ${reason}.`, "file");
  }
}

/** Removes `path` if the process ends before `keep` is called, however it ends, except killed. */
function removedOnExit(path: string): { keep(): void } {
  const remove = (): void => rmSync(path, { recursive: true, force: true });
  process.once("exit", remove);
  return { keep: () => process.removeListener("exit", remove) };
}

/** A new file beside `path`: it takes the name when it is complete, and is removed when it is not. */
function successorOf(path: string): { readonly file: string; takeName(): void; discard(): void } {
  const folder = dirname(fromRoot(path));
  // A short name: the file's own may be as long as a name can be.
  const file = join(folder, `.${basename(path).slice(0, 40)}.${process.pid}.partial`);
  const removal = removedOnExit(file);
  return {
    file,
    takeName() {
      renameSync(file, path);
      syncFolder(folder);
    },
    discard() {
      rmSync(file, { force: true });
      removal.keep();
    },
  };
}

/** What `work` gives. @throws Error naming the path and why it cannot be written */
function written<Result>(path: string, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    throw new Error(`${path}: cannot be written: ${systemReason(error)}.`);
  }
}

/**
 * Writes a file whole or not at all: to a new file in the same folder, which then takes the name. After a loss of power
 * there is the old content or the new.
 *
 * @throws Error naming the path and why it cannot be written; nothing of it is left
 */
export function writeWhole(path: string, content: string | Uint8Array): void {
  const { file, takeName, discard } = successorOf(path);
  try {
    written(path, () => {
      writeFileSync(file, content, { flush: true });
      takeName();
    });
  } finally {
    discard();
  }
}

/**
 * The same in pieces at places: memory does not grow with the file.
 *
 * @param fill is given a function that writes bytes at a place
 * @throws Error naming the path and why it cannot be written; what `fill` throws; nothing of the file is left
 */
export async function writeInPlaces(
  path: string,
  fill: (write: (bytes: Uint8Array, position: number) => void) => Promise<void>,
): Promise<void> {
  const { file, takeName, discard } = successorOf(path);
  try {
    const handle = written(path, () => openSync(file, "w"));
    try {
      await fill((bytes, position) => {
        for (let at = 0; at < bytes.length;) {
          at += written(path, () => writeSync(handle, bytes, at, bytes.length - at, position + at));
        }
      });
      written(path, () => fsyncSync(handle));
    } finally {
      closeSync(handle);
    }
    written(path, takeName);
  } finally {
    discard();
  }
}

/** Makes names of new files last a loss of power; where folders cannot be opened, the system does it when it does. */
export function syncFolder(folder: string): void {
  try {
    const handle = openSync(folder, "r");
    fsyncSync(handle);
    closeSync(handle);
  } catch {
    // Windows has no such thing.
  }
}

/**
 * Fills a folder whole or not at all: `fill` writes into a new folder beside it, whose files move to `path` at the end.
 * Files of the same name are replaced; other files that were there stay.
 *
 * @returns what `fill` returned
 * @throws InputError when the folder cannot be made; what `fill` throws, with nothing left behind
 */
export async function fillFolder<Result>(path: string, fill: (folder: string) => Promise<Result>): Promise<Result> {
  checkFolder(path);
  const target = fromRoot(path);
  // In the folder itself where it is there: what is beside it may be of another disk, or not to be written to.
  const beside = existsSync(target) ? target : dirname(target);
  makeFolder(beside);
  let temporary: string;
  try {
    temporary = mkdtempSync(join(beside, ".superpose-partial-"));
  } catch (error) {
    throw new InputError(`${path}: cannot be written: ${systemReason(error)}.`, "file");
  }
  const removal = removedOnExit(temporary);
  try {
    const result = await fill(temporary);
    try {
      moveInto(temporary, target);
    } catch (error) {
      throw error instanceof InputError ? error : new Error(`${path}: cannot be written: ${systemReason(error)}.`);
    }
    return result;
  } finally {
    rmSync(temporary, { recursive: true, force: true });
    removal.keep();
  }
}

function moveInto(from: string, to: string): void {
  makeFolder(to);
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const source = join(from, entry.name);
    const destination = join(to, entry.name);
    if (entry.isDirectory()) {
      moveInto(source, destination);
    } else {
      renameSync(source, destination);
    }
  }
  rmdirSync(from);
}
