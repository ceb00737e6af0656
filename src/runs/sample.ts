import { shapeOf, type RunSpec } from "../config/run-spec.js";
import type { Task, TaskKind } from "../jobs/task.js";
import { circuitPlaces, type Place } from "../network/circuit-neurons.js";
import type { Part } from "../network/layer.js";
import { engineFor } from "./engines.js";

/** Every activation of one sample: D·(L+1) numbers. */
export interface SampleTask extends Task<SampleActivations> {
  readonly kind: "sample";
  readonly spec: RunSpec;
  readonly network: number;
  readonly z: number;
  readonly sample: number;
}

/** One sample, neuron by neuron, and whose neurons they are. */
export interface SampleActivations {
  /** The active circuits. */
  readonly circuits: readonly number[];
  /** One, of d blocks, in the published network; a design's own in others. */
  readonly parts: readonly Part[];
  /** What the neurons hold after step l, [L+1][D], part by part and block by block; 0 is the input before bias and gate. */
  readonly activations: readonly Float32Array[];
  /** Whose neurons they are, [L+1]; steps that are alike share a list. */
  readonly places: readonly (readonly Place[])[];
}

export const sampleKind: TaskKind<SampleTask> = {
  name: "sample",
  run(core, task) {
    const { spec, network, z, sample } = task;
    const { sampling, seed, L } = spec;
    const entry = engineFor(spec);
    const parts = entry.parts(core, task);
    const engine = entry.inspect(core, task, z);
    engine.runBatch({ z, sampling, seed, network }, sample, 1);
    return {
      circuits: engine.activeCircuits(1, z)[0],
      parts: parts.parts,
      activations: Array.from({ length: L + 1 }, (_, l) => engine.activations(l, 0)),
      places: circuitPlaces(parts),
    };
  },
  cost({ spec }) {
    const { D, T, S, L } = shapeOf(spec);
    return { load: 0, run: engineFor(spec).cost(spec).load, resultBytes: 4 * (D * (L + 1) + T * S * L) };
  },
  describe: ({ spec, network, z, sample }) =>
    `sample ${sample} of network ${network}, D = ${spec.D}, T = ${spec.T}, z = ${z}`,
};
