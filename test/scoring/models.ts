import { buildRunNetwork } from "../../src/config/build.js";
import { parseSpec } from "../../src/config/parse-spec.js";
import { loadKernels } from "../../src/kernels/node.js";
import { denseModel, type DenseModel } from "../../src/network/dense-model.js";
import type { Tensor } from "../../src/exchange/tensor.js";
import { resultFrom } from "../../src/scoring/result-file.js";
import { scoreResult, type Scores } from "../../src/scoring/score.js";

/** The model against which tests score, unless they say otherwise. */
export function modelOf(fields: object = {}): DenseModel {
  const spec = parseSpec({ D: 120, T: 24, S: 4, L: 3, construction: "balanced", seed: 3, ...fields });
  return denseModel(buildRunNetwork(spec, 0));
}

export function scoreTensors(
  model: DenseModel,
  tensors: ReadonlyMap<string, Tensor>,
  settings: { construction?: string; samples?: number; z?: number } = {},
): Scores {
  const all = { construction: "balanced", samples: 500, z: 1, seed: 3, ...settings };
  return scoreResult(model, resultFrom(tensors, model), all, () => loadKernels());
}

export function tensor(shape: readonly number[], data: ArrayLike<number>): Tensor {
  return { dtype: "F32", shape, data: Float32Array.from(data) };
}
