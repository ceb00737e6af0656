import type { Circuits } from "../circuits/circuits.js";
import { wholeNumber } from "../base/errors.js";
import { memoize } from "../base/memoize.js";
import { writeDescriptor } from "../kernels/descriptors.js";
import type { Kernels } from "../kernels/kernels.js";
import type { Arena } from "../kernels/memory.js";
import { Sampler, type RandomInput } from "./sampling.js";

/** Largest tile that an engine is asked for. */
export interface TileSize {
  /** Most samples side by side. */
  readonly lanes: number;
  /** Most active circuits in each. */
  readonly z: number;
}

/**
 * The samples that an engine is at: who is active, with which inputs, and what the circuits compute alone.
 *
 * An occurrence is one active circuit in one sample; those of a tile are numbered sample by sample, samples·z in all.
 */
export class Tile {
  /** u32 [lanes·z] the active circuits of one sample after the other. */
  readonly ids: number;
  /** a^l of the active circuits, f64 [lanes·z][d], for l = 0…L. */
  readonly truth: readonly number[];
  readonly #kernels: Kernels;
  readonly arena: Arena;
  readonly circuits: Circuits;
  readonly size: TileSize;
  readonly #sampler: Sampler;
  /** Descriptors of truthLayer, per layer. */
  readonly #layers: readonly number[];
  /** That of layer 1 without bias and ReLU. */
  readonly #firstWeights: number;

  /** @throws InputError when z is not in 1…T */
  constructor(kernels: Kernels, arena: Arena, circuits: Circuits, size: TileSize) {
    const { T, L, d } = circuits;
    const occurrences = size.lanes * wholeNumber("z", size.z, 1, T);
    const load = memoize((values: Float64Array) => arena.f64(values));
    this.#kernels = kernels;
    this.arena = arena;
    this.circuits = circuits;
    this.size = size;
    this.ids = arena.bytes(4 * occurrences);
    this.truth = Array.from({ length: L + 1 }, () => arena.bytes(8 * occurrences * d));
    this.#sampler = new Sampler(kernels, arena, circuits, { ids: this.ids, inputs: this.truth[0] });
    const weights = circuits.mean.map((mean, k) => ({
      ...{ d, mean: load(mean), delta: load(circuits.delta[k]), bias: load(circuits.bias[k]) },
    }));
    this.#layers = weights.map((layer) => writeDescriptor(arena, "truthLayer", { ...layer, linear: 0 }));
    this.#firstWeights = writeDescriptor(arena, "truthLayer", { ...weights[0], linear: 1 });
  }

  /** @throws InputError when a tile of this size does not fit */
  check(count: number, z: number): void {
    wholeNumber("count", count, 1, this.size.lanes);
    wholeNumber("z", z, 1, this.size.z);
  }

  /** Draws the active circuits of samples first…first+count−1 and their inputs. */
  draw(input: RandomInput, first: number, count: number): void {
    wholeNumber("count", count, 1, this.size.lanes);
    this.#sampler.draw(input, first, count);
  }

  /** Runs the active circuits alone: the truth of layers 1…L. */
  runAlone(occurrences: number): void {
    this.#layers.forEach((layer, k) => {
      this.#kernels.truthLayer(layer, this.truth[k], this.truth[k + 1], this.ids, occurrences);
    });
  }

  /** Writes w_t^1 a_t^0 of the active circuits to f64 [occurrences][d]: what is embedded. [E10] */
  weighInputs(values: number, occurrences: number): void {
    this.#kernels.truthLayer(this.#firstWeights, this.truth[0], values, this.ids, occurrences);
  }
}
