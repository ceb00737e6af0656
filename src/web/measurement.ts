import { chunkSamples, countTasks, mergeRuns, runRows, runTasks } from "../runs/merge.js";
import type { ErrorRow } from "../results/rows.js";
import type { Executor } from "../jobs/execute.js";
import type { ChunkTask } from "../runs/chunk.js";
import type { RunSpec } from "../config/run-spec.js";

/** Rows that have arrived: those of `superpose run` with this many samples and networks. */
export interface Measured {
  readonly rows: readonly ErrorRow[];
  readonly samples: number;
  readonly networks: number;
  /** Whether these are the samples and networks that were asked for. */
  readonly isComplete: boolean;
}

export interface MeasureOptions {
  readonly signal: AbortSignal;
  readonly onRows: (measured: Measured) => void;
  /** @param share of all samples, 0…1 */
  readonly onProgress: (share: number) => void;
}

/** Samples that are shown at once, and how many times more each next look takes. */
const FIRST = 64;
const FACTOR = 8;

/**
 * The looks at a run before it is complete: one network, more samples each time. They cost a seventh of the run at most,
 * and each is a run of its own, so every number ever shown can be had again from the command line.
 */
export function looks(spec: RunSpec): RunSpec[] {
  const stages: RunSpec[] = [];
  const first = Math.min(FIRST, chunkSamples(spec.T));
  for (let samples = first; samples < spec.samples; samples *= FACTOR) stages.push({ ...spec, samples, networks: 1 });
  return [...stages, spec];
}

/**
 * Runs a spec, with rows from a few samples first.
 *
 * @throws the signal's reason when it is aborted
 */
export async function measureInLooks(executor: Executor, spec: RunSpec, options: MeasureOptions): Promise<void> {
  const { signal, onRows, onProgress } = options;
  const stages = looks(spec);
  const all = stages.reduce((sum, { samples, networks }) => sum + samples * networks, 0);
  let before = 0;
  for (const look of stages) {
    const own = look.samples * look.networks;
    const total = countTasks(look);
    const onDone = (done: number): void => onProgress((before + (own * done) / total) / all);
    const results = executor.results(tasksOf(look, spec), { signal, onDone });
    const [sums] = await mergeRuns([look], results);
    signal.throwIfAborted();
    before += own;
    onRows({ rows: runRows(look, sums), samples: look.samples, networks: look.networks, isComplete: look === spec });
  }
}

/** A look's tasks, with the run's spec for theirs: they need the same networks, which stay loaded. */
function* tasksOf(look: RunSpec, spec: RunSpec): Generator<ChunkTask, void, undefined> {
  for (const task of runTasks(look)) yield { ...task, spec };
}
