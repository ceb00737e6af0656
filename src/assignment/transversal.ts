import { laidOutBy, largestBy, type Assignment, type AssignmentSize, type BlockAndRedundancy } from "./assignment.js";
import { hasField, primePowers, ring } from "./galois.js";

/**
 * Transversal designs: the neurons form S columns of n, and a circuit is a line that takes one neuron of each.
 *
 * Over a field of n elements the circuit (a, b) takes neuron `a + b·s` of column s. Why two lines meet at most once: if
 * (a, b) and (a', b') meet in the columns s and s', then `(b − b')(s − s') = 0`, and as s − s' has an inverse, b = b'
 * and so a = a'. All that is asked of the ring is that the columns' s differ by invertible elements. A field has n of
 * them; a product of fields as many as its smallest. One more column is free: it takes neuron b, in which two lines
 * with different b do not meet, and those with the same b meet nowhere else.
 */

/** The free column's neuron b carries n circuits in a row: it is used only where columns would be shorter than this without. */
const WORTH = 0.9;

/** The largest n ≤ P/S whose prime powers are all at least `columns`; 1 when there is none. */
function largestProduct({ P, S }: BlockAndRedundancy, columns: number): number {
  for (let n = Math.floor(P / S); n > 1 && n >= columns; n--) {
    if (primePowers(n).every((power) => power.q >= columns && hasField(power))) return n;
  }
  return 1;
}

/**
 * Neurons in a column: the largest n ≤ P/S that allows S columns with equal loads, or, where that is much smaller, with
 * the free column; 1 when there is neither, for a single circuit.
 */
export function columnLength(block: BlockAndRedundancy): number {
  const even = largestProduct(block, block.S);
  const withFree = largestProduct(block, block.S - 1);
  return even >= WORTH * withFree ? even : withFree;
}

/**
 * The largest T of the transversal design: n² for S ≥ 2, without bound for S = 1; 0 where P < S.
 *
 * @throws InputError when P or S is not a whole number from 1 to 16,777,216
 */
export function maxTransversal(block: BlockAndRedundancy): number {
  return largestBy(block, () => columnLength(block) ** 2);
}

/**
 * Gives T circuits the lines of a transversal design, S columns of n neurons each.
 *
 * Circuits come in groups of n with one b, each of which loads every neuron of the S·n once: loads differ by at most one
 * (without the free column), where those of prime steps differ threefold. The last P − S·n neurons stay unused.
 *
 * @returns neurons [T][S], column s within s·n … s·n + n − 1; any two circuits share at most one
 * @throws InputError when T circuits do not fit
 */
export function transversal(size: AssignmentSize): Assignment {
  return laidOutBy(size, maxTransversal(size), "transversal", linesOf);
}

function linesOf({ T, P, S }: AssignmentSize): Assignment {
  const n = columnLength({ P, S });
  if (n === 1) return { T, P, S, neurons: Uint32Array.from({ length: S }, (_, s) => s) };
  const { count, add, multiply, apart } = ring(n);
  const neurons = new Uint32Array(T * S);
  for (let b = 0, t = 0; t < T; b++) {
    const slopes = Array.from({ length: Math.min(S, count) }, (_, s) => multiply(b, apart(s)));
    for (let a = 0; a < n && t < T; a++, t++) {
      for (let s = 0; s < S; s++) neurons[t * S + s] = s * n + (s < slopes.length ? add(a, slopes[s]) : b);
    }
  }
  return { T, P, S, neurons };
}
