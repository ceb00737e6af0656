import { InputError, type InputErrorCode } from "../base/errors.js";
import type { Kernels } from "../kernels/kernels.js";
import { wallClock } from "./clock.js";
import { LoadedCore } from "./loaded-core.js";
import { runTask, type Task, type TaskKinds } from "./task.js";

/** A task sent to a worker. The worker replies with one Answer per request, in the same order. */
export interface Request {
  readonly task: Omit<Task, "spec">;
  /**
   * The task's spec; null if the task has no spec. Specs may be large, so "last" stands for the spec that was sent
   * before.
   */
  readonly spec: object | "last" | null;
}

export type Answer =
  /** `seconds` is the time for which the task ran on its core. */
  | { readonly kind: "result"; readonly result: unknown; readonly seconds: number }
  | { readonly kind: "error"; readonly message: string; readonly code: InputErrorCode | null };

/**
 * Makes the function with which a worker handles requests; it is the same on every platform. Tasks sent with "last" get
 * the same spec object as before, so their network stays loaded.
 *
 * @param clock measures `seconds`: a clock of this thread's CPU time, if possible; default: wall-clock time
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
