import { Matrix, SingularValueDecomposition } from "ml-matrix";
import { runAlone } from "../circuits/circuits.js";
import { drawInput, inputsOf } from "../circuits/inputs.js";
import { RandomSequence } from "../base/random.js";
import type { DenseModel } from "../network/dense-model.js";
import type { Tensor } from "../exchange/tensor.js";
import { trueDirections } from "./directions.js";
import { readoutRows } from "./samples.js";
import { trueParts, type TrueParts } from "./truth.js";

/** Inputs that a circuit's mean activation is taken over. */
const INPUTS = 64;

/** What a perfect method would find: components of every layer from 2, a dictionary and probes of every layer. */
export function trueResult(model: DenseModel, construction: string): Map<string, Tensor> {
  const { L } = model.shape;
  const tensors = new Map<string, Tensor>();
  const means = meanActivations(model);
  for (let l = 1; l <= L; l++) {
    if (l > 1)
      for (const [name, tensor] of trueComponents(trueParts(model, construction, l)))
        tensors.set(`layers.${l}.${name}`, tensor);
    tensors.set(`layers.${l}.decoder`, trueDecoder(model, l, means[l]));
    tensors.set(`layers.${l}.probe`, trueProbe(model, l, means[l]));
  }
  return tensors;
}

const single = (shape: readonly number[], data: Float32Array): Tensor => ({ dtype: "F32", shape, data });

/** `W_t = U_t·V_t`: the least rank that all W_t have, from singular values of m_t, and of w̄ below it where W_t has that too. */
export function trueComponents(parts: TrueParts): [string, Tensor][] {
  const { T, d, S, P, matrices, scale, shift, besides, writes, reads } = parts;
  const D = d * P;
  const kappa = besides?.kappa ?? 0;
  const factors = Array.from({ length: T }, (_, t) => {
    const own = matrices.subarray(t * d * d, (t + 1) * d * d);
    const stacked = besides === null ? own : [...own, ...besides.matrix];
    const m = Matrix.from1DArray(stacked.length / d, d, stacked as unknown as number[]);
    return new SingularValueDecomposition(m, { autoTranspose: true });
  });
  const r = Math.max(
    1,
    ...factors.map(({ diagonal }) => diagonal.filter((value) => value > 1e-12 * diagonal[0]).length),
  );
  const U = new Float32Array(T * D * r);
  const V = new Float32Array(T * r * D);
  factors.forEach(({ diagonal, leftSingularVectors: left, rightSingularVectors: right }, t) => {
    for (let k = 0; k < r; k++) {
      for (let i = 0; i < d; i++) {
        const value = left.get(i, k) * diagonal[k];
        const shared = besides === null ? 0 : left.get(d + i, k) * diagonal[k];
        const at = (n: number): number => (t * D + i * P + n) * r + k;
        const elsewhere = -shift * value - kappa * shared;
        if (elsewhere !== 0) for (let n = 0; n < P; n++) U[at(n)] = elsewhere;
        for (let s = t * S; s < (t + 1) * S; s++) {
          // e − 1 is 0 on the circuit's own neurons.
          U[at(writes[s])] = (scale - shift) * value;
          V[(t * r + k) * D + i * P + reads[s]] = right.get(i, k);
        }
      }
    }
  });
  return [
    ["U", single([T, D, r], U)],
    ["V", single([T, r, D], V)],
  ];
}

/** The mean activation of every circuit at every layer while it is on, [L+1] of [T][d]. */
function meanActivations({ circuits, shape: { T, d, L } }: DenseModel): Float64Array[] {
  const means = Array.from({ length: L + 1 }, () => new Float64Array(T * d));
  for (let t = 0; t < T; t++) {
    const random = new RandomSequence(0, "user", t);
    for (let k = 0; k < INPUTS; k++) {
      const input = drawInput(inputsOf(circuits.inputs, t), random);
      runAlone(circuits, t, input).forEach((a, l) => a.forEach((value, i) => (means[l][t * d + i] += value / INPUTS)));
    }
  }
  return means;
}

/** Adds `values ⊗ e_t` to a row of D numbers. */
function addRow(
  row: Float32Array,
  { shape: { D, d, S }, embedding }: DenseModel,
  layer: number,
  t: number,
  values: ArrayLike<number>,
): void {
  const { neurons } = embedding[layer - 1];
  for (let i = 0; i < d; i++) {
    for (let s = t * S; s < (t + 1) * S; s++) row[i * (D / d) + neurons[s]] += values[i];
  }
}

/** The true directions, then each circuit's mean activation, which tells whether it is on. */
function trueDecoder(model: DenseModel, layer: number, means: Float64Array): Tensor {
  const { D, d, T } = model.shape;
  const directions = trueDirections(model, layer);
  const F = directions.length + T;
  const data = new Float32Array(F * D);
  const row = (f: number): Float32Array => data.subarray(f * D, (f + 1) * D);
  directions.forEach(({ circuit, component }, f) => {
    const one = Array.from({ length: d }, (_, i) => (i === component ? 1 : 0));
    addRow(row(f), model, layer, circuit, one);
  });
  for (let t = 0; t < T; t++) addRow(row(directions.length + t), model, layer, t, means.subarray(t * d, (t + 1) * d));
  return single([F, D], data);
}

/** Each circuit's mean activation, then its readouts by the model's own unembedding. */
function trueProbe(model: DenseModel, layer: number, means: Float64Array): Tensor {
  const { D, d, T } = model.shape;
  const { scale, shift } = model.unembedding[layer - 1];
  const rows = readoutRows(model.circuits.readouts);
  const size = 1 + rows.length;
  const data = new Float32Array(T * size * D);
  for (let t = 0; t < T; t++) {
    const row = (k: number): Float32Array => data.subarray((t * size + k) * D, (t * size + k + 1) * D);
    addRow(row(0), model, layer, t, means.subarray(t * d, (t + 1) * d));
    rows.forEach(({ row: weights }, k) => {
      const values = weights.map((weight) => scale * weight);
      addRow(row(1 + k), model, layer, t, values);
      if (shift !== 0)
        for (let n = 0; n < D; n++) row(1 + k)[n] -= shift * (weights[Math.floor(n / (D / d))] as number);
    });
  }
  return single([T, size, D], data);
}
