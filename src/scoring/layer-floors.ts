import {
  checkCodeSize,
  floorsCost,
  floorsFrom,
  floorSums,
  type FeatureWriter,
  type FloorSums,
  type LinearFloors,
} from "../engine/linear-floors.js";
import { arenaOf } from "../kernels/memory.js";
import type { Kernels } from "../kernels/kernels.js";
import type { DenseModel } from "../network/dense-model.js";
import { trueDirections } from "./directions.js";

/** The fields of a model that determine how a layer holds its circuits and how circuits are read from it. */
export type LayerCode = Pick<DenseModel, "shape" | "circuits" | "embedding" | "unembedding">;

/**
 * The floors of linear readout for a layer's true directions; the field `given` describes the model's own readout. [L3]
 * [E17]
 *
 * @param kernels the core to run on; the call takes over its memory
 * @param layer 1…L
 * @throws InputError when the layer has fewer than two true directions, or a block is too large to measure
 */
export function layerFloors(model: LayerCode, layer: number, kernels: Kernels): LinearFloors {
  const { shape, embedding, unembedding } = model;
  const { D, d, S } = shape;
  const P = D / d;
  const { neurons } = embedding[layer - 1];
  const { scale, shift } = unembedding[layer - 1];
  const measured = new Map<string, FloorSums>();
  // Blocks are orthogonal, and blocks used by the same circuits are equivalent.
  const parts = circuitsOfBlocks(model, layer).map((circuits) => {
    const key = circuits.join();
    const before = measured.get(key);
    if (before !== undefined) return before;
    checkCodeSize(Math.max(2, circuits.length), P);
    const arena = arenaOf(kernels);
    const writer = (own: number, other: number): FeatureWriter => ({
      width: P,
      write(pointer, feature) {
        const vector = arena.viewF32(pointer, P).fill(other);
        for (let s = 0; s < S; s++) vector[neurons[circuits[feature] * S + s]] = own;
      },
    });
    const sums = floorSums(kernels, arena, circuits.length, writer(1, 0), writer(scale - shift, -shift));
    measured.set(key, sums);
    return sums;
  });
  return floorsFrom(parts);
}

/** The approximate cost of {@link layerFloors}, in multiplications. */
export function layerFloorsCost(model: LayerCode, layer: number): number {
  const { D, d } = model.shape;
  const P = D / d;
  const distinct = new Set(circuitsOfBlocks(model, layer).map((circuits) => circuits.join()));
  return [...distinct].reduce((sum, key) => sum + floorsCost(key.split(",").length, P), 0);
}

/** For each nonempty block, the circuits with a true direction in it, ascending. */
function circuitsOfBlocks(model: LayerCode, layer: number): number[][] {
  const blocks = Array.from({ length: model.shape.d }, (): number[] => []);
  for (const { circuit, component } of trueDirections(model, layer)) blocks[component].push(circuit);
  return blocks.filter(({ length }) => length > 0);
}
