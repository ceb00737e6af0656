import { InputError, wholeNumber } from "../errors.js";
import type { Kernels } from "../kernels/kernels.js";
import { Arena } from "../kernels/memory.js";
import type { Gate } from "../network/construction.js";
import { DenseErrors } from "./dense-errors.js";
import { checkDenseModel, type DenseModel } from "./dense-model.js";
import { drawSamples, loadInputTable, type InputTable, type RandomInput } from "./samples.js";
import type { LayerSums } from "./sums.js";

export interface DenseOptions {
  readonly gate: Gate;
  /** Largest z that will be run. */
  readonly z: number;
  /** Samples that go through a layer together. Default 64; results do not depend on it. */
  readonly batch?: number;
}

/**
 * Runs any large network by its dense weights: `A^l = ReLU(W^l A^{l−1} + B^l)` for a batch of samples, all circuits read
 * out. Much slower than `Runner`, which knows how the weights were made; the errors of the same samples agree within
 * rounding. Owns the kernels' memory.
 */
export class DenseRunner {
  readonly model: DenseModel;
  readonly #kernels: Kernels;
  readonly #arena: Arena;
  readonly #options: Required<DenseOptions>;
  readonly #errors: DenseErrors;
  readonly #table: InputTable;
  readonly #ids: number;
  readonly #marks: number;
  /** a^l of active circuits, f64 [batch·z][d], for l = 0…L. */
  readonly #truth: readonly number[];
  readonly #values: number;
  /** Per layer f64: w̄, Δw, b. */
  readonly #circuits: readonly { readonly mean: number; readonly delta: number; readonly bias: number }[];
  /** A^l of the last batch, [batch][D], l = 0…L. */
  readonly #A: readonly Float32Array[];

  /** @throws InputError when the model's arrays disagree with its shape, or do not fit into kernel memory */
  constructor(kernels: Kernels, model: DenseModel, options: DenseOptions) {
    const { D, d, T, L } = checkDenseModel(model).shape;
    wholeNumber("z", options.z, 1, T);
    const batch = wholeNumber("batch", options.batch ?? 64, 1, 65536);
    const arena = new Arena(kernels.memory, kernels.heapBase());
    const pairs = batch * options.z;
    const loaded = new Map<Float64Array, number>();
    const once = (values: Float64Array): number => {
      const pointer = loaded.get(values) ?? arena.f64(values);
      loaded.set(values, pointer);
      return pointer;
    };
    this.model = model;
    this.#kernels = kernels;
    this.#arena = arena;
    this.#options = { ...options, batch };
    this.#errors = new DenseErrors(model);
    this.#table = loadInputTable(arena, model.circuits.inputs);
    this.#ids = arena.bytes(4 * pairs);
    this.#marks = arena.bytes(T);
    this.#truth = Array.from({ length: L + 1 }, () => arena.bytes(8 * pairs * d));
    this.#values = arena.bytes(8 * pairs * d);
    const { mean, delta, bias } = model.circuits;
    this.#circuits = mean.map((_, k) => ({ mean: once(mean[k]!), delta: once(delta[k]!), bias: once(bias[k]!) }));
    this.#A = Array.from({ length: L + 1 }, () => new Float32Array(batch * D));
  }

