import type { LoadedCore } from "./loaded-core.js";

declare const result: unique symbol;

/**
 * A piece of work for one instance of the core. It is plain data, and its result depends only on that data. The
 * interface of each kind of task extends `Task` with the type of its result:
 * `interface ChunkTask extends Task<LayerSums>`.
 */
export interface Task<Result = unknown> {
  /** The name of a `TaskKind`. */
  readonly kind: string;
  /**
   * Data that many tasks have in common. All these tasks must share one object, so that it is sent to a worker only
   * once.
   */
  readonly spec?: object;
  /** Carries the type of the result; does not exist at run time. */
  readonly [result]?: Result;
}

/** The result type of a task. */
export type ResultOf<T extends Task> = T extends Task<infer Result> ? Result : never;

/** A rough estimate of a task's cost, used only for scheduling. */
export interface RoughCost {
  /** Time to build and load the task's network, in milliseconds; 0 if it has no network. */
  readonly load: number;
  /** Time to run the task once its network is loaded, in milliseconds. */
  readonly run: number;
  /** Memory that the result occupies until it is used, in bytes. */
  readonly resultBytes: number;
}

/** One kind of task: how to run it, estimate its cost and describe it. */
export interface TaskKind<T extends Task = Task> {
  readonly name: string;
  run(core: LoadedCore, task: T): ResultOf<T>;
  cost(task: T): RoughCost;
  /** A description of the task for messages. */
  describe(task: T): string;
  /**
   * The index of the network that runs the task's samples; if given, the task goes to a worker that has this network
   * loaded.
   */
  networkOf?(task: T): number;
}

/** The kinds of tasks that an executor runs, by name. */
export type TaskKinds = ReadonlyMap<string, TaskKind>;

/** @throws Error when two kinds have the same name */
export function taskKindsOf(kinds: readonly TaskKind<never>[]): TaskKinds {
  const table = new Map<string, TaskKind>();
  for (const kind of kinds) {
    if (table.has(kind.name)) throw new Error(`Two kinds of tasks are called "${kind.name}".`);
    table.set(kind.name, kind as TaskKind<Task>);
  }
  return table;
}

/** @throws Error naming a kind that is not in the table */
export function kindOf(kinds: TaskKinds, task: Task): TaskKind {
  const kind = kinds.get(task.kind);
  if (kind === undefined) throw new Error(`Tasks of kind "${task.kind}" are unknown here.`);
  return kind;
}

/** Runs a task on one core. */
export function runTask<T extends Task>(kinds: TaskKinds, core: LoadedCore, task: T): ResultOf<T> {
  try {
    return kindOf(kinds, task).run(core, task) as ResultOf<T>;
  } catch (error) {
    // After a trap, the memory may contain a half-processed tile.
    core.claim();
    throw error;
  }
}
