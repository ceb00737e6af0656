// Writes files and folders completely or not at all (Node only).

import {
  chmodSync,
  closeSync,
  constants,
  copyFileSync,
  existsSync,
  fchmodSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  realpathSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { dirname, extname, join } from "node:path";
import { InputError, systemReason } from "./errors.js";
import { checkFolder, checkGiven, fromRoot, makeFolder } from "./folders.js";
import { partialOf } from "./partials.js";

/**
 * Before any work is done, rejects a path to which the result could not be written.
 *
 * @param endings allowed endings of the name, with the dot
 * @throws InputError naming the path and the reason
 */
export function checkWritable(path: string, endings: readonly string[]): void {
  checkGiven(path);
  if (!endings.includes(extname(path).toLowerCase())) {
    throw new InputError(`${path}: must end in ${endings.join(" or ")}.`, "file");
  }
  try {
    checkFolder(dirname(written(path, () => targetOf(path)).file), path);
  } catch (error) {
    throw new InputError((error as Error).message, "file");
  }
}

interface Target {
  readonly file: string;
  /** The mode of an existing file; undefined if there is none. */
  readonly mode: number | undefined;
}

/**
 * The file to be replaced, by its absolute path. If `path` is a link, this is the file it points to, so the link itself
 * is kept.
 *
 * @throws InputError giving the reason why the file cannot be replaced, without the path
 */
function targetOf(path: string): Target {
  const named = fromRoot(path);
  const isLink = lstatSync(named, { throwIfNoEntry: false })?.isSymbolicLink() === true;
  const stat = statSync(named, { throwIfNoEntry: false });
  if (isLink && stat === undefined) throw new InputError("it is a broken link", "file");
  if (stat?.isDirectory()) throw new InputError("it is a folder", "file");
  if (stat !== undefined && !stat.isFile()) throw new InputError("it is not a regular file", "file");
  return { file: isLink ? realpathSync(named) : named, mode: stat && stat.mode & 0o7777 };
}

/**
 * Runs `work` and adds the path to its errors.
 *
 * @throws InputError or Error naming the path and the reason why it cannot be written
 */
function written<Result>(path: string, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    if (error instanceof InputError) throw new InputError(`${path}: cannot be written: ${error.message}.`, "file");
    throw new Error(`${path}: cannot be written: ${systemReason(error)}.`);
  }
}

/** Removes `path` when the process ends, unless the process is killed or `keep` has been called. */
function removedOnExit(path: string): { keep(): void } {
  const remove = (): void => rmSync(path, { recursive: true, force: true });
  process.once("exit", remove);
  return { keep: () => process.removeListener("exit", remove) };
}

/** Opens a new file beside `path`. It is renamed to `path` when complete, and removed on failure. */
function successorOf(path: string) {
  const { target, file, handle } = written(path, () => {
    const target = targetOf(path);
    const file = partialOf(target.file);
    // The file must be new: writing through an existing link would overwrite the link's target.
    const handle = openSync(file, "wx", target.mode === undefined ? 0o666 : 0o600);
    if (target.mode !== undefined) fchmodSync(handle, target.mode);
    return { target, file, handle };
  });
  const removal = removedOnExit(file);
  return {
    handle,
    takeName() {
      fsyncSync(handle);
      renameSync(file, target.file);
      syncFolder(dirname(target.file));
    },
    discard() {
      closeSync(handle);
      rmSync(file, { force: true });
      removal.keep();
    },
  };
}

/**
 * Writes a file completely or not at all: writes a new file in the same folder and then renames it. After a power
 * failure, the file has either the old or the new content.
 *
 * @param content the whole content, or its pieces in order
 * @throws Error naming the path and the reason why it cannot be written; no partial file remains
 */
export function writeWhole(path: string, content: string | Uint8Array | Iterable<string>): void {
  const { handle, takeName, discard } = successorOf(path);
  try {
    written(path, () => {
      const pieces = typeof content === "string" || content instanceof Uint8Array ? [content] : content;
      for (const piece of pieces) writeFileSync(handle, piece);
      takeName();
    });
  } finally {
    discard();
  }
}

/**
 * Does the same as `writeWhole`, but in pieces at given offsets, so that memory does not grow with the file.
 *
 * @param fill receives a function that writes bytes at an offset
 * @throws Error naming the path and the reason why it cannot be written; also anything that `fill` throws. In both
 * cases, no partial file remains
 */
export async function writeInPlaces(
  path: string,
  fill: (write: (bytes: Uint8Array, position: number) => void) => Promise<void>,
): Promise<void> {
  const { handle, takeName, discard } = successorOf(path);
  try {
    await fill((bytes, position) => {
      for (let at = 0; at < bytes.length;) {
        at += written(path, () => writeSync(handle, bytes, at, bytes.length - at, position + at));
      }
    });
    written(path, takeName);
  } finally {
    discard();
  }
}

/** Makes the names of new files survive a power failure. Does nothing where folders cannot be opened. */
export function syncFolder(folder: string): void {
  try {
    const handle = openSync(folder, "r");
    fsyncSync(handle);
    closeSync(handle);
  } catch {
    // On Windows, a folder cannot be opened as a file.
  }
}

/** Writes a file into a folder that is being filled; its name may contain folders. */
export type WriteFile = (name: string, content: string | Uint8Array) => void;

/**
 * Fills a folder completely or not at all: `fill` writes into a temporary folder, and its files are moved to `path` at
 * the end. Existing files of the same name are replaced; other files stay.
 *
 * @returns the result of `fill`
 * @throws InputError when the folder cannot be created; also anything that `fill` throws. In both cases, nothing is
 * left behind
 */
export async function fillFolder<Result>(path: string, fill: (write: WriteFile) => Promise<Result>): Promise<Result> {
  checkFolder(path);
  const target = fromRoot(path);
  // If the folder already exists, the temporary folder is made inside it, because its parent may be on another disk or
  // read-only.
  const beside = existsSync(target) ? target : dirname(target);
  makeFolder(beside);
  const temporary = partialOf(join(beside, "superpose"));
  try {
    mkdirSync(temporary, 0o700);
  } catch (error) {
    throw new InputError(`${path}: cannot be written: ${systemReason(error)}.`, "file");
  }
  const removal = removedOnExit(temporary);
  try {
    const result = await fill((name, content) => {
      const file = join(temporary, name);
      written(join(path, name), () => {
        mkdirSync(dirname(file), { recursive: true });
        writeFileSync(file, content);
      });
    });
    moveInto(temporary, target);
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
    if (entry.isDirectory()) moveInto(source, destination);
    else written(destination, () => moveTo(source, targetOf(destination)));
  }
  rmdirSync(from);
}

function moveTo(source: string, { file, mode }: Target): void {
  if (mode !== undefined) chmodSync(source, mode);
  try {
    renameSync(source, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EXDEV") throw error;
    // EXDEV means that the path is a link to another disk. Files cannot be renamed across disks, so the file is first
    // copied to the other disk.
    const near = partialOf(file);
    copyFileSync(source, near, constants.COPYFILE_EXCL);
    renameSync(near, file);
    rmSync(source);
  }
}
