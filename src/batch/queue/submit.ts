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

/** How often a run is tried, and the wait before the second time, doubled before each further one, in milliseconds. */
const ATTEMPTS = 4;
const BACKOFF = 1000;
/** Runs in the queue ahead of the one waited for. */
const AHEAD = 1000;
/** How often an unfinished run is asked for in case the news of its end was lost, in milliseconds. */
const POLL = 1000;
/** After how many of these without news it is looked at who works on it, and whether it is still in the queue. */
const QUIET = 2;

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
    const next = "What is done stays done; the same command goes on from there.";
    throw new Error(`${faultInWords(address, error)}. ${next}`);
  } finally {
    watch.end();
    await Promise.allSettled([events.close(), queue.close()]);
  }
}

/** The versions of the workers among a server's connections, each once. */
export function versionsIn(clients: string): string[] {
  const prefix = queueName("");
  const names = Array.from(clients.matchAll(/ name=bull:([A-Za-z0-9+/=]+)(?= |:w:)/g), (match) =>
    Buffer.from(match[1], "base64").toString("utf8"),
  );
  return [...new Set(names.filter((name) => name.startsWith(prefix)).map((name) => name.slice(prefix.length)))];
}

/** One submitter's runs in the queue. */
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
  /** Ids of the jobs that ended, from the news. */
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

  /** The same for every submitter of the sweep, so that a run is in the queue once. */
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
      // A run that failed for an earlier submitter, or whose answer was of no use, is done anew.
      for (const run of some) if (await (await jobOf(run))?.isFailed()) await again(run);
      added += some.length;
    }
  };
  /** Resolves at the next news, or after a while. */
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
  /** What runs that nothing is heard of wait for: they are put again where somebody emptied a list of the queue. */
  const lookAfter = async (waiting: readonly SweepRun[]): Promise<void> => {
    for (const run of waiting) {
      const state = await (await jobOf(run))?.getState();
      if (state !== undefined && state !== "unknown") {
        // The first one is there: so are the others, as a rule, or they are looked at when their turn comes.
        if (run === waiting[0]) break;
        continue;
      }
      // A worker that is still at it has it locked.
      if (state === "unknown" && (await queue.remove(idOf(run)).catch(() => 0)) === 0) continue;
      note(`run ${run.index} is in no list of the queue any more; it is put there again`);
      await put([run]);
    }
    const workers = await watch.clients().then(versionsIn, () => null);
    if (workers === null || workers.includes(options.version)) return;
    const others = workers.length === 0 ? "" : `; those that are there are of version ${workers.join(", ")}`;
    note(`waiting for a worker of version ${options.version}: none is connected${others}`);
  };
  /** Waits for a run; null when it failed every time. */
  const rowsOf = async (run: SweepRun, position: number): Promise<readonly ErrorRow[] | null> => {
    let wrongAnswers = 0;
    for (let round = 1; ; round++) {
      signal?.throwIfAborted();
      onProgress?.(position + endedIds.size, runs.length);
      const job = await jobOf(run);
      // A server without persistence forgets when it is restarted; somebody may have emptied the queue.
      if (job === undefined) await again(run);
      else if (job.finishedOn !== undefined && job.finishedOn !== null) {
        if (await job.isFailed()) {
          const reason = (job.failedReason ?? "").split("\n")[0];
          note(`run ${run.index} failed after ${job.attemptsMade} attempts: ${reason}`);
          return null;
        }
        const rows = answered(run, job.returnvalue);
        if (typeof rows !== "string") return rows;
        note(`run ${run.index}: the answer is not of this run (${rows}); asked for again`);
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
    // Rows after a failed run wait in the queue: the file has its runs in order.
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
      `${failed.length} of ${length} runs failed: ${which}. The same command tries them again; the others are kept.`,
    );
  }
}
