import { laidOutBy, largestBy, type Assignment, type AssignmentSize, type BlockAndRedundancy } from "./assignment.js";
import { hasField, primePowers, ring } from "./galois.js";

/**
 * Transversal designs: the neurons form S columns of n, and a circuit is a line with one neuron in each column.
 *
 * Over a field of n elements, circuit (a, b) takes neuron `a + b·s` of column s. Two lines meet at most once: if (a, b)
 * and (a', b') meet in columns s and s', then `(b − b')(s − s') = 0`. Since s − s' has an inverse, b = b' and a = a'. A
 * ring suffices if it has S elements s with invertible pairwise differences. A field of n elements provides n of them;
 * a product of fields provides as many as its smallest field. One extra column is possible, in which each line takes
 * neuron b. Two lines with different b do not meet in that column, and two lines with the same b meet only there.
 */

/**
 * In the extra column, neuron b is used by n consecutive circuits, so loads are less even. The extra column is used
 * only if leaving it out would shorten the columns to less than this fraction of their length.
 */
const WORTH = 0.9;

/** The largest n ≤ P/S whose prime-power factors are all at least `columns`; 1 if there is none. */
function largestProduct({ P, S }: BlockAndRedundancy, columns: number): number {
  for (let n = Math.floor(P / S); n > 1 && n >= columns; n--) {
    if (primePowers(n).every((power) => power.q >= columns && hasField(power))) return n;
  }
  return 1;
}

/**
 * Neurons in a column: the largest n ≤ P/S that allows S columns, not counting the extra column. If counting it as one
 * of the S columns allows a much larger n, that n is used instead. If no n > 1 is possible, the result is 1, which is
 * enough for a single circuit.
 */
export function columnLength(block: BlockAndRedundancy): number {
  const even = largestProduct(block, block.S);
  const withFree = largestProduct(block, block.S - 1);
  return even >= WORTH * withFree ? even : withFree;
}

/**
 * The largest T of the transversal design: n² for S ≥ 2, unlimited for S = 1; 0 if P < S.
 *
 * @throws InputError when P or S is not a whole number from 1 to 16,777,216
 */
export function maxTransversal(block: BlockAndRedundancy): number {
  return largestBy(block, () => columnLength(block) ** 2);
}

/**
 * Lays out T circuits as lines of a transversal design with S columns of n neurons each.
 *
 * Each group of n circuits with the same b uses each of the S·n neurons exactly once. Without the extra column, loads
 * therefore differ by at most one; in the prime-step assignment, they differ by a factor of three. The last P − S·n
 * neurons stay unused.
 *
 * @returns neurons [T][S], column s within s·n … s·n + n − 1; any two circuits share at most one neuron
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
