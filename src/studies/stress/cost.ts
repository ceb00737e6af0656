import { shapeOf, type RunSpec } from "../../config/run-spec.js";
import type { RoughCost } from "../../jobs/task.js";
import { widthOf } from "../../network/layer.js";
import type { MultiPartNetwork } from "../../network/multi-part.js";
import { engineFor } from "../../runs/engines.js";

/** The networks under test: those built from a spec, or one given network. */
export type StressedNetworks = { readonly run: RunSpec } | { readonly model: MultiPartNetwork };

/** Milliseconds per neuron and layer for one sample, and how many samples cost as much as writing the weights out. */
const SAMPLE = 6e-5;
const WRITE = 400;

/** The cost of running samples through one of the networks, layer by layer. */
export function stressCost(spec: StressedNetworks, samples: number): RoughCost {
  const isRun = "run" in spec;
  const neurons = isRun ? shapeOf(spec.run).D * spec.run.L : widthOf(spec.model.parts) * spec.model.layers.length;
  const sample = SAMPLE * neurons;
  // The cost of building the network before its weights are written out, for example the cost of training its matrices.
  const built = isRun ? engineFor(spec.run).cost(spec.run).load : 0;
  return { load: built + WRITE * sample, run: samples * sample, resultBytes: 4000 };
}
