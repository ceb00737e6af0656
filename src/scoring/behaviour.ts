import type { Circuits } from "../circuits/circuits.js";
import { RandomSequence } from "../base/random.js";
import type { DenseModel } from "../network/dense-model.js";
import type { Components } from "./result-file.js";
import { trueDirections } from "./directions.js";
import type { DenseBatch } from "../engine/dense-errors.js";
import { readoutRows } from "./samples.js";
import { summarizeRatio, type Summary } from "./summary.js";
import type { TrueParts } from "./truth.js";

/**
 * Errors of active circuits at the last layer: Σ|ŷ − y|² divided by Σ|y|², both summed over test samples
 * and readouts.
 */
export interface BehaviourScores {
  /** Errors of the unmodified network. */
  readonly full: Summary;
  /** The errors when only the components of the active circuits are kept, in every layer that has components. */
  readonly kept: Summary;
  /** The errors when the same number of components is kept but chosen at random for each sample. */
  readonly random: Summary;
  /**
   * Errors of the naive network, which runs as many circuits as fit and outputs 0 for the others: 1 − D/Σd_t, where
   * circuit t uses d_t neurons.
   */
  readonly naive: number;
  /** Mean number of components kept per sample and layer. */
  readonly components: number;
}

/** Components that replace a layer's weights. */
export interface AssignedComponents {
  readonly components: Components;
  /** The circuit of every component; −1 for none. */
  readonly circuits: readonly number[];
}

/** Components that replace a layer's weights in a network of one part; the rest of W^l comes from `truth`. */
export interface ScoredLayer extends AssignedComponents {
  readonly truth: TrueParts;
}

/** A network that runs with a subset of its components. */
export interface ComponentRunner {
  readonly D: number;
  readonly circuits: Circuits;
  /** The step from which the run starts; 0 is the input. */
  readonly from: number;
  /** The last layer's activations if the kept components replace the weights in each layer. */
  readonly forward: (kept: ReadonlyMap<number, readonly number[]>, first: Float32Array) => Float32Array;
  /** Σ|y|² and Σ|ŷ − y|² over the active circuits' readouts. */
  readonly readError: (A: Float32Array, active: Uint32Array, truth: Float64Array) => [number, number];
}

export function denseRunner(model: DenseModel, layers: ReadonlyMap<number, ScoredLayer>): ComponentRunner {
  return {
    ...{ D: model.shape.D, circuits: model.circuits, from: 1 },
    forward: (kept, first) => forward(model, layers, kept, first),
    readError: (A, active, truth) => readError(model, A, active, truth),
  };
}

/** @param layers components by layer; layers without an entry keep their weights */
export function scoreBehaviour(
  { D, circuits, from, forward, readError }: ComponentRunner,
  layers: ReadonlyMap<number, AssignedComponents>,
  samples: DenseBatch,
  seed: number,
): BehaviourScores {
  const { d, T, L } = circuits;
  const { samples: count, z, ids, activations } = samples;
  const errors = { full: new Float64Array(count), kept: new Float64Array(count), random: new Float64Array(count) };
  const sizes = new Float64Array(count);
  let kept = 0;
  const owned = new Map([...layers].map(([l, { circuits }]) => [l, groupByCircuit(circuits, T)]));
  for (let k = 0; k < count; k++) {
    const active = ids.subarray(k * z, (k + 1) * z);
    const first = activations[from].subarray(k * D, (k + 1) * D);
    const random = new RandomSequence(seed, "user", k);
    const own = new Map([...owned].map(([l, groups]) => [l, Array.from(active).flatMap((t) => groups[t])]));
    const other = new Map(
      [...own].map(([l, { length }]) => [l, drawSome(layers.get(l)?.components.C ?? 0, length, random)]),
    );
    for (const list of own.values()) kept += list.length;
    const last = activations[L].subarray(k * D, (k + 1) * D);
    const truth = samples.truth[L].subarray(k * z * d, (k + 1) * z * d);
    [sizes[k], errors.full[k]] = readError(last, active, truth);
    [, errors.kept[k]] = readError(forward(own, first), active, truth);
    [, errors.random[k]] = readError(forward(other, first), active, truth);
  }
  return {
    full: summarizeRatio(errors.full, sizes),
    kept: summarizeRatio(errors.kept, sizes),
    random: summarizeRatio(errors.random, sizes),
    naive: Math.max(0, 1 - D / trueDirections({ shape: { T, d }, circuits }, L).length),
    components: kept / count / layers.size,
  };
}

