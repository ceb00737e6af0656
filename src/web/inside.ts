import type { SampleActivations } from "../jobs/task.js";
import { OFF } from "./heat-map.js";

/** The neurons of a circuit within a block, at layer l; layer 0 is embedded where layer 1 is. */
export function neuronsOf({ neurons }: SampleActivations, S: number, l: number, circuit: number): readonly number[] {
  const rows = neurons[Math.max(0, l - 1)]!;
  return Array.from(rows.subarray(circuit * S, (circuit + 1) * S));
}

/** Neurons within a block that the sample's active circuits use at layer l. */
export function usedNeurons(inside: SampleActivations, S: number, l: number): Set<number> {
  return new Set(inside.circuits.flatMap((circuit) => neuronsOf(inside, S, l, circuit)));
}

/** The circuits of neuron n of a block at layer l, ascending. */
export function ownersOf({ neurons }: SampleActivations, S: number, l: number, n: number): number[] {
  const owners: number[] = [];
  neurons[Math.max(0, l - 1)]!.forEach((neuron, index) => {
    if (neuron === n) owners.push(Math.floor(index / S));
  });
  return owners;
}

/** Neurons that are on at layer l, and how many of them no active circuit uses. [E19] */
export function countOn(
  inside: SampleActivations,
  S: number,
  d: number,
  l: number,
): { readonly on: number; readonly stray: number } {
  const activations = inside.activations[l]!;
  const P = activations.length / d;
  const used = usedNeurons(inside, S, l);
  let on = 0;
  let stray = 0;
  activations.forEach((value, neuron) => {
    if (Math.abs(value) <= OFF) return;
    on++;
    if (!used.has(neuron % P)) stray++;
  });
  return { on, stray };
}
