import type { SampleActivations } from "../../runs/sample.js";
import type { Part } from "../../network/layer.js";
import { OFF } from "./heat-map.js";

/** The position of a neuron: number n in block i of a part. */
export interface Location {
  readonly part: number;
  readonly i: number;
  readonly n: number;
}

export function locate(parts: readonly Part[], neuron: number): Location {
  const part = parts.findIndex(({ d, P, offset }) => neuron < offset + d * P);
  const { P, offset } = parts[part];
  return { part, i: Math.floor((neuron - offset) / P), n: (neuron - offset) % P };
}

/** A circuit's neurons within the blocks of one part. */
export interface OwnNeurons {
  readonly part: number;
  readonly neurons: readonly number[];
}

/**
 * The neurons that hold a circuit after step l, part by part; l = 0 gives the neurons that receive the circuit's input.
 */
export function neuronsOf({ places }: SampleActivations, l: number, circuit: number): OwnNeurons[] {
  return places[l].map(({ part, assignment: { S, neurons } }) => ({
    part,
    neurons: Array.from(neurons.subarray(circuit * S, (circuit + 1) * S)),
  }));
}

/** All neurons of some circuits after step l, over all blocks and parts. */
export function neuronsOfAll(sample: SampleActivations, l: number, circuits: readonly number[]): Set<number> {
  const all = new Set<number>();
  for (const circuit of circuits) {
    for (const { part, neurons } of neuronsOf(sample, l, circuit)) {
      const { d, P, offset } = sample.parts[part];
      for (let i = 0; i < d; i++) for (const n of neurons) all.add(offset + i * P + n);
    }
  }
  return all;
}

/** The neurons that the sample's active circuits use after step l. */
export function usedNeurons(sample: SampleActivations, l: number): Set<number> {
  return neuronsOfAll(sample, l, sample.circuits);
}

/** The circuits that a neuron belongs to after step l, ascending. */
export function ownersOf({ parts, places }: SampleActivations, l: number, neuron: number): number[] {
  const { part, n } = locate(parts, neuron);
  const place = places[l].find((candidate) => candidate.part === part);
  if (!place) return [];
  const { S, neurons } = place.assignment;
  const owners: number[] = [];
  neurons.forEach((own, index) => {
    if (own === n) owners.push(Math.floor(index / S));
  });
  return owners;
}

/** The neurons that are on after step l, and how many of them are used by no active circuit. [E19] */
export function countOn(sample: SampleActivations, l: number): { readonly on: number; readonly stray: number } {
  const used = usedNeurons(sample, l);
  let on = 0;
  let stray = 0;
  sample.activations[l].forEach((value, neuron) => {
    if (Math.abs(value) <= OFF) return;
    on++;
    if (!used.has(neuron)) stray++;
  });
  return { on, stray };
}
