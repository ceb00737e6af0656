import { shapeOf, type RunSpec } from "../../config/run-spec.js";
import type { RoughCost } from "../../jobs/task.js";
import { widthOf } from "../../network/layer.js";
import type { MultiPartNetwork } from "../../network/multi-part.js";
import { engineFor } from "../../runs/engines.js";

/** The networks that are looked at: those of a spec, or one that is given. */
export type StressedNetworks = { readonly run: RunSpec } | { readonly model: MultiPartNetwork };

/** Milliseconds per neuron and layer of a sample, and samples that writing the weights out takes. */
const SAMPLE = 6e-5;
const WRITE = 400;

/** What it takes to run samples through one of the networks, layer by layer. */
export function stressCost(spec: StressedNetworks, samples: number): RoughCost {
  const isRun = "run" in spec;
  const neurons = isRun ? shapeOf(spec.run).D * spec.run.L : widthOf(spec.model.parts) * spec.model.layers.length;
  const sample = SAMPLE * neurons;
  // What is found before it is written, such as trained matrices.
  const built = isRun ? engineFor(spec.run).cost(spec.run).load : 0;
  return { load: built + WRITE * sample, run: samples * sample, resultBytes: 4000 };
}
