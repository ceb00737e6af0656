import type { DenseModel } from "../network/dense-model.js";
import { widthOf } from "../network/layer.js";
import { everyLayer } from "../network/multi-part.js";
import type { OwningNetwork } from "./owned-weights.js";

/** A network on which results are scored: either one part with dense weights, or several parts. */
export type ScoredNetwork = DenseModel | OwningNetwork;

export function hasParts(network: ScoredNetwork): network is OwningNetwork {
  return "parts" in network;
}

/**
 * The number of layers, and the layers that complete steps 1, 2, … of the circuits; with one part, every layer
 * completes a step.
 */
export function layersOf(network: ScoredNetwork): {
  readonly D: number;
  readonly layers: number;
  readonly steps: readonly number[];
} {
  if (hasParts(network)) return { D: widthOf(network.parts), layers: network.layers.length, steps: network.steps };
  const { D, L } = network.shape;
  return { D, layers: L, steps: everyLayer(L) };
}
