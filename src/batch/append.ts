import { fsyncSync, writeSync } from "node:fs";
import { systemReason } from "../base/errors.js";

/**
 * Adds a line to a results file; it is on the disk when this returns.
 *
 * @throws Error naming the file and why the system does not take it, with what is done still there
 */
export function appendLine(file: number, path: string, line: string): void {
  const bytes = Buffer.from(line);
  try {
    for (let at = 0; at < bytes.length;) at += writeSync(file, bytes, at);
    fsyncSync(file);
  } catch (error) {
    const next = "What is done stays done; the same command goes on from there.";
    throw new Error(`${path}: cannot be written: ${systemReason(error)}. ${next}`);
  }
}
