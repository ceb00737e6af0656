import { existsSync, linkSync, rmSync, writeFileSync } from "node:fs";
import { InputError, systemReason } from "../base/errors.js";
import { partialOf } from "../base/partials.js";
import { readBytes } from "../base/read-bytes.js";
import { writeWhole } from "../base/write-whole.js";

/** The file that describes the contents of a results folder. */
export interface Manifest {
  readonly format: string;
  /** Version of the package. Results from different versions are not mixed, because their last digits may differ. */
  readonly version: string;
  /** Identifies the whole request. */
  readonly hash: string;
}

/** Largest manifest that will be read, in bytes. */
const LARGEST = 2 ** 16;

/**
 * @param kind "sweep" or "search"
 * @param isComplete whether the other fields of this kind of manifest are present
 * @returns null when there is no such file
 * @throws InputError when the file is not a manifest of this kind
 */
export function readManifest<M extends Manifest>(
  path: string,
  kind: string,
  isComplete: (manifest: M) => boolean = () => true,
): M | null {
  if (!existsSync(path)) return null;
  const bytes = readBytes(path, LARGEST);
  try {
    const manifest = JSON.parse(Buffer.from(bytes).toString("utf8")) as M;
    const { format, version, hash } = manifest;
    const isOfKind = format === `superpose-${kind}` && typeof version === "string" && /^[0-9a-f]{64}$/.test(hash);
    if (isOfKind && isComplete(manifest)) return manifest;
  } catch {
    // The check below reports invalid JSON.
  }
  throw new InputError(`${path}: does not belong to a ${kind}; choose another folder.`);
}

/**
 * @param there the folder's contents in words, for the message if the hashes differ
 * @throws InputError when the results of the two manifests must not be mixed
 */
export function checkSame(folder: string, known: Manifest, own: Manifest, there: string): void {
  if (known.hash !== own.hash) throw new InputError(`${folder}: contains ${there}; choose another folder.`);
  checkVersion(folder, known, own);
}

/** @throws InputError when the versions differ, because results could then differ in their last digits */
export function checkVersion(folder: string, known: Manifest, own: Manifest): void {
  if (known.version !== own.version) {
    throw new InputError(
      `${folder}: was started by version ${known.version}, but this is version ${own.version}; results may differ in their last digits. ` +
        "Choose another folder.",
    );
  }
}

/** Writes a manifest, replacing any existing one. */
export function writeManifest(path: string, manifest: Manifest): void {
  writeWhole(path, textOf(manifest));
}

function textOf(manifest: Manifest): string {
  return `${JSON.stringify(manifest, null, 2)}\n`;
}

/** Writes a manifest unless one exists: if several processes try at once, only one succeeds. */
export function createManifest(path: string, manifest: Manifest): void {
  const complete = partialOf(path);
  try {
    writeFileSync(complete, textOf(manifest), { flag: "wx", flush: true });
    try {
      linkSync(complete, path);
    } catch (error) {
      // Some file systems have no hard links.
      if (!isThere(error)) writeFileSync(path, textOf(manifest), { flag: "wx", flush: true });
    }
  } catch (error) {
    if (!isThere(error)) throw new Error(`${path}: cannot be written: ${systemReason(error)}.`);
  } finally {
    rmSync(complete, { force: true });
  }
}

function isThere(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === "EEXIST";
}
