import { shapeOf, type RunSpec } from "../config/run-spec.js";
import type { Task, TaskKind } from "../jobs/task.js";
import { SparseEngine } from "../engine/sparse.js";
import { circuitPlaces, type Place } from "../network/circuit-neurons.js";
import type { Part } from "../network/layer.js";
import { asMultiPart } from "../network/multi-part.js";
import { engineFor } from "./engines.js";
import { contagionOf, type Contagion } from "./contagion.js";
import { inspectedEngine, runNested, type NestedInput } from "./nested.js";

/** Computes every activation of one nested sample of network 0: D·(L+1) numbers. */
export interface SampleTask extends Task<SampleActivations>, NestedInput {
  readonly kind: "sample";
  readonly spec: RunSpec;
  /** Whether to find which circuits wake which other circuits. Default: no. */
  readonly isTraced?: boolean;
}

/** One sample, neuron by neuron, with the circuits of each neuron. */
export interface SampleActivations {
  /** The active circuits in the order in which they are switched on. */
  readonly circuits: readonly number[];
  /** One part with d blocks in the published network; designs have their own parts. */
  readonly parts: readonly Part[];
  /** The neurons' values after step l, [L+1][D], part by part and block by block; 0 is the input before bias and gate. */
  readonly activations: readonly Float32Array[];
  /** The circuits of each neuron after each step, [L+1]; steps with the same places share one list. */
  readonly places: readonly (readonly Place[])[];
  /** Which circuits wake which; null if not requested or not available. */
  readonly contagion: Contagion | null;
}

export const sampleKind: TaskKind<SampleTask> = {
  name: "sample",
  run(core, task) {
    const { spec, z, isTraced = false } = task;
    const engine = inspectedEngine(core, spec, z);
    const network = engine instanceof SparseEngine ? engine.network : asMultiPart(engine.network);
    const circuits = runNested(engine, task);
    const activations = Array.from({ length: spec.L + 1 }, (_, l) => engine.activations(l, 0));
    const places = circuitPlaces(network);
    const contagion = isTraced ? contagionOf(network, spec, { circuits, activations, places }) : null;
    return { circuits, parts: network.parts, activations, places, contagion };
  },
  cost({ spec }) {
    const { D, T, S, L } = shapeOf(spec);
    return { load: 0, run: engineFor(spec).cost(spec).load, resultBytes: 4 * (D * (L + 1) + T * S * L) };
  },
  describe: ({ spec, z, sample }) => `sample ${sample}, D = ${spec.D}, T = ${spec.T}, z = ${z}`,
};
