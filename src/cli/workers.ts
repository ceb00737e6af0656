import { availableParallelism } from "node:os";
import { Option } from "commander";
import { MOST_WORKERS } from "../jobs/execute.js";
import { fieldFromText, wholeField } from "../config/fields.js";
import { checked, wholeSchema } from "../base/validation.js";

const field = wholeField(
  "workers",
  [1, MOST_WORKERS],
  Math.min(availableParallelism(), MOST_WORKERS),
  "cores to work on; the results do not depend on it",
);

/** `--workers`, of commands that run experiments. */
export function workersOption(): Option {
  return new Option("--workers <number>", `${field.help} (default ${field.default}, as this machine has)`);
}

/** @throws InputError naming the bounds */
export function workersFrom(text: string | undefined): number {
  const value = text === undefined ? field.default : fieldFromText(field, text);
  return checked("workers", wholeSchema(field.min, field.max), value);
}
