import { deriveSeed, normalQuantiles, seedKey } from "../../base/random.js";
import { memoize } from "../../base/memoize.js";
import { sampler, type RandomInput } from "../../engine/sampling.js";
import type { Noise } from "../../engine/sparse.js";
import { OVERFLOW, WRONG_SQUARE } from "../../engine/sums.js";
import { changeDescriptor, writeDescriptor } from "../../kernels/descriptors.js";
import * as fields from "../../kernels/fields.js";
import type { Kernels } from "../../kernels/kernels.js";
import { Arena } from "../../kernels/memory.js";
import { eachReadWeight, eachWritten, readoutMatrix, readoutRows } from "../../network/multi-part.js";
import type { SparseMatrix } from "../../network/sparse.js";
import { rowsOf, type Rows } from "./readouts.js";
import type { ActiveSets } from "./samples.js";
import { changeWeights, roundsBiases, toBfloat16, type WeightChange } from "./weights.js";
import type { WrittenLayer, WrittenNetwork } from "./written.js";

/** Perturbations that apply while samples run. */
export interface Conditions {
  readonly weights: WeightChange | null;
  readonly noise: Noise | null;
  /** Standard deviation of noise on every neuron of A⁰, added once. */
  readonly start: number;
  /** Whether activations are rounded to bfloat16 after every layer. */
  readonly roundActivations: boolean;
}

/** The unperturbed network. */
export const UNDISTURBED: Conditions = { weights: null, noise: null, start: 0, roundActivations: false };

/** Statistics of x over all active circuits after one step. */
export interface StepErrors {
  /** Σ |δx|². */
  readonly squares: number;
  /** Number of active circuits with an error above 0.25. */
  readonly wrong: number;
  /** Largest |δx|. */
  readonly worst: number;
  /** Σ |x|² of the readouts. */
  readonly sizes: number;
  /** Largest activation of a neuron. */
  readonly largest: number;
}

/** Readouts of inactive circuits after one step. */
export interface InactiveReadouts {
  readonly samples: number;
  /** Number of circuits with |x| > 0.25, over all samples, and the number of those whose indicator is within ±0.25. */
  readonly wrongX: number;
  readonly unseenX: number;
  /** Number of circuits with an indicator beyond ±0.25; null, like `largestIndicator`, if there are no indicators. */
  readonly wrongIndicators: number | null;
  readonly largestX: number;
  readonly largestIndicator: number | null;
}

const LANES = 16;
const W = 4 * LANES;
/**
 * The normally distributed numbers for a layer's weights come from the stream with the layer's number; those for its
 * biases come from the stream with the layer's number plus this constant.
 */
const OF_BIASES = 2 ** 20;

/**
 * Runs many samples through a network, all of them through one layer before the next. Each layer is therefore perturbed
 * and loaded only once, and a run can end early. Owns the kernels' memory.
 */
export class LayerwiseRunner {
  readonly written: WrittenNetwork;
  /** Largest number of samples that run side by side. */
  readonly samples: number;
  readonly #kernels: Kernels;
  readonly #arena: Arena;
  readonly #buffers: { readonly ids: number; readonly inputs: number };
  readonly #draw: ReturnType<typeof sampler>;
  /** A of the previous and of the current layer, f32 [tiles][D][16]. */
  #A: readonly [before: number, after: number];
  readonly #starts: number;
  readonly #bias: number;
  /** Space for a layer's weights, grown as needed. */
  #room = { entries: 0, columns: 0, values: 0, normals: 0 };
  readonly #layer: number;
  readonly #noise: number;
  readonly #weightNoise: number;
  readonly #loadReads = memoize((matrix: SparseMatrix) => this.#loadMatrix(matrix));

