import { oneOf } from "../base/errors.js";
import { writeDescriptor } from "../kernels/descriptors.js";
import * as fields from "../kernels/fields.js";
import type { Kernels } from "../kernels/kernels.js";
import { arenaOf } from "../kernels/memory.js";
import { noisePlaces, type NoiseAt } from "../network/construction.js";
import { blockCount } from "../network/dense.js";
import { countedBlocks, widthOf } from "../network/layer.js";
import {
  checkMultiPart,
  eachReadWeight,
  eachWritten,
  readoutRows,
  type MultiPartNetwork,
} from "../network/multi-part.js";
import { deriveSeed, normalQuantiles, seedKey } from "../base/random.js";
import { memoize } from "../base/memoize.js";
import { checkTile, makeTile } from "./tile.js";
import { TileEngine } from "./tile-engine.js";
import { sparseErrors } from "./sparse-errors.js";
import { loadWeights, type LoadedWeights } from "./sparse-weights.js";
import { OVERFLOW, WRONG_SQUARE, type LayerSums } from "./sums.js";
import { tileWidths, type TileWidth } from "./factored-run.js";
import { checkChunk, type RandomInput } from "./sampling.js";

export interface SparseOptions {
  /** The largest z that will be run. */
  readonly z: number;
  /** The noise for runs that do not specify it. Default: none. */
  readonly noise?: Noise;
  /** Number of samples that run side by side. Default 16; results do not depend on it. */
  readonly lanes?: TileWidth;
  /** Whether to keep the last tile's activations in all layers, for `activations`. Default false. */
  readonly keepActivations?: boolean;
  /**
   * Whether to read inactive circuits too. Default true; if false, the sums over inactive circuits are 0 and samples
   * take less time.
   */
  readonly readInactive?: boolean;
}

export interface Noise {
  /** Standard deviation of normal noise on every neuron in every layer from layer 1 onwards. */
  readonly noise: number;
  readonly noiseAt: NoiseAt;
}

const QUIET: Noise = { noise: 0, noiseAt: "pre-activation" };

/** Options for running a tile. */
export interface TileOptions {
  /** Identifies the samples and thereby determines their noise; without it, there is no noise. */
  readonly noisy?: { readonly input: RandomInput; readonly first: number; readonly noise: Noise };
  /** The step after which to stop. Default L. */
  readonly until?: number;
  /** Whether to add the results to the sums. Default true. */
  readonly measure?: boolean;
}

/**
 * Limit on the number of readouts of inactive circuits per network, counted over samples, circuits and layers. Inactive
 * circuits are read only in a run's first samples (at least 16); otherwise, a run with 100,000 circuits and 100 layers
 * would spend its time reading zeros. Result rows state how many samples were read.
 */
const INACTIVE_READOUTS = 1e9;

/**
 * Runs a network of one or more parts from its sparse weights, optionally with noise on its neurons. For the post's
 * networks, it is slower than `FactoredEngine`, and gives the same errors within rounding. Owns the kernels' memory.
 */
