import { balancedSubset } from "./balanced-subset.js";
import type { Assignment, AssignmentSize } from "./assignment.js";

/** An assignment whose circuits are translates of a few base blocks in a group of v elements. */
export interface BaseBlocks {
  /** Neurons in use: 0…v−1. */
  readonly v: number;
  /** Blocks of S neurons; each block has v translates. */
  readonly blocks: readonly (readonly number[])[];
  /** Whether the v/S cosets {i, i + v/S, …} of the subgroup of order S modulo v are also circuits. */
  readonly cosets: boolean;
  /** Addition in the group: the neuron that n becomes when it is translated by i. */
  readonly add: (n: number, i: number) => number;
}

/** Number of circuits. */
export function countTranslates({ v, blocks, cosets }: BaseBlocks, S: number): number {
  return blocks.length * v + (cosets ? v / S : 0);
}

/**
 * Builds T circuits. The cosets come first, then whole base blocks, each of which loads every neuron S times. The
 * remaining circuits are translates of one more block, chosen to keep the loads as equal as possible.
 */
export function translates({ v, blocks, cosets, add }: BaseBlocks, { T, P, S }: AssignmentSize): Assignment {
  const neurons = new Uint32Array(T * S);
  let filled = 0;
  const room = (): number => (neurons.length - filled) / S;
  if (cosets) {
    for (let i = 0; i < v / S && room() > 0; i++) {
      for (let s = 0; s < S; s++) neurons[filled++] = i + (s * v) / S;
    }
  }
  for (const block of blocks) {
    if (room() === 0) break;
    const moved = new Uint32Array(v * S);
    for (let i = 0; i < v; i++) for (let s = 0; s < S; s++) moved[i * S + s] = add(block[s], i);
    const all = { T: v, P, S, neurons: moved };
    const some = room() < v ? balancedSubset(all, room(), { seed: 0 }) : all;
    neurons.set(some.neurons, filled);
    filled += some.neurons.length;
  }
  return { T, P, S, neurons };
}