function groupByCircuit(circuits: readonly number[], T: number): number[][] {
  const groups: number[][] = Array.from({ length: T }, () => []);
  circuits.forEach((circuit, c) => {
    if (circuit !== -1) groups[circuit].push(c);
  });
  return groups;
}

/** Draws `some` distinct random whole numbers less than `all`. */
function drawSome(all: number, some: number, random: RandomSequence): number[] {
  const drawn = new Set<number>();
  while (drawn.size < some) drawn.add(random.below(all));
  return [...drawn];
}

/** Computes A^L from A^1 with the kept components in place of the weights in each layer. */
function forward(
  model: DenseModel,
  layers: ReadonlyMap<number, ScoredLayer>,
  kept: ReadonlyMap<number, readonly number[]>,
  first: Float32Array,
): Float32Array {
  const { D, L } = model.shape;
  let before = first;
  for (let l = 2; l <= L; l++) {
    const layer = layers.get(l);
    const sum = Float64Array.from(model.biases[l - 1]);
    const weights = model.weights[l - 1];
    if (weights !== null && (layer === undefined || !layer.truth.isSum)) addDense(sum, weights, before);
    if (layer !== undefined) {
      if (!layer.truth.isSum) addTruth(sum, layer.truth, before, -1);
      for (const c of kept.get(l) ?? []) addComponent(sum, layer.components, c, before);
    }
    before = Float32Array.from({ length: D }, (_, n) => Math.max(0, sum[n]));
  }
  return before;
}

function addDense(sum: Float64Array, W: Float32Array, A: Float32Array): void {
  const D = A.length;
  for (let n = 0; n < D; n++) {
    let value = 0;
    for (let m = 0; m < D; m++) value += W[n * D + m] * A[m];
    sum[n] += value;
  }
}

export function addComponent(sum: Float64Array, { r, U, V }: Components, c: number, A: Float32Array): void {
  const D = A.length;
  for (let k = 0; k < r; k++) {
    let read = 0;
    for (let m = 0; m < D; m++) read += V[(c * r + k) * D + m] * A[m];
    if (read === 0) continue;
    for (let n = 0; n < D; n++) sum[n] += U[(c * D + n) * r + k] * read;
  }
}

/** Adds `by·Σ_t W_t A`; with `by` = −1, only the part of W that all circuits share remains. */
function addTruth(sum: Float64Array, truth: TrueParts, A: Float32Array, by: number): void {
  const { T, d, S, P, matrices, scale, shift, writes, reads } = truth;
  const gathered = new Float64Array(d);
  for (let t = 0; t < T; t++) {
    for (let j = 0; j < d; j++) {
      gathered[j] = 0;
      for (let s = t * S; s < (t + 1) * S; s++) gathered[j] += A[j * P + reads[s]];
    }
    for (let i = 0; i < d; i++) {
      let value = 0;
      for (let j = 0; j < d; j++) value += matrices[(t * d + i) * d + j] * gathered[j];
      if (value === 0) continue;
      for (let s = t * S; s < (t + 1) * S; s++) sum[i * P + writes[s]] += by * scale * value;
      if (shift !== 0) for (let n = 0; n < P; n++) sum[i * P + n] -= by * shift * value;
    }
  }
}

/** [Σ|y|², Σ|ŷ − y|²] over the active circuits. */
function readError(
  { shape, circuits, embedding, unembedding }: DenseModel,
  A: Float32Array,
  active: Uint32Array,
  truth: Float64Array,
): [number, number] {
  const { D, d, S, L } = shape;
  const P = D / d;
  const { scale, shift } = unembedding[L - 1];
  const { neurons } = embedding[L - 1];
  const rows = readoutRows(circuits.readouts);
  const blocks = Array.from({ length: d }, (_, i) =>
    shift === 0 ? 0 : A.subarray(i * P, (i + 1) * P).reduce((sum, value) => sum + value, 0),
  );
  let [size, error] = [0, 0];
  active.forEach((t, slot) => {
    const read = blocks.map((block, i) => {
      let sum = 0;
      for (let s = t * S; s < (t + 1) * S; s++) sum += A[i * P + neurons[s]];
      return scale * sum - shift * block;
    });
    for (const { row } of rows) {
      let [y, off] = [0, 0];
      row.forEach((weight, j) => {
        const own = truth[slot * d + j];
        y += weight * own;
        off += weight * (read[j] - own);
      });
      size += y * y;
      error += off * off;
    }
  });
  return [size, error];
}
