import type { Executor } from "../jobs/execute.js";
import { jsonWithRows, type Table } from "../results/table.js";
import { fieldSchema } from "../config/field-schema.js";
import type { ValuesOf } from "../config/fields.js";
import { hashOf } from "../config/hash.js";
import { checked, checkExtent, fieldsOf } from "../base/validation.js";
import type { RunTasks } from "./study.js";
import type { StandaloneInfo } from "./standalone-info.js";

/** The results of a standalone study. */
export interface StandaloneResult {
  readonly rows: readonly object[];
  /** The rows as a human-readable table. */
  readonly table: Table;
  /** The finding, in plain words. */
  readonly sentence: string;
}

/** A standalone study, with functions that check its settings and run it. */
export interface StandaloneStudy extends StandaloneInfo {
  /** @throws InputError naming the setting, its value and its bound */
  readonly check: (settings: Settings) => void;
  readonly run: (settings: Settings, run: RunTasks, watch: Watch) => Promise<StandaloneResult>;
}

/**
 * Lets a study that works in the calling thread report its progress and be stopped. For a study that runs tasks, the
 * executor handles progress and stopping.
 */
type Watch = Pick<StandaloneOptions, "onProgress" | "signal">;

/** Checked values by field name. */
export type Settings = Readonly<Record<string, unknown>>;

/** Defines a standalone study; the types of its settings follow from its fields. */
export function standaloneStudy<Fields extends StandaloneInfo["fields"]>(
  experiment: StandaloneInfo & {
    readonly fields: Fields;
    readonly check?: (settings: ValuesOf<Fields>) => void;
    readonly run: (settings: ValuesOf<Fields>, run: RunTasks, watch: Watch) => Promise<StandaloneResult>;
  },
): StandaloneStudy {
  const { check, run } = experiment;
  return {
    ...experiment,
    check: (settings) => check?.(settings as ValuesOf<Fields>),
    run: (settings, tasks, watch) => run(settings as ValuesOf<Fields>, tasks, watch),
  };
}

/**
 * Settings from a file or flags; missing ones get the field's default.
 *
 * @throws InputError naming the key, its value and its bound
 */
export function parseStandaloneSettings({ id, fields, check }: StandaloneStudy, value: unknown): Settings {
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
      // A list with one entry may be written as a number.
      const isList = field.kind === "wholes" || field.kind === "numbers";
      const listed = isList && typeof stated === "number" ? [stated] : stated;
      return [field.name, checked(field.name, fieldSchema(field), listed === undefined ? field.default : listed)];
    }),
  );
  check(settings);
  return settings;
}

export interface StandaloneOptions {
  readonly executor: Executor;
  /** @param share share of the work done, 0…1 */
  readonly onProgress?: ((share: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Runs a standalone study. Rows depend on the settings alone. */
export function runStandalone(
  experiment: StandaloneStudy,
  settings: Settings,
  { executor, onProgress, signal }: StandaloneOptions,
): Promise<StandaloneResult> {
  let share = 0;
  const run: RunTasks = (tasks, taskCount) => {
    const before = share;
    // The number of rounds of an adaptive experiment is unknown, so each round counts as half of the remaining work.
    const room = (1 - before) * (experiment.isAdaptive === true ? 0.5 : 1);
    const onDone = (done: number): void => {
      share = before + room * (done / taskCount);
      onProgress?.(share);
    };
    return executor.results(tasks, { onDone, signal });
  };
  return experiment.run(settings, run, { onProgress, signal });
}

/** The result as JSON, one row per line: the same bytes for the same settings. */
export async function standaloneJson(
  { id }: Pick<StandaloneStudy, "id">,
  settings: Settings,
  rows: readonly object[],
  version: string,
): Promise<string> {
  const head = { version, hash: await hashOf({ experiment: id, ...settings }), experiment: id, settings };
  return jsonWithRows(head, rows);
}
