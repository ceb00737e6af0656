import { applyReadout } from "../../circuits/circuits.js";
import type { RunSpec } from "../../config/run-spec.js";
import type { Engine } from "../../engine/engine.js";
import type { Task, TaskKind } from "../../jobs/task.js";
import { engineFor } from "../../runs/engines.js";
import { inspectedEngine, runNested, turnedInput } from "../../runs/nested.js";
import type { Trajectory } from "./rows.js";

/** The paths of x for every circuit active in samples 0…count−1 of network 0. */
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
    return Array.from({ length: count }, (_, sample) => {
      engine.runBatch({ z, sampling, seed, network: 0 }, sample, 1);
      return pathsOf(engine, engine.activeCircuits(1, z)[0], { z, sample, L });
    }).flat();
  },
  cost({ spec, z, count }) {
    const { load, sample } = engineFor(spec).cost(spec);
    return { load, run: 16 * count * sample, resultBytes: 200 * count * z * (spec.L + 1) };
  },
  describe: ({ spec, z, count }) => `trajectories of ${count} samples, D = ${spec.D}, T = ${spec.T}, z = ${z}`,
};

/** The paths of x in nested samples `first` to `first + count − 1` of network 0. */
export interface NestedPathsTask extends Task<readonly NestedPaths[]> {
  readonly kind: "nested-paths";
  readonly spec: RunSpec;
  readonly z: number;
  readonly first: number;
  readonly count: number;
  /**
   * The initial angle of x, in degrees, for the first circuit of the first sample; null to keep the angle that was
   * drawn at random.
   */
  readonly degrees: number | null;
}

/** The paths of one sample's active circuits, in the order in which they are switched on. */
export interface NestedPaths {
  readonly paths: readonly Trajectory[];
  /** Whether the inputs of the first circuit lie on a circle, so that they can be turned. */
  readonly isTurnable: boolean;
}

export const nestedPathsKind: TaskKind<NestedPathsTask> = {
  name: "nested-paths",
  run(core, { spec, z, first, count, degrees }) {
    const engine = inspectedEngine(core, spec, z);
    return Array.from({ length: count }, (_, k) => {
      const sample = first + k;
      const circuits = runNested(engine, { spec, z, sample, degrees: k === 0 ? degrees : null });
      const paths = pathsOf(engine, circuits, { z, sample, L: spec.L });
      return { paths, isTurnable: turnedInput(engine, circuits[0], 0) !== null };
    });
  },
  cost({ spec, z, count }) {
    const { load, sample } = engineFor(spec).cost(spec);
    return { load: 0, run: load + 16 * count * sample, resultBytes: 200 * count * z * (spec.L + 1) };
  },
  describe: ({ spec, z, first, count }) =>
    `paths of ${count} samples, starting at sample ${first}, D = ${spec.D}, T = ${spec.T}, z = ${z}`,
};

/** The paths of x for the circuits of the engine's last sample. */
function pathsOf(
  engine: Engine,
  circuits: readonly number[],
  { z, sample, L }: { readonly z: number; readonly sample: number; readonly L: number },
): Trajectory[] {
  const { readouts } = engine.circuits;
  const x = readouts.findIndex(({ name }) => name === "x");
  const skipped = readouts.slice(0, x).reduce((rows, { matrix }) => rows + matrix.length, 0);
  const layers = Array.from({ length: L + 1 }, (_, l) => ({
    truth: engine.truth(l, z).map((a) => applyReadout(readouts[x], a)),
    readouts: l === 0 ? [] : engine.activeReadouts(l, z, z),
  }));
  return circuits.map((circuit, slot) => ({
    ...{ z, sample, circuit },
    truth: layers.map(({ truth }) => truth[slot]),
    readout: layers.map(({ truth, readouts: rows }, l) =>
      l === 0 ? truth[slot] : rows[slot].slice(skipped, skipped + 2),
    ),
  }));
}
