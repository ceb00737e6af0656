import { Matrix, SingularValueDecomposition } from "ml-matrix";
import { drawInput, inputsOf } from "../circuits/inputs.js";
import { RandomSequence } from "../base/random.js";
import type { DenseModel } from "../network/dense-model.js";
import type { MultiPartNetwork } from "../network/multi-part.js";
import type { Tensor } from "../exchange/tensor.js";
import type { Kernels } from "../kernels/kernels.js";
import type { DenseBatch } from "../engine/dense-errors.js";
import { fitProbe } from "./baselines/linear-probe.js";
import { directionsAt, readRow } from "./directions.js";
import { ownedWeights, owningLayers, type OwnedWeight } from "./owned-weights.js";
import { readoutRows, runAloneInNetwork } from "./samples.js";
import { hasParts, layersOf, type ScoredNetwork } from "./scored-network.js";
import { timesTransposed } from "./products.js";
import { targetsOf } from "./targets.js";
import { trueParts, type TrueParts } from "./truth.js";

/**
 * The number of inputs drawn per circuit, and the number of runs per circuit. The runs cycle through the distinct
 * inputs.
 */
const DRAWN = 64;
const RUNS = 12;

/**
 * The result of a perfect method: components for every layer from layer 2 onwards, and a dictionary and probes for
 * every layer. For a network of several parts, it contains components for the layers in which circuits own weights, and
 * a dictionary and probes after each step.
 *
 * @param newKernels creates a separate core for each call
 * @param only the layers to which the result is restricted; default: all
 */
export function trueResult(
  network: ScoredNetwork,
  construction: string,
  newKernels: () => Kernels,
  only?: readonly number[],
): Map<string, Tensor> {
  const tensors = new Map<string, Tensor>();
  const kernels = newKernels();
  const { D, steps } = layersOf(network);
  const wanted = steps.map((layer, k) => ({ layer, step: k + 1 })).filter(({ layer }) => only?.includes(layer) ?? true);
  if (hasParts(network)) {
    for (const layer of owningLayers(network)) {
      if (only?.includes(layer) === false) continue;
      const components = ownedComponents(ownedWeights(network, layer), D);
      for (const [name, tensor] of components) tensors.set(`layers.${layer}.${name}`, tensor);
    }
  }
  const inputs = everyInput(network);
  // Designs have many circuits and steps, but only some steps need activations.
  const alone = runAloneInNetwork(newKernels(), network, inputs, hasParts(network) ? [] : undefined);
  const aloneAt = (step: number): DenseBatch => runAloneInNetwork(newKernels(), network, inputs, [step]);
  for (const { layer, step } of wanted) {
    if (!hasParts(network) && layer > 1)
      for (const [name, tensor] of trueComponents(trueParts(network, construction, layer)))
        tensors.set(`layers.${layer}.${name}`, tensor);
    const isOn = hasParts(network)
      ? onRows(kernels, network, step, alone, aloneAt)
      : fitOn(kernels, network, step, alone);
    const decoder = trueDecoder(network, step, isOn);
    tensors.set(`layers.${layer}.decoder`, decoder);
    if (!hasParts(network)) tensors.set(`layers.${layer}.bias`, trueBias(kernels, network, step, alone, isOn, decoder));
    const probe = hasParts(network)
      ? readsAsProbe(network, step, isOn)
      : [["probe", trueProbe(network, step, isOn)] as const];
    for (const [name, tensor] of probe) tensors.set(`layers.${layer}.${name}`, tensor);
  }
  return tensors;
}

/** For each circuit, the row that tells whether it is on, [T][D]: ridge regression on circuits that run alone. */
function fitOn(kernels: Kernels, network: ScoredNetwork, step: number, alone: DenseBatch): Float32Array {
  return fitProbe(kernels, network, step, alone, 1)[0][2];
}

/**
 * For several parts: the row that tells whether a circuit is on. If one of the circuit's readouts is constant and
 * nonzero while the circuit is on, this is the row by which the network reads that readout; otherwise the row is
 * fitted.
 */
function onRows(
  kernels: Kernels,
  network: MultiPartNetwork,
  step: number,
  alone: DenseBatch,
  aloneAt: (step: number) => DenseBatch,
): Float32Array {
  let known: Float32Array | null = null;
  const fitted = (): Float32Array => (known ??= fitOn(kernels, network, step, aloneAt(step)));
  const { D } = layersOf(network);
  const { T } = network.circuits;
  const { readouts } = targetsOf(network, alone, step);
  const rows = new Float32Array(T * D);
  for (let t = 0; t < T; t++) {
    const own = readouts[t].findIndex(
      (values) => Math.abs(values[0]) > 1e-6 && values.every((value) => Math.abs(value - values[0]) < 1e-9),
    );
    if (own === -1) rows.set(fitted().subarray(t * D, (t + 1) * D), t * D);
    else
      for (const [neuron, weight] of readRow(network, step, t, own))
        rows[t * D + neuron] = Math.sign(readouts[t][own][0]) * weight;
  }
  return rows;
}

