import { choleskyFactor, inverseOfTriangle } from "../../base/cholesky.js";
import type { Kernels } from "../../kernels/kernels.js";
import type { Circuits } from "../../circuits/circuits.js";
import { timesTransposed, transposed } from "../products.js";
import type { DenseBatch } from "../../engine/dense-errors.js";
import { readoutRows } from "../samples.js";
import { targetsOf } from "../targets.js";
import type { Found } from "./found.js";

/** Added to the Gram matrix, as a share of its mean diagonal. */
const RIDGE = 1e-3;

/**
 * Ridge regression of "is it on" and of every readout, 0 while off, on the activations and a constant:
 * `w = (XᵀX + μ)⁻¹ Xᵀy`, which with fewer samples than neurons is `Xᵀ (XXᵀ + μ)⁻¹ y`. The matrix before y is formed once, a row for each
 * sample: a circuit is on in few of them, so that its targets are sums of few rows.
 *
 * @param rows of each circuit that are fitted: 1 is "is it on" alone
 */
export function fitProbe(
  kernels: Kernels,
  { circuits }: { readonly circuits: Circuits },
  step: number,
  samples: DenseBatch,
  rows = 1 + readoutRows(circuits.readouts).length,
): Found[] {
  const { T } = circuits;
  const A = samples.activations[step];
  const { samples: count } = samples;
  const D = A.length / count;
  const mean = new Float64Array(D);
  for (let at = 0; at < A.length; at++) mean[at % D] += A[at] / count;
  const centred = A.map((value, at) => value - mean[at % D]);
  const turned = transposed(centred, count, D);
  const bySamples = count < D;
  const size = bySamples ? count : D;
  const gram = Float64Array.from(
    bySamples ? timesTransposed(kernels, centred, centred, D) : timesTransposed(kernels, turned, turned, count),
  );
  const trace = Array.from({ length: size }, (_, n) => gram[n * (size + 1)]).reduce((sum, value) => sum + value, 0);
  for (let n = 0; n < size; n++) gram[n * (size + 1)] += Math.max(RIDGE * (trace / D), 1e-9);
  const whitening = Float32Array.from(inverseOfTriangle(choleskyFactor(gram, size), size));
  const turnedWhitening = transposed(whitening, size, size);
  // C⁻¹ once and once more: what float32 rounds of it is small beside what it is applied to.
  const perSample = bySamples
    ? timesTransposed(
        kernels,
        turnedWhitening,
        transposed(timesTransposed(kernels, whitening, turned, count), count, D),
        count,
      )
    : timesTransposed(kernels, timesTransposed(kernels, centred, whitening, D), turnedWhitening, D);
  const sum = new Float64Array(D);
  perSample.forEach((value, at) => (sum[at % D] += value));
  const targets = targetsOf({ circuits }, samples, step);
  const weights = new Float32Array(T * rows * D);
  const bias = new Float32Array(T * rows);
  const weight = new Float64Array(D);
  for (let target = 0; target < T * rows; target++) {
    const [t, row] = [Math.floor(target / rows), target % rows];
    const on = targets.samples[t];
    const values = row === 0 ? new Float64Array(on.length).fill(1) : targets.readouts[t][row - 1];
    const level = values.reduce((all, value) => all + value, 0) / count;
    for (let n = 0; n < D; n++) weight[n] = -level * sum[n];
    values.forEach((value, at) => {
      const own = perSample.subarray(on[at] * D, (on[at] + 1) * D);
      for (let n = 0; n < D; n++) weight[n] += value * own[n];
    });
    weights.set(weight, target * D);
    bias[target] = level - weight.reduce((shift, value, n) => shift + value * mean[n], 0);
  }
  return [
    ["probe", [T, rows, D], weights],
    ["probe_bias", [T, rows], bias],
  ];
}
