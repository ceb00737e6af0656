import { oneOf, wholeNumber } from "../base/errors.js";
import { writeDescriptor } from "../kernels/descriptors.js";
import * as fields from "../kernels/fields.js";
import type { Kernels } from "../kernels/kernels.js";
import { arenaOf, type Arena } from "../kernels/memory.js";
import { gates, type Gate } from "../network/construction.js";
import { checkTile, makeTile } from "./tile.js";
import { TileEngine } from "./tile-engine.js";
import { denseErrors, type DenseBatch } from "./dense-errors.js";
import { checkDenseModel, type DenseModel } from "../network/dense-model.js";
import { checkChunk, type RandomInput } from "./sampling.js";
import type { LayerSums } from "./sums.js";

export interface DenseEngineOptions {
  readonly gate: Gate;
  /** The largest z that will be run. */
  readonly z: number;
  /** Number of samples that go through a layer together. Default 128; results do not depend on it. */
  readonly batch?: number;
}

/**
 * Runs any large network from its dense weights, `A^l = ReLU(W^l A^{l−1} + B^l)` for a batch of samples, and reads out
 * all circuits. It is much slower than `FactoredEngine`, which exploits the structure of the weights. For the same
 * samples, the errors of the two engines agree within rounding. Owns the kernels' memory.
 */
export class DenseEngine extends TileEngine {
  readonly model: DenseModel;
  readonly #kernels: Kernels;
  readonly #options: Required<DenseEngineOptions>;
  readonly #errors: ReturnType<typeof denseErrors>;
  readonly #values: number;
  /** A^l of the last batch, f32 [batch][D], l = 0…L. */
  readonly #A: readonly number[];
  readonly #biases: readonly number[];
  /** Descriptors for the kernel `denseLayer`; null where the weight is the identity. */
  readonly #layers: readonly (number | null)[];

