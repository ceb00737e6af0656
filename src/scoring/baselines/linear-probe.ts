import { choleskyFactor, choleskySolve } from "../../base/cholesky.js";
import type { Kernels } from "../../kernels/kernels.js";
import type { DenseModel } from "../../network/dense-model.js";
import { timesTransposed, transposed } from "../products.js";
import type { DenseBatch } from "../../engine/dense-errors.js";
import { readoutRows } from "../samples.js";
import { targetsOf } from "../targets.js";
import type { Found } from "./found.js";

/** Added to the Gram matrix, as a share of its mean diagonal. */
const RIDGE = 1e-3;

/** Ridge regression of "is it on" and of every readout, 0 while off, on the activations and a constant. */
export function fitProbe(kernels: Kernels, model: DenseModel, layer: number, samples: DenseBatch): Found[] {
  const { D, T } = model.shape;
  const A = samples.activations[layer];
  const { samples: count } = samples;
  const mean = new Float64Array(D);
  for (let at = 0; at < A.length; at++) mean[at % D] += A[at] / count;
  const centred = A.map((value, at) => value - mean[at % D]);
  const turned = transposed(centred, count, D);
  const gram = Float64Array.from(timesTransposed(kernels, turned, turned, count));
  const trace = Array.from({ length: D }, (_, n) => gram[n * (D + 1)]).reduce((sum, value) => sum + value, 0);
  for (let n = 0; n < D; n++) gram[n * (D + 1)] += Math.max(RIDGE * (trace / D), 1e-9);
  const factor = choleskyFactor(gram, D);
  const targets = targetsOf(model, samples, layer);
  const rows = 1 + readoutRows(model.circuits.readouts).length;
  const weights = new Float32Array(T * rows * D);
  const bias = new Float32Array(T * rows);
  for (let t = 0; t < T; t++) {
    const on = targets.samples[t];
    const wanted = [new Float64Array(on.length).fill(1), ...targets.readouts[t]];
    wanted.forEach((values, row) => {
      // Activations are centred, so that the target's own mean falls out of the sums.
      const right = new Float64Array(D);
      values.forEach((value, at) => {
        if (value === 0) return;
        const own = centred.subarray(on[at] * D, (on[at] + 1) * D);
        for (let n = 0; n < D; n++) right[n] += value * own[n];
      });
      if (right.some((value) => value !== 0)) choleskySolve(factor, right);
      weights.set(right, (t * rows + row) * D);
      const level = values.reduce((sum, value) => sum + value, 0) / count;
      bias[t * rows + row] = level - right.reduce((sum, value, n) => sum + value * mean[n], 0);
    });
  }
  return [
    ["probe", [T, rows, D], weights],
    ["probe_bias", [T, rows], bias],
  ];
}
