import { wallClock } from "../jobs/clock.js";
import { SingleExecutor } from "../jobs/execute.js";
import type { Kernels } from "../kernels/kernels.js";
import { taskKinds } from "./task-kinds.js";

/** Does every kind of task on one core, in this thread. */
export class LocalExecutor extends SingleExecutor {
  /** @param clock seconds of this thread, where it has a clock of its own */
  constructor(kernels: Kernels, clock = wallClock) {
    super(taskKinds, kernels, clock);
  }
}
