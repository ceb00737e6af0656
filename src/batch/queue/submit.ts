import type { Job, Queue, QueueEvents } from "bullmq";
import type { ErrorRow } from "../../results/rows.js";
import type { SweepRun } from "../sweep/plan.js";
import type { QueueAddress } from "./address.js";
import { answered, queueName, type RunMessage } from "./messages.js";
import {
  commandFault,
  faultInWords,
  isOfConnection,
  loadQueuePackages,
  noteOnce,
  watchServer,
  type ServerWatch,
} from "./server.js";
import { counted } from "../../drawing/numbers.js";

/** How many times a run is attempted, and the wait before the second attempt (doubled before each later one), in ms. */
const ATTEMPTS = 4;
const BACKOFF = 1000;
/** How many runs are queued ahead of the one being waited for. */
const AHEAD = 1000;
/** The interval, in milliseconds, at which to poll an unfinished run in case the notice that it has ended was lost. */
const POLL = 1000;
/** After this many polls without a notice, check who is working on the run and whether it is still in the queue. */
const QUIET = 2;

export interface QueueOptions {
  readonly address: QueueAddress;
  readonly version: string;
  /** The sweep's hash. */
  readonly sweep: string;
  /** Prints a line for the user, for example about a failed run or an unreachable server. */
  readonly note: (line: string) => void;
  /** @param done number of runs that workers have finished */
  readonly onProgress?: (done: number, total: number) => void;
  readonly signal?: AbortSignal;
}

/**
 * Has workers execute the runs, and takes the rows of each run as soon as that run and all earlier ones are done.
 * Results stay in the queue until they are taken, so a submitter that was stopped finds them when it is restarted.
 *
 * @param take stores the rows of a run; the run leaves the queue only afterwards
 * @throws Error if any run failed on every attempt; all other runs are done by then
 */
export async function runInQueue(
  runs: readonly SweepRun[],
  take: (rows: readonly ErrorRow[]) => void,
  options: QueueOptions,
): Promise<void> {
  const { Queue, QueueEvents } = (await loadQueuePackages()).bullmq;
  const { address, note, version, signal } = options;
  const watch = await watchServer(address, { note, signal });
  const queue: Queue = new Queue(queueName(version), { connection: address.connection });
  const events: QueueEvents = new QueueEvents(queueName(version), { connection: address.connection });
  const once = noteOnce((line) => note(address.redact(line)));
  queue.on("error", (error) => {
    if (!isOfConnection(error)) once(faultInWords(address, error));
  });
  events.on("error", () => undefined);
  try {
    await submit(queue, events, runs, options, once, take, watch);
  } catch (error) {
    if (!(error instanceof Error) || commandFault(error.message) === null) throw error;
    const next = "Finished runs are kept; the same command continues from there.";
    throw new Error(`${faultInWords(address, error)}. ${next}`);
  } finally {
    watch.end();
    await Promise.allSettled([events.close(), queue.close()]);
  }
}

/** The distinct worker versions among a server's connections. */
export function versionsIn(clients: string): string[] {
  const prefix = queueName("");
  const names = Array.from(clients.matchAll(/ name=bull:([A-Za-z0-9+/=]+)(?= |:w:)/g), (match) =>
    Buffer.from(match[1], "base64").toString("utf8"),
  );
  return [...new Set(names.filter((name) => name.startsWith(prefix)).map((name) => name.slice(prefix.length)))];
}

