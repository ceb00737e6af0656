import { balancedSubset } from "./balanced-subset.js";
import type { Assignment, AssignmentSize } from "./assignment.js";

/** An assignment by translates of a few base blocks in a group of v neurons. */
export interface BaseBlocks {
  /** Neurons in use: 0…v−1. */
  readonly v: number;
  /** Blocks of S neurons; each has v translates. */
  readonly blocks: readonly (readonly number[])[];
  /** Whether the v/S cosets of the subgroup of S elements are circuits too: {i, i + v/S, …} in the numbers modulo v. */
  readonly cosets: boolean;
  /** Addition in the group: neuron n moved by i. */
  readonly add: (n: number, i: number) => number;
}

/** Number of circuits. */
export function countTranslates({ v, blocks, cosets }: BaseBlocks, S: number): number {
  return blocks.length * v + (cosets ? v / S : 0);
}

/**
 * T of the translates: the cosets first, then whole base blocks, each of which loads every neuron S times, then those
 * translates of one more that keep the loads as equal as possible.
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
