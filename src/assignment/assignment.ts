import { finiteNumbers, InputError, listOf, wholeNumber } from "../base/errors.js";

/**
 * The neurons of a block that each circuit uses: S different neurons from 0…P−1. Two circuits share at most one neuron
 * unless the construction says otherwise.
 */
export interface Assignment {
  readonly T: number;
  readonly P: number;
  readonly S: number;
  /** Neuron ids, [T][S], each < P. */
  readonly neurons: Uint32Array;
}

/** Block size and redundancy. */
export type BlockAndRedundancy = Pick<Assignment, "P" | "S">;

/** The sizes of an assignment. */
export type AssignmentSize = Pick<Assignment, "T" | "P" | "S">;

/** The largest size that `checkShape` accepts, so there is no need to count beyond it. */
export const LARGEST = 16_777_216;

/**
 * @param name the argument's name, for messages
 * @throws InputError unless each of the T circuits has S different neurons from 0…P−1
 */
export function checkAssignment(name: string, assignment: Assignment): Assignment {
  const { T, P, S, neurons } = { ...assignment };
  for (const size of ["T", "P", "S"] as const) wholeNumber(`${name}.${size}`, assignment?.[size], 1, LARGEST);
  listOf(`${name}.neurons`, neurons, "T·S", T * S);
  // For each neuron, the number (from 1) of the last circuit found to use it.
  const usedBy = new Uint32Array(P);
  for (let t = 1, at = 0; t <= T; t++) {
    for (let s = 0; s < S; s++, at++) {
      const neuron = neurons[at];
      if (usedBy[neuron] === undefined) wholeNumber(`${name}.neurons[${at}]`, neuron, 0, P - 1);
      if (usedBy[neuron] === t) {
        throw new InputError(
          `${name}.neurons[${at}] = ${neuron}: circuit ${t - 1} uses it twice; its S = ${S} neurons must be distinct.`,
        );
      }
      usedBy[neuron] = t;
    }
  }
  return assignment;
}

/** @throws InputError when P or S is not a whole number from 1 to 16,777,216 */
export function checkBlock(block: BlockAndRedundancy): void {
  const { P, S } = { ...block };
  wholeNumber("P", P, 1, LARGEST);
  wholeNumber("S", S, 1, LARGEST);
}

/**
 * The largest T of a construction: `count(block)` for S ≥ 2 and P ≥ S, Infinity for S = 1, and 0 if P < S.
 *
 * @throws InputError when P or S is not a whole number from 1 to 16,777,216
 */
export function largestBy(block: BlockAndRedundancy, count: (block: BlockAndRedundancy) => number): number {
  checkBlock(block);
  if (block.S === 1) return Infinity;
  return block.P < block.S ? 0 : count(block);
}

/**
 * Checks T and builds an assignment. If S ≥ 2, `layOut` builds it; if S = 1, it is the same for all constructions.
 *
 * @param most the construction's largest T
 * @throws InputError when T is not a whole number from 1 to the smaller of `most` and 16,777,216
 */
export function laidOutBy(
  { T, P, S }: AssignmentSize,
  most: number,
  construction: string,
  layOut: (size: AssignmentSize) => Assignment,
): Assignment {
  wholeNumber("T", T, 1);
  if (T > most) {
    throw new InputError(
      `T = ${T}: at most ${most} circuits fit at P = ${P}, S = ${S} (${construction} assignment). Use a smaller T or S, or a larger P = D/d.`,
    );
  }
  wholeNumber("T", T, 1, LARGEST);
  return S === 1 ? roundRobin({ T, P }) : layOut({ T, P, S });
}

/** For S = 1, circuits take single neurons in turn: circuit t takes neuron t mod P, and T has no bound. [E7] */
export function roundRobin({ T, P }: Pick<Assignment, "T" | "P">): Assignment {
  return { T, P, S: 1, neurons: Uint32Array.from({ length: T }, (_, t) => t % P) };
}

/**
 * The load of every neuron, which is the number of circuits that use it: `k = Σ_t e_t`, length P. [E12]
 *
 * @throws InputError unless each of the T circuits has S different neurons from 0…P−1
 */
export function loads(assignment: Assignment): Uint32Array {
  const { P, neurons } = checkAssignment("assignment", assignment);
  const load = new Uint32Array(P);
  for (const neuron of neurons) load[neuron]++;
  return load;
}

/**
 * The same rows in a different order: row t of the result is row order[t] of the given assignment. [E8]
 *
 * @throws InputError unless the order is a permutation of the assignment's T rows
 */
export function permuteRows(assignment: Assignment, order: ArrayLike<number>): Assignment {
  const { T } = checkAssignment("assignment", assignment);
  const seen = new Set(Array.from(finiteNumbers("order", order, "T", T)));
  for (let t = 0; t < T; t++) wholeNumber(`order[${t}]`, order[t], 0, T - 1);
  if (seen.size < T)
    throw new InputError(`order: must contain each of 0…${T - 1} once; it contains ${seen.size} of them.`);
  return rowsInOrder(assignment, order);
}

/** Does the same as `permuteRows`, without checks. */
export function rowsInOrder(assignment: Assignment, order: ArrayLike<number>): Assignment {
  return { ...assignment, neurons: piecesInOrder(assignment.neurons, order) };
}

/**
 * Cuts `values` into as many equal pieces as `order` has entries, and returns the pieces in this order.
 */
export function piecesInOrder<Values extends Uint32Array | Float32Array>(
  values: Values,
  order: ArrayLike<number>,
): Values {
  const size = values.length / order.length;
  const result = values.slice() as Values;
  // Numbers are copied one by one: for short rows, creating a view takes longer than copying.
  for (let t = 0; t < order.length; t++) {
    for (let i = 0; i < size; i++) result[t * size + i] = values[order[t] * size + i];
  }
  return result;
}

/**
 * Circuits grouped by the neuron they use, in one list: the circuits of neuron n are
 * `circuits[starts[n] … starts[n+1]−1]`, ascending.
 *
 * @throws InputError unless each of the T circuits has S different neurons from 0…P−1
 */
export function circuitsByNeuron(assignment: Assignment): { starts: Uint32Array; circuits: Uint32Array } {
  const { P, S, neurons } = checkAssignment("assignment", assignment);
  const { starts, places } = placesByKey(neurons, P);
  return { starts, circuits: places.map((place) => Math.floor(place / S)) };
}

/** Where each key 0…count−1 occurs in `keys`: at `places[starts[key] … starts[key+1]−1]`, ascending. */
export function placesByKey(keys: Uint32Array, count: number): { starts: Uint32Array; places: Uint32Array } {
  const starts = new Uint32Array(count + 1);
  for (const key of keys) starts[key + 1]++;
  for (let key = 0; key < count; key++) starts[key + 1] += starts[key];
  const next = starts.slice();
  const places = new Uint32Array(keys.length);
  for (let k = 0; k < keys.length; k++) places[next[keys[k]]++] = k;
  return { starts, places };
}