  /**
   * Runs samples first…first+count−1 of a random input: those that `Runner` runs for the same input.
   *
   * @returns sums per layer 0…L that depend on the model and (seed, network, z, first, count) alone
   */
  runChunk(input: RandomInput, first: number, count: number): LayerSums {
    const { z } = input;
    const { shape } = this.model;
    wholeNumber("z", z, 1, this.#options.z);
    if (input.sampling === "each" && z !== 1) {
      throw new InputError(`z = ${z}: sampling "each" runs one circuit per sample, z = 1.`);
    }
    for (let at = 0; at < count; at += this.#options.batch) {
      const samples = Math.min(this.#options.batch, count - at);
      const buffers = { ids: this.#ids, marks: this.#marks, inputs: this.#truth[0]! };
      drawSamples(this.#kernels, shape, input, first + at, samples, buffers, this.#table);
      this.runBatch(samples, z);
      this.#errors.add({
        samples,
        z,
        ids: this.#arena.viewU32(this.#ids, samples * z),
        truth: this.#truth.map((pointer) => this.#arena.viewF64(pointer, samples * z * shape.d)),
        activations: this.#A,
      });
    }
    return this.#errors.take(count, z);
  }

  /**
   * Sets the next batch's active circuits and their inputs.
   *
   * @param ids [samples][z] distinct within a sample
   * @param inputs a^0, [samples][z][d]
   */
  setInputs(ids: readonly (readonly number[])[], inputs: readonly (readonly (readonly number[])[])[]): void {
    const { T } = this.model.shape;
    wholeNumber("the number of samples", ids.length, 1, this.#options.batch);
    for (const active of ids) {
      wholeNumber("z", active.length, 1, this.#options.z);
      for (const id of active) wholeNumber("an active circuit", id, 0, T - 1);
    }
    this.#arena.viewU32(this.#ids, ids.length * ids[0]!.length).set(ids.flat());
    const values = inputs.flat(2);
    this.#arena.viewF64(this.#truth[0]!, values.length).set(values);
  }

  /** Runs the batch that was drawn or set. */
  runBatch(samples: number, z: number): void {
    const { d, L } = this.model.shape;
    const pairs = samples * z;
    for (let k = 0; k < L; k++) {
      const { mean, delta, bias } = this.#circuits[k]!;
      this.#kernels.truthLayer(
        ...([this.#truth[k]!, this.#truth[k + 1]!, this.#ids, pairs, d, mean, delta, bias, false] as const),
      );
    }
    this.#embed(samples, z);
    for (let l = 1; l <= L; l++) this.#layer(l, samples, z);
  }

  /** A^0 = Σ_{t active} (w_t a_t^0) ⊗ e_t^1. [E10] */
  #embed(samples: number, z: number): void {
    const { D, d, S } = this.model.shape;
    const P = D / d;
    const { mean, delta } = this.#circuits[0]!;
    this.#kernels.truthLayer(this.#truth[0]!, this.#values, this.#ids, samples * z, d, mean, delta, 0, true);
    const ids = this.#arena.viewU32(this.#ids, samples * z);
    const values = this.#arena.viewF64(this.#values, samples * z * d);
    const { neurons } = this.model.embedding[0]!;
    const A = this.#A[0]!;
    A.fill(0, 0, samples * D);
    ids.forEach((t, pair) => {
      const row = Math.floor(pair / z) * D;
      for (let s = t * S; s < (t + 1) * S; s++) {
        for (let i = 0; i < d; i++) A[row + i * P + neurons[s]!]! += Math.fround(values[pair * d + i]!);
      }
    });
  }

  #layer(l: number, samples: number, z: number): void {
    const { D } = this.model.shape;
    const [before, after] = [this.#A[l - 1]!, this.#A[l]!];
    const [weight, bias] = [this.model.weights[l - 1]!, this.model.biases[l - 1]!];
    const isOracle = this.#options.gate === "oracle";
    const used = isOracle ? this.#usedNeurons(l, samples, z) : null;
    for (let b = 0; b < samples; b++) {
      for (let n = 0; n < D; n++) {
        let sum = bias[n]!;
        if (weight === null) sum += before[b * D + n]!;
        else for (let m = 0; m < D; m++) sum += weight[n * D + m]! * before[b * D + m]!;
        const isOn = used === null ? sum > 0 : used[b * D + n] === 1;
        after[b * D + n] = isOn ? sum : 0;
      }
    }
  }

  /** 1 on the neurons of active circuits, all blocks, [samples][D]. [E16] */
  #usedNeurons(l: number, samples: number, z: number): Uint8Array {
    const { D, d, S } = this.model.shape;
    const P = D / d;
    const { neurons } = this.model.embedding[l - 1]!;
    const used = new Uint8Array(samples * D);
    this.#arena.viewU32(this.#ids, samples * z).forEach((t, pair) => {
      const row = Math.floor(pair / z) * D;
      for (let s = t * S; s < (t + 1) * S; s++) for (let i = 0; i < d; i++) used[row + i * P + neurons[s]!] = 1;
    });
    return used;
  }

  /** A^l of one sample of the last batch, [D]: a view, valid until the next batch. Layer 0 is the embedded input. */
  activations(l: number, sample: number): Float32Array {
    const { D } = this.model.shape;
    return this.#A[l]!.subarray(sample * D, (sample + 1) * D);
  }
}
