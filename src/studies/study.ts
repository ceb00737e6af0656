import { collect } from "../jobs/execute.js";
import type { ResultOf, Task } from "../jobs/task.js";
import type { RunSpec } from "../config/run-spec.js";
import type { LayerSums } from "../engine/sums.js";
import { mergeRuns, runRows } from "../runs/rows.js";
import { countTasks, tasksOfAll } from "../runs/tasks.js";
import type { ErrorRow } from "../results/rows.js";
import type { Comparison } from "../results/compare.js";
import type { Figure, FigureOptions } from "../drawing/compose.js";
import type { Table } from "../results/table.js";

/** Settings that all studies share. */
export interface Settings {
  readonly seed: number;
  /** Whether to run only a preview: fewer samples and networks, and no comparison. */
  readonly quick: boolean;
  /** Larger sizes, which take minutes instead of seconds, if the experiment has them. */
  readonly wide: boolean;
}

/** One figure of an experiment, ready to draw and report; `reproduce` adds the rest of its report. */
export interface FigureDraft {
  /** As in the specification: "R5". */
  readonly id: string;
  readonly question: string;
  readonly settings: readonly (readonly [name: string, value: string])[];
  readonly howToRead: string;
  /** Numbers of samples and networks, for the summary: "557 / 55,700" and "8"; "–" if there are none. */
  readonly samples: string;
  readonly networks: string;
  readonly rows: readonly object[];
  /** A table of the numbers, usually measurement compared with theory; omitted if there is none. */
  readonly theory?: Table | null;
  /**
   * The measured numbers compared with the reference; omitted if there is no reference, or if the run was too small.
   */
  readonly comparison?: Comparison | null;
  /** The reason why there is no comparison, or remarks on the comparison. */
  readonly comparisonNote?: string;
  /**
   * The rows to keep from a run with --wide; figures of shorter runs show these rows in a lighter shade. Omitted if
   * nothing is kept.
   */
  readonly keeps?: readonly object[];
  /** The part of the figure that shows the kept rows; omitted if they can be told apart only by their lighter shade. */
  readonly keptAt?: string;
  /** @param kept the rows that a stored run with --wide kept (its `keeps`); empty if there are none */
  readonly draw: (options: FigureOptions, kept: readonly object[]) => Figure;
}

/** The tasks of an experiment, and how to process their results. */
export interface Plan {
  readonly taskCount: number;
  readonly tasks: Iterable<Task>;
  /** Makes rows and figures from the results, which come in the order of the tasks. */
  readonly finish: (results: AsyncIterable<unknown>) => Promise<readonly FigureDraft[]>;
}

/** Runs tasks and returns their results in the same order. */
export type RunTasks = <T extends Task>(tasks: Iterable<T>, taskCount: number) => AsyncIterable<ResultOf<T>>;

/** A plan with tasks that depend on earlier results. */
export interface AdaptivePlan {
  readonly measure: (run: RunTasks) => Promise<readonly FigureDraft[]>;
}

/** Makes a plan with few tasks; all results are kept until the last has arrived. */
export function planTasks<T extends Task>(
  tasks: readonly T[],
  figures: (results: readonly ResultOf<T>[]) => readonly FigureDraft[],
): Plan {
  return {
    taskCount: tasks.length,
    tasks,
    finish: async (results) => figures(await collect(results as AsyncIterable<ResultOf<T>>)),
  };
}

/** Makes a plan that consists of runs; `figures` receives the rows of each run. */
export function planRuns(
  specs: readonly RunSpec[],
  figures: (rows: readonly (readonly ErrorRow[])[]) => readonly FigureDraft[],
): Plan {
  return {
    taskCount: specs.reduce((count, spec) => count + countTasks(spec), 0),
    tasks: tasksOfAll(specs),
    finish: async (results) => {
      const sums = await mergeRuns(specs, results as AsyncIterable<LayerSums>);
      return figures(specs.map((spec, run) => runRows(spec, sums[run])));
    },
  };
}

/** A group of figures that come from the same measurements. */
export interface Study {
  /** The study's name, such as "layer-errors". */
  readonly id: string;
  readonly question: string;
  /** Approximate compute time at full size on one core. */
  readonly expectedSeconds: number;
  /** @param figures the requested figures; a study can skip the work for all other figures. Default: all */
  readonly plan: (settings: Settings, figures?: readonly string[]) => Plan | AdaptivePlan;
}

/** Whether any of the given figures is requested. */
export function isWanted(figures: readonly string[] | undefined, ...ids: readonly string[]): boolean {
  return figures === undefined || ids.some((id) => figures.includes(id));
}

export const quickNote = "A quick run is too small for a comparison with the reference.";