  /** @throws InputError when the model's arrays do not match its shape, or do not fit into kernel memory */
  constructor(kernels: Kernels, model: DenseModel, options: DenseEngineOptions) {
    const { D, d, L } = checkDenseModel(model).shape;
    oneOf("gate", options.gate, gates);
    const batch = wholeNumber("batch", options.batch ?? 128, 1, 65536);
    const arena = arenaOf(kernels);
    const occurrences = batch * options.z;
    super(makeTile(kernels, arena, model.circuits, { lanes: batch, z: options.z }));
    this.model = model;
    this.#kernels = kernels;
    this.#options = { ...options, batch };
    this.#errors = denseErrors(model);
    this.#values = arena.bytes(8 * occurrences * d);
    this.#A = Array.from({ length: L + 1 }, () => arena.bytes(4 * batch * D));
    this.#biases = model.biases.map((each) => arena.f32(each));
    const workspace = arena.bytes(kernels.denseWorkspace());
    this.#layers = loadWeights(kernels, arena, model).map((packed, k) =>
      packed === null
        ? null
        : writeDescriptor(arena, fields.denseLayer, { packed, bias: this.#biases[k], workspace, N: D, K: D }),
    );
  }

  /**
   * Draws and runs samples first…first+count−1. Given the same input, `FactoredEngine` draws and runs the same samples.
   *
   * @returns sums per layer 0…L that depend only on the model and (seed, network, z, first, count)
   */
  runChunk(input: RandomInput, first: number, count: number): LayerSums {
    const { z } = input;
    checkChunk(input, first, count, this.#options.z);
    for (let at = 0; at < count; at += this.lanes) {
      const samples = Math.min(this.lanes, count - at);
      this.runBatch(input, first + at, samples);
      this.#errors.add(this.#batchOf(samples, z));
    }
    return this.#errors.take(count, z);
  }

  /** Runs the samples that have been drawn or set. */
  runTile(count: number, z: number): void {
    checkTile(this.tile, count, z);
    this.tile.runAlone(count * z);
    this.#embed(count, z);
    for (let l = 1; l <= this.model.shape.L; l++) this.#layer(l, count, z);
  }

  #batchOf(samples: number, z: number): DenseBatch {
    const { D, d } = this.model.shape;
    return {
      samples,
      z,
      ids: this.arena.viewU32(this.tile.ids, samples * z),
      truth: this.tile.truth.map((pointer) => this.arena.viewF64(pointer, samples * z * d)),
      activations: this.#A.map((pointer) => this.arena.viewF32(pointer, samples * D)),
    };
  }

  /** Embeds the inputs: A^0 = Σ_{t active} (w_t a_t^0) ⊗ e_t^1. [E10] */
  #embed(samples: number, z: number): void {
    const { D, d, S } = this.model.shape;
    const P = D / d;
    this.tile.weighInputs(this.#values, samples * z);
    const ids = this.arena.viewU32(this.tile.ids, samples * z);
    const values = this.arena.viewF64(this.#values, samples * z * d);
    const { neurons } = this.model.embedding[0];
    const A = this.arena.viewF32(this.#A[0], samples * D);
    A.fill(0);
    ids.forEach((t, occurrence) => {
      const row = Math.floor(occurrence / z) * D;
      for (let s = t * S; s < (t + 1) * S; s++) {
        for (let i = 0; i < d; i++) A[row + i * P + neurons[s]] += Math.fround(values[occurrence * d + i]);
      }
    });
  }

  #layer(l: number, samples: number, z: number): void {
    const { D } = this.model.shape;
    const [before, after] = [this.#A[l - 1], this.#A[l]];
    const layer = this.#layers[l - 1];
    const isRelu = this.#options.gate === "relu";
    if (layer === null) this.#addBias(before, after, this.#biases[l - 1], samples, isRelu);
    else this.#kernels.denseLayer(layer, after, before, samples, isRelu);
    if (isRelu) return;
    const A = this.arena.viewF32(after, samples * D);
    this.#usedNeurons(l, samples, z).forEach((used, at) => {
      if (used === 0) A[at] = 0;
    });
  }

  /** Applies a layer whose weight is the identity. */
  #addBias(before: number, after: number, bias: number, samples: number, isRelu: boolean): void {
    const { D } = this.model.shape;
    const from = this.arena.viewF32(before, samples * D);
    const to = this.arena.viewF32(after, samples * D);
    const own = this.arena.viewF32(bias, D);
    for (let at = 0; at < to.length; at++) {
      const sum = from[at] + own[at % D];
      to[at] = isRelu && sum < 0 ? 0 : sum;
    }
  }

  /** Marks the neurons of active circuits with 1, in all blocks, [samples][D]. [E16] */
  #usedNeurons(l: number, samples: number, z: number): Uint8Array {
    const { D, d, S } = this.model.shape;
    const P = D / d;
    const { neurons } = this.model.embedding[l - 1];
    const used = new Uint8Array(samples * D);
    this.arena.viewU32(this.tile.ids, samples * z).forEach((t, occurrence) => {
      const row = Math.floor(occurrence / z) * D;
      for (let s = t * S; s < (t + 1) * S; s++) for (let i = 0; i < d; i++) used[row + i * P + neurons[s]] = 1;
    });
    return used;
  }

  activeReadouts(l: number, occurrences: number, z: number): number[][] {
    return this.#errors.activeReadouts(this.#batchOf(occurrences / z, z), l);
  }

  /**
   * A^l of one sample of the last batch: a view [D], valid until the next batch is run or another engine is created.
   * Layer 0 is the embedded input.
   */
  activations(l: number, sample: number): Float32Array {
    const { D } = this.model.shape;
    return this.arena.viewF32(this.#A[l] + 4 * sample * D, D);
  }
}

/** Loads every layer's weights in the format of `packWeights`; null where the weight is the identity. */
function loadWeights(kernels: Kernels, arena: Arena, { shape, weights }: DenseModel): (number | null)[] {
  const { D } = shape;
  if (weights.every((weight) => weight === null)) return weights.map(() => null);
  const plain = arena.bytes(4 * D * D);
  return weights.map((weight) => {
    if (weight === null) return null;
    const packed = arena.bytes(4 * D * 8 * Math.ceil(D / 8));
    arena.viewF32(plain, D * D).set(weight);
    kernels.packWeights(packed, plain, D, D);
    return packed;
  });
}
