import { wholeNumber } from "../base/errors.js";
import { checkAssignment, circuitsByNeuron, type Assignment } from "./assignment.js";

/**
 * How many pairs of circuits share 0, 1, 2, … neurons: entry k counts the unordered pairs that share exactly k. Takes
 * time Σ_n k_n² and memory T·S + P.
 */
export function overlapSpectrum(assignment: Assignment): number[] {
  checkAssignment("assignment", assignment);
  const { T, S, neurons } = assignment;
  const { starts, circuits } = circuitsByNeuron(assignment);
  const sharedWith = new Uint32Array(T);
  const pairs = [0];
  for (let t = 0; t < T; t++) {
    const met: number[] = [];
    for (let s = 0; s < S; s++) {
      const n = neurons[t * S + s];
      // A neuron's circuits are in ascending order, so reading them from the last one down to t visits every pair once.
      for (let at = starts[n + 1] - 1; at >= starts[n] && circuits[at] > t; at--) {
        if (sharedWith[circuits[at]]++ === 0) met.push(circuits[at]);
      }
    }
    tally(met, sharedWith, pairs);
  }
  pairs[0] = (T * (T - 1)) / 2 - pairs.reduce((sum, count) => sum + count, 0);
  return pairs;
}

/**
 * How many pairs of neurons, one in each of two layers, are linked by 0, 1, 2, … circuits: entry k counts the pairs
 * (n, m) for which exactly k circuits use n in `after` and m in `before`. The capped construction counts each pair with
 * k ≥ 1 once. [E11] Takes time T·S² and memory T·S + P.
 */
export function linkSpectrum(after: Assignment, before: Assignment): number[] {
  checkPair(after, before);
  const { starts, circuits } = circuitsByNeuron(after);
  const { S, neurons } = before;
  const linkedBy = new Uint32Array(before.P);
  const pairs = [0];
  for (let n = 0; n < after.P; n++) {
    if (starts[n] === starts[n + 1]) continue;
    const reached: number[] = [];
    for (let at = starts[n]; at < starts[n + 1]; at++) {
      for (let s = 0; s < S; s++) {
        const m = neurons[circuits[at] * S + s];
        if (linkedBy[m]++ === 0) reached.push(m);
      }
    }
    tally(reached, linkedBy, pairs);
  }
  pairs[0] = after.P * before.P - pairs.reduce((sum, count) => sum + count, 0);
  return pairs;
}

/**
 * Adds to `pairs[k]` the number of entries of `times` that equal k, among those at the indices in `met`, and sets these
 * entries to zero.
 */
function tally(met: readonly number[], times: Uint32Array, pairs: number[]): void {
  for (const u of met) {
    while (pairs.length <= times[u]) pairs.push(0);
    pairs[times[u]]++;
    times[u] = 0;
  }
}

/**
 * The number of pairs of circuits that share a neuron in one layer and also in the layer before it: 0 for parting
 * assignments. Takes time Σ_n k_n² and memory T·S + P.
 */
export function pairsNotParted(after: Assignment, before: Assignment): number {
  checkPair(after, before);
  const now = circuitsByNeuron(after);
  const then = circuitsByNeuron(before);
  const metBefore = new Int32Array(after.T).fill(-1);
  const counted = new Int32Array(after.T).fill(-1);
  let pairs = 0;
  const others = (
    t: number,
    { S, neurons }: Assignment,
    { starts, circuits }: typeof now,
    visit: (u: number) => void,
  ) => {
    for (let s = 0; s < S; s++) {
      const n = neurons[t * S + s];
      for (let at = starts[n + 1] - 1; at >= starts[n] && circuits[at] > t; at--) visit(circuits[at]);
    }
  };
  for (let t = 0; t < after.T; t++) {
    others(t, before, then, (u) => (metBefore[u] = t));
    others(t, after, now, (u) => {
      if (metBefore[u] !== t || counted[u] === t) return;
      counted[u] = t;
      pairs++;
    });
  }
  return pairs;
}

/** @throws InputError unless both arguments are assignments of the same circuits */
function checkPair(after: Assignment, before: Assignment): void {
  checkAssignment("after", after);
  wholeNumber("before.T", checkAssignment("before", before).T, after.T, after.T);
}
