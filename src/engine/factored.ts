import { oneOf } from "../base/errors.js";
import { writeDescriptor } from "../kernels/descriptors.js";
import { PASS_BLOCK, type Kernels } from "../kernels/kernels.js";
import { Arena } from "../kernels/memory.js";
import { gates, type Gate } from "../network/construction.js";
import type { Network } from "../network/network.js";
import { loadLayers, tileState, type LoadedLayer, type TileState } from "./factored-layout.js";
import type { Circuits } from "../circuits/circuits.js";
import type { Engine } from "./engine.js";
import { checkChunk, type RandomInput } from "./sampling.js";
import { split, Tile } from "./tile.js";
import { emptySums, OVERFLOW, type LayerSums } from "./sums.js";

export type { RandomInput } from "./sampling.js";

/** Samples side by side in SIMD lanes. */
export const tileWidths = [4, 8, 16] as const;
export type TileWidth = (typeof tileWidths)[number];

export interface FactoredOptions {
  readonly gate: Gate;
  /** Largest z that will be run. */
  readonly z: number;
  /** Default 8, for which the kernels of rotations are made. Results do not depend on it. */
  readonly lanes?: TileWidth;
  /** Keep every layer's activations of the last tile, for `activations`. Default false. */
  readonly keepActivations?: boolean;
}

interface Buffers extends TileState {
  readonly heads: number;
  readonly next: number;
  readonly values: number;
  readonly positions: number;
  readonly activeAt: number;
  readonly masks: number;
  readonly reached: number;
  readonly A: readonly number[];
  readonly base: number;
  readonly sums: number;
  readonly otherSums: number;
  readonly shift: number;
  readonly mask: number;
  readonly counts: number;
  readonly scratch: number;
  readonly active: number;
  readonly rows: number;
  readonly R: number;
  readonly laneSum: number;
  readonly laneMax: number;
  readonly readouts: readonly number[];
  readonly chunkErrors: number;
  readonly chunkCounts: number;
}

/** The published network and its kin, run by what is known of their weights: nothing of size D×D is formed. */
export class FactoredEngine implements Engine {
  readonly circuits: Circuits;
  readonly network: Network;
  readonly lanes: number;
  readonly #kernels: Kernels;
  readonly #arena: Arena;
  readonly #options: FactoredOptions;
  readonly #layers: readonly LoadedLayer[];
  readonly #tile: Tile;
  readonly #at: Buffers;
  /** Descriptors of embedInput and, by layer, of activate, circuitsPass and sumActive, and of what corrects the next layer's Y. */
  readonly #embedding: number;
  readonly #gates: readonly number[];
  readonly #passes: readonly number[];
  readonly #comparisons: readonly number[];
  readonly #corrections: readonly (readonly number[])[];
  readonly #groups: number;
  readonly #readoutRows: number;

