import { given, InputError, shown } from "../base/errors.js";
import { wallClock, type Clock } from "../jobs/clock.js";
import { SingleExecutor, type Executor } from "../jobs/execute.js";
import type { Kernels } from "../kernels/kernels.js";
import { taskKinds } from "./task-kinds.js";

/**
 * Runs tasks of every kind on one core, in this thread.
 *
 * @param kernels the core to run on; the executor takes over its memory
 * @param clock returns this thread's CPU time in seconds, where it can be measured; default: wall-clock time
 * @throws InputError unless the arguments are a core and a clock
 */
export function localExecutor(kernels: Kernels, clock: Clock = wallClock): Executor {
  given("kernels", kernels, "made by loadKernels", "heapBase");
  if (typeof clock !== "function") throw new InputError(`clock = ${shown(clock)}: must be a function.`, "type");
  return new SingleExecutor(taskKinds, kernels, clock);
}
