import type { Arena } from "../kernels/memory.js";
import { blockCount, denseBias, hasSums, splitWeights } from "../network/dense.js";
import { widthOf, type Layer, type Part } from "../network/layer.js";
import { readoutMatrix, type PartedNetwork, type Read } from "../network/parted.js";
import { compress, type SparseMatrix } from "../network/sparse.js";
import { once } from "./once.js";

/** A sparse matrix in kernel memory. */
export interface LoadedMatrix {
  readonly rows: number;
  readonly starts: number;
  /** Byte offsets of the rows of a tile that are read. */
  readonly columns: number;
  readonly values: number;
  /** Columns from D on are read: the sums over the blocks of the layer before. */
  readonly readsSums: boolean;
}

/** What a network of several parts is in kernel memory. */
export interface LoadedWeights {
  /** Per layer; null for the first, which is written. */
  readonly weights: readonly (LoadedMatrix | null)[];
  /** Per layer, f32 [D]. */
  readonly biases: readonly number[];
  /** What adds up the blocks of a layer, where weights need it. */
  readonly blockSums: LoadedMatrix | null;
  /** Readouts of all circuits, per step; null where inactive ones are not read. */
  readonly reads: readonly (LoadedMatrix | null)[];
}

/** Most numbers that are kept from network to network, 32 MiB. */
const KEPT = 2 ** 22;

/** Where weights are written out, one network's after another: to fill fresh memory takes longer than what it is filled with. */
let room = new Float64Array(0);

function roomFor(length: number): Float64Array {
  if (length > KEPT) return new Float64Array(length);
  if (room.length < length) room = new Float64Array(length);
  return room.subarray(0, length);
}

/**
 * Writes a network's sparse weights, biases and readouts to kernel memory; layers that are alike share them.
 *
 * @param W bytes of a row of a tile
 */
export function loadWeights(arena: Arena, network: PartedNetwork, W: number, readInactive: boolean): LoadedWeights {
  const { parts, layers } = network;
  const columns = widthOf(parts) + blockCount(parts);
  const scratch = layers.length > 1 ? roomFor(widthOf(parts) * columns) : room;
  const weightsOf = once((layer: Layer): LoadedMatrix => {
    const matrix = compress(splitWeights(network, layers.indexOf(layer) + 1, scratch), columns);
    return { ...load(arena, matrix, W), readsSums: hasSums(layer) };
  });
  return {
    weights: layers.map((layer, k) => (k === 0 ? null : weightsOf(layer))),
    biases: layers.map(once((layer: Layer) => arena.f32(denseBias(parts, layer)))),
    blockSums: layers.some(hasSums) ? load(arena, sumsOfBlocks(parts), W) : null,
    reads: network.reads.map(
      once((reads: readonly Read[]) => (readInactive ? load(arena, readoutMatrix(network, reads), W) : null)),
    ),
  };
}

function load(arena: Arena, { rows, starts, columns, values }: SparseMatrix, W: number): LoadedMatrix {
  const offsets = arena.u32(columns);
  multiply(arena.viewU32(offsets, columns.length), W);
  return { rows, starts: arena.u32(starts), columns: offsets, values: arena.f32(values), readsSums: false };
}

function multiply(values: Uint32Array, factor: number): void {
  for (let k = 0; k < values.length; k++) values[k] = Math.imul(values[k]!, factor);
}

/** Row k adds up block k of a layer, part by part, [blocks][D]. */
function sumsOfBlocks(parts: readonly Part[]): SparseMatrix {
  const sizes = parts.flatMap(({ d, P }) => new Array<number>(d).fill(P));
  const starts = new Uint32Array(sizes.length + 1);
  sizes.forEach((P, k) => (starts[k + 1] = starts[k]! + P));
  const D = starts.at(-1)!;
  const columns = Uint32Array.from({ length: D }, (_, n) => n);
  return { rows: sizes.length, starts, columns, values: new Float32Array(D).fill(1) };
}
