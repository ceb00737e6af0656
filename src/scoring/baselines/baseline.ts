import { InputError } from "../../base/errors.js";
import type { Kernels } from "../../kernels/kernels.js";
import type { Tensor } from "../../exchange/tensor.js";
import type { DenseBatch } from "../../engine/dense-errors.js";
import { denseWeights } from "../../network/dense.js";
import { owningLayers } from "../owned-weights.js";
import { drawSamples } from "../samples.js";
import { hasParts, layersOf, type ScoredNetwork } from "../scored-network.js";
import { trueResult } from "../true-result.js";
import { fitIca, fitPca } from "./activation-directions.js";
import type { Found } from "./found.js";
import { fitProbe } from "./linear-probe.js";
import type { BaselineMethod } from "./methods.js";
import { DECOMPOSED, largestComponents, randomRows, singularComponents } from "./weight-directions.js";
import { fitTopkSae } from "./topk-sae.js";

export interface BaselineSettings {
  readonly method: BaselineMethod;
  readonly construction: string;
  /** Number of training samples. */
  readonly samples: number;
  readonly z: number;
  /** Seed of the model. */
  readonly seed: number;
  /** The seed of the method's random draws. */
  readonly methodSeed: number;
  /** Layers to fit. Default: all layers at which circuits complete a step or in which they own weights. */
  readonly layers?: readonly number[];
}

/** The largest system of equations that `linear-probe` solves. */
const MOST_SOLVED = 4000;

/** Methods that are fitted to activations. */
const fitted: readonly BaselineMethod[] = ["pca", "ica", "topk-sae", "linear-probe"];

/**
 * A baseline's result, fitted on training samples, in the format that `score` reads. Depends on its arguments alone.
 *
 * @throws InputError when the model is too wide for the method
 */
export function fitBaseline(
  network: ScoredNetwork,
  settings: BaselineSettings,
  newKernels: () => Kernels,
): Map<string, Tensor> {
  const { method, construction, methodSeed, layers: only, ...drawing } = settings;
  const { D, steps } = layersOf(network);
  const { T } = network.circuits;
  const owning = hasParts(network) ? owningLayers(network) : steps.slice(1);
  const all = [...new Set([...steps, ...owning])].sort((a, b) => a - b);
  const wanted = only ?? all;
  const other = wanted.find((layer) => !all.includes(layer));
  if (other !== undefined) {
    throw new InputError(
      `layers = ${other}: must be layers at which circuits complete a step (${steps.join(", ")}) or in which they own weights (${owning.length === 0 ? "none" : owning.join(", ")}).`,
      "range",
    );
  }
  if (method === "truth") return trueResult(network, construction, newKernels, wanted);
  const fewest = Math.min(D, drawing.samples);
  if (method === "linear-probe" && fewest > MOST_SOLVED) {
    throw new InputError(
      `method = ${method}: its time grows with the cube of the smaller of D and samples, which must be at most ${MOST_SOLVED}; here it is ${fewest}.`,
    );
  }
  const kernels = newKernels();
  const samples = fitted.includes(method)
    ? drawSamples(
        newKernels(),
        network,
        { z: drawing.z, count: drawing.samples, seed: drawing.seed, split: "train" },
        wanted.filter((layer) => steps.includes(layer)).map((layer) => steps.indexOf(layer) + 1),
      )
    : null;
  const tensors = new Map<string, Tensor>();
  for (const layer of wanted) {
    const step = steps.indexOf(layer) + 1;
    const weights = owning.includes(layer) ? weightsOf(network, layer) : null;
    if (step === 0 && (weights === null || fitted.includes(method))) continue;
    const found = fitLayer({ method, network, layer, step, weights, samples, seed: methodSeed, kernels, D, T });
    for (const [name, shape, data] of found)
      if (step > 0 || name !== "decoder") tensors.set(`layers.${layer}.${name}`, { dtype: "F32", shape, data });
  }
  return tensors;
}

function weightsOf(network: ScoredNetwork, layer: number): Float32Array | null {
  return hasParts(network) ? new Float32Array(denseWeights(network, layer)) : network.weights[layer - 1];
}

interface Fit {
  readonly method: Exclude<BaselineMethod, "truth">;
  readonly network: ScoredNetwork;
  readonly layer: number;
  readonly step: number;
  readonly weights: Float32Array | null;
  readonly samples: DenseBatch | null;
  readonly seed: number;
  readonly kernels: Kernels;
  readonly D: number;
  readonly T: number;
}

function fitLayer({ method, network, layer, step, weights, samples, seed, kernels, D, T }: Fit): Found[] {
  const A = samples?.activations[step] ?? new Float32Array();
  switch (method) {
    case "random": {
      const decoder: Found = ["decoder", [D, D], randomRows(D, D, seed, 2 * layer)];
      if (weights === null) return [decoder];
      const scale = Math.sqrt(weights.reduce((sum, value) => sum + value * value, 0) / T);
      const U = randomRows(T, D, seed, 2 * layer + 1).map((value) => value * scale);
      return [decoder, ["U", [T, D, 1], U], ["V", [T, 1, D], randomRows(T, D, seed, 2 * layer + 1 + 2 * 65536)]];
    }
    case "neurons": {
      const unit = Float32Array.from({ length: D * D }, (_, at) => (at % (D + 1) === 0 ? 1 : 0));
      const decoder: Found = ["decoder", [D, D], unit];
      return weights === null ? [decoder] : [decoder, ["U", [D, D, 1], unit], ["V", [D, 1, D], weights]];
    }
    case "svd":
      if (weights === null) return [];
      return D > DECOMPOSED ? largestComponents(kernels, weights, D, seed) : singularComponents(weights, D);
    case "pca": {
      const { directions } = fitPca(kernels, A, D, seed);
      return [["decoder", [directions.length / D, D], directions]];
    }
    case "ica":
      return fitIca(kernels, A, D, seed);
    case "topk-sae":
      return fitTopkSae(kernels, A, D, { seed, layer, active: 4 * (samples?.z ?? 1) });
    case "linear-probe":
      return samples === null ? [] : fitProbe(kernels, network, step, samples);
  }
}
