import { taskKinds } from "../../workers/task-kinds.js";
import type { Job } from "bullmq";
import { InputError } from "../../base/errors.js";
import { runSpec } from "../../runs/run.js";
import { startThread } from "../../workers/node-pool.js";
import { Pool } from "../../jobs/pool.js";
import type { QueueAddress } from "./address.js";
import { faultInWords, isOfConnection, loadQueuePackages, noteOnce, watchServer } from "./server.js";
import { fileRow } from "../../results/file-rows.js";
import { named } from "../../results/numbers-in-json.js";
import { parseMessage, queueName, type RunAnswer } from "./messages.js";

export interface WorkerOptions {
  readonly address: QueueAddress;
  readonly version: string;
  /** Number of threads, each with its own instance of the core. */
  readonly workers: number;
  /** Prints a line for the user. */
  readonly note: (line: string) => void;
  /** Ends the worker and cancels its current runs. */
  readonly signal: AbortSignal;
  /** If a worker gives no sign of life for this long, in milliseconds, another worker takes over its run. */
  readonly stalledAfter?: number;
}

/**
 * Executes runs from a queue until the signal is aborted. Messages are not trusted: anything that is not a run is
 * rejected permanently and reported once, and the worker goes on to the next message.
 */
export async function workOnQueue(options: WorkerOptions): Promise<void> {
  const { address, version, workers, signal, stalledAfter = 30_000 } = options;
  const { Worker, UnrecoverableError } = (await loadQueuePackages()).bullmq;
  const note = (line: string): void => options.note(address.redact(line));
  const watch = await watchServer(address, { note, signal });
  // Runs are executed in other threads, so that this thread can keep telling the queue that the runs are in progress.
  const executor = new Pool({ kinds: taskKinds, size: workers, start: startThread() });

  const answer = async (job: Job): Promise<RunAnswer> => {
    try {
      const { spec, hash } = await parseMessage(job.data);
      const { rows } = await runSpec(spec, { executor, signal });
      // The same format as in a results file: numbers that JSON cannot represent become words.
      return { hash, rows: JSON.parse(JSON.stringify(rows.map(fileRow), named)) as RunAnswer["rows"] };
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      note(`message ${nameOf(job)} refused: ${error.message.replace(/\s+/g, " ")}`);
      throw new UnrecoverableError(`refused: ${error.message}`);
    }
  };
  const worker = new Worker(queueName(version), answer, {
    connection: address.connection,
    // One more run than there are threads, so that the next run is ready when a thread becomes free.
    concurrency: workers + 1,
    lockDuration: stalledAfter,
    stalledInterval: stalledAfter,
    // If a machine dies during a run, the run is probably not to blame, unless this happens repeatedly.
    maxStalledCount: 5,
    autorun: false,
  });
  const once = noteOnce(note);
  worker.on("error", (error) => {
    if (!isOfConnection(error)) once(faultInWords(address, error));
  });
  worker.on("stalled", (id) => note(`run ${id} was abandoned by another worker; it is repeated here`));
  worker.on("failed", (job, error) => {
    if (error.name === "UnrecoverableError" || signal.aborted) return;
    note(`${job === undefined ? "a run" : nameOf(job)} failed: ${error.message.split("\n")[0]}`);
  });
  signal.addEventListener("abort", () => void worker.close(), { once: true });
  note(`waiting for runs of version ${version} at ${address.text}, ${workers} at a time`);
  try {
    await worker.run();
  } finally {
    watch.end();
    await worker.close();
    await executor.dispose();
  }
}

/** A job's name, made safe to print even if a stranger chose the id. */
function nameOf({ id }: Job): string {
  return JSON.stringify(String(id).slice(0, 60));
}
