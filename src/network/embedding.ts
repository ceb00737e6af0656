import {
  checkAssignment,
  checkBlock,
  rowsInOrder,
  type Assignment,
  type AssignmentSize,
} from "../assignment/assignment.js";
import { freshBalanced } from "../assignment/fresh-balanced.js";
import { primePower } from "../assignment/galois.js";
import { partingLines } from "../assignment/parting.js";
import { InputError } from "../base/errors.js";
import { checkDraw, RandomSequence } from "../base/random.js";
import { checkCounts } from "../base/shape.js";

/** How the sharing of neurons changes from layer to layer. */
export type Schedule = "permuted" | "fixed" | "parting" | "fresh";
/** Names of all schedules, in the order of the help text. */
export const schedules: readonly Schedule[] = ["permuted", "fixed", "parting", "fresh"];

/** An assignment per layer; index k holds layer k+1. [E8] */
export type Embedding = readonly Assignment[];

/**
 * Layer 1 uses the assignment as built; every later layer applies an independent permutation to its rows. [E8]
 *
 * @throws InputError naming the argument, its value and its bound
 */
export function permutedEmbedding(assignment: Assignment, L: number, seed: number, network = 0): Embedding {
  checkLayers(assignment, L);
  checkDraw(seed, network);
  return Array.from({ length: L }, (_, k) =>
    k === 0
      ? assignment
      : rowsInOrder(assignment, new RandomSequence(seed, "embedding", network, k).permutation(assignment.T)),
  );
}

function checkLayers(assignment: Assignment, L: number): void {
  checkCounts(checkAssignment("assignment", assignment).T, L);
}

/** The same assignment in every layer: circuits that share neurons in one layer share them in all layers. */
export function fixedEmbedding(assignment: Assignment, L: number): Embedding {
  checkLayers(assignment, L);
  return Array.from({ length: L }, () => assignment);
}

/** Number of alternating windows of parting lines: circuits that share a neuron in one layer share none in the next. */
const WINDOWS = 2;

/**
 * The order of the finite field for the parting schedule: the largest prime power q ≤ P/S; 0 if two windows do not fit.
 */
function partingOrder({ P, S }: Pick<AssignmentSize, "P" | "S">): number {
  for (let q = Math.floor(P / S); q >= WINDOWS * S && q > 1; q--) if (primePower(q) !== null) return q;
  return 0;
}

/** The largest T of the schedule "parting": one circuit per line. */
export function maxParting(size: Pick<AssignmentSize, "P" | "S">): number {
  return partingOrder(size) ** 2;
}

/**
 * Lines over GF(q) in two alternating windows, without random numbers.
 *
 * @throws InputError if T is too large; the error names the largest T
 */
export function partingEmbedding(size: AssignmentSize, L: number): Embedding {
  checkBlock(size);
  const { T, P, S } = size;
  checkCounts(T, L);
  const most = maxParting({ P, S });
  if (T > most)
    throw new InputError(`T = ${T}: at most ${most} circuits fit with P = ${P}, S = ${S} (parting schedule).`);
  const { assignments } = partingLines({ T, P, S, q: partingOrder({ P, S }), windows: WINDOWS });
  return Array.from({ length: L }, (_, k) => assignments[k % WINDOWS]);
}

/**
 * Draws a new assignment for every layer: loads are even, and circuits that share a neuron in one layer share none in
 * the next.
 */
export function freshEmbedding(size: AssignmentSize, L: number, seed: number, network = 0): Embedding {
  checkBlock(size);
  checkCounts(size.T, L);
  checkDraw(seed, network);
  const layers: Assignment[] = [];
  for (let layer = 0; layer < L; layer++) {
    const before = layers.at(-1);
    layers.push(
      freshBalanced(size, { seed, network, layer, sharesAtMostOne: true, ...(before ? { partFrom: before } : {}) }),
    );
  }
  return layers;
}
