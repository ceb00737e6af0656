import { denseBias, denseWeights } from "../../network/dense.js";
import { widthOf } from "../../network/layer.js";
import type { MultiPartNetwork } from "../../network/multi-part.js";
import { compress, newRoom, type EntryRoom, type SparseMatrix } from "../../network/sparse.js";

/** A layer as explicit numbers, the form in which a file stores it. */
export interface WrittenLayer {
  /** null for the identity. */
  readonly weights: SparseMatrix | null;
  readonly bias: Float32Array;
  /**
   * The number, counted from 1, of the first layer that equals this one; equal layers are perturbed in the same way.
   */
  readonly first: number;
}

/** The memory limit for kept layers, in bytes; layers that do not fit are written again whenever they are requested. */
const KEPT = 2 ** 29;

/** The layers of a network with all weights written out; each layer is made when it is requested. */
export class WrittenNetwork {
  readonly network: MultiPartNetwork;
  /** Number of neurons of a layer. */
  readonly D: number;
  readonly #kept = new Map<number, WrittenLayer>();
  #bytes = 0;
  /** A buffer in which matrices are formed before their entries are copied. */
  #scratch: { readonly dense: Float64Array; readonly room: EntryRoom } | null = null;

  constructor(network: MultiPartNetwork) {
    this.network = network;
    this.D = widthOf(network.parts);
  }

  /** @param n number of the layer, counted from 1 */
  layer(n: number): WrittenLayer {
    const first = this.network.layers.indexOf(this.network.layers[n - 1]) + 1;
    const known = this.#kept.get(first);
    if (known !== undefined) return known;
    const layer = this.#write(first);
    const bytes = 8 * (layer.weights?.values.length ?? 0);
    if (this.#bytes + bytes <= KEPT) {
      this.#bytes += bytes;
      this.#kept.set(first, layer);
    }
    return layer;
  }

  #write(first: number): WrittenLayer {
    const { parts, layers } = this.network;
    const layer = layers[first - 1];
    const bias = denseBias(parts, layer);
    if (layer.terms.length === 0 && first === 1) return { weights: null, bias, first };
    // The layer is placed second in the list, because `denseWeights` returns the identity for the first layer.
    this.#scratch ??= { dense: new Float64Array(this.D ** 2), room: newRoom() };
    const { dense, room } = this.#scratch;
    const found = compress(denseWeights({ parts, layers: [layer, layer] }, 2, dense), this.D, room);
    const weights = { ...found, columns: found.columns.slice(), values: found.values.slice() };
    const same = [...this.#kept.values()].find((other) => other.weights !== null && isSame(other.weights, weights));
    return { weights: same?.weights ?? weights, bias, first };
  }
}

function isSame(a: SparseMatrix, b: SparseMatrix): boolean {
  if (a.values.length !== b.values.length) return false;
  for (let e = 0; e < a.values.length; e++) {
    if (a.values[e] !== b.values[e] || a.columns[e] !== b.columns[e]) return false;
  }
  return a.starts.every((start, n) => start === b.starts[n]);
}
