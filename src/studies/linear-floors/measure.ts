import { measureLinearFloors, type LinearFloors } from "../../engine/linear-floors.js";
import type { Task, TaskKind } from "../../jobs/task.js";
import { Arena } from "../../kernels/memory.js";
import { MULTIPLY } from "../storage/cost.js";
import { featureWriter, type FeatureSet } from "../storage/feature-families.js";

export interface LinearFloorsTask extends FeatureSet, Task<LinearFloors> {
  readonly kind: "linear-floors";
}

export const linearFloorsKind: TaskKind<LinearFloorsTask> = {
  name: "linear-floors",
  run(core, task) {
    const kernels = core.claim();
    const arena = new Arena(kernels.memory, kernels.heapBase());
    return measureLinearFloors(kernels, arena, task.m, featureWriter(kernels, arena, task));
  },
  cost: ({ n, m }) => ({ load: 0, run: m * n * n * MULTIPLY * 4, resultBytes: 400 }),
  describe: ({ n, m, family }) => `floors of linear readout of ${m} features (${family}) in ${n} dimensions`,
};