export class SparseEngine extends TileEngine {
  readonly network: MultiPartNetwork;
  readonly #kernels: Kernels;
  readonly #options: Required<SparseOptions>;
  readonly #D: number;
  readonly #blocks: ReturnType<typeof countedBlocks>;
  readonly #loaded: LoadedWeights;
  /** Descriptor for the kernel `addNoise`. */
  readonly #noise: number;
  readonly #errors: ReturnType<typeof sparseErrors>;
  readonly #counts: number;
  readonly #read: number;
  /** A^l, f32 [D + blocks][lanes], ending with sums over blocks; two alternating buffers unless all layers are kept. */
  readonly #A: readonly number[];
  /** Views of these buffers and of the data read, created once because this memory does not grow after construction. */
  readonly #views: {
    readonly ids: Uint32Array;
    readonly truth: readonly Float64Array[];
    readonly A: readonly Float32Array[];
    readonly counts: Int32Array;
    readonly isActive: Uint8Array;
    readonly sums: Float64Array;
  };
  /** Whether each circuit is active, [T][lanes]. */
  readonly #isActive: number;
  /** Descriptors for the kernel `inactiveErrors`, one per readout. */
  readonly #inactiveErrors: readonly number[];
  /** Constants of the readouts, f64 [rows], for each step. */
  readonly #constants: readonly number[];
  readonly #inactiveSamples: number;

  /** @throws InputError if an option is invalid (the error names it) or the network does not fit into kernel memory */
  constructor(kernels: Kernels, network: MultiPartNetwork, options: SparseOptions) {
    const { circuits, parts, layers } = checkMultiPart(network);
    const { T, L, d } = circuits;
    const { z, noise = QUIET, lanes = 16, keepActivations = false, readInactive = true } = options;
    oneOf("lanes", lanes, tileWidths);
    oneOf("noiseAt", noise.noiseAt, noisePlaces);
    const arena = arenaOf(kernels);
    const D = widthOf(parts);
    const W = 4 * lanes;
    const occurrences = lanes * z;
    super(makeTile(kernels, arena, circuits, { lanes, z }));
    this.network = network;
    this.#kernels = kernels;
    this.#options = { z, noise, lanes, keepActivations, readInactive };
    this.#D = D;
    const blocks = blockCount(parts);
    this.#loaded = loadWeights(arena, network, W, readInactive);
    this.#noise = writeDescriptor(arena, fields.addNoise, { N: D, W, table: arena.f32(quantiles()) });
    this.#blocks = network.counted ?? countedBlocks(parts);
    this.#errors = sparseErrors(circuits, this.#blocks.length);
    this.#counts = arena.bytes(W);
    this.#read = readInactive ? arena.bytes(T * readoutRows(circuits) * W) : 0;
    this.#isActive = arena.bytes(T * lanes);
    const sums = arena.bytes(8 * 3 * lanes);
    const stride = readoutRows(circuits);
    let row = 0;
    this.#inactiveErrors = circuits.readouts.map(({ matrix: { length: rows } }) => {
      const read = this.#read + row * W;
      row += rows;
      return writeDescriptor(arena, fields.inactiveErrors, {
        ...{ wrong: WRONG_SQUARE, most: OVERFLOW, read, isActive: this.#isActive, out: sums, T, rows, stride, W },
      });
    });
    this.#constants = network.constants.map(memoize((constants) => arena.f64(constants)));
    const kept = Array.from({ length: keepActivations ? layers.length + 1 : 2 }, () => arena.bytes((D + blocks) * W));
    this.#A = Array.from({ length: layers.length + 1 }, (_, n) => kept[n % kept.length]);
    this.#views = {
      ids: arena.viewU32(this.tile.ids, occurrences),
      truth: this.tile.truth.map((pointer) => arena.viewF64(pointer, occurrences * d)),
      A: this.#A.map((pointer) => arena.viewF32(pointer, D * lanes)),
      counts: new Int32Array(arena.memory.buffer, this.#counts, lanes),
      isActive: new Uint8Array(arena.memory.buffer, this.#isActive, T * lanes),
      sums: arena.viewF64(sums, 3 * lanes),
    };
    this.#inactiveSamples = !readInactive ? 0 : Math.max(16, Math.floor(INACTIVE_READOUTS / (T * L)));
  }

  /** The noise for runs that do not specify it. */
  get noise(): Noise {
    return this.#options.noise;
  }

  /**
   * Draws and runs samples first…first+count−1 and returns their sums.
   *
   * @param noise default: the noise of the engine
   * @returns sums per layer 0…L that depend only on the network, the noise and (seed, network, z, first, count)
   */
  runChunk(input: RandomInput, first: number, count: number, noise = this.noise): LayerSums {
    const { z } = input;
    checkChunk(input, first, count, this.#options.z);
    for (let at = 0; at < count; at += this.lanes) {
      const lanes = Math.min(this.lanes, count - at);
      this.sample(input, first + at, lanes);
      this.runTile(lanes, z, { noisy: { input, first: first + at, noise } });
    }
    return this.#errors.take(count, z);
  }

  override runBatch(input: RandomInput, first: number, count: number): void {
    this.sample(input, first, count);
    this.runTile(count, input.z, { noisy: { input, first, noise: this.noise } });
  }

  /** Runs the tile that `sample` or `setInputs` prepared, and adds its errors to the sums unless `measure` is false. */
  runTile(
    count: number,
    z: number,
    { noisy, until = this.network.circuits.L, measure = true }: TileOptions = {},
  ): void {
    checkTile(this.tile, count, z);
    this.tile.runAlone(count * z);
    this.#embed(count, z);
    const readInactive = measure ? Math.min(count, Math.max(0, this.#inactiveSamples - (noisy?.first ?? 0))) : 0;
    if (measure) this.#countOn(0, count);
    for (let lane = 0; lane < readInactive; lane++) this.#errors.countInactive(z);
    for (let n = 1, l = 1; l <= until; n++) {
      this.#layer(n, count, noisy);
      if (n !== this.network.steps[l - 1]) continue;
      if (measure) this.#addStep(l, count, z);
      if (readInactive > 0) this.#sumInactive(l, readInactive, z);
      l++;
    }
  }

  #addStep(l: number, count: number, z: number): void {
    this.#countOn(l, count);
    for (let occurrence = 0; occurrence < count * z; occurrence++) {
      this.#errors.addActive(l, this.#readOne(l, occurrence, z), this.#truthOf(l, occurrence));
    }
  }

  /** Writes A^0, the input, which the identity passes on to layer 1. */
  #embed(count: number, z: number): void {
    const A = this.#views.A[0].fill(0);
    const { ids } = this.#views;
    for (let occurrence = 0; occurrence < count * z; occurrence++) {
      const lane = Math.floor(occurrence / z);
      eachWritten(this.network, ids[occurrence], this.#truthOf(0, occurrence), (neuron, value) => {
        A[neuron * this.lanes + lane] += Math.fround(value);
      });
    }
  }

  /** Runs layer n of the network. */
  #layer(n: number, count: number, noisy: TileOptions["noisy"]): void {
    const kernels = this.#kernels;
    const [before, after] = [this.#A[n - 1], this.#A[n]];
    const D = this.#D;
    const W = 4 * this.lanes;
    const { layers, biases, blockSums } = this.#loaded;
    const layer = layers[n - 1]!;
    const { noise, noiseAt } = noisy?.noise ?? QUIET;
    const isQuiet = noise === 0 || noisy === undefined;
    const rectifyFirst = isQuiet || noiseAt === "activation";
    if (layer === null) {
      this.#addBias(n, biases[n - 1]);
      if (rectifyFirst) kernels.rectify(after, D * W);
    } else {
      if (layer.readsSums) kernels.sparseLayer(blockSums!, before + D * W, before, false);
      kernels.sparseLayer(layer.descriptor, after, before, rectifyFirst);
    }
    if (isQuiet) return;
    const { input, first } = noisy;
    const [low, high] = seedKey(deriveSeed(input.seed, "noise", input.network, input.z));
    kernels.addNoise(this.#noise, after, noise, low, high, n, first, count);
    if (!rectifyFirst) kernels.rectify(after, D * W);
  }

  /** Applies a layer whose weight is the identity, without ReLU. */
  #addBias(layer: number, bias: number): void {
    const [from, to] = [this.#views.A[layer - 1], this.#views.A[layer]];
    const own = this.arena.viewF32(bias, this.#D);
    for (let n = 0, at = 0; n < this.#D; n++) {
      for (let lane = 0; lane < this.lanes; lane++, at++) to[at] = from[at] + own[n];
    }
  }

  /** The layer after which the circuits have completed step l. */
  #layerOf(l: number): number {
    return l === 0 ? 0 : this.network.steps[l - 1];
  }

  #countOn(l: number, count: number): void {
    const W = 4 * this.lanes;
    this.#blocks.forEach(({ offset, neurons }, block) => {
      this.#kernels.zero(this.#counts, W);
      this.#kernels.countAbove(this.#A[this.#layerOf(l)] + offset * W, neurons, 1, W, this.#counts);
      for (let lane = 0; lane < count; lane++) this.#errors.addOn(l, block, this.#views.counts[lane]);
    });
  }

  #truthOf(l: number, occurrence: number): Float64Array {
    const { d } = this.network.circuits;
    return this.#views.truth[l].subarray(occurrence * d, (occurrence + 1) * d);
  }

  /** Readouts of one active circuit, all rows in order, in float64. */
  #readOne(l: number, occurrence: number, z: number): Float64Array {
    const constants = this.network.constants[l - 1];
    const rows = constants.length;
    const t = this.#views.ids[occurrence];
    const lane = Math.floor(occurrence / z);
    const A = this.#views.A[this.#layerOf(l)];
    const result = Float64Array.from(constants);
    for (let r = 0; r < rows; r++) {
      eachReadWeight(this.network.parts, this.network.reads[l - 1], { t, r, rows }, (neuron, weight) => {
        result[r] += Math.fround(weight) * A[neuron * this.lanes + lane];
      });
    }
    return result;
  }

  #sumInactive(l: number, count: number, z: number): void {
    this.#kernels.sparseLayer(this.#loaded.reads[l - 1]!, this.#read, this.#A[this.#layerOf(l)], false);
    const { isActive, ids, sums } = this.#views;
    const mark = (value: 0 | 1): void => {
      for (let occurrence = 0; occurrence < count * z; occurrence++)
        isActive[ids[occurrence] * this.lanes + Math.floor(occurrence / z)] = value;
    };
    mark(1);
    let constants = this.#constants[l - 1];
    this.network.circuits.readouts.forEach(({ matrix }, group) => {
      this.#kernels.inactiveErrors(this.#inactiveErrors[group], constants);
      this.#errors.addInactive(l, group, sums, count);
      constants += 8 * matrix.length;
    });
    mark(0);
  }

  /** The activations of one lane of the last tile after step l, [D]; step 0 is the input before bias and ReLU. */
  activations(l: number, lane: number): Float32Array {
    return this.layerActivations(this.#layerOf(l), lane);
  }

  /** The activations of one lane of the last tile after layer n of the network, [D]. */
  layerActivations(n: number, lane: number): Float32Array {
    if (!this.#options.keepActivations) throw new Error("This engine does not keep activations.");
    const A = this.#views.A[n];
    return Float32Array.from({ length: this.#D }, (_, neuron) => A[neuron * this.lanes + lane]);
  }

  /** Readouts of the last tile's active circuits at step l ≥ 1, all rows in order. Activations must have been kept. */
  activeReadouts(l: number, occurrences: number, z: number): number[][] {
    if (!this.#options.keepActivations) throw new Error("This engine does not keep activations.");
    return this.lastReadouts(occurrences, z, l);
  }

  /** Readouts at step l, the last step that the last tile ran; the activations at this step are always kept. */
  lastReadouts(occurrences: number, z: number, l = this.network.circuits.L): number[][] {
    return Array.from({ length: occurrences }, (_, occurrence) => Array.from(this.#readOne(l, occurrence, z)));
  }
}

let table: Float32Array | null = null;

function quantiles(): Float32Array {
  return (table ??= normalQuantiles());
}
