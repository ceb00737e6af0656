import type { Kernels } from "../kernels/kernels.js";
import { TaskRunner, type ResultOf, type Task } from "./task.js";

/** Does lists of tasks; results come in the order of the tasks and do not depend on how they are shared out. */
export interface Executor {
  /**
   * @throws the signal's reason when it is aborted
   */
  run<T extends Task>(tasks: readonly T[], options?: ExecuteOptions): Promise<ResultOf<T>[]>;
}

export interface ExecuteOptions {
  readonly onDone?: (done: number, total: number) => void;
  readonly signal?: AbortSignal | undefined;
}

/** Lets timers, signals and messages through between tasks. */
const breathe = (): Promise<void> =>
  new Promise((resolve) => (typeof setImmediate === "function" ? setImmediate(resolve) : setTimeout(resolve, 0)));

/** Does everything on one core, in this thread. */
export class LocalExecutor implements Executor {
  readonly #runner: TaskRunner;

  constructor(kernels: Kernels) {
    this.#runner = new TaskRunner(kernels);
  }

  async run<T extends Task>(tasks: readonly T[], { onDone, signal }: ExecuteOptions = {}): Promise<ResultOf<T>[]> {
    const results: ResultOf<T>[] = [];
    for (const task of tasks) {
      signal?.throwIfAborted();
      results.push(this.#runner.run(task));
      onDone?.(results.length, tasks.length);
      await breathe();
    }
    return results;
  }
}
