import { wholeNumber } from "../base/errors.js";
import { RandomSequence } from "../base/random.js";
import { checkAssignment, circuitsByNeuron, loads, type Assignment } from "./assignment.js";

/** The number of exchanges tried per chosen row, and the minimum number tried in total. */
const TRIES_PER_ROW = 60;
const LEAST_TRIES = 20_000;

/** Each row of the initial choice is the least loaded of this many random rows. */
const SAMPLED = 8;

/**
 * Chooses T rows of an assignment, with loads as equal as a bounded search can make them.
 *
 * The loads always sum to T·S, so their spread is smallest when `Σ k²` is smallest. At best, each of the v neurons in
 * use has load ⌊T·S/v⌋ or ⌈T·S/v⌉. First, rows are chosen one by one, each the least loaded of a few random rows. After
 * that, chosen rows that use overloaded neurons are exchanged for unchosen rows that use underloaded neurons, as long
 * as `Σ k²` does not grow.
 *
 * @param draw contains the `seed`; the choice depends only on the rows, T and the seed
 * @returns T of the rows, in the order of the assignment
 * @throws InputError when T is not a whole number from 1 to the number of rows
 */
export function balancedSubset(assignment: Assignment, T: number, draw: { readonly seed: number }): Assignment {
  const { seed } = { ...draw };
  checkAssignment("assignment", assignment);
  const { T: all, P, S, neurons } = assignment;
  wholeNumber("T", T, 1, all);
  wholeNumber("seed", seed, 0);
  if (T === all) return assignment;
  const random = new RandomSequence(seed, "assignment", T, 1);
  const isChosen = new Uint8Array(all);
  const load = new Int32Array(P);
  const change = (row: number, by: number): void => {
    for (let s = 0; s < S; s++) load[neurons[row * S + s]] += by;
    isChosen[row] = by > 0 ? 1 : 0;
  };
  const loadOf = (row: number): number => {
    let sum = 0;
    for (let s = 0; s < S; s++) sum += load[neurons[row * S + s]];
    return sum;
  };

  const order = random.permutation(all);
  for (let left = all; left > all - T; left--) {
    let best = random.below(left);
    for (let k = 1; k < SAMPLED; k++) {
      const other = random.below(left);
      if (loadOf(order[other]) < loadOf(order[best])) best = other;
    }
    change(order[best], 1);
    order[best] = order[left - 1];
  }

  const { starts, circuits } = circuitsByNeuron(assignment);
  const used = loads(assignment);
  const inUse = Array.from({ length: P }, (_, n) => n).filter((n) => used[n] > 0);
  /** A random row that uses neuron n and whose `isChosen` equals `chosen`; −1 if a few draws find none. */
  const rowOf = (n: number, chosen: 0 | 1): number => {
    for (let k = 0; k < 2 * SAMPLED; k++) {
      const row = circuits[starts[n] + random.below(used[n])];
      if (isChosen[row] === chosen) return row;
    }
    return -1;
  };
  const extreme = (sign: 1 | -1): number => {
    let best = inUse[random.below(inUse.length)];
    for (let k = 1; k < 4 * SAMPLED; k++) {
      const n = inUse[random.below(inUse.length)];
      if (sign * load[n] > sign * load[best]) best = n;
    }
    return best;
  };
  const isEven = (): boolean => {
    let [least, most] = [Infinity, 0];
    for (const n of inUse) {
      least = Math.min(least, load[n]);
      most = Math.max(most, load[n]);
    }
    return most - least <= 1;
  };
  const checkEvery = Math.max(64, inUse.length);
  for (let tries = Math.max(LEAST_TRIES, TRIES_PER_ROW * T); tries > 0; tries--) {
    if (tries % checkEvery === 0 && isEven()) break;
    const out = rowOf(extreme(1), 1);
    const into = rowOf(extreme(-1), 0);
    if (out < 0 || into < 0) continue;
    // Lowering k by 1 changes k² by 1 − 2k, and raising it by 1 changes k² by 1 + 2k. The second sum is taken after the
    // first change, so neurons that both rows use are counted correctly.
    let growth = S;
    growth -= 2 * loadOf(out);
    change(out, -1);
    growth += S + 2 * loadOf(into);
    change(into, 1);
    if (growth > 0) {
      change(into, -1);
      change(out, 1);
    }
  }
  const rows = new Uint32Array(T * S);
  for (let row = 0, filled = 0; row < all; row++) {
    if (isChosen[row]) rows.set(neurons.subarray(row * S, (row + 1) * S), S * filled++);
  }
  return { T, P, S, neurons: rows };
}
