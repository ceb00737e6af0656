import { InputError, type InputErrorCode } from "../base/errors.js";
import type { Kernels } from "../kernels/kernels.js";
import { wallClock } from "./clock.js";
import { LoadedCore } from "./loaded-core.js";
import { runTask, type Task, type TaskKinds } from "./task.js";

/** A task on its way to a worker; answered by one Answer, in the order of the requests. */
export interface Request {
  readonly task: Omit<Task, "spec">;
  /** The task's spec; "last" stands for the one sent before, because specs may be large. Null if the task has none. */
  readonly spec: object | "last" | null;
}

export type Answer =
  /** `seconds` is the time that the task took its core. */
  | { readonly kind: "result"; readonly result: unknown; readonly seconds: number }
  | { readonly kind: "error"; readonly message: string; readonly code: InputErrorCode | null };

/**
 * Handles a worker's requests, on every platform. Tasks have the same spec object as long as "last" is sent, so their
 * network stays loaded.
 *
 * @param clock seconds of the thread, if it has its own clock
 */
export function requestHandler(kinds: TaskKinds, kernels: Kernels, clock = wallClock): (request: Request) => Answer {
  const core = new LoadedCore(kernels);
  let last: object | null = null;
  return ({ task, spec }) => {
    if (spec !== null && spec !== "last") last = spec;
    const began = clock();
    try {
      const whole = (spec === null ? task : { ...task, spec: last }) as Task;
      const result = runTask(kinds, core, whole);
      return { kind: "result", result, seconds: clock() - began };
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      return { kind: "error", message, code: error instanceof InputError ? error.code : null };
    }
  };
}
