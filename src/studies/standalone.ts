import type { Executor } from "../jobs/execute.js";
import { jsonWithRows, type Table } from "../results/table.js";
import { fieldSchema } from "../config/parse-spec.js";
import { hashOf } from "../config/hash.js";
import { checked, checkExtent, fieldsOf } from "../base/validation.js";
import type { RunTasks } from "./study.js";
import type { NamedInfo } from "./standalone-fields.js";

/** What a named experiment found. */
export interface NamedResult {
  readonly rows: readonly object[];
  /** The rows for people. */
  readonly table: Table;
  /** What to see in them, in plain words. */
  readonly sentence: string;
}

/** A named experiment that can be run. */
export interface NamedExperiment extends NamedInfo {
  /** @throws InputError naming the setting, its value and its bound */
  readonly check: (settings: Settings) => void;
  readonly run: (settings: Settings, run: RunTasks) => Promise<NamedResult>;
}

/** Checked values by field name. */
export type Settings = Readonly<Record<string, unknown>>;

/** A named experiment whose settings, once checked, have the type that it says. */
export function named<Own>(
  experiment: Omit<NamedExperiment, "check" | "run"> & {
    readonly check?: (settings: Own) => void;
    readonly run: (settings: Own, run: RunTasks) => Promise<NamedResult>;
  },
): NamedExperiment {
  const { check, run } = experiment;
  return {
    ...experiment,
    check: (settings) => check?.(settings as Own),
    run: (settings, tasks) => run(settings as Own, tasks),
  };
}

/**
 * Settings from what a file or flags say; what they leave out has the field's default.
 *
 * @throws InputError naming the key, its value and its bound
 */
export function parseSettings({ id, fields, check }: NamedExperiment, value: unknown): Settings {
  const what = `the ${id} experiment`;
  checkExtent(what, value, 3, 10_000);
  const given = fieldsOf(
    what,
    value,
    fields.map(({ name }) => name),
  );
  const settings = Object.fromEntries(
    fields.map((field) => {
      const stated = given[field.name];
      // A list of one may be written as the number.
      const isList = field.kind === "wholes" || field.kind === "numbers";
      const listed = isList && typeof stated === "number" ? [stated] : stated;
      return [field.name, checked(field.name, fieldSchema(field), listed === undefined ? field.default : listed)];
    }),
  );
  check(settings);
  return settings;
}

export interface NamedRunOptions {
  readonly executor: Executor;
  /** @param share of the work that is done, 0…1 */
  readonly onProgress?: (share: number) => void;
  readonly signal?: AbortSignal | undefined;
}

/** Runs a named experiment. Rows depend on the settings alone. */
export function runNamed(
  experiment: NamedExperiment,
  settings: Settings,
  { executor, onProgress, signal }: NamedRunOptions,
): Promise<NamedResult> {
  let share = 0;
  const run: RunTasks = (tasks, taskCount) => {
    const before = share;
    // Nobody knows how many rounds an adaptive experiment takes: each fills half of what is left.
    const room = (1 - before) * (experiment.isAdaptive === true ? 0.5 : 1);
    const onDone = (done: number): void => {
      share = before + room * (done / taskCount);
      onProgress?.(share);
    };
    return executor.results(tasks, { onDone, signal });
  };
  return experiment.run(settings, run);
}

/** The result as JSON, one row a line: the same bytes for the same settings. */
export async function namedJson(
  { id }: Pick<NamedExperiment, "id">,
  settings: Settings,
  rows: readonly object[],
  version: string,
): Promise<string> {
  const head = { version, hash: await hashOf({ experiment: id, ...settings }), experiment: id, settings };
  return jsonWithRows(head, rows);
}
