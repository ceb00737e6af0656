import type { Circuits } from "../circuits/circuits.js";
import { wholeNumber } from "../base/errors.js";
import { memoize } from "../base/memoize.js";
import { writeDescriptor } from "../kernels/descriptors.js";
import * as fields from "../kernels/fields.js";
import type { Kernels } from "../kernels/kernels.js";
import type { Arena } from "../kernels/memory.js";
import { sampler, type RandomInput } from "./sampling.js";

/** The largest tile that an engine must handle. */
export interface TileSize {
  /** The largest number of samples processed side by side. */
  readonly lanes: number;
  /** The largest number of active circuits in a sample. */
  readonly z: number;
}

/**
 * The samples that an engine is processing: the active circuits, their inputs, and what the circuits compute when they
 * run alone.
 *
 * An occurrence is one active circuit in one sample. A tile has z occurrences in each sample; they are numbered sample
 * by sample.
 */
export interface Tile {
  readonly arena: Arena;
  readonly circuits: Circuits;
  readonly size: TileSize;
  /** The active circuits, sample by sample, u32 [lanes·z]. */
  readonly ids: number;
  /** a^l of the active circuits, f64 [lanes·z][d], for l = 0…L. */
  readonly truth: readonly number[];
  /** Draws the active circuits of samples first…first+count−1 and their inputs. */
  draw(input: RandomInput, first: number, count: number): void;
  /** Runs each active circuit alone, which gives its true activations in layers 1…L. */
  runAlone(occurrences: number): void;
  /** Writes w_t^1 a_t^0 of the active circuits to f64 [occurrences][d]; these products are then embedded. [E10] */
  weighInputs(values: number, occurrences: number): void;
}

/** @throws InputError when the tile is too small for these samples */
export function checkTile({ size }: Tile, count: number, z = 1): void {
  wholeNumber("count", count, 1, size.lanes);
  wholeNumber("z", z, 1, size.z);
}

/** @throws InputError when z is not in 1…T */
export function makeTile(kernels: Kernels, arena: Arena, circuits: Circuits, size: TileSize): Tile {
  const { T, L, d } = circuits;
  const { lanes } = size;
  const most = lanes * wholeNumber("z", size.z, 1, T);
  const load = memoize((values: Float64Array) => arena.f64(values));
  const ids = arena.bytes(4 * most);
  const truth = Array.from({ length: L + 1 }, () => arena.bytes(8 * most * d));
  const sample = sampler(kernels, arena, circuits, { ids, inputs: truth[0] });
  const weights = circuits.mean.map((mean, k) => ({
    ...{ d, mean: load(mean), delta: load(circuits.delta[k]), bias: load(circuits.bias[k]) },
  }));
  /** Descriptors for `truthLayer`: one per layer, and another for layer 1 without bias and ReLU. */
  const layers = weights.map((layer) => writeDescriptor(arena, fields.truthLayer, { ...layer, linear: 0 }));
  const firstWeights = writeDescriptor(arena, fields.truthLayer, { ...weights[0], linear: 1 });
  return {
    ...{ arena, circuits, size, ids, truth },
    draw: sample,
    runAlone(occurrences) {
      layers.forEach((layer, k) => kernels.truthLayer(layer, truth[k], truth[k + 1], ids, occurrences));
    },
    weighInputs(values, occurrences) {
      kernels.truthLayer(firstWeights, truth[0], values, ids, occurrences);
    },
  };
}
