import type { Assignment } from "../assignment/assignment.js";
import { isPrime } from "../base/primes.js";
import type { RandomSequence } from "../base/random.js";

/** Number of rows and of columns in a group's grid; also the number of the group's cells. */
export const K = 5;
/** Number of neurons in a word. */
export const S = 5;
/** Number of neurons that hold the switch; each reads their mean. */
export const SWITCHES = 4;

/**
 * The number of groups that fit, the size q of a code column, and the largest T; q is prime, so that two lines over Z_q
 * share at most one point.
 */
export function switchedSize(D: number): { readonly groups: number; readonly q: number; readonly T: number } {
  for (let groups = Math.floor(D / 31); groups >= SWITCHES; groups--) {
    let q = S;
    while (q * q < groups * K || !isPrime(q)) q++;
    // Two copies of cells with three neurons each, four codes, and one counting neuron per group.
    if (2 * 3 * K * groups + 4 * S * q + groups <= D) return { groups, q, T: groups * Math.min(K * K, groups) };
  }
  return { groups: 0, q: 0, T: 0 };
}

/**
 * The places of circuits: `cell[copy][orientation]`, with orientation 0 for a and 1 for b, and their groups in copy 1.
 */
export interface Places {
  readonly cell: readonly (readonly Assignment[])[];
  readonly group: Assignment;
}

/**
 * Places the circuits in random order. Circuit number r has i = r mod groups and j = ⌊r/groups⌋; it is in group i of
 * copy 1 and in group (i + j) mod groups of copy 2.
 */
export function placeCircuits(T: number, groups: number, random: RandomSequence): Places {
  const order = random.permutation(T);
  const others = random.permutation(K * K);
  const of = (P: number, neuron: (i: number, j: number) => number): Assignment => ({
    ...{ T, P, S: 1 },
    neurons: Uint32Array.from(order, (r) => neuron(r % groups, Math.floor(r / groups))),
  });
  const cells = (neuron: (i: number, j: number) => number): Assignment => of(groups * K, neuron);
  return {
    cell: [
      [cells((i, j) => i * K + Math.floor(j / K)), cells((i, j) => i * K + (j % K))],
      [
        cells((i, j) => ((i + j) % groups) * K + Math.floor(others[j] / K)),
        cells((i, j) => ((i + j) % groups) * K + (others[j] % K)),
      ],
    ],
    group: of(groups, (i) => i),
  };
}

/** A word for every cell: points i + s·j over Z_q, a different line (i, j) for each cell. */
export function drawWords(cells: number, q: number, random: RandomSequence): Assignment {
  const lines = random.permutation(q * q);
  const neurons = new Uint32Array(cells * S);
  for (let cell = 0; cell < cells; cell++) {
    const [i, j] = [lines[cell] % q, Math.floor(lines[cell] / q)];
    for (let s = 0; s < S; s++) neurons[cell * S + s] = s * q + ((i + s * j) % q);
  }
  return { T: cells, P: S * q, S, neurons };
}

/** The word of each circuit's cell. */
export function wordsOfCircuits(cell: Assignment, words: Assignment): Assignment {
  const neurons = new Uint32Array(cell.T * S);
  cell.neurons.forEach((at, t) => neurons.set(words.neurons.subarray(at * S, (at + 1) * S), t * S));
  return { T: cell.T, P: words.P, S, neurons };
}
