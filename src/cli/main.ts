#!/usr/bin/env node
import { readFileSync } from "node:fs";
import { systemReason } from "../base/errors.js";
import { main } from "./program.js";

const manifest = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as {
  version: string;
};

const stopped = new AbortController();

/** The exit codes that a shell reports for a command stopped by a signal: 128 + the signal's number. */
for (const [signal, code] of [
  ["SIGHUP", 129],
  ["SIGINT", 130],
  ["SIGTERM", 143],
] as const) {
  process.once(signal, () => {
    stopped.abort();
    const cursor = process.stderr.isTTY ? "\x1b[?25h\n" : ""; // The progress bar hides the cursor.
    process.stderr.write(`${cursor}Stopped by ${signal}.\n`);
    process.exit(code);
  });
}

// The reader of a pipe may exit early, as `head` does. The command then continues and still sets the exit code.
process.stderr.on("error", () => undefined);
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") return;
  process.stderr.write(`error: standard output: ${systemReason(error)}.\n`);
  process.exit(1);
});

process.exitCode = await main(process.argv.slice(2), {
  version: manifest.version,
  signal: stopped.signal,
  print: (text) => process.stdout.write(text),
  note: (line) => process.stderr.write(line + "\n"),
});
