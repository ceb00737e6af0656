import type { TaskKind } from "../../jobs/task.js";
import type * as lateModule from "./training-steps.js";

let code: typeof lateModule | null = null;

/** Loads the training code. The tasks need it, but the page's first picture does not wait for it. */
export async function loadTraining(): Promise<void> {
  code ??= await import("./training-steps.js");
}

export const trainingStepsKind: TaskKind<lateModule.TrainingStepsTask> = {
  name: "training-steps",
  run(core, task) {
    if (code === null) throw new Error("The training code could not be loaded.");
    return code.takeSteps(core, task);
  },
  cost: ({ spec: { F, N, batch, samples }, steps, isMeasured }) => ({
    load: 1,
    run: steps * (0.02 + batch * F * N * 1.1e-7) + (isMeasured ? samples * F * 1e-4 : 0),
    resultBytes: 30 * F * N,
  }),
  describe: ({ spec: { F, N } }) => `training ${N} neurons for ${F} ReLUs`,
};