  /** @param z largest number of circuits active at once */
  constructor(kernels: Kernels, written: WrittenNetwork, { samples, z }: { samples: number; z: number }) {
    const { circuits } = written.network;
    const { D } = written;
    const arena = new Arena(kernels.memory, kernels.heapBase());
    this.written = written;
    this.samples = samples;
    this.#kernels = kernels;
    this.#arena = arena;
    this.#buffers = { ids: arena.bytes(4 * samples * z), inputs: arena.bytes(8 * samples * z * circuits.d) };
    this.#draw = sampler(kernels, arena, circuits, this.#buffers);
    const bytes = Math.ceil(samples / LANES) * D * W;
    this.#A = [arena.bytes(bytes), arena.bytes(bytes)];
    this.#starts = arena.bytes(4 * (D + 1));
    this.#bias = arena.bytes(4 * D);
    const table = arena.f32(normalQuantiles());
    const none = { starts: this.#starts, columns: 0, values: 0 };
    this.#layer = writeDescriptor(arena, fields.sparseLayer, { ...none, bias: this.#bias, N: D, W });
    this.#noise = writeDescriptor(arena, fields.addNoise, { N: D, W, table });
    this.#weightNoise = writeDescriptor(arena, fields.addNoise, { N: 0, W, table });
  }

  /** The active circuits and their inputs in a run's first samples: [samples][z] and [samples][z][d]. */
  draw(input: RandomInput, samples: number): { readonly ids: Uint32Array; readonly inputs: Float64Array } {
    const { d } = this.written.network.circuits;
    this.#draw(input, 0, samples);
    const { ids, inputs } = this.#buffers;
    return {
      ids: this.#arena.viewU32(ids, samples * input.z).slice(),
      inputs: this.#arena.viewF64(inputs, samples * input.z * d).slice(),
    };
  }

  /**
   * Runs samples until `isDone` returns true.
   *
   * @param seed seed of the noise, together with the network's number
   * @param isDone called after every step l = 1…L
   * @returns one entry per step that was run
   */
  run(
    sets: ActiveSets,
    { weights, noise, start, roundActivations }: Conditions,
    { seed, network }: Pick<RandomInput, "seed" | "network">,
    isDone: (l: number, errors: StepErrors) => boolean,
  ): StepErrors[] {
    const { steps, circuits } = this.written.network;
    const noiseKey = seedKey(deriveSeed(seed, "noise", network, sets.z));
    const noisy = noise === null ? null : { ...noise, key: noiseKey };
    const weightKey = seedKey(deriveSeed(seed, "weights", network));
    const group = rowsOf(circuits);
    const found: StepErrors[] = [];
    this.#embed(sets);
    if (start > 0) {
      for (let first = 0; first < sets.samples; first += LANES) {
        this.#addNoise(this.#tile(0, first / LANES), start, noiseKey, 0, first, sets.samples);
      }
    }
    for (let n = 1, l = 1; l <= circuits.L; n++) {
      this.#load(this.written.layer(n), weights, weightKey);
      this.#runLayer(n, sets.samples, noisy);
      if (roundActivations) toBfloat16(this.#activations(sets.samples));
      if (n !== steps[l - 1]) continue;
      const errors = this.#errors(l, sets, group);
      found.push(errors);
      if (isDone(l, errors)) break;
      l++;
    }
    return found;
  }

  /** Distance of each active circuit's x from its intended value, after the last step of the last run. */
  distances(l: number, sets: ActiveSets): Float64Array {
    const group = rowsOf(this.written.network.circuits);
    const distances = new Float64Array(sets.samples * sets.z);
    this.#eachX(l, sets, group, (occurrence, square) => (distances[occurrence] = Math.sqrt(square)));
    return distances;
  }

  /** Readouts of inactive circuits after the last step of the last run. */
  inactive(l: number, { ids, samples, z }: ActiveSets): InactiveReadouts {
    const { network } = this.written;
    const { circuits } = network;
    const { T } = circuits;
    const rows = readoutRows(circuits);
    const x = rowsOf(circuits);
    const alpha = rowsOf(circuits, "alpha");
    const reads = this.#loadReads(readoutMatrix(network, network.reads[l - 1]));
    const out = this.#arena.bytes(T * rows * W);
    const constants = network.constants[l - 1];
    const isActive = new Uint8Array(T);
    let [wrongX, unseenX, wrongIndicators, largestX, largestIndicator] = [0, 0, 0, 0, 0];
    for (let sample = 0; sample < samples; sample++) {
      const lane = sample % LANES;
      if (lane === 0) this.#kernels.sparseLayer(reads, out, this.#tile(0, sample / LANES), false);
      const read = this.#arena.viewF32(out, T * rows * LANES);
      const lengthOf = (t: number, { first, count }: Rows): number => {
        let square = 0;
        for (let r = first; r < first + count; r++) {
          square += (read[(t * rows + r) * LANES + lane] + constants[r]) ** 2;
        }
        return square < OVERFLOW ? square : OVERFLOW;
      };
      const active = ids.subarray(sample * z, (sample + 1) * z);
      for (const t of active) isActive[t] = 1;
      for (let t = 0; t < T; t++) {
        if (isActive[t] === 1) continue;
        const ofX = lengthOf(t, x);
        const ofAlpha = alpha === null ? 0 : lengthOf(t, alpha);
        if (ofX > WRONG_SQUARE) wrongX++;
        if (ofX > WRONG_SQUARE && !(ofAlpha > WRONG_SQUARE)) unseenX++;
        if (ofAlpha > WRONG_SQUARE) wrongIndicators++;
        largestX = Math.max(largestX, ofX);
        largestIndicator = Math.max(largestIndicator, ofAlpha);
      }
      for (const t of active) isActive[t] = 0;
    }
    return {
      ...{ samples, wrongX, unseenX, largestX: Math.sqrt(largestX) },
      wrongIndicators: alpha === null ? null : wrongIndicators,
      largestIndicator: alpha === null ? null : Math.sqrt(largestIndicator),
    };
  }

  /** Address of a tile of the previous (0) or the current layer (1). */
  #tile(which: 0 | 1, tile: number): number {
    return this.#A[which] + tile * this.written.D * W;
  }

  #activations(samples: number): Float32Array {
    return this.#arena.viewF32(this.#A[0], Math.ceil(samples / LANES) * this.written.D * LANES);
  }

