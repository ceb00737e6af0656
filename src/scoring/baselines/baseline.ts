import { InputError } from "../../base/errors.js";
import type { Kernels } from "../../kernels/kernels.js";
import type { DenseModel } from "../../network/dense-model.js";
import type { Tensor } from "../../exchange/tensor.js";
import type { DenseBatch } from "../../engine/dense-errors.js";
import { drawSamples } from "../samples.js";
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
  /** Train samples. */
  readonly samples: number;
  readonly z: number;
  /** Of the model. */
  readonly seed: number;
  /** What the method draws at random is a function of it. */
  readonly methodSeed: number;
}

/** The largest system that linear-probe solves. */
const MOST_SOLVED = 4000;

/** Methods that are fitted to activations. */
const fitted: readonly BaselineMethod[] = ["pca", "ica", "topk-sae", "linear-probe"];

/**
 * A baseline's result, fitted on train samples, in the format that `score` reads. A function of its arguments alone.
 *
 * @throws InputError when the model is too wide for the method
 */
export function fitBaseline(
  model: DenseModel,
  settings: BaselineSettings,
  newKernels: () => Kernels,
): Map<string, Tensor> {
  const { method, construction, methodSeed, ...drawing } = settings;
  const { D, L, T } = model.shape;
  if (method === "truth") return trueResult(model, construction, newKernels);
  const fewest = Math.min(D, drawing.samples);
  if (method === "linear-probe" && fewest > MOST_SOLVED) {
    throw new InputError(
      `method = ${method}: takes the cube of D or of samples, the smaller one, which must be at most ${MOST_SOLVED}; here it is ${fewest}.`,
    );
  }
  const kernels = newKernels();
  const samples = fitted.includes(method)
    ? drawSamples(newKernels(), model, { z: drawing.z, count: drawing.samples, seed: drawing.seed, split: "train" })
    : null;
  const tensors = new Map<string, Tensor>();
  for (let layer = 1; layer <= L; layer++) {
    const weights = layer === 1 ? null : (model.weights[layer - 1] ?? null);
    const found = fitLayer({ method, model, layer, weights, samples, seed: methodSeed, kernels, D, T });
    for (const [name, shape, data] of found) tensors.set(`layers.${layer}.${name}`, { dtype: "F32", shape, data });
  }
  return tensors;
}

interface Fit {
  readonly method: Exclude<BaselineMethod, "truth">;
  readonly model: DenseModel;
  readonly layer: number;
  readonly weights: Float32Array | null;
  readonly samples: DenseBatch | null;
  readonly seed: number;
  readonly kernels: Kernels;
  readonly D: number;
  readonly T: number;
}

function fitLayer({ method, model, layer, weights, samples, seed, kernels, D, T }: Fit): Found[] {
  const A = samples?.activations[layer] ?? new Float32Array();
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
      return samples === null ? [] : fitProbe(kernels, model, layer, samples);
  }
}
