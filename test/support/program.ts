import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { join } from "node:path";

const root = fileURLToPath(new URL("../..", import.meta.url));
/** A program built elsewhere, to be tested instead of the one built from this tree. */
const other = process.env["SUPERPOSE_PROGRAM"];
/** The built program; vitest builds it before tests (support/build.ts). */
export const program = other ?? join(root, "dist/superpose.js");

/** Runs a command to its end. */
export function superpose(...args: string[]): { code: number | null; out: string; err: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], { encoding: "utf8" });
  return { code: status, out: stdout, err: stderr };
}

/** A command that is running. */
export interface Running {
  readonly err: () => string;
  readonly isRunning: () => boolean;
  /** Null while it runs, or when a signal ended it. */
  readonly code: () => number | null;
  kill(): void;
  /** Resolves when the command has ended. */
  readonly ended: Promise<void>;
}

export function start(args: readonly string[], env: Readonly<Record<string, string>> = {}): Running {
  const child = spawn(process.execPath, [program, ...args], { env: { ...process.env, ...env } });
  let err = "";
  child.stdout.resume();
  child.stderr.setEncoding("utf8").on("data", (text: string) => (err += text));
  const ended = once(child, "close").then(() => undefined);
  return {
    err: () => err,
    isRunning: () => child.exitCode === null && child.signalCode === null,
    code: () => child.exitCode,
    kill: () => void child.kill("SIGKILL"),
    ended,
  };
}

export const sleep = (milliseconds: number): Promise<void> => new Promise((done) => setTimeout(done, milliseconds));
