import { writeDescriptor } from "../kernels/descriptors.js";
import * as fields from "../kernels/fields.js";
import type { Kernels } from "../kernels/kernels.js";
import type { Arena } from "../kernels/memory.js";

/** A ReLU network of dense layers, with linear readouts after some of the layers. */
export interface NetworkShape {
  /** Number of inputs, then neurons of each layer. */
  readonly sizes: readonly number[];
  /** Whether layers have biases. */
  readonly hasBias: boolean;
  readonly heads: readonly Head[];
  /** Whether the first layer and the heads are fixed; fixed parameters come last in the array of parameters. */
  readonly isFirstFixed?: boolean;
  readonly areHeadsFixed?: boolean;
}

/** A linear readout of a layer's neurons. */
export interface Head {
  /** Counted from 1. */
  readonly layer: number;
  readonly outputs: number;
}

/**
 * The shape of a network whose only readout comes after the last hidden layer. @param sizes inputs, neurons of each
 * layer, outputs
 */
export function readAtTheEnd(sizes: readonly number[], hasBias: boolean): NetworkShape {
  const [outputs] = sizes.slice(-1);
  return { sizes: sizes.slice(0, -1), hasBias, heads: [{ layer: sizes.length - 2, outputs }] };
}

/**
 * Offsets of a linear map's parameters, counted in numbers, not bytes: weights input-major, [inputs][outputs], then
 * biases.
 */
export interface Place {
  readonly inputs: number;
  readonly outputs: number;
  readonly weights: number;
  /** Null if the map has no biases. */
  readonly bias: number | null;
}

/** Offsets of the parameters of layers and heads: first the `count` trained parameters, then the fixed ones. */
export interface Places {
  readonly layers: readonly Place[];
  readonly heads: readonly Place[];
  readonly count: number;
  readonly whole: number;
}

export function placesOf({ sizes, hasBias, heads, isFirstFixed = false, areHeadsFixed = false }: NetworkShape): Places {
  const maps = [
    ...sizes.slice(1).map((outputs, k) => ({ inputs: sizes[k], outputs, hasBias, isFixed: k === 0 && isFirstFixed })),
    ...heads.map(({ layer, outputs }) => ({ inputs: sizes[layer], outputs, hasBias: false, isFixed: areHeadsFixed })),
  ];
  const places: Place[] = [];
  let whole = 0;
  let count = 0;
  for (const fixed of [false, true]) {
    maps.forEach(({ inputs, outputs, hasBias: has, isFixed }, k) => {
      if (isFixed !== fixed) return;
      const weights = whole;
      whole += inputs * outputs;
      places[k] = { inputs, outputs, weights, bias: has ? whole : null };
      if (has) whole += outputs;
    });
    if (!fixed) count = whole;
  }
  const layers = sizes.length - 1;
  return { layers: places.slice(0, layers), heads: places.slice(layers), count, whole };
}

/**
 * Maps with at most this many weights are computed from lists of their nonzero inputs; larger maps are computed by
 * dense products.
 */
const LISTED = 16_384;

const isListed = ({ inputs, outputs }: Place): boolean => inputs * outputs <= LISTED;

/** Number of samples processed together: few, so that they stay in the first-level cache; more for dense products. */
export function tileOf(shape: NetworkShape): number {
  const { layers, heads } = placesOf(shape);
  // The first layer's inputs are always listed.
  return [...layers.slice(1), ...heads].every(isListed) ? 64 : 128;
}

/** Compressed rows in the core's memory. */
interface Rows {
  readonly starts: number;
  readonly columns: number;
  readonly values: number;
}

/** One linear map in the core's memory; the numbers are addresses. */
interface LoadedMap extends Place {
  readonly isFixed: boolean;
  /** The descriptor for `rowsLayer`; null unless inputs are listed. */
  readonly rows: number | null;
  readonly dense: { readonly forward: number; readonly backward: number; readonly gradient: number } | null;
  readonly packed: readonly [forward: number, backward: number] | null;
  /** The outputs, f32 [tile][outputs], and their gradient. */
  readonly out: number;
  readonly errors: number;
}

