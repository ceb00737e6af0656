import type { Circuits } from "../../circuits/circuits.js";
import type { MultiPartNetwork } from "../../network/multi-part.js";
import { rowsOf } from "./readouts.js";

/** Finds up to `count` other circuits that share a property with circuit t. */
export type Partners = (t: number, count: number) => readonly number[];

/** The properties that the circuits of a set can share. */
export const partnerKinds = ["neighbours", "cell", "cells", "alike"] as const;
export type PartnerKind = (typeof partnerKinds)[number];

/** Number of steps over which shared cells are counted. */
const STEPS = 16;

export function partnersOf(network: MultiPartNetwork, kind: PartnerKind): Partners {
  const { T } = network.circuits;
  switch (kind) {
    case "neighbours":
      return (t, count) => Array.from({ length: Math.min(count, T - 1) }, (_, k) => (t + k + 1) % T);
    case "cell":
      return mostShared(network, 1);
    case "cells":
      return mostShared(network, STEPS);
    case "alike":
      return mostAlike(network.circuits);
  }
}

/**
 * Circuits whose x is read from some of the same neurons as the x of circuit t in any of the first `steps` steps. They
 * are sorted by the number of such steps (largest first), then by how soon they follow t.
 */
function mostShared({ reads, circuits, parts }: MultiPartNetwork, steps: number): Partners {
  const { T } = circuits;
  const { first, count: rows } = rowsOf(circuits);
  const all = circuits.readouts.reduce((sum, { matrix }) => sum + matrix.length, 0);
  const tables = reads.slice(0, steps).map((list) => {
    const owners = new Map<number, number[]>();
    const cells: number[][] = Array.from({ length: T }, () => []);
    for (const read of list) {
      if (read.kind !== "circuit") continue;
      const { d, offset } = parts[read.part];
      const { assignment, matrix } = read;
      const size = all * d;
      assignment.neurons.forEach((neuron, at) => {
        const t = Math.floor(at / assignment.S);
        const own = matrix.length === size ? 0 : (read.of?.[t] ?? t) * size;
        const ofX = matrix.subarray(own + first * d, own + (first + rows) * d);
        if (ofX.every((value) => value === 0)) return;
        const cell = offset + neuron;
        cells[t].push(cell);
        const known = owners.get(cell);
        if (known === undefined) owners.set(cell, [t]);
        else if (known[known.length - 1] !== t) known.push(t);
      });
    }
    return { owners, cells };
  });
  return (t, count) => {
    const shared = new Map<number, number>();
    for (const { owners, cells } of tables) {
      const met = new Set(cells[t].flatMap((cell) => owners.get(cell) ?? []));
      for (const other of met) shared.set(other, (shared.get(other) ?? 0) + 1);
    }
    shared.delete(t);
    const after = (other: number): number => (other - t + T) % T;
    return [...shared]
      .sort(([a, of], [b, and]) => and - of || after(a) - after(b))
      .slice(0, count)
      .map(([other]) => other);
  };
}

/** Circuits whose weights are nearest to t's; for rotations, those that turn by nearly the same angle. */
function mostAlike({ T, delta }: Circuits): Partners {
  const layers = [...new Set(delta)];
  return (t, count) => {
    const nearest: { readonly other: number; readonly distance: number }[] = [];
    for (let other = 0; other < T; other++) {
      if (other === t) continue;
      let distance = 0;
      for (const own of layers) {
        const size = own.length / T;
        for (let i = 0; i < size; i++) distance += (own[other * size + i] - own[t * size + i]) ** 2;
      }
      if (nearest.length === count && distance >= nearest[count - 1].distance) continue;
      nearest.push({ other, distance });
      nearest.sort((a, b) => a.distance - b.distance);
      if (nearest.length > count) nearest.pop();
    }
    return nearest.map(({ other }) => other);
  };
}
