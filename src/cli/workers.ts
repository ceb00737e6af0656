import { availableParallelism } from "node:os";
import { Option } from "commander";
import { MOST_WORKERS, type Executor } from "../jobs/execute.js";
import { fieldFromText, wholeField } from "../config/fields.js";
import { checked, wholeSchema } from "../base/validation.js";
import { showProgress, type Progress } from "./progress.js";

const field = wholeField(
  "workers",
  [1, MOST_WORKERS],
  Math.min(availableParallelism(), MOST_WORKERS),
  "number of worker threads; does not affect the results",
);

/**
 * Calls `work` with an executor of worker threads and shows the progress; at the end, stops the threads and the
 * progress display.
 */
export async function withWorkers<Result>(
  { workers, label, expected, relaxed }: WithWorkers,
  work: (executor: Executor, progress: Progress) => Promise<Result>,
): Promise<Result> {
  const progress = showProgress(label, expected);
  try {
    const { nodeExecutor } = await import("../workers/node-pool.js");
    const executor = nodeExecutor(workers, { relaxed: relaxed === true });
    try {
      return await work(executor, progress);
    } finally {
      progress.stop();
      await executor.dispose();
    }
  } finally {
    progress.stop();
  }
}

interface WithWorkers {
  readonly workers: number;
  /** The name of the work, and an estimate of its duration in seconds; undefined if unknown. */
  readonly label: string;
  readonly expected?: number;
  readonly relaxed?: boolean;
}

/** The option `--workers` of commands that run experiments. */
export function workersOption(): Option {
  return new Option("--workers <number>", `${field.help} (default ${field.default}, this machine's number of cores)`);
}

/** @throws InputError naming the bounds */
export function workersFrom(text: string | undefined): number {
  const value = text === undefined ? field.default : fieldFromText(field, text);
  return checked("workers", wholeSchema(field.min, field.max), value);
}