/** The maps that read a layer's activations: the next layer and the layer's heads. */
interface Readers {
  readonly next: LoadedMap | null;
  readonly heads: readonly LoadedMap[];
  /** The descriptor whose rows list the activations above 0; null if no reader uses rows. */
  readonly lists: number | null;
  /** Address of f32 [tile][neurons], for the gradients of all readers but the first. */
  readonly more: number;
}

/** Forward and backward passes through a network, in the core, one tile of samples at a time. */
export class Passes {
  /** Number of trained parameters, and number of all parameters. */
  readonly count: number;
  readonly whole: number;
  readonly tile: number;
  /** Address of the parameters, f32 [whole]; call `loaded` after changing them. */
  readonly parameters: number;
  /** Compressed rows of the inputs; fill them before `forward`. */
  readonly inputs: Rows;
  /** Address of each head's outputs, f32 [tile][outputs]; valid until the next `forward`. */
  readonly outputs: readonly number[];
  readonly #kernels: Kernels;
  readonly #layers: readonly LoadedMap[];
  readonly #readers: readonly Readers[];

  constructor(kernels: Kernels, shape: NetworkShape, arena: Arena) {
    const { layers, heads, count, whole } = placesOf(shape);
    const tile = tileOf(shape);
    [this.#kernels, this.count, this.whole, this.tile] = [kernels, count, whole, tile];
    const parameters = arena.bytes(4 * whole);
    this.parameters = parameters;
    const rowsFor = (width: number): Rows => ({
      starts: arena.bytes(4 * tile + 4),
      columns: arena.bytes(4 * tile * width),
      values: arena.bytes(4 * tile * width),
    });
    const numbers = (length: number): number => arena.bytes(16 * Math.ceil(length / 4));
    const load = (place: Place, rows: Rows | null): LoadedMap => {
      const { inputs: K, outputs: N, weights, bias } = place;
      const common = { ...place, isFixed: weights >= count, out: numbers(tile * N), errors: numbers(tile * N) };
      const own = bias === null ? 0 : parameters + 4 * bias;
      if (rows !== null) {
        const at = { weights: parameters + 4 * weights, bias: own };
        return {
          ...common,
          rows: writeDescriptor(arena, fields.rowsLayer, { ...rows, ...at, N, K }),
          dense: null,
          packed: null,
        };
      }
      const workspace = arena.bytes(kernels.denseWorkspace());
      const [forward, backward] = [numbers(8 * K * Math.ceil(N / 8)), numbers(8 * N * Math.ceil(K / 8))];
      const zeros = numbers(Math.max(N, K));
      const layer = (packed: number, added: number, to: number, from: number): number =>
        writeDescriptor(arena, fields.denseLayer, { packed, bias: added, workspace, N: to, K: from });
      const product = { workspace: arena.bytes(kernels.transposedWorkspace(N)), M: K, N };
      const dense = {
        forward: layer(forward, bias === null ? zeros : own, N, K),
        backward: layer(backward, zeros, K, N),
        gradient: writeDescriptor(arena, fields.transposedProduct, product),
      };
      return { ...common, rows: null, dense, packed: [forward, backward] };
    };
    const inputs = rowsFor(shape.sizes[0]);
    this.inputs = inputs;
    const loaded: LoadedMap[] = [load(layers[0], inputs)];
    const outputs: number[] = [];
    this.#readers = layers.map((_, k): Readers => {
      const own = heads.flatMap((place, h) => (shape.heads[h].layer === k + 1 ? [{ place, h }] : []));
      const following = layers.slice(k + 1, k + 2);
      const isAnyListed = [...following, ...own.map(({ place }) => place)].some(isListed);
      const rows = isAnyListed ? rowsFor(shape.sizes[k + 1]) : null;
      const loadReader = (place: Place): LoadedMap => load(place, isListed(place) ? rows : null);
      const [next = null] = following.map(loadReader);
      if (next !== null) loaded.push(next);
      const read = own.map(({ place, h }) => {
        const head = loadReader(place);
        outputs[h] = head.out;
        return head;
      });
      const lists = [next, ...read].find((map) => map !== null && map.rows !== null)?.rows ?? null;
      const readers = read.length + following.length;
      return { next, heads: read, lists, more: readers > 1 ? numbers(tile * shape.sizes[k + 1]) : 0 };
    });
    [this.#layers, this.outputs] = [loaded, outputs];
  }

