import { finishAsync } from "../base/steps-async.js";
import { hasTheory, mergeRuns, runExpectations, runRows } from "../runs/rows.js";
import { countTasks, tasksOfAll } from "../runs/tasks.js";
import type { ErrorRow } from "../results/rows.js";
import type { Executor } from "../jobs/execute.js";
import type { LayerSums } from "../engine/sums.js";
import type { RunSpec } from "../config/run-spec.js";

export interface RunAllOptions {
  readonly executor: Executor;
  /** @param done number of finished tasks; tasks may finish in any order */
  readonly onProgress?: (done: number, total: number) => void;
  readonly signal?: AbortSignal;
}

/**
 * Yields the rows of each run, in the order of the runs. Later runs start before earlier ones end, so that no worker
 * is idle at the end of a run.
 *
 * @throws what the first failing run throws, or the signal's reason if the signal is aborted
 */
export async function* runAll(
  specs: readonly RunSpec[],
  { executor, onProgress, signal }: RunAllOptions,
): AsyncGenerator<readonly ErrorRow[], void, undefined> {
  const total = specs.reduce((count, spec) => count + countTasks(spec), 0);
  const results = executor.results(tasksOfAll(specs), { onDone: (done) => onProgress?.(done, total), signal });
  const iterator = results[Symbol.asyncIterator]();
  // This wrapper has no `return`, so `iterator` stays open for the next run once one run has all its results.
  const shared: AsyncIterable<LayerSums> = { [Symbol.asyncIterator]: () => ({ next: () => iterator.next() }) };
  try {
    for (const spec of specs) {
      const [sums] = await mergeRuns([spec], shared);
      if (hasTheory(spec)) await finishAsync(runExpectations(spec), { signal });
      yield runRows(spec, sums);
    }
  } finally {
    await iterator.return?.();
  }
}
