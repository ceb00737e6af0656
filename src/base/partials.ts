// Partial files: files and folders that are still being written (Node only).

import { randomBytes } from "node:crypto";
import { lstatSync, readdirSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { hasEnded, ownProcess } from "./processes.js";

/** A partial file from another machine is assumed to be abandoned after this many milliseconds without a change. */
const ABANDONED = 7 * 86_400_000;

const partial = /^\..{1,40}\.([^.]+\.[\da-f-]+\.\d+\.[^.]+)\.[0-9a-f]{8}\.partial$/s;

/** An unpredictable path in the folder of `path`, for a file that will replace the one at `path`. */
export function partialOf(path: string): string {
  // Shortened, because the file's name may already have the maximum length.
  const name = `.${basename(path).slice(0, 40)}.${ownProcess()}.${randomBytes(4).toString("hex")}.partial`;
  return join(dirname(path), name);
}

/** Removes half-written files left in a folder by processes that were killed. */
export function sweepPartials(folder: string): void {
  try {
    for (const name of readdirSync(folder)) {
      const maker = partial.exec(name)?.[1];
      if (maker !== undefined && isLeft(join(folder, name), maker)) {
        rmSync(join(folder, name), { recursive: true, force: true });
      }
    }
  } catch {
    // Files that this process cannot remove are left for other processes.
  }
}

function isLeft(path: string, maker: string): boolean {
  return hasEnded(maker) ?? Date.now() - lstatSync(path).mtimeMs > ABANDONED;
}
