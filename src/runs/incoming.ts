import { shapeOf, type RunSpec } from "../config/run-spec.js";
import type { Task, TaskKind } from "../jobs/task.js";
import { denseBias, denseWeights } from "../network/dense.js";
import { inspectedEngine } from "./nested.js";
import { engineFor } from "./engines.js";

/** The weights of one neuron of network 0: a row of W^l and its bias. [E10]–[E15] */
export interface IncomingTask extends Task<Incoming> {
  readonly kind: "incoming";
  readonly spec: RunSpec;
  /** The z of the samples for which the network was loaded; the task reuses that network. */
  readonly z: number;
  /** 1…L */
  readonly layer: number;
  readonly neuron: number;
}

/** A neuron's incoming weights, one per neuron of the previous layer, and its bias. */
export interface Incoming {
  /** [D] */
  readonly weights: Float64Array;
  readonly bias: number;
}

/** The largest D at which a whole D×D matrix is computed to look at one row. */
const WIDEST = 2048;

/**
 * Whether `incomingKind` can give the weights of a network's neurons: it must have the published construction and
 * layers that are not too wide.
 */
export function hasIncoming({ design, D }: RunSpec): boolean {
  return design === "published" && D <= WIDEST;
}

export const incomingKind: TaskKind<IncomingTask> = {
  name: "incoming",
  run(core, { spec, z, layer, neuron }) {
    const { network } = inspectedEngine(core, spec, z);
    // The whole matrix is kept, because neighbouring rows are often requested too.
    const W = core.build(["weights", network, layer], () => denseWeights(network, layer));
    const D = Math.sqrt(W.length);
    const bias = denseBias(network.parts, network.layers[layer - 1])[neuron];
    return { weights: W.slice(neuron * D, (neuron + 1) * D), bias };
  },
  cost({ spec }) {
    const { D } = shapeOf(spec);
    return { load: 0, run: engineFor(spec).cost(spec).load, resultBytes: 8 * D };
  },
  describe: ({ spec, layer, neuron }) => `weights of neuron ${neuron} in layer ${layer}, D = ${spec.D}, T = ${spec.T}`,
};
