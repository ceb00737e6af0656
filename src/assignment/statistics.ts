import { expectedOverlap, expectedSquaredOverlap, sharingProbability } from "../theory/overlap.js";
import {
  checkAssignment,
  checkBlock,
  circuitsByNeuron,
  loads,
  type Assignment,
  type BlockAndRedundancy,
} from "./assignment.js";
import { overlapSpectrum } from "./spectra.js";

/** How evenly circuits are spread over a block's neurons. A neuron's load is the number of circuits that use it. */
export interface LoadStatistics {
  readonly min: number;
  readonly max: number;
  /** The mean load, T·S/P. */
  readonly mean: number;
  /** Population standard deviation over the P neurons. */
  readonly sd: number;
}

/**
 * Overlaps of two circuits' embeddings, averaged over all pairs t ≠ u. For a single circuit, all values are 0.
 * Dimensionless. [E9]
 */
export interface Overlaps {
  /** The mean overlap, `E[⟨e_t|e_u⟩/S]`. */
  readonly mean: number;
  /** Probability that two circuits share a neuron. */
  readonly sharing: number;
  /** The mean squared overlap, `E[(⟨e_t|e_u⟩/S)²]`. */
  readonly meanSquare: number;
}

/** Counts of the overlaps in an assignment, and the largest overlap. */
export interface MeasuredOverlaps extends Overlaps {
  /** Largest number of neurons that two circuits share; at most 1 in a valid assignment. */
  readonly largest: number;
}

/** Minimum, maximum, mean and population standard deviation of the loads `k = Σ_t e_t`. [E12] */
export function loadStatistics(assignment: Assignment): LoadStatistics {
  checkAssignment("assignment", assignment);
  const load = loads(assignment);
  const mean = (assignment.T * assignment.S) / assignment.P;
  let min = Infinity;
  let max = 0;
  let squares = 0;
  for (const k of load) {
    min = Math.min(min, k);
    max = Math.max(max, k);
    squares += (k - mean) ** 2;
  }
  return { min, max, mean, sd: Math.sqrt(squares / assignment.P) };
}

/**
 * The mean number of neurons that two circuits share, over ordered pairs t ≠ u: `Σ_n k_n(k_n − 1) / (T(T − 1))`,
 * because a neuron of load k is shared by k(k−1) ordered pairs. Exact for any assignment; 0 for T = 1.
 */
export function meanSharedNeurons(assignment: Assignment): number {
  const { T } = assignment;
  if (T === 1) return 0;
  let shared = 0;
  for (const k of loads(assignment)) shared += k * (k - 1);
  return shared / (T * (T - 1));
}

/**
 * Whether no two circuits share more than one neuron (an exact test).
 *
 * Looks for a pair of neurons n < m that two circuits contain. For each neuron n in turn, every neuron m > n in the
 * circuits of n is marked with n; if m already has this mark, two circuits contain this pair. Takes time T·S² and
 * memory T·S + P.
 */
export function sharesAtMostOne(assignment: Assignment): boolean {
  checkAssignment("assignment", assignment);
  const { P, S, neurons } = assignment;
  const { starts, circuits } = circuitsByNeuron(assignment);
  const stampedBy = new Uint32Array(P);
  for (let n = 0; n < P; n++) {
    for (let at = starts[n]; at < starts[n + 1]; at++) {
      const row = circuits[at] * S;
      for (let s = 0; s < S; s++) {
        const m = neurons[row + s];
        if (m <= n) continue;
        if (stampedBy[m] === n + 1) return false;
        stampedBy[m] = n + 1;
      }
    }
  }
  return true;
}

/**
 * Overlaps counted over all pairs of circuits. [E9]
 *
 * If any two circuits share at most one neuron, which `sharesAtMostOne` checks in time T·S², all overlaps follow from
 * the loads. Otherwise, pairs that share neurons are counted one by one in time Σ_n k_n². Memory is of order T·S + P.
 */
export function measureOverlaps(assignment: Assignment): MeasuredOverlaps {
  checkAssignment("assignment", assignment);
  const { T, S } = assignment;
  const shared = meanSharedNeurons(assignment);
  if (sharesAtMostOne(assignment)) {
    return { mean: shared / S, sharing: shared, meanSquare: shared / (S * S), largest: shared > 0 ? 1 : 0 };
  }
  const spectrum = overlapSpectrum(assignment);
  const pairs = (T * (T - 1)) / 2;
  const squares = spectrum.reduce((sum, count, k) => sum + count * k * k, 0);
  return {
    ...{ mean: shared / S, sharing: (pairs - spectrum[0]) / pairs },
    ...{ meanSquare: squares / (S * S) / pairs, largest: spectrum.length - 1 },
  };
}

/**
 * The overlaps that [E9] predicts when circuits are spread evenly over the neurons.
 *
 * @throws InputError naming the size that is out of bounds
 */
export function predictOverlaps(size: Pick<Assignment, "T" | "P" | "S">): Overlaps {
  checkBlock(size);
  const { T, P, S } = size;
  const shape = { D: P, d: 1, T, S };
  return {
    mean: expectedOverlap(shape),
    sharing: sharingProbability(shape),
    meanSquare: expectedSquaredOverlap(shape),
  };
}

/**
 * Upper bound on the number of circuits in any assignment in which two circuits share at most one neuron:
 * `⌊P/S·⌊(P−1)/(S−1)⌋⌋`. Circuits that use the same neuron share no other, so at most ⌊(P−1)/(S−1)⌋ circuits use any
 * one neuron. Infinity for S = 1.
 */
export function circuitsUpperBound(block: BlockAndRedundancy): number {
  checkBlock(block);
  const { P, S } = block;
  if (S === 1) return Infinity;
  return Math.floor((P * Math.floor((P - 1) / (S - 1))) / S);
}