  /** Packs the weights of dense maps; call this after changing the parameters. */
  loaded(): void {
    for (const { packed, weights, inputs, outputs } of [
      ...this.#layers,
      ...this.#readers.flatMap(({ heads }) => heads),
    ]) {
      if (packed === null) continue;
      const at = this.parameters + 4 * weights;
      this.#kernels.packColumns(packed[0], at, outputs, inputs);
      this.#kernels.packWeights(packed[1], at, inputs, outputs);
    }
  }

  /** Runs the network on the inputs of `count` samples; the heads' outputs are then at `outputs`. */
  forward(count: number): void {
    const kernels = this.#kernels;
    kernels.rowsLayer(this.#layers[0].rows ?? 0, this.#layers[0].out, count);
    this.#readers.forEach(({ next, heads, lists }, k) => {
      const { out, outputs, dense: isRectified } = this.#layers[k];
      const readers = next === null ? heads : [next, ...heads];
      if (lists !== null) kernels.listPositive(lists, out, count);
      if (isRectified === null && readers.some(({ dense }) => dense !== null))
        kernels.rectify(out, 16 * Math.ceil((count * outputs) / 4));
      for (const map of readers) {
        if (map.rows !== null) kernels.rowsLayer(map.rows, map.out, count);
        else if (map.dense !== null) kernels.denseLayer(map.dense.forward, map.out, out, count, map === next);
      }
    });
  }

  /**
   * Adds the gradient from the last forward pass to `gradient`.
   *
   * @param gradient address of the sum of gradients, f32 [count of parameters]
   * @param errors for each head, the address of the gradient with respect to its outputs, f32 [count][outputs]
   */
  backward(gradient: number, errors: readonly number[], count: number): void {
    const kernels = this.#kernels;
    // Heads are visited from the last one backwards, like the layers.
    let head = errors.length;
    for (let k = this.#layers.length - 1; k >= 0; k--) {
      const { next, heads, more } = this.#readers[k];
      const { out, outputs, errors: before } = this.#layers[k];
      head -= heads.length;
      const readers = [
        ...(next === null ? [] : [{ map: next, at: next.errors }]),
        ...heads.map((map, h) => ({ map, at: errors[head + h] })),
      ];
      readers.forEach(({ map, at }, r) => {
        const to = r === 0 ? before : more;
        this.#gradientAt(map, gradient, at, out, count);
        if (map.rows !== null) kernels.rowsBackward(map.rows, to, at, count);
        else if (map.dense !== null) kernels.denseLayer(map.dense.backward, to, at, count, false);
        if (r > 0) kernels.addRows(before, more, count * outputs, 1);
      });
      if (readers.some(({ map }) => map.dense !== null)) kernels.maskGradient(before, out, count * outputs);
    }
    this.#gradientAt(this.#layers[0], gradient, this.#layers[0].errors, 0, count);
  }

  /** @param from address of the map's inputs; not used if the inputs are listed */
  #gradientAt(map: LoadedMap, gradient: number, errors: number, from: number, count: number): void {
    if (map.isFixed) return;
    const kernels = this.#kernels;
    const { rows, dense, weights, bias, outputs } = map;
    if (bias !== null) kernels.addRows(gradient + 4 * bias, errors, outputs, count);
    if (rows !== null) kernels.rowsGradient(rows, gradient + 4 * weights, errors, count);
    else if (dense !== null)
      kernels.transposedProduct(dense.gradient, gradient + 4 * weights, from, errors, count, true);
  }
}
