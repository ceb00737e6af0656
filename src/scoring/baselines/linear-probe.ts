import { choleskyFactor, inverseOfTriangle } from "../../base/cholesky.js";
import type { Kernels } from "../../kernels/kernels.js";
import type { Circuits } from "../../circuits/circuits.js";
import { lowerGram, timesTransposed } from "../products.js";
import { transposed } from "../../base/transposed.js";
import type { DenseBatch } from "../../engine/dense-errors.js";
import { readoutRows } from "../samples.js";
import { targetsOf, type Targets } from "../targets.js";
import type { Found } from "./found.js";

/** Added to the diagonal of the Gram matrix, as a share of its mean diagonal entry. */
const RIDGE = 1e-3;

/**
 * Ridge regression that predicts, from the activations and a constant, whether a circuit is on and its readouts (0
 * while off): `w = (XᵀX + μ)⁻¹ Xᵀy`, or `Xᵀ (XXᵀ + μ)⁻¹ y` with fewer samples than neurons. The matrix that multiplies
 * y is formed once, with a row for each sample. Each circuit is on in few samples, so its w is a sum over only a few of
 * these rows. If no readouts are fitted, these sums are formed before the inverse is applied.
 *
 * @param rows how many rows to fit for each circuit; 1 fits only the row that tells whether the circuit is on
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
  const gram = Float64Array.from(bySamples ? lowerGram(kernels, centred, D) : lowerGram(kernels, turned, count));
  const trace = Array.from({ length: size }, (_, n) => gram[n * (size + 1)]).reduce((sum, value) => sum + value, 0);
  for (let n = 0; n < size; n++) gram[n * (size + 1)] += Math.max(RIDGE * (trace / D), 1e-9);
  const whitening = Float32Array.from(inverseOfTriangle(choleskyFactor(gram, size), size));
  const turnedWhitening = transposed(whitening, size, size);
  const targets = targetsOf({ circuits }, samples, step);
  const isSummed = rows === 1 && !bySamples;
  // C⁻¹ is applied twice in succession; each time, its float32 rounding error is small compared with the operand.
  const sides = isSummed ? sumsOf(targets, centred, D) : centred;
  const perSide = bySamples
    ? timesTransposed(
        kernels,
        turnedWhitening,
        transposed(timesTransposed(kernels, whitening, turned, count), count, D),
        count,
      )
    : timesTransposed(kernels, timesTransposed(kernels, sides, whitening, D), turnedWhitening, D);
  // The sum of all centred samples is 0 up to rounding; that rounding is ignored when samples are summed by circuit.
  const sum = new Float64Array(D);
  if (!isSummed) perSide.forEach((value, at) => (sum[at % D] += value));
  const weights = new Float32Array(T * rows * D);
  const bias = new Float32Array(T * rows);
  const weight = new Float64Array(D);
  for (let target = 0; target < T * rows; target++) {
    const [t, row] = [Math.floor(target / rows), target % rows];
    const on = targets.samples[t];
    const values = row === 0 ? new Float64Array(on.length).fill(1) : targets.readouts[t][row - 1];
    const level = values.reduce((all, value) => all + value, 0) / count;
    for (let n = 0; n < D; n++) weight[n] = -level * sum[n];
    const add = (value: number, side: number): void => {
      for (let n = 0; n < D; n++) weight[n] += value * perSide[side * D + n];
    };
    if (isSummed) add(1, t);
    else values.forEach((value, at) => add(value, on[at]));
    weights.set(weight, target * D);
    bias[target] = level - weight.reduce((shift, value, n) => shift + value * mean[n], 0);
  }
  return [
    ["probe", [T, rows, D], weights],
    ["probe_bias", [T, rows], bias],
  ];
}

/** For each circuit, the sum of the activations in the samples in which it is on, [T][D]. */
function sumsOf({ samples }: Targets, A: Float32Array, D: number): Float32Array {
  const sums = new Float32Array(samples.length * D);
  samples.forEach((on, t) => {
    for (const sample of on) for (let n = 0; n < D; n++) sums[t * D + n] += A[sample * D + n];
  });
  return sums;
}
