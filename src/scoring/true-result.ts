import { Matrix, SingularValueDecomposition } from "ml-matrix";
import { drawInput, inputsOf } from "../circuits/inputs.js";
import { RandomSequence } from "../base/random.js";
import type { DenseModel } from "../network/dense-model.js";
import type { Tensor } from "../exchange/tensor.js";
import type { Kernels } from "../kernels/kernels.js";
import { fitProbe } from "./baselines/linear-probe.js";
import { trueDirections } from "./directions.js";
import { readoutRows, runAloneInNetwork } from "./samples.js";
import { trueParts, type TrueParts } from "./truth.js";

/** Inputs that are drawn of a circuit, and how often it runs: with all of them that differ in turn, or the first. */
const DRAWN = 64;
const RUNS = 12;

/**
 * What a perfect method would find: components of every layer from 2, a dictionary and probes of every layer.
 *
 * @param newKernels a core of its own for each call
 */
export function trueResult(model: DenseModel, construction: string, newKernels: () => Kernels): Map<string, Tensor> {
  const { L } = model.shape;
  const tensors = new Map<string, Tensor>();
  const kernels = newKernels();
  const alone = runAloneInNetwork(newKernels(), model, everyInput(model));
  for (let l = 1; l <= L; l++) {
    if (l > 1)
      for (const [name, tensor] of trueComponents(trueParts(model, construction, l)))
        tensors.set(`layers.${l}.${name}`, tensor);
    const [[, , isOn]] = fitProbe(kernels, model, l, alone, 1);
    tensors.set(`layers.${l}.decoder`, trueDecoder(model, l, isOn));
    tensors.set(`layers.${l}.probe`, trueProbe(model, l, isOn));
  }
  return tensors;
}

/** Every circuit as often as the others, with its inputs in turn. */
function everyInput({ circuits, shape: { T } }: DenseModel): { circuit: number; input: number[] }[] {
  return Array.from({ length: T }, (_, circuit) => {
    const random = new RandomSequence(0, "user", circuit);
    const inputs = Array.from({ length: DRAWN }, () => drawInput(inputsOf(circuits.inputs, circuit), random));
    const different = [...new Map(inputs.map((input) => [input.join(), input])).values()];
    return Array.from({ length: RUNS }, (_, k) => ({ circuit, input: different[k % different.length] }));
  }).flat();
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

/** The true directions, then for each circuit the row that tells whether it is on. */
function trueDecoder(model: DenseModel, layer: number, isOn: Float32Array): Tensor {
  const { D, d, T } = model.shape;
  const directions = trueDirections(model, layer);
  const F = directions.length + T;
  const data = new Float32Array(F * D);
  directions.forEach(({ circuit, component }, f) => {
    const one = Array.from({ length: d }, (_, i) => (i === component ? 1 : 0));
    addRow(data.subarray(f * D, (f + 1) * D), model, layer, circuit, one);
  });
  data.set(isOn, directions.length * D);
  return single([F, D], data);
}

/** For each circuit the row that tells whether it is on, then its readouts by the model's own unembedding. */
function trueProbe(model: DenseModel, layer: number, isOn: Float32Array): Tensor {
  const { D, d, T } = model.shape;
  const { scale, shift } = model.unembedding[layer - 1];
  const rows = readoutRows(model.circuits.readouts);
  const size = 1 + rows.length;
  const data = new Float32Array(T * size * D);
  for (let t = 0; t < T; t++) {
    data.set(isOn.subarray(t * D, (t + 1) * D), t * size * D);
    rows.forEach(({ row: weights }, k) => {
      const row = data.subarray((t * size + 1 + k) * D, (t * size + 2 + k) * D);
      const values = weights.map((weight) => scale * weight);
      addRow(row, model, layer, t, values);
      if (shift !== 0) for (let n = 0; n < D; n++) row[n] -= shift * (weights[Math.floor(n / (D / d))] as number);
    });
  }
  return single([T, size, D], data);
}
