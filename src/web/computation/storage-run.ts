import { standaloneJson } from "../../studies/standalone.js";
import { activeCounts, rowsBesideEstimates } from "../../studies/storage/statistics.js";
import type { Executor } from "../../jobs/execute.js";
import type { ResultOf } from "../../jobs/task.js";
import type { StorageTask } from "../../studies/storage/measure.js";
import { deriveSeed } from "../../base/random.js";
import { watchedQuery, type Watched } from "./query.js";
import type { StorageSettings } from "../state/storage-settings.js";

/** Measurements of stored features, for the settings in `question`. */
export interface Stored {
  readonly question: StorageQuestion;
  readonly task: StorageTask;
  /** The results of the sets of vectors measured so far, out of `DRAWS`. */
  readonly draws: readonly ResultOf<StorageTask>[];
  readonly isComplete: boolean;
}

/** Everything that the numbers depend on. The chosen l is one of the values measured. */
export interface StorageQuestion extends Omit<StorageSettings, "amplitudes"> {
  readonly seed: number;
}

/** Number of sets of vectors, and number of samples with each set. */
export const DRAWS = 8;
export const SAMPLES = 12;
const BINS = 90;

/** The values of l that are measured: those around n/(8 ln m), and the chosen one. */
function measuredCounts({ n, m, l }: Omit<StorageQuestion, "seed">): readonly number[] {
  return [...new Set([...activeCounts({ n, m }), l])].sort((a, b) => a - b);
}

/** The task for one set of vectors, as in `superpose run --experiment storage`. */
function storageTask(question: StorageQuestion, repeat = 0): StorageTask {
  const { n, m, seed } = question;
  const own = { kind: "storage", family: "random", n, m, samples: SAMPLES, bins: BINS, repeat } as const;
  return { ...own, ls: measuredCounts(question), seed: deriveSeed(seed, "storage", n, m) };
}

/** Keeps the measurements of stored features up to date when their settings change. */
export function storageRun(executor: Promise<Executor>, changed: () => void, failed: (error: unknown) => void) {
  const state: Watched & { stored: Stored | null } = { stored: null, progress: null, isStopped: false };
  const answer = async (
    workers: Executor,
    question: StorageQuestion,
    signal: AbortSignal,
    shown: () => void,
  ): Promise<void> => {
    const tasks = Array.from({ length: DRAWS }, (_, repeat) => storageTask(question, repeat));
    const draws: ResultOf<StorageTask>[] = [];
    for await (const draw of workers.results(tasks, { signal })) {
      signal.throwIfAborted();
      draws.push(draw);
      const isComplete = draws.length === DRAWS;
      state.progress = isComplete ? null : draws.length / DRAWS;
      state.stored = { question, task: tasks[0], draws: [...draws], isComplete };
      changed();
      shown();
    }
  };
  const query = watchedQuery(state, executor, answer, changed, failed);
  let asked = "";
  return Object.assign(state, {
    /** Asks for the measurements that the settings need, unless they have already been requested. */
    show({ n, m, l }: StorageSettings, seed: number): void {
      const question = { n, m, l, seed };
      const key = JSON.stringify(question);
      if (key === asked && !state.isStopped) return;
      asked = key;
      query.ask(question);
    },
    stop: query.stop,
    isRunning: query.isRunning,
  });
}

/** The settings of `superpose run --experiment storage` that reproduce the numbers shown for a question. */
export function storageRunSettings({ n, m, l, seed }: StorageQuestion) {
  const ls = measuredCounts({ n, m, l });
  return { family: "random", n: [n], m: [m], l: ls, S: 6, samples: SAMPLES, repeats: DRAWS, seed };
}

/** The command line that prints the view's numbers. */
export function storageCommand(question: StorageQuestion): string {
  const { n, m, l, samples, repeats, seed } = storageRunSettings(question);
  const flags = { n, m, l, samples, repeats, seed };
  const text = Object.entries(flags).map(([name, value]) => `--${name} ${String(value)}`);
  return ["superpose run --experiment storage", ...text].join(" ");
}

/** The rows of a complete run. */
export function storageRows({ task, draws }: Stored) {
  return rowsBesideEstimates(task, draws);
}

/** The command's output with `--json`. */
export function storageJson(stored: Stored, version: string): Promise<string> {
  return standaloneJson({ id: "storage" }, storageRunSettings(stored.question), storageRows(stored), version);
}
