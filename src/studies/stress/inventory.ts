import { weightOf, type Circuits } from "../../circuits/circuits.js";
import type { WrittenNetwork } from "./written.js";

/** The size and contents of a network. */
export interface Inventory {
  readonly neurons: number;
  readonly layers: number;
  readonly steps: number;
  /** Number of distinct layers. */
  readonly differentLayers: number;
  readonly circuits: number;
  /** Number of circuits with distinct weights. */
  readonly differentCircuits: number;
  readonly largestWeight: number;
  readonly largestBias: number;
}

export function inventoryOf(written: WrittenNetwork): Inventory {
  const { layers, circuits, steps } = written.network;
  let [largestWeight, largestBias] = [0, 0];
  for (let n = 1; n <= layers.length; n++) {
    const { weights, bias, first } = written.layer(n);
    if (first !== n) continue;
    largestWeight = Math.max(largestWeight, largest(weights?.values));
    largestBias = Math.max(largestBias, largest(bias));
  }
  return {
    neurons: written.D,
    layers: layers.length,
    steps: steps.length,
    differentLayers: new Set(layers).size,
    circuits: circuits.T,
    differentCircuits: differentCircuits(circuits),
    ...{ largestWeight, largestBias },
  };
}

function largest(values: Float32Array = new Float32Array(0)): number {
  let most = 0;
  for (const value of values) most = Math.max(most, Math.abs(value));
  return most;
}

function differentCircuits(circuits: Circuits): number {
  const steps = circuits.delta
    .map((_, k) => k + 1)
    .filter((l, k, all) => {
      const isSame = (other: number): boolean =>
        circuits.delta[other - 1] === circuits.delta[k] && circuits.mean[other - 1] === circuits.mean[k];
      return !all.slice(0, k).some(isSame) && l > 0;
    });
  const seen = new Set<string>();
  for (let t = 0; t < circuits.T; t++) seen.add(steps.map((l) => weightOf(circuits, l, t).join()).join(";"));
  return seen.size;
}
