// Files and folders that are being written, for Node.

import { randomBytes } from "node:crypto";
import { lstatSync, readdirSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { hasEnded, ownProcess } from "./processes.js";

/** After this many milliseconds nobody on another machine is still writing. */
const ABANDONED = 7 * 86_400_000;

const partial = /^\..{1,40}\.([^.]+\.[\da-f-]+\.\d+\.[^.]+)\.[0-9a-f]{8}\.partial$/s;

/** A new name beside `path`, for what is to take its place: nobody can foresee it. */
export function partialOf(path: string): string {
  // A short name: the file's own may be as long as a name can be.
  const name = `.${basename(path).slice(0, 40)}.${ownProcess()}.${randomBytes(4).toString("hex")}.partial`;
  return join(dirname(path), name);
}

/** Removes what processes that were killed left half-written in a folder. */
export function sweepPartials(folder: string): void {
  try {
    for (const name of readdirSync(folder)) {
      const maker = partial.exec(name)?.[1];
      if (maker !== undefined && isLeft(join(folder, name), maker)) {
        rmSync(join(folder, name), { recursive: true, force: true });
      }
    }
  } catch {
    // Somebody else's to tidy up.
  }
}

function isLeft(path: string, maker: string): boolean {
  return hasEnded(maker) ?? Date.now() - lstatSync(path).mtimeMs > ABANDONED;
}