/** Every circuit runs equally often and cycles through its inputs. */
function everyInput({ circuits }: ScoredNetwork): { circuit: number; input: number[] }[] {
  return Array.from({ length: circuits.T }, (_, circuit) => {
    const random = new RandomSequence(0, "user", circuit);
    const inputs = Array.from({ length: DRAWN }, () => drawInput(inputsOf(circuits.inputs, circuit), random));
    const different = [...new Map(inputs.map((input) => [input.join(), input])).values()];
    return Array.from({ length: RUNS }, (_, k) => ({ circuit, input: different[k % different.length] }));
  }).flat();
}

const single = (shape: readonly number[], data: Float32Array): Tensor => ({ dtype: "F32", shape, data });

/**
 * `W_t = U_t·V_t` at the smallest rank that is exact for all W_t, computed with the SVD of m_t (stacked on w̄ if W_t
 * contains it).
 */
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

/** The factors of `W_t = U_t·V_t` for a network of several parts, from singular values and vectors. */
function ownedComponents(owned: readonly OwnedWeight[], D: number): [string, Tensor][] {
  const T = owned.length;
  const r = Math.max(1, ...owned.map(({ values }) => values.length));
  const U = new Float32Array(T * D * r);
  const V = new Float32Array(T * r * D);
  owned.forEach(({ written, read, values, left, right }, t) => {
    values.forEach((value, k) => {
      written.forEach((n, i) => (U[(t * D + n) * r + k] = value * left[k][i]));
      read.forEach((m, j) => (V[(t * r + k) * D + m] = right[k][j]));
    });
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

/** The true directions, followed by one row per circuit, which tells whether that circuit is on. */
function trueDecoder(network: ScoredNetwork, step: number, isOn: Float32Array): Tensor {
  const { D } = layersOf(network);
  const directions = directionsAt(network, step);
  const F = directions.length + network.circuits.T;
  const data = new Float32Array(F * D);
  directions.forEach(({ neurons, weights }, f) => {
    neurons.forEach((neuron, k) => (data[f * D + neuron] += weights[k]));
  });
  data.set(isOn, directions.length * D);
  return single([F, D], data);
}

/**
 * The biases of the decoder's latents; 0 for the true directions. The row that tells whether a circuit is on should
 * give 0 while the circuit is off. Let m be the row's smallest value while the circuit is on; the bias is −v, where v
 * is the row's largest positive value below m.
 */
function trueBias(
  kernels: Kernels,
  network: DenseModel,
  step: number,
  alone: DenseBatch,
  isOn: Float32Array,
  { shape: [F] }: Tensor,
): Tensor {
  const { T, D } = network.shape;
  const values = timesTransposed(kernels, isOn, alone.activations[step], D);
  const { samples } = targetsOf(network, alone, step);
  const bias = new Float32Array(F);
  samples.forEach((on, t) => {
    const own = values.subarray(t * alone.samples, (t + 1) * alone.samples);
    const least = Math.min(...Array.from(on, (sample) => own[sample]));
    let off = 0;
    for (const value of own) if (value < least && value > off) off = value;
    bias[F - T + t] = -off;
  });
  return single([F], bias);
}

/**
 * For each circuit, the row that tells whether it is on, followed by the rows of its readouts, which use the model's
 * unembedding.
 */
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

/** The true probes for a network of several parts; its readouts have constants. */
function readsAsProbe(network: MultiPartNetwork, step: number, isOn: Float32Array): [string, Tensor][] {
  const { circuits, constants } = network;
  const { D } = layersOf(network);
  const size = 1 + constants[step - 1].length;
  const probe = new Float32Array(circuits.T * size * D);
  const bias = new Float32Array(circuits.T * size);
  for (let t = 0; t < circuits.T; t++) {
    probe.set(isOn.subarray(t * D, (t + 1) * D), t * size * D);
    bias.set(constants[step - 1], t * size + 1);
    for (let r = 1; r < size; r++) {
      for (const [neuron, weight] of readRow(network, step, t, r - 1)) probe[(t * size + r) * D + neuron] = weight;
    }
  }
  return [
    ["probe", single([circuits.T, size, D], probe)],
    ["probe_bias", single([circuits.T, size], bias)],
  ];
}
