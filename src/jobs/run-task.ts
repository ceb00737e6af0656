import type { LoadedCore } from "./loaded-core.js";
import { kindOf, type ResultOf, type Task, type TaskKinds } from "./task.js";

/** Does a task on one core. */
export function runTask<T extends Task>(kinds: TaskKinds, core: LoadedCore, task: T): ResultOf<T> {
  try {
    return kindOf(kinds, task).run(core, task) as ResultOf<T>;
  } catch (error) {
    // A trap may leave the network's memory half-way through a tile.
    core.claim();
    throw error;
  }
}
