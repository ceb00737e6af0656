import { choleskyFactor, choleskySolveAll } from "../../base/cholesky.js";
import type { Kernels } from "../../kernels/kernels.js";
import type { DenseModel } from "../../network/dense-model.js";
import { timesTransposed, transposed } from "../products.js";
import type { DenseBatch } from "../../engine/dense-errors.js";
import { readoutRows } from "../samples.js";
import { targetsOf } from "../targets.js";
import type { Found } from "./found.js";

/** Added to the Gram matrix, as a share of its mean diagonal. */
const RIDGE = 1e-3;

/** Targets that are solved for side by side. */
const SIDE_BY_SIDE = 32;

/**
 * Ridge regression of "is it on" and of every readout, 0 while off, on the activations and a constant:
 * `w = (XᵀX + μ)⁻¹ Xᵀy`, which with fewer samples than neurons is solved as `Xᵀ (XXᵀ + μ)⁻¹ y`.
 */
export function fitProbe(kernels: Kernels, model: DenseModel, layer: number, samples: DenseBatch): Found[] {
  const { D, T } = model.shape;
  const A = samples.activations[layer];
  const { samples: count } = samples;
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
  const factor = choleskyFactor(gram, size);
  const targets = targetsOf(model, samples, layer);
  const rows = 1 + readoutRows(model.circuits.readouts).length;
  const weights = new Float32Array(T * rows * D);
  const bias = new Float32Array(T * rows);
  for (let first = 0; first < T * rows; first += SIDE_BY_SIDE) {
    const columns = Math.min(SIDE_BY_SIDE, T * rows - first);
    const levels = new Float64Array(columns);
    const right = new Float64Array(size * columns);
    for (let r = 0; r < columns; r++) {
      const [t, row] = [Math.floor((first + r) / rows), (first + r) % rows];
      const on = targets.samples[t];
      const values = row === 0 ? new Float64Array(on.length).fill(1) : targets.readouts[t][row - 1];
      levels[r] = values.reduce((sum, value) => sum + value, 0) / count;
      // Activations are centred, so that the target's own mean falls out of sums over samples; coefficients of samples need it taken out.
      if (bySamples) for (let sample = 0; sample < count; sample++) right[sample * columns + r] = -levels[r];
      values.forEach((value, at) => {
        if (bySamples) right[on[at] * columns + r] += value;
        else if (value !== 0) {
          const own = centred.subarray(on[at] * D, (on[at] + 1) * D);
          for (let n = 0; n < D; n++) right[n * columns + r] += value * own[n];
        }
      });
    }
    choleskySolveAll(factor, right, columns);
    const solved = bySamples ? byNeurons(kernels, right, turned, columns) : right;
    for (let r = 0; r < columns; r++) {
      let shift = 0;
      for (let n = 0; n < D; n++) {
        const weight = solved[n * columns + r];
        weights[(first + r) * D + n] = weight;
        shift += weight * mean[n];
      }
      bias[first + r] = levels[r] - shift;
    }
  }
  return [
    ["probe", [T, rows, D], weights],
    ["probe_bias", [T, rows], bias],
  ];
}

/** `Xᵀ a` of the coefficients of samples, [samples][columns], as [D][columns]. */
function byNeurons(kernels: Kernels, coefficients: Float64Array, turned: Float32Array, columns: number): Float32Array {
  const count = coefficients.length / columns;
  return timesTransposed(kernels, turned, transposed(Float32Array.from(coefficients), count, columns), count);
}
