import { existsSync, readFileSync } from "node:fs";
import { InputError } from "../base/errors.js";
import { writeWhole } from "../base/write-whole.js";

/** What a folder of results says of itself. */
export interface Manifest {
  readonly format: string;
  /** Of the package: other versions may compute other last digits, and are not mixed. */
  readonly version: string;
  /** The name of all that is asked. */
  readonly hash: string;
}

/**
 * @param kind "sweep" or "search"
 * @param isComplete whether what else such a manifest says is there
 * @returns null when there is no such file
 * @throws InputError when the file is of something else
 */
export function readManifest<M extends Manifest>(
  path: string,
  kind: string,
  isComplete: (manifest: M) => boolean = () => true,
): M | null {
  if (!existsSync(path)) return null;
  try {
    const manifest = JSON.parse(readFileSync(path, "utf8")) as M;
    if (manifest.format === `superpose-${kind}` && isComplete(manifest)) return manifest;
  } catch {
    // Said below.
  }
  throw new InputError(`${path}: is not of a ${kind}; choose another folder.`);
}

/**
 * @param there what the folder holds, in words, should it be another
 * @throws InputError when results of `own` cannot be added to those of `known`
 */
export function checkSame(folder: string, known: Manifest, own: Manifest, there: string): void {
  if (known.hash !== own.hash) throw new InputError(`${folder}: holds ${there}; choose another folder.`);
  if (known.version !== own.version) {
    throw new InputError(
      `${folder}: was begun by version ${known.version}, this is ${own.version}; their last digits may differ. ` +
        "Choose another folder.",
    );
  }
}

export function writeManifest(path: string, manifest: Manifest): void {
  writeWhole(path, `${JSON.stringify(manifest, null, 2)}\n`);
}
