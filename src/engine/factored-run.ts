import { given, oneOf } from "../base/errors.js";
import type { Steps } from "../base/steps.js";
import { writeDescriptor } from "../kernels/descriptors.js";
import * as fields from "../kernels/fields.js";
import { PASS_BLOCK, type Kernels } from "../kernels/kernels.js";
import { arenaOf, type Arena } from "../kernels/memory.js";
import { gates, type Gate } from "../network/construction.js";
import type { Network } from "../network/network.js";
import { loadLayers, tileState, type LoadedLayer } from "./factored-layout.js";
import { checkSampling, type RandomInput } from "./sampling.js";
import { makeTile, type Tile } from "./tile.js";
import { OVERFLOW, type LayerSums } from "./sums.js";

/** Allowed numbers of samples that run side by side in SIMD lanes. */
export const tileWidths = [4, 8, 16] as const;
/** The number of samples that run side by side. */
export type TileWidth = (typeof tileWidths)[number];

export interface FactoredOptions {
  readonly gate: Gate;
  /** The largest z that will be run. */
  readonly z: number;
  /** Default 8, for which the rotation kernels are optimised. Results do not depend on it. */
  readonly lanes?: TileWidth;
  /** Whether to keep the last tile's activations in all layers, for `activations`. Default false. */
  readonly keepActivations?: boolean;
}

/** A network in kernel memory, with the functions that run it and everything needed to measure its errors. */
export interface FactoredRun {
  readonly arena: Arena;
  readonly tile: Tile;
  readonly lanes: number;
  /** Activations of the last tile by layer, f32 [P][d][lanes], if they are kept. */
  readonly A: readonly number[];
  /** Readouts of the last tile's active circuits by layer, f64 [occurrences][rows]. */
  readonly readouts: readonly number[];
  /**
   * Draws and runs `count` samples, starting with number `first`, and returns their sums. No array of size samples × T
   * is stored.
   *
   * @returns sums per layer 0…L that depend only on (seed, network, z, first, count)
   */
  chunkSteps(input: RandomInput, first: number, count: number): Steps<LayerSums>;
  /** Runs the tile's samples and adds their errors to the sums of the chunk. */
  runTile(count: number, z: number): void;
}

/** @throws InputError unless the network comes from `buildNetwork` */
export function checkNetwork(network: Network): Network {
  return given("network", network, "as returned by buildNetwork; searchWorst takes several parts", "shape");
}

/**
 * Loads a network, using the structure of its weights.
 *
 * @throws InputError if an option is invalid (the error names it) or the network does not fit into kernel memory
 */