  /** @throws InputError naming a wrong option, or when the network does not fit into kernel memory */
  constructor(kernels: Kernels, network: Network, options: FactoredOptions) {
    const { circuits, shape } = network;
    const { d, T, S, L } = shape;
    const P = network.parts[0].P;
    const lanes = oneOf("lanes", options.lanes ?? 8, tileWidths);
    oneOf("gate", options.gate, gates);
    const W = 4 * lanes;
    const occurrences = lanes * options.z;
    const arena = new Arena(kernels.memory, kernels.heapBase());
    this.#tile = new Tile(kernels, arena, circuits, { lanes, z: options.z });
    const tile = tileState(arena, network, lanes);
    const layers = loadLayers(arena, network, lanes, tile, options.gate === "oracle");
    const k = Math.max(...layers.map((layer) => layer.k));
    const arriving = Math.max(...layers.map((layer) => layer.arriving));
    const keep = options.keepActivations === true;
    const wanted = circuits.readouts.flatMap((readout) => readout.matrix);
    const groups = circuits.readouts.length;
    const at: Buffers = {
      ...tile,
      heads: arena.u32(new Uint32Array(T).fill(0xffffffff)),
      next: arena.bytes(4 * occurrences),
      values: arena.bytes(8 * occurrences * d),
      positions: arena.bytes(4 * occurrences),
      activeAt: arena.bytes(4 * (occurrences + 1)),
      masks: arena.bytes(occurrences * W),
      reached: layers[0].sharing === null ? 0 : arena.bytes(T),
      A: Array.from({ length: keep ? L + 1 : 1 }, () => arena.bytes(keep ? P * d * W : d * W)),
      base: arena.bytes(d * W),
      sums: arena.bytes(k * W),
      otherSums: arena.bytes(Math.max(k, arriving) * W),
      shift: arena.bytes(k * W),
      mask: options.gate === "oracle" ? arena.bytes(P * W) : 0,
      counts: arena.bytes(d * W),
      scratch: arena.bytes(PASS_BLOCK * k * W),
      active: arena.bytes(4 * occurrences * k),
      rows: arena.u32(circuits.readouts.map((readout) => readout.matrix.length)),
      R: arena.f64(wanted.flat()),
      laneSum: arena.bytes(2 * groups * W),
      laneMax: arena.bytes(groups * W),
      readouts: Array.from({ length: L + 1 }, () => arena.bytes(8 * occurrences * wanted.length)),
      chunkErrors: arena.bytes(40 * groups * (L + 1)),
      chunkCounts: arena.bytes(8 * d * (L + 1)),
    };
    const partial = arena.bytes(2 * groups * W);
    this.#passes = layers.map((layer) => {
      const { pass, inner, outer } = layer.coordinates;
      const { written } = layer;
      return writeDescriptor(arena, "circuitsPass", {
        ...{ gather: layer.gather, scatter: written?.scatter ?? 0, T, S, W, k: layer.k, pass, inner, outer },
        ...{ mix: written?.mix ?? 0, V: at.V, writes: written === null ? 0 : 1, scratch: at.scratch },
        ...{ activeAt: at.activeAt, masks: at.masks, shift: layer.shiftFactor === 0 ? 0 : at.shift },
        ...{ groups, rows: at.rows, Q: layer.Q32, laneSum: at.laneSum, laneMax: at.laneMax, partial },
        ...{ isRotation: layer.isRotation ? 1 : 0, reached: layer.sharing === null ? 0 : at.reached },
      });
    });
    this.#gates = layers.map((layer, index) =>
      writeDescriptor(arena, "activate", {
        ...{ Y: at.Y, outBytes: layer.arriving * W, X: at.X, P, W, d, k: layer.k },
        ...{ outStarts: layer.outRows.starts, outColumns: layer.outRows.columns, outValues: layer.outRows.values },
        ...{ inStarts: layer.inRows.starts, inColumns: layer.inRows.columns, inValues: layer.inRows.values },
        ...{ base: at.base, mask: at.mask, A: at.A[keep ? index + 1 : 0], stepA: keep ? d * W : 0 },
        ...{ sums: at.sums, counts: at.counts, rotationGate: layer.rotationGate, summed: layer.summed },
      }),
    );
    this.#comparisons = layers.map((layer, index) =>
      writeDescriptor(arena, "sumActive", {
        ...{ scale: layer.scale, chunk: at.chunkErrors + 40 * groups * (index + 1) },
        ...{ active: at.active, k: layer.k, truth: this.#tile.truth[index + 1], d },
        ...{ shift: layer.shiftFactor === 0 ? 0 : at.shift, W, groups, rows: at.rows },
        ...{ Q: layer.Q64, R: at.R, readout: at.readouts[index + 1] },
      }),
    );
    this.#corrections = layers.slice(0, -1).map(({ k, coordinates }, index) => {
      const { arriving: r, corrections } = layers[index + 1];
      return corrections.map((correction) =>
        writeDescriptor(arena, "correct", { ...correction, W, k, r, pass: coordinates.pass, scratch: at.scratch }),
      );
    });
    this.#embedding = writeDescriptor(arena, "embedInput", {
      ...{ Y: at.Y, W, values: at.values, ids: this.#tile.ids, neurons: layers[0].neurons, S, d },
    });
    this.network = network;
    this.circuits = circuits;
    this.lanes = lanes;
    this.#kernels = kernels;
    this.#arena = arena;
    this.#options = options;
    this.#layers = layers;
    this.#at = at;
    this.#groups = groups;
    this.#readoutRows = wanted.length;
  }

  /** Bytes of kernel memory in use. */
  get bytes(): number {
    return this.#arena.used;
  }

  /**
   * Runs samples first…first+count−1 of a random input and returns their sums; nothing of size samples × T is kept.
   *
   * @returns sums per layer 0…L that depend on (seed, network, z, first, count) alone
   */
  runChunk(input: RandomInput, first: number, count: number): LayerSums {
    checkChunk(input, first, count, this.#options.z);
    const { T, L } = this.network.shape;
    this.#clearSums();
    for (let at = 0; at < count; at += this.lanes) {
      const lanes = Math.min(this.lanes, count - at);
      this.sample(input, first + at, lanes);
      this.runTile(lanes, input.z);
    }
    const { d } = this.network.shape;
    const errors = this.#arena.viewF64(this.#at.chunkErrors, 5 * this.#groups * (L + 1));
    const counts = this.#arena.viewF64(this.#at.chunkCounts, d * (L + 1));
    const sums = emptySums(this.network.circuits.readouts, d, L);
    return {
      samples: count,
      activeCount: count * input.z,
      inactiveCount: count * (T - input.z),
      layers: sums.layers.map((layer, l) => ({
        errors: layer.errors.map((_, group) => {
          const at = 5 * (l * this.#groups + group);
          return {
            active: { sum: errors[at], max: errors[at + 1], wrong: errors[at + 4] },
            inactive: { ...bounded(errors[at + 2], errors[at + 3], count * (T - input.z)), wrong: null },
          };
        }),
        activeNeurons: Array.from(counts.subarray(l * d, (l + 1) * d)),
      })),
    };
  }

  #clearSums(): void {
    const { d, L } = this.network.shape;
    this.#kernels.zero(this.#at.chunkErrors, 40 * this.#groups * (L + 1));
    this.#kernels.zero(this.#at.chunkCounts, 8 * d * (L + 1));
  }

  runBatch(input: RandomInput, first: number, count: number): void {
    this.sample(input, first, count);
    this.runTile(count, input.z);
  }

  /** Draws the active circuits and inputs of samples first…first+count−1, count ≤ lanes, as the next tile. */
  sample(input: RandomInput, first: number, count: number): void {
    this.#tile.draw(input, first, count);
  }

  setInputs(ids: readonly (readonly number[])[], inputs: readonly (readonly (readonly number[])[])[]): void {
    this.#tile.set(ids, inputs);
  }

  /** Runs the tile that `sample` or `setInputs` prepared, adding to the chunk's sums. */
  runTile(count: number, z: number): void {
    this.#tile.check(count, z);
    const kernels = this.#kernels;
    const at = this.#at;
    const { d, T, S, L } = this.network.shape;
    const P = this.network.parts[0].P;
    const lanes = this.lanes;
    const W = 4 * lanes;
    const occurrences = count * z;
    const { keepActivations = false } = this.#options;
    this.#tile.runAlone(occurrences);

    // Layer 1: the input is embedded with its weights applied, and meets the bias and the gate. [E10]
    const first = this.#layers[0];
    this.#tile.weighInputs(at.values, occurrences);
    kernels.zero(at.Y, P * d * W);
    kernels.embedInput(this.#embedding, count, z);
    if (keepActivations) this.#arena.viewF32(at.A[0], P * d * lanes).set(this.#arena.viewF32(at.Y, P * d * lanes));
    kernels.countAbove(at.Y, P, d, W, at.counts);
    this.#countActive(0, count);
    kernels.constants(at.base, first.bias, d, W, 0, 0, 0);
    this.#gate(1, count, z);

    for (let l = 1; l <= L; l++) {
      const layer = this.#layers[l - 1];
      const next = this.#layers[l];
      if (layer.shiftFactor !== 0) kernels.columnSums(at.sums, layer.k * W, 1, layer.shiftFactor, at.shift);
      const { written } = layer;
      if (next && written?.collect === null) kernels.zero(at.Y, P * next.arriving * W);
      if (layer.positions !== this.#layers[l - 2]?.positions) this.#findActive(layer, occurrences, z);
      if (layer.sharing !== null) {
        const { starts, positions } = layer.sharing;
        kernels.markReached(at.reached, T, this.#tile.ids, occurrences, layer.neurons, S, starts, positions);
      }
      kernels.circuitsPass(this.#passes[l - 1]);
      kernels.readActive(at.positions, occurrences, z, layer.gather, S, W, layer.k, at.active);
      this.#sumErrors(l, layer.scale, count, z);
      if (!next) continue;
      if (written?.collect) {
        const { count: neurons, targets, starts, rows } = written.collect;
        kernels.collect(neurons, targets, starts, rows, next.arriving * W);
      }
      kernels.constants(at.base, next.bias, d, W, 0, 0, 0);
      for (const map of next.shared) {
        let sums = at.sums;
        if (map.of !== "X") {
          const bytes = (map.of === "Y" ? next.arriving : layer.k) * W;
          kernels.columnSums(map.of === "Y" ? at.Y : at.X, bytes, P, map.weights, at.otherSums);
          sums = at.otherSums;
        }
        kernels.constants(at.base, 0, d, W, map.C, map.columns, sums);
      }
      for (const correction of this.#corrections[l - 1]) kernels.correct(correction);
      this.#gate(l + 1, count, z);
    }
  }

  /** Finds where active circuits are in a layer's running order, for circuitsPass and readActive. */
  #findActive(layer: LoadedLayer, occurrences: number, z: number): void {
    const { positions, heads, next, activeAt, masks } = this.#at;
    const { T } = this.network.shape;
    this.#kernels.positionsOf(this.#tile.ids, occurrences, layer.positions, positions);
    this.#kernels.linkActive(positions, occurrences, heads, next);
    this.#kernels.listActive(heads, next, T, z, 4 * this.lanes, activeAt, masks);
    this.#kernels.unlinkActive(positions, occurrences, heads);
  }

  /** Bias is in `base`, pre-activations in Y: applies the gate and leaves X, its sums and the counts of layer l. */
  #gate(l: number, count: number, z: number): void {
    const { S } = this.network.shape;
    if (this.#at.mask !== 0) {
      const W = 4 * this.lanes;
      this.#kernels.zero(this.#at.mask, this.network.parts[0].P * W);
      this.#kernels.markUsed(this.#at.mask, W, this.#tile.ids, this.#layers[l - 1].neurons, S, count, z);
    }
    this.#kernels.activate(this.#gates[l - 1]);
    this.#countActive(l, count);
  }

  #countActive(l: number, count: number): void {
    const { d } = this.network.shape;
    this.#kernels.sumCounts(this.#at.chunkCounts + 8 * d * l, this.#at.counts, d, this.lanes, count);
  }

  #sumErrors(l: number, scale: number, count: number, z: number): void {
    const { chunkErrors, laneSum, laneMax } = this.#at;
    const groups = this.#groups;
    const chunk = chunkErrors + 40 * groups * l;
    this.#kernels.sumInactive(chunk, laneSum, laneMax, groups, this.lanes, count, scale * scale);
    this.#kernels.sumActive(this.#comparisons[l - 1], count, z);
  }

  activeCircuits(count: number, z: number): number[][] {
    return this.#tile.activeCircuits(count, z);
  }

  truth(l: number, occurrences: number): number[][] {
    return this.#tile.truthAt(l, occurrences);
  }

  /** Readouts of the last tile's active circuits at layer l ≥ 1, all rows in order, [count·z][rows]. */
  activeReadouts(l: number, occurrences: number): number[][] {
    const rows = this.#readoutRows;
    return split(Array.from(this.#arena.viewF64(this.#at.readouts[l], occurrences * rows)), rows);
  }

  /** A^l of one lane of the last tile, [D] (component-major); layer 0 is the input before bias and gate. */
  activations(l: number, lane: number): Float32Array {
    if (this.#options.keepActivations !== true) throw new Error("This engine does not keep activations.");
    const { D, d } = this.network.shape;
    const P = D / d;
    const A = this.#arena.viewF32(this.#at.A[l], P * d * this.lanes);
    return Float32Array.from({ length: D }, (_, index) => {
      const [i, n] = [Math.floor(index / P), index % P];
      return A[(n * d + i) * this.lanes + lane];
    });
  }
}

/** Sums of a network that ran away: what is not a number any more counts as the largest there is, as in errors.ts. */
function bounded(sum: number, max: number, count: number): { sum: number; max: number } {
  return Number.isFinite(sum) && sum < OVERFLOW ? { sum, max } : { sum: OVERFLOW * count, max: OVERFLOW };
}