  #embed({ samples, z, ids, inputs }: ActiveSets): void {
    const { network, D } = this.written;
    const { d } = network.circuits;
    const A = this.#activations(samples).fill(0);
    for (let occurrence = 0; occurrence < samples * z; occurrence++) {
      const sample = Math.floor(occurrence / z);
      const first = Math.floor(sample / LANES) * D;
      const input = inputs.subarray(occurrence * d, (occurrence + 1) * d);
      eachWritten(network, ids[occurrence], input, (neuron, value) => {
        A[(first + neuron) * LANES + (sample % LANES)] += Math.fround(value);
      });
    }
  }

  /** Writes a layer to the kernels' memory. */
  #load({ weights, bias, first }: WrittenLayer, change: WeightChange | null, key: readonly [number, number]): void {
    const { D } = this.written;
    const entries = weights?.values.length ?? D;
    if (entries > this.#room.entries) this.#makeRoom(Math.max(entries, D));
    const own = this.#arena.viewF32(this.#bias, D);
    own.set(bias);
    if (change?.kind === "noise" && change.biases === true) {
      const normals = this.#normals(D, key, OF_BIASES + first);
      for (let n = 0; n < D; n++) own[n] *= 1 + change.size * normals[n];
    }
    if (roundsBiases(change)) toBfloat16(own);
    // A layer without weights is the identity.
    this.#arena.viewU32(this.#starts, D + 1).set(weights?.starts ?? Uint32Array.from({ length: D + 1 }, (_, n) => n));
    const { columns, values } = this.#room;
    const to = this.#arena.viewU32(columns, entries);
    if (weights === null) {
      for (let n = 0; n < D; n++) to[n] = n * W;
      this.#arena.viewF32(values, D).fill(1);
      return;
    }
    for (let e = 0; e < entries; e++) to[e] = weights.columns[e] * W;
    const normals = change?.kind === "noise" ? this.#normals(entries, key, first) : new Float32Array(0);
    changeWeights(weights, change, normals, this.#arena.viewF32(values, entries));
  }

  /** `count` standard normal numbers, at most as many as the buffer holds; valid until the next call. */
  #normals(count: number, [low, high]: readonly [number, number], stream: number): Float32Array {
    const { normals } = this.#room;
    const into = this.#arena.viewF32(normals, Math.ceil(count / LANES) * LANES).fill(0);
    changeDescriptor(this.#arena, fields.addNoise, this.#weightNoise, { N: into.length / LANES });
    this.#kernels.addNoise(this.#weightNoise, normals, 1, low, high, stream, 0, LANES);
    return into;
  }

  #makeRoom(entries: number): void {
    const room = Math.ceil(1.25 * entries);
    const bytes = 4 * (room + LANES);
    const [columns, values, normals] = [0, 0, 0].map(() => this.#arena.bytes(bytes));
    this.#room = { entries: room, columns, values, normals };
    changeDescriptor(this.#arena, fields.sparseLayer, this.#layer, { columns, values });
  }

  #loadMatrix({ rows, starts, columns, values }: SparseMatrix): number {
    const arena = this.#arena;
    const matrix = { starts: arena.u32(starts), columns: arena.addresses(columns, 0, W), values: arena.f32(values) };
    return writeDescriptor(arena, fields.sparseLayer, { ...matrix, bias: 0, N: rows, W });
  }

  /** Runs the loaded layer (layer n); its outputs become the inputs of the next layer. */
  #runLayer(n: number, samples: number, noisy: (Noise & { readonly key: readonly [number, number] }) | null): void {
    const kernels = this.#kernels;
    const isLate = noisy?.noiseAt !== "pre-activation";
    for (let tile = 0; tile * LANES < samples; tile++) {
      const after = this.#tile(1, tile);
      kernels.sparseLayer(this.#layer, after, this.#tile(0, tile), isLate);
      if (noisy === null) continue;
      this.#addNoise(after, noisy.noise, noisy.key, n, tile * LANES, samples);
      if (!isLate) kernels.rectify(after, this.written.D * W);
    }
    this.#A = [this.#A[1], this.#A[0]];
  }

  /** Adds noise to the neurons of layer n for one tile of samples, which begins at sample `first`. */
  #addNoise(
    at: number,
    size: number,
    [low, high]: readonly [number, number],
    n: number,
    first: number,
    samples: number,
  ): void {
    this.#kernels.addNoise(this.#noise, at, size, low, high, n, first, Math.min(LANES, samples - first));
  }

  #errors(l: number, sets: ActiveSets, group: Rows): StepErrors {
    let [squares, wrong, worst, sizes, largest] = [0, 0, 0, 0, 0];
    this.#eachX(l, sets, group, (_, square, size) => {
      squares += square;
      worst = Math.max(worst, square);
      sizes += size;
      if (square > WRONG_SQUARE) wrong++;
    });
    const A = this.#activations(sets.samples);
    for (let at = 0; at < A.length; at++) if (A[at] > largest) largest = A[at];
    return { squares, wrong, worst: Math.sqrt(worst), sizes, largest: Math.min(largest, OVERFLOW) };
  }

  /** Calls `add` with |δx|² and |x|² of every active circuit; NaN counts as the largest value. */
  #eachX(
    l: number,
    { samples, z, ids, wanted }: ActiveSets,
    { first, count }: Rows,
    add: (occurrence: number, square: number, size: number) => void,
  ): void {
    const { parts, reads, constants, circuits } = this.written.network;
    const rows = readoutRows(circuits);
    const A = this.#activations(samples);
    for (let occurrence = 0; occurrence < samples * z; occurrence++) {
      const sample = Math.floor(occurrence / z);
      const tile = Math.floor(sample / LANES) * this.written.D;
      const lane = sample % LANES;
      let [square, size] = [0, 0];
      for (let r = 0; r < count; r++) {
        let value = constants[l - 1][first + r];
        eachReadWeight(parts, reads[l - 1], { t: ids[occurrence], r: first + r, rows }, (neuron, weight) => {
          value += Math.fround(weight) * A[(tile + neuron) * LANES + lane];
        });
        square += (value - wanted[l][occurrence * count + r]) ** 2;
        size += value ** 2;
      }
      add(occurrence, square < OVERFLOW ? square : OVERFLOW, size < OVERFLOW ? size : OVERFLOW);
    }
  }
}
