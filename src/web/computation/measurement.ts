import { mergeRuns, runNaiveErrors, runRows } from "../../runs/rows.js";
import type { NaiveErrors } from "../../theory/naive.js";
import { chunkSamples, countTasks, runTasks } from "../../runs/tasks.js";
import type { ErrorRow } from "../../results/rows.js";
import type { Executor } from "../../jobs/execute.js";
import type { ChunkTask } from "../../runs/chunk.js";
import type { RunSpec } from "../../config/run-spec.js";

/** Rows that have arrived, equal to those of `superpose run` with this many samples and networks. */
export interface Measured {
  readonly rows: readonly ErrorRow[];
  /** Errors of the naive network, by readout. [L4] */
  readonly naive: Readonly<Record<string, NaiveErrors>>;
  readonly samples: number;
  readonly networks: number;
  /** Whether all requested samples and networks have been measured. */
  readonly isComplete: boolean;
}

export interface MeasureOptions {
  readonly signal: AbortSignal;
  readonly onRows: (measured: Measured) => void;
  /** @param share the share of the samples run so far, 0…1 */
  readonly onProgress: (share: number) => void;
}

/** Number of samples in the first stage, and the factor by which each later stage grows. */
const FIRST = 64;
const FACTOR = 8;

/**
 * The stages of a run before it is complete: one network, with more samples each time. Together they cost at most a
 * seventh of the run. Each stage is a separate run, so the command line can reproduce every number shown on the way.
 */
export function measurementStages(spec: RunSpec): RunSpec[] {
  const stages: RunSpec[] = [];
  const first = Math.min(FIRST, chunkSamples(spec.T));
  for (let samples = first; samples < spec.samples; samples *= FACTOR) stages.push({ ...spec, samples, networks: 1 });
  return [...stages, spec];
}

/**
 * Runs a spec, delivering rows from a few samples first.
 *
 * @throws the signal's reason if the run is aborted
 */
export async function measureInStages(executor: Executor, spec: RunSpec, options: MeasureOptions): Promise<void> {
  const { signal, onRows, onProgress } = options;
  const stages = measurementStages(spec);
  const naive = runNaiveErrors(spec);
  const all = stages.reduce((sum, { samples, networks }) => sum + samples * networks, 0);
  let before = 0;
  for (const stage of stages) {
    const own = stage.samples * stage.networks;
    const total = countTasks(stage);
    const onDone = (done: number): void => onProgress((before + (own * done) / total) / all);
    const results = executor.results(tasksOf(stage, spec), { signal, onDone });
    const [sums] = await mergeRuns([stage], results);
    signal.throwIfAborted();
    before += own;
    onRows({
      rows: runRows(stage, sums),
      naive,
      samples: stage.samples,
      networks: stage.networks,
      isComplete: stage === spec,
    });
  }
}

/** A stage's tasks carry the spec of the whole run, so that its networks stay loaded from one stage to the next. */
function* tasksOf(stage: RunSpec, spec: RunSpec): Generator<ChunkTask, void, undefined> {
  for (const task of runTasks(stage)) yield { ...task, spec };
}
