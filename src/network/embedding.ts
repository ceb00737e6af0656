import { permuteRows, type Assignment } from "../assignment/assignment.js";
import { RandomSequence } from "../random.js";

/** How layers differ in which circuits share neurons. */
export type Schedule = "permuted" | "fixed";
export const schedules: readonly Schedule[] = ["permuted", "fixed"];

/** An assignment per layer; index k holds layer k+1. [E8] */
export type Embedding = readonly Assignment[];

/** Layer 1 takes the assignment as built, every later layer the same rows under an independent permutation. [E8] */
export function permutedEmbedding(assignment: Assignment, L: number, seed: number, network = 0): Embedding {
  return Array.from({ length: L }, (_, k) =>
    k === 0
      ? assignment
      : permuteRows(assignment, new RandomSequence(seed, "embedding", network, k).permutation(assignment.T)),
  );
}

/** The same assignment in every layer: who shares neurons in one layer does in all. */
export function fixedEmbedding(assignment: Assignment, L: number): Embedding {
  return Array.from({ length: L }, () => assignment);
}
