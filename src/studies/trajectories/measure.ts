import { applyReadout } from "../../circuits/circuits.js";
import type { RunSpec } from "../../config/run-spec.js";
import type { Task, TaskKind } from "../../jobs/task.js";
import { engineFor } from "../../runs/engines.js";
import type { Trajectory } from "./rows.js";

/** The paths of x of every circuit active in samples 0…count−1 of network 0. */
export interface TrajectoriesTask extends Task<readonly Trajectory[]> {
  readonly kind: "trajectories";
  readonly spec: RunSpec;
  readonly z: number;
  readonly count: number;
}

export const trajectoriesKind: TaskKind<TrajectoriesTask> = {
  name: "trajectories",
  networkOf: () => 0,
  run(core, { spec, z, count }) {
    const { sampling, seed, L } = spec;
    const engine = engineFor(spec).inspect(core, { spec, network: 0 }, z);
    const { readouts } = engine.circuits;
    const x = readouts.findIndex(({ name }) => name === "x");
    const skipped = readouts.slice(0, x).reduce((rows, { matrix }) => rows + matrix.length, 0);
    const trajectories: Trajectory[] = [];
    for (let sample = 0; sample < count; sample++) {
      engine.runBatch({ z, sampling, seed, network: 0 }, sample, 1);
      engine.activeCircuits(1, z)[0].forEach((circuit, slot) => {
        const truth: number[][] = [];
        const readout: number[][] = [];
        for (let l = 0; l <= L; l++) {
          truth.push(applyReadout(readouts[x], engine.truth(l, z)[slot]));
          readout.push(l === 0 ? truth[0] : engine.activeReadouts(l, z, z)[slot].slice(skipped, skipped + 2));
        }
        trajectories.push({ z, sample, circuit, truth, readout });
      });
    }
    return trajectories;
  },
  cost({ spec, z, count }) {
    const { load, sample } = engineFor(spec).cost(spec);
    return { load, run: 16 * count * sample, resultBytes: 200 * count * z * (spec.L + 1) };
  },
  describe: ({ spec, z, count }) => `trajectories of ${count} samples, D = ${spec.D}, T = ${spec.T}, z = ${z}`,
};