export function factoredRun(kernels: Kernels, network: Network, options: FactoredOptions): FactoredRun {
  const { circuits, shape } = checkNetwork(network);
  const { d, T, S, L } = shape;
  const P = network.parts[0].P;
  const lanes = oneOf("lanes", options.lanes ?? 8, tileWidths);
  oneOf("gate", options.gate, gates);
  const W = 4 * lanes;
  const most = lanes * options.z;
  const arena = arenaOf(kernels);
  const tile = makeTile(kernels, arena, circuits, { lanes, z: options.z });
  const state = tileState(arena, network, lanes);
  const { X, Y, V } = state;
  const layers = loadLayers(arena, network, lanes, state, options.gate === "oracle");
  const k = Math.max(...layers.map((layer) => layer.k));
  const arriving = Math.max(...layers.map((layer) => layer.arriving));
  const keep = options.keepActivations === true;
  const wanted = circuits.readouts.flatMap((readout) => readout.matrix);
  const groups = circuits.readouts.length;

  const heads = arena.u32(new Uint32Array(T).fill(0xffffffff));
  const links = arena.bytes(4 * most);
  const values = arena.bytes(8 * most * d);
  const positions = arena.bytes(4 * most);
  const activeAt = arena.bytes(4 * (most + 1));
  const masks = arena.bytes(most * W);
  const reached = layers[0].sharing === null ? 0 : arena.bytes(T);
  const A = Array.from({ length: keep ? L + 1 : 1 }, () => arena.bytes(keep ? P * d * W : d * W));
  const base = arena.bytes(d * W);
  const sums = arena.bytes(k * W);
  const otherSums = arena.bytes(Math.max(k, arriving) * W);
  const shift = arena.bytes(k * W);
  const mask = options.gate === "oracle" ? arena.bytes(P * W) : 0;
  const counts = arena.bytes(d * W);
  const scratch = arena.bytes(PASS_BLOCK * k * W);
  const active = arena.bytes(4 * most * k);
  const rows = arena.u32(circuits.readouts.map((readout) => readout.matrix.length));
  const R = arena.f64(wanted.flat());
  const laneSum = arena.bytes(2 * groups * W);
  const laneMax = arena.bytes(groups * W);
  const readouts = Array.from({ length: L + 1 }, () => arena.bytes(8 * most * wanted.length));
  // For each layer 0…L: five sums per readout, and the numbers of active neurons.
  const errorsOfLayer = 5 * groups;
  const chunkErrors = arena.bytes(8 * errorsOfLayer * (L + 1));
  const chunkCounts = arena.bytes(8 * d * (L + 1));
  const partial = arena.bytes(2 * groups * W);

  /**
   * Descriptor fields that are the same in all layers. Most other fields are copied from each layer's properties of the
   * same names.
   */
  const all = {
    ...{ T, S, W, d, P, X, Y, V, base, mask, sums, counts, scratch, active, activeAt, masks, values },
    ...{ groups, rows, R, laneSum, laneMax, partial, ids: tile.ids },
  };
  /**
   * Descriptors by layer for `circuitsPass`, `activate`, `sumActive` and `correct`; `correct` acts on the next layer's
   * Y.
   */
  const passes = layers.map((layer) => {
    const { written } = layer;
    return writeDescriptor(arena, fields.circuitsPass, {
      ...{ ...all, ...layer, ...layer.coordinates, scatter: written?.scatter ?? 0, mix: written?.mix ?? 0 },
      ...{ writes: written === null ? 0 : 1, shift: layer.shiftFactor && shift, Q: layer.Q32 },
      ...{ isRotation: layer.isRotation ? 1 : 0, reached: layer.sharing === null ? 0 : reached },
    });
  });
  const activations = layers.map((layer, index) =>
    writeDescriptor(arena, fields.activate, {
      ...{ ...all, ...layer, outBytes: layer.arriving * W },
      ...{ A: A[keep ? index + 1 : 0], stepA: keep ? d * W : 0 },
    }),
  );
  const comparisons = layers.map((layer, index) =>
    writeDescriptor(arena, fields.sumActive, {
      ...{ ...all, ...layer, chunk: chunkErrors + 8 * errorsOfLayer * (index + 1), truth: tile.truth[index + 1] },
      ...{ shift: layer.shiftFactor && shift, Q: layer.Q64, readout: readouts[index + 1] },
    }),
  );
  const corrections = layers.slice(0, -1).map(({ k, coordinates: { pass } }, index) => {
    const { arriving: r, corrections: own } = layers[index + 1];
    return own.map((correction) => writeDescriptor(arena, fields.correct, { ...all, ...correction, k, r, pass }));
  });
  const embedding = writeDescriptor(arena, fields.embedInput, { ...all, neurons: layers[0].neurons });

  /** Finds the positions of active circuits in a layer's running order, for `circuitsPass` and `readActive`. */
  const findActive = (layer: LoadedLayer, occurrences: number, z: number): void => {
    kernels.positionsOf(tile.ids, occurrences, layer.positions, positions);
    kernels.linkActive(positions, occurrences, heads, links);
    kernels.listActive(heads, links, T, z, W, activeAt, masks);
    kernels.unlinkActive(positions, occurrences, heads);
  };

  /** Applies the gate, given the bias in `base` and pre-activations in Y. Computes X, its sums and layer l's counts. */
  const gate = (l: number, count: number, z: number): void => {
    if (mask !== 0) {
      kernels.zero(mask, P * W);
      kernels.markUsed(mask, W, tile.ids, layers[l - 1].neurons, S, count, z);
    }
    kernels.activate(activations[l - 1]);
    kernels.sumCounts(chunkCounts + 8 * d * l, counts, d, lanes, count);
  };

  const runTile = (count: number, z: number): void => {
    const occurrences = count * z;
    tile.runAlone(occurrences);

    // Layer 1: weights are applied to the input before it is embedded; then come the bias and the gate. [E10]
    tile.weighInputs(values, occurrences);
    kernels.zero(Y, P * d * W);
    kernels.embedInput(embedding, count, z);
    if (keep) arena.viewF32(A[0], P * d * lanes).set(arena.viewF32(Y, P * d * lanes));
    kernels.countAbove(Y, P, d, W, counts);
    kernels.sumCounts(chunkCounts, counts, d, lanes, count);
    kernels.constants(base, layers[0].bias, d, W, 0, 0, 0);
    gate(1, count, z);

    for (let l = 1; l <= L; l++) {
      const layer = layers[l - 1];
      const next = layers[l];
      const { written, sharing, scale } = layer;
      if (layer.shiftFactor !== 0) kernels.columnSums(sums, layer.k * W, 1, layer.shiftFactor, shift);
      if (next && written?.collect === null) kernels.zero(Y, P * next.arriving * W);
      if (layer.positions !== layers[l - 2]?.positions) findActive(layer, occurrences, z);
      if (sharing !== null) {
        kernels.markReached(reached, T, tile.ids, occurrences, layer.neurons, S, sharing.starts, sharing.positions);
      }
      kernels.circuitsPass(passes[l - 1]);
      kernels.readActive(positions, occurrences, z, layer.gather, S, W, layer.k, active);
      const errors = chunkErrors + 8 * errorsOfLayer * l;
      kernels.sumInactive(errors, laneSum, laneMax, groups, lanes, count, scale * scale);
      kernels.sumActive(comparisons[l - 1], count, z);
      if (!next) continue;
      if (written?.collect) {
        const { count: neurons, targets, starts, rows: collected } = written.collect;
        kernels.collect(neurons, targets, starts, collected, next.arriving * W);
      }
      kernels.constants(base, next.bias, d, W, 0, 0, 0);
      for (const map of next.shared) {
        if (map.of !== "X") {
          const bytes = (map.of === "Y" ? next.arriving : layer.k) * W;
          kernels.columnSums(map.of === "Y" ? Y : X, bytes, P, map.weights, otherSums);
        }
        kernels.constants(base, 0, d, W, map.C, map.columns, map.of === "X" ? sums : otherSums);
      }
      for (const correction of corrections[l - 1]) kernels.correct(correction);
      gate(l + 1, count, z);
    }
  };

  function* chunkSteps(input: RandomInput, first: number, count: number): Steps<LayerSums> {
    checkSampling(input, options.z);
    const { z } = input;
    kernels.zero(chunkErrors, 8 * errorsOfLayer * (L + 1));
    kernels.zero(chunkCounts, 8 * d * (L + 1));
    for (let at = 0; at < count; at += lanes) {
      const samples = Math.min(lanes, count - at);
      tile.draw(input, first + at, samples);
      runTile(samples, z);
      yield (at + samples) / count;
    }
    const errors = arena.viewF64(chunkErrors, errorsOfLayer * (L + 1));
    const inactiveCount = count * (T - z);
    return {
      samples: count,
      activeCount: count * z,
      inactiveCount,
      layers: Array.from({ length: L + 1 }, (_, l) => ({
        errors: circuits.readouts.map((__, group) => {
          const at = errorsOfLayer * l + 5 * group;
          return {
            active: { sum: errors[at], max: errors[at + 1], wrong: errors[at + 4] },
            inactive: { ...bounded(errors[at + 2], errors[at + 3], inactiveCount), wrong: null },
          };
        }),
        activeNeurons: Array.from(arena.viewF64(chunkCounts + 8 * d * l, d)),
      })),
    };
  }

  return { arena, tile, lanes, A, readouts, chunkSteps, runTile };
}

/** Caps the sums of a network whose values overflowed: NaN counts as OVERFLOW, as in errors.ts. */
function bounded(sum: number, max: number, count: number): { sum: number; max: number } {
  return sum < OVERFLOW ? { sum, max } : { sum: OVERFLOW * count, max: OVERFLOW };
}
