import type { Job, Queue, QueueEvents } from "bullmq";
import type { ErrorRow } from "../../results/rows.js";
import type { SweepRun } from "../sweep/plan.js";
import type { QueueAddress } from "./address.js";
import { answered, queueName, type RunMessage } from "./messages.js";
import { isOfConnection, loadQueuePackages, noteOnce, watchServer } from "./server.js";

/** How often a run is tried, and the wait before the second time, doubled before each further one, in milliseconds. */
const ATTEMPTS = 4;
const BACKOFF = 1000;
/** Runs in the queue ahead of the one waited for. */
const AHEAD = 1000;
/** How often an unfinished run is asked for in case the news of its end was lost, in milliseconds. */
const POLL = 1000;

export interface QueueOptions {
  readonly address: QueueAddress;
  readonly version: string;
  /** The sweep's hash. */
  readonly sweep: string;
  /** Says a line to people: a failure, a server that is away. */
  readonly note: (line: string) => void;
  /** @param done runs that workers have done */
  readonly onProgress?: (done: number, total: number) => void;
  readonly signal?: AbortSignal;
}

/**
 * Has workers do runs, and takes their rows in order, each as soon as it and all before it are there. Results wait in
 * the queue until they are taken: a submitter that is stopped finds them when it is started again.
 *
 * @param take stores the rows of a run; it leaves the queue only afterwards
 * @throws Error after all other runs are done, when some failed every time
 */
export async function runInQueue(
  runs: readonly SweepRun[],
  take: (rows: readonly ErrorRow[]) => void,
  options: QueueOptions,
): Promise<void> {
  const { Queue, QueueEvents } = (await loadQueuePackages()).bullmq;
  const { address, note, version, signal } = options;
  const unwatch = await watchServer(address, { note, signal });
  const queue: Queue = new Queue(queueName(version), { connection: address.connection });
  const events: QueueEvents = new QueueEvents(queueName(version), { connection: address.connection });
  const once = noteOnce((line) => note(address.redact(line)));
  queue.on("error", (error) => {
    if (!isOfConnection(error)) once(`queue: ${error.message}`);
  });
  events.on("error", () => undefined);
  try {
    await new Submission(queue, events, runs, options, once).run(take);
  } finally {
    unwatch();
    await Promise.allSettled([events.close(), queue.close()]);
  }
}

/** One submitter's runs in the queue. */
class Submission {
  readonly #queue: Queue;
  readonly #runs: readonly SweepRun[];
  readonly #options: QueueOptions;
  readonly #note: (line: string) => void;
  /** Ids of the jobs that ended, from the news. */
  readonly #ended = new Set<string>();
  #wake: () => void = () => undefined;
  #added = 0;

  constructor(
    queue: Queue,
    events: QueueEvents,
    runs: readonly SweepRun[],
    options: QueueOptions,
    note: (line: string) => void,
  ) {
    this.#queue = queue;
    this.#runs = runs;
    this.#options = options;
    this.#note = note;
    const own = `${options.sweep.slice(0, 32)}-`;
    const ended = ({ jobId }: { jobId: string }): void => {
      if (!jobId.startsWith(own)) return;
      this.#ended.add(jobId);
      this.#wake();
    };
    events.on("completed", ended);
    events.on("failed", ended);
    options.signal?.addEventListener("abort", () => this.#wake(), { once: true });
  }

  /** The same for every submitter of the sweep, so that a run is in the queue once. */
  #id({ index }: SweepRun): string {
    return `${this.#options.sweep.slice(0, 32)}-${index}`;
  }

  async run(take: (rows: readonly ErrorRow[]) => void): Promise<void> {
    const failed: number[] = [];
    const { length } = this.#runs;
    for (const [position, run] of this.#runs.entries()) {
      await this.#addUpTo(Math.min(position + AHEAD, length));
      const rows = await this.#rowsOf(run, position);
      if (rows === null) failed.push(run.index);
      // Rows after a failed run wait in the queue: the file has its runs in order.
      else if (failed.length === 0) {
        take(rows);
        await this.#queue.remove(this.#id(run));
      }
      this.#ended.delete(this.#id(run));
    }
    this.#options.onProgress?.(length, length);
    if (failed.length > 0) {
      const which = failed.slice(0, 8).join(", ") + (failed.length > 8 ? ", …" : "");
      throw new Error(
        `${failed.length} of ${length} runs failed: ${which}. The same command tries them again; the others are kept.`,
      );
    }
  }

  async #addUpTo(position: number): Promise<void> {
    while (this.#added < position) {
      const runs = this.#runs.slice(this.#added, Math.min(position, this.#added + 100));
      await this.#queue.addBulk(runs.map((run) => this.#job(run)));
      // A run that failed for an earlier submitter, or whose answer was of no use, is done anew.
      for (const run of runs) {
        const job = (await this.#queue.getJob(this.#id(run))) as Job | undefined;
        if (job !== undefined && (await job.isFailed())) await this.#again(run);
      }
      this.#added += runs.length;
    }
  }

  #job(run: SweepRun): { name: string; data: RunMessage; opts: object } {
    const { index, hash, spec } = run;
    return {
      name: "run",
      data: { sweep: this.#options.sweep, index, hash, spec },
      opts: {
        jobId: this.#id(run),
        attempts: ATTEMPTS,
        backoff: { type: "exponential", delay: BACKOFF },
        removeOnComplete: false,
        removeOnFail: false,
      },
    };
  }

  async #again(run: SweepRun): Promise<void> {
    await this.#queue.remove(this.#id(run));
    const { name, data, opts } = this.#job(run);
    await this.#queue.add(name, data, opts);
  }

  /** Waits for a run; null when it failed every time. */
  async #rowsOf(run: SweepRun, position: number): Promise<readonly ErrorRow[] | null> {
    let wrongAnswers = 0;
    for (;;) {
      this.#options.signal?.throwIfAborted();
      this.#options.onProgress?.(position + this.#ended.size, this.#runs.length);
      const job = (await this.#queue.getJob(this.#id(run))) as Job | undefined;
      // A server without persistence forgets when it is restarted; somebody may have emptied the queue.
      if (job === undefined) await this.#again(run);
      else if (job.finishedOn !== undefined && job.finishedOn !== null) {
        if (await job.isFailed()) {
          this.#note(
            `run ${run.index} failed after ${job.attemptsMade} attempts: ${(job.failedReason ?? "").split("\n")[0]}`,
          );
          return null;
        }
        const rows = answered(run, job.returnvalue);
        if (rows !== null) return rows;
        this.#note(`run ${run.index}: the answer is not of this run; asked for again`);
        if (++wrongAnswers >= ATTEMPTS) return null;
        await this.#again(run);
      }
      if (!this.#ended.delete(this.#id(run))) await this.#news();
    }
  }

  /** Resolves at the next news, or after a while. */
  async #news(): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, POLL);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.#wake = () => undefined;
  }
}
