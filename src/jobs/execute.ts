import type { HostSignal } from "../base/host.js";
import { breathe } from "../base/steps-async.js";
import type { Kernels } from "../kernels/kernels.js";
import { wallClock, type Clock } from "./clock.js";
import { LoadedCore } from "./loaded-core.js";
import { runTask, type ResultOf, type Task, type TaskKinds } from "./task.js";

/** The largest number of threads. */
export const MOST_WORKERS = 256;

/** Executes tasks. Results depend only on the tasks, not on their distribution over threads. */
export interface Executor {
  /** Whether concurrent jobs fill each other's idle time; if not, running them one at a time is faster. */
  readonly overlapsJobs: boolean;
  /**
   * Yields results in the order of the tasks, each as soon as it and all earlier ones are done.
   *
   * @param tasks the iterable is read only a limited number of tasks ahead of the results taken, so that not all tasks
   *   are in memory at once
   * @throws the error of the first task in `tasks` that fails; the signal's reason if the signal is aborted
   */
  results<T extends Task>(tasks: Iterable<T>, options?: ExecuteOptions): AsyncIterable<ResultOf<T>>;
  /** Releases idle threads and their memory; the threads restart when there is work again. */
  release(): Promise<void>;
  /** Releases threads and memory; pending results are rejected. */
  dispose(): Promise<void>;
}

/** Progress, priority and cancellation of tasks. */
export interface ExecuteOptions {
  /**
   * @param done number of finished tasks; tasks may finish in any order
   * @param seconds time spent on finished tasks, summed over the cores
   */
  readonly onDone?: (done: number, seconds: number) => void;
  /**
   * Whether these tasks run before the tasks of other jobs; used when other tasks are waiting for the results of these.
   */
  readonly isUrgent?: boolean;
  readonly signal?: HostSignal | undefined;
}

/** Collects all results; resolves when the last one has arrived. */
export async function collect<Result>(results: AsyncIterable<Result>): Promise<Result[]> {
  const all: Result[] = [];
  for await (const result of results) all.push(result);
  return all;
}

/** Executes all tasks in this thread. */
export class SingleExecutor implements Executor {
  readonly overlapsJobs = false;
  readonly #kinds: TaskKinds;
  readonly #core: LoadedCore;
  readonly #clock: Clock;

  /** @param clock measures the CPU time of this thread, if it can be measured; default: wall-clock time */
  constructor(kinds: TaskKinds, kernels: Kernels, clock = wallClock) {
    this.#kinds = kinds;
    this.#core = new LoadedCore(kernels);
    this.#clock = clock;
  }

  async *results<T extends Task>(
    tasks: Iterable<T>,
    { onDone, signal }: ExecuteOptions = {},
  ): AsyncGenerator<ResultOf<T>, void, undefined> {
    let done = 0;
    let seconds = 0;
    signal?.throwIfAborted();
    for (const task of tasks) {
      const began = this.#clock();
      const result = runTask(this.#kinds, this.#core, task);
      seconds += this.#clock() - began;
      onDone?.(++done, seconds);
      yield result;
      await breathe();
      signal?.throwIfAborted();
    }
  }

  async release(): Promise<void> {}

  async dispose(): Promise<void> {}
}
