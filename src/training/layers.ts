import { writeDescriptor } from "../kernels/descriptors.js";
import * as fields from "../kernels/fields.js";
import type { Kernels } from "../kernels/kernels.js";
import type { Arena } from "../kernels/memory.js";

/** A ReLU network of dense layers; the last layer has no ReLU. */
export interface NetworkShape {
  /** Inputs, neurons of each layer, outputs. */
  readonly sizes: readonly number[];
  /** Whether layers but the last have biases. */
  readonly hasBias: boolean;
}

/** Where a layer's parameters are among all of them, in numbers: weights input-major, [inputs][outputs], then biases. */
export interface LayerPlace {
  readonly inputs: number;
  readonly outputs: number;
  readonly weights: number;
  /** Null without biases. */
  readonly bias: number | null;
}

/** Where the parameters of each layer are, and how many there are in all. */
export function placesOf({ sizes, hasBias }: NetworkShape): {
  readonly places: readonly LayerPlace[];
  readonly count: number;
} {
  let count = 0;
  const places = sizes.slice(1).map((outputs, k): LayerPlace => {
    const inputs = sizes[k];
    const weights = count;
    count += inputs * outputs;
    const bias = hasBias && k < sizes.length - 2 ? count : null;
    if (bias !== null) count += outputs;
    return { inputs, outputs, weights, bias };
  });
  return { places, count };
}

/** Weights up to which a layer's inputs are listed where they are not 0; a larger one is a product of dense matrices. */
const LISTED = 16_384;

/** Whether the layer's inputs are compressed rows: the first one's always are. */
const isListed = ({ inputs, outputs }: LayerPlace, k: number): boolean => k === 0 || inputs * outputs <= LISTED;

/** Samples that go through a network together: few where they stay in the first cache, more for dense products. */
export function tileOf(shape: NetworkShape): number {
  return placesOf(shape).places.every(isListed) ? 64 : 128;
}

/** One layer in the core's memory; addresses. */
interface LoadedLayer extends LayerPlace {
  /** Descriptor of rowsLayer where inputs are listed. */
  readonly rows: number | null;
  readonly dense: { readonly forward: number; readonly backward: number; readonly gradient: number } | null;
  readonly packed: readonly [forward: number, backward: number] | null;
  /** f32 [tile][outputs], and the gradient there. */
  readonly out: number;
  readonly errors: number;
}

/** Forwards and backwards through a network, a tile of samples at a time, in the core. */
export class Passes {
  readonly count: number;
  readonly tile: number;
  /** Address of the parameters, f32 [count]; call `loaded` when they changed. */
  readonly parameters: number;
  /** Compressed rows of the inputs, to be filled before `forward`. */
  readonly inputs: { readonly starts: number; readonly columns: number; readonly values: number };
  readonly #kernels: Kernels;
  readonly #layers: readonly LoadedLayer[];

  constructor(kernels: Kernels, shape: NetworkShape, arena: Arena) {
    const { places, count } = placesOf(shape);
    const tile = tileOf(shape);
    [this.#kernels, this.count, this.tile] = [kernels, count, tile];
    this.parameters = arena.bytes(4 * count);
    const rowsFor = (width: number) => ({
      starts: arena.bytes(4 * tile + 4),
      columns: arena.bytes(4 * tile * width),
      values: arena.bytes(4 * tile * width),
    });
    const inputs = rowsFor(shape.sizes[0]);
    this.inputs = inputs;
    const numbers = (length: number): number => arena.bytes(16 * Math.ceil(length / 4));
    this.#layers = places.map((place, k): LoadedLayer => {
      const { inputs: K, outputs: N, weights, bias } = place;
      const common = { ...place, out: numbers(tile * N), errors: numbers(tile * N) };
      if (isListed(place, k)) {
        const at = { weights: this.parameters + 4 * weights, bias: bias === null ? 0 : this.parameters + 4 * bias };
        const rows = writeDescriptor(arena, fields.rowsLayer, { ...(k === 0 ? inputs : rowsFor(K)), ...at, N, K });
        return { ...common, rows, dense: null, packed: null };
      }
      const workspace = arena.bytes(kernels.denseWorkspace());
      const [forward, backward] = [numbers(8 * K * Math.ceil(N / 8)), numbers(8 * N * Math.ceil(K / 8))];
      const zeros = numbers(Math.max(N, K));
      const layer = (packed: number, own: number, rows: number, columns: number): number =>
        writeDescriptor(arena, fields.denseLayer, { packed, bias: own, workspace, N: rows, K: columns });
      const product = { workspace: arena.bytes(kernels.transposedWorkspace(N)), M: K, N };
      const dense = {
        forward: layer(forward, bias === null ? zeros : this.parameters + 4 * bias, N, K),
        backward: layer(backward, zeros, K, N),
        gradient: writeDescriptor(arena, fields.transposedProduct, product),
      };
      return { ...common, rows: null, dense, packed: [forward, backward] };
    });
  }

  /** The parameters changed: packs the weights of dense layers. */
  loaded(): void {
    for (const { packed, weights, inputs, outputs } of this.#layers) {
      if (packed === null) continue;
      const at = this.parameters + 4 * weights;
      this.#kernels.packColumns(packed[0], at, outputs, inputs);
      this.#kernels.packWeights(packed[1], at, inputs, outputs);
    }
  }

  /**
   * Runs the inputs of `count` samples.
   *
   * @returns the address of what the last layer gives, f32 [count][outputs]; valid until the next call
   */
  forward(count: number): number {
    const kernels = this.#kernels;
    const last = this.#layers.length - 1;
    this.#layers.forEach(({ rows, dense, out, outputs }, k) => {
      if (rows !== null) {
        if (k > 0) kernels.listPositive(rows, this.#layers[k - 1].out, count);
        kernels.rowsLayer(rows, out, count);
        if (k < last && this.#layers[k + 1].rows === null) kernels.rectify(out, 16 * Math.ceil((count * outputs) / 4));
      } else if (dense !== null) kernels.denseLayer(dense.forward, out, this.#layers[k - 1].out, count, k < last);
    });
    return this.#layers[last].out;
  }

  /**
   * Adds the gradient of the samples that went forward last.
   *
   * @param gradient address of f32 [count of parameters], added to
   * @param errors address of the gradient at the outputs, f32 [count][outputs]
   */
  backward(gradient: number, errors: number, count: number): void {
    const kernels = this.#kernels;
    for (let k = this.#layers.length - 1; k >= 0; k--) {
      const { rows, dense, weights, bias, inputs, outputs } = this.#layers[k];
      const at = gradient + 4 * weights;
      if (bias !== null) kernels.addRows(gradient + 4 * bias, errors, outputs, count);
      const before = k > 0 ? this.#layers[k - 1] : null;
      if (rows !== null) {
        kernels.rowsGradient(rows, at, errors, count);
        if (before !== null) kernels.rowsBackward(rows, before.errors, errors, count);
      } else if (dense !== null && before !== null) {
        kernels.transposedProduct(dense.gradient, at, before.out, errors, count, true);
        kernels.denseLayer(dense.backward, before.errors, errors, count, false);
        kernels.maskGradient(before.errors, before.out, count * inputs);
      }
      if (before !== null) errors = before.errors;
    }
  }
}