/** Submits runs to the queue and takes their results. */
async function submit(
  queue: Queue,
  events: QueueEvents,
  runs: readonly SweepRun[],
  options: QueueOptions,
  note: (line: string) => void,
  take: (rows: readonly ErrorRow[]) => void,
  watch: ServerWatch,
): Promise<void> {
  const { sweep, signal, onProgress } = options;
  /** Ids of the jobs that were reported as completed or failed. */
  const endedIds = new Set<string>();
  let wake: () => void = () => undefined;
  let added = 0;
  const own = `${sweep.slice(0, 32)}-`;
  const ended = ({ jobId }: { jobId: string }): void => {
    if (!jobId.startsWith(own)) return;
    endedIds.add(jobId);
    wake();
  };
  events.on("completed", ended);
  events.on("failed", ended);
  signal?.addEventListener("abort", () => wake(), { once: true });

  /** A job's id is the same for every submitter of the sweep, so that each run is in the queue only once. */
  const idOf = ({ index }: SweepRun): string => `${own}${index}`;
  const jobOf = async (run: SweepRun): Promise<Job | undefined> => queue.getJob(idOf(run));
  const put = async (some: readonly SweepRun[]): Promise<void> => {
    await queue.addBulk(
      some.map((run) => {
        const { index, hash, spec } = run;
        const data: RunMessage = { sweep, index, hash, spec };
        const backoff = { type: "exponential", delay: BACKOFF };
        const kept = { removeOnComplete: false, removeOnFail: false };
        return { name: "run", data, opts: { jobId: idOf(run), attempts: ATTEMPTS, backoff, ...kept } };
      }),
    );
  };
  const again = async (run: SweepRun): Promise<void> => {
    await queue.remove(idOf(run));
    await put([run]);
  };
  const addUpTo = async (position: number): Promise<void> => {
    while (added < position) {
      const some = runs.slice(added, Math.min(position, added + 100));
      await put(some);
      // Repeats runs that failed for an earlier submitter of the sweep.
      for (const run of some) if (await (await jobOf(run))?.isFailed()) await again(run);
      added += some.length;
    }
  };
  /** Waits for the next notice, or for a timeout. */
  const news = async (): Promise<void> => {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, POLL);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    wake = () => undefined;
  };
  /** Checks runs for which no notice came, and adds them again if they are missing from the queue's lists. */
  const lookAfter = async (waiting: readonly SweepRun[]): Promise<void> => {
    for (const run of waiting) {
      const state = await (await jobOf(run))?.getState();
      if (state !== undefined && state !== "unknown") {
        // If the first waiting job is present, the others usually are too; a missing job is noticed once it is the
        // first one waiting.
        if (run === waiting[0]) break;
        continue;
      }
      // A worker that is still running a job holds the job's lock, so the job cannot be removed.
      if (state === "unknown" && (await queue.remove(idOf(run)).catch(() => 0)) === 0) continue;
      note(`run ${run.index} is no longer in the queue; adding it again`);
      await put([run]);
    }
    const workers = await watch.clients().then(versionsIn, () => null);
    if (workers === null || workers.includes(options.version)) return;
    const others = workers.length === 0 ? "" : `; connected workers have version ${workers.join(", ")}`;
    note(`waiting for a worker of version ${options.version}: none is connected${others}`);
  };
  /** Waits for a run; null if it failed on every attempt. */
  const rowsOf = async (run: SweepRun, position: number): Promise<readonly ErrorRow[] | null> => {
    let wrongAnswers = 0;
    for (let round = 1; ; round++) {
      signal?.throwIfAborted();
      onProgress?.(position + endedIds.size, runs.length);
      const job = await jobOf(run);
      // The job is gone: the server restarted without persistence, or someone emptied the queue.
      if (job === undefined) await again(run);
      else if (job.finishedOn !== undefined && job.finishedOn !== null) {
        if (await job.isFailed()) {
          const reason = (job.failedReason ?? "").split("\n")[0];
          note(`run ${run.index} failed after ${job.attemptsMade} attempts: ${reason}`);
          return null;
        }
        const rows = answered(run, job.returnvalue);
        if (typeof rows !== "string") return rows;
        note(`run ${run.index}: the answer does not belong to this run (${rows}); requesting it again`);
        if (++wrongAnswers >= ATTEMPTS) return null;
        await again(run);
      } else if (round % QUIET === 0) await lookAfter(runs.slice(position, added));
      if (!endedIds.delete(idOf(run))) await news();
    }
  };

  const failed: number[] = [];
  const { length } = runs;
  for (const [position, run] of runs.entries()) {
    await addUpTo(Math.min(position + AHEAD, length));
    const rows = await rowsOf(run, position);
    if (rows === null) failed.push(run.index);
    // After a failed run, rows stay in the queue, because runs are stored in order.
    else if (failed.length === 0) {
      take(rows);
      await queue.remove(idOf(run));
    }
    endedIds.delete(idOf(run));
  }
  onProgress?.(length, length);
  if (failed.length > 0) {
    const which = failed.slice(0, 8).join(", ") + (failed.length > 8 ? ", …" : "");
    throw new Error(
      `${failed.length} of ${counted(length, "run")} failed: ${which}. The same command tries the failed runs again; the other runs are kept.`,
    );
  }
}
