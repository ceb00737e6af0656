import { writeDescriptor } from "../kernels/descriptors.js";
import * as fields from "../kernels/fields.js";
import type { Arena } from "../kernels/memory.js";
import { blockCount, denseBias, hasSums, splitWeights } from "../network/dense.js";
import { widthOf, type Layer, type Part } from "../network/layer.js";
import { readoutMatrix, type MultiPartNetwork, type Read } from "../network/multi-part.js";
import { compress, newRoom, type EntryRoom, type SparseMatrix } from "../network/sparse.js";
import { memoize } from "../base/memoize.js";

/** A layer's sparse weights and bias in kernel memory. */
export interface LoadedLayer {
  /** Descriptor for the kernel `sparseLayer`. */
  readonly descriptor: number;
  /** Whether the weights read the columns from D onwards, which are sums over the blocks of the previous layer. */
  readonly readsSums: boolean;
}

/** A network of several parts in kernel memory. */
export interface LoadedWeights {
  /** The layers; the first entry is null, because the input of layer 1 is written directly. */
  readonly layers: readonly (LoadedLayer | null)[];
  /** The biases of each layer, f32 [D]. */
  readonly biases: readonly number[];
  /**
   * The descriptor with which sparseLayer sums the blocks of a layer, similar to the entries of `reads`; null if no
   * weights need these sums.
   */
  readonly blockSums: number | null;
  /** Readouts of all circuits in each step; null if inactive circuits are not read. */
  readonly reads: readonly (number | null)[];
}

/**
 * Memory is reused for layers of at most this many weights: 32 MiB for all weights, plus up to 64 MiB for the nonzero
 * ones.
 */
const KEPT = 2 ** 22;

/**
 * Memory in which dense weights are written out and compressed, for one network after another. It is reused because
 * allocating it takes longer than filling it.
 */
interface Room extends EntryRoom {
  dense: Float64Array;
}

const noRoom = (): Room => ({ dense: new Float64Array(0), ...newRoom() });

const kept = noRoom();

/** @param length number of entries of a dense layer */
function roomFor(length: number): Room {
  const room = length > KEPT ? noRoom() : kept;
  if (room.dense.length < length) room.dense = new Float64Array(length);
  return room;
}

/**
 * Writes a network's sparse weights, biases and readouts to kernel memory. Identical layers share one copy.
 *
 * @param W bytes per row of a tile
 */
export function loadWeights(arena: Arena, network: MultiPartNetwork, W: number, readInactive: boolean): LoadedWeights {
  const { parts, layers } = network;
  const columns = widthOf(parts) + blockCount(parts);
  const size = widthOf(parts) * columns;
  const room = roomFor(layers.length > 1 ? size : 0);
  const dense = room.dense.subarray(0, size);
  const biasOf = memoize((layer: Layer) => arena.f32(denseBias(parts, layer)));
  const layerOf = memoize((layer: Layer): LoadedLayer => {
    const matrix = compress(splitWeights(network, layers.indexOf(layer) + 1, dense), columns, room);
    return { descriptor: load(arena, matrix, W, biasOf(layer)), readsSums: hasSums(layer) };
  });
  return {
    layers: layers.map((layer, k) => (k === 0 ? null : layerOf(layer))),
    biases: layers.map(biasOf),
    blockSums: layers.some(hasSums) ? load(arena, sumsOfBlocks(parts), W) : null,
    reads: network.reads.map(
      memoize((reads: readonly Read[]) => (readInactive ? load(arena, readoutMatrix(network, reads), W) : null)),
    ),
  };
}

/** Writes a matrix and its descriptor for `sparseLayer`; the address 0 for `bias` means no bias. */
function load(arena: Arena, { rows, starts, columns, values }: SparseMatrix, W: number, bias = 0): number {
  const offsets = arena.addresses(columns, 0, W);
  const matrix = { starts: arena.u32(starts), columns: offsets, values: arena.f32(values) };
  return writeDescriptor(arena, fields.sparseLayer, { ...matrix, bias, N: rows, W });
}

/** A matrix whose row k sums block k of a layer, part by part, [blocks][D]. */
function sumsOfBlocks(parts: readonly Part[]): SparseMatrix {
  const sizes = parts.flatMap(({ d, P }) => new Array<number>(d).fill(P));
  const starts = new Uint32Array(sizes.length + 1);
  sizes.forEach((P, k) => (starts[k + 1] = starts[k] + P));
  const D = starts.at(-1)!;
  const columns = Uint32Array.from({ length: D }, (_, n) => n);
  return { rows: sizes.length, starts, columns, values: new Float32Array(D).fill(1) };
}
