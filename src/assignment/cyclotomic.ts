import { RandomSequence } from "../base/random.js";
import { laidOutBy, largestBy, type Assignment, type AssignmentSize, type BlockAndRedundancy } from "./assignment.js";
import { countTranslates, translates, type BaseBlocks } from "./base-blocks.js";
import { field, LARGEST_TABLE, logarithms, primePower, primitivePowers, type Field } from "./galois.js";
import { memoizeByBlock } from "./memoize-by-block.js";

/**
 * Steiner systems from cyclotomic classes. There are q points, and any two of them lie in exactly one of the
 * q(q−1)/(S(S−1)) circuits. No assignment with S neurons per circuit can have more circuits.
 *
 * Let q − 1 = S(S−1)·m, let g generate the multiplicative group of GF(q), and let U be its subgroup of odd order r.
 * Take a block B of S points that is a union of orbits of U, with or without 0. Its S(S−1) differences then form
 * c = S(S−1)/(2r) cosets of ±U. The cyclotomic classes are the cosets of ⟨g^c⟩, the group of c-th powers. There are c
 * classes; each consists of m cosets of ±U, and repeated multiplication by g^c visits each of these m cosets once. So
 * if the block's differences lie in c different classes, the differences of B, g^c·B, g^2c·B, …, g^(m−1)c·B are the
 * nonzero elements of GF(q), each occurring once. Translating these m blocks by every element gives the system, because
 * the difference of two points determines the one translate that contains both (Wilson; Bose for r = S − 1).
 *
 * Such orders q are rare (at S = 6: 31, 151, 181, 211, 241, 271, …), so P − q neurons stay unused.
 */

/** Largest number of differences computed in one search over all fields and orders; this takes tens of milliseconds. */
const BUDGET = 500_000;

/** Number of random points tried for each point that a block still lacks. */
const TRIES_PER_POINT = 40;

/** Number of fields GF(q) tried, in descending order of q ≤ P. */
const FIELDS = 12;

/** The remaining budget of a whole search. */
interface Budget {
  left: number;
}

/** A block that meets the condition, or null if the search finds none within its budget. */
function findBlock(
  { q, add, negate, multiply }: Field,
  powers: Uint32Array,
  { S, r, budget }: { readonly S: number; readonly r: number; readonly budget: Budget },
): number[] | null {
  const logs = logarithms(powers);
  const c = (S * (S - 1)) / (2 * r);
  const random = new RandomSequence(0, "assignment", q, r);
  const roots = Array.from({ length: r }, (_, i) => powers[(i * (q - 1)) / r]);
  const inside = roots.slice(1, (r + 1) / 2).map((root) => add(root, negate(1)));
  const withZero = r > 1 && S % r === 1;
  const orbits = r === 1 ? S : Math.floor(S / r);
  const orbit = (x: number): number[] => roots.map((root) => multiply(x, root));
  const isTaken = new Uint8Array(c);

  /**
   * Whether the orbit of x fits into a block. If it fits, marks the classes of the differences that it adds as taken;
   * one difference stands for each coset of ±U.
   */
  const takes = (x: number, block: readonly number[]): boolean => {
    const classes: number[] = [];
    const take = (difference: number): boolean => {
      budget.left--;
      const k = difference === 0 ? -1 : logs[difference] % c;
      if (k < 0 || isTaken[k]) return false;
      isTaken[k] = 1;
      classes.push(k);
      return true;
    };
    const fits =
      (!withZero || take(x)) &&
      inside.every((factor) => take(multiply(x, factor))) &&
      block.every((point) => take(add(x, negate(point))));
    if (!fits) for (const k of classes) isTaken[k] = 0;
    return fits;
  };

  while (budget.left > 0) {
    isTaken.fill(0);
    // Multiples and translates of a valid block are valid too, so the first point can be fixed at 1, or at 0 if there
    // is no multiplier.
    const first = r === 1 ? 0 : 1;
    if (!takes(first, [])) return null;
    const block = orbit(first);
    for (let left = TRIES_PER_POINT; left > 0 && budget.left > 0 && block.length < orbits * r; left--) {
      budget.left--;
      const x = random.below(q);
      if (!takes(x, block)) continue;
      block.push(...orbit(x));
      left = TRIES_PER_POINT;
    }
    if (block.length === orbits * r) return withZero ? [0, ...block] : block;
  }
  return null;
}

/** The system with the largest q ≤ P that the search finds; null if it finds no system. */
const search = /* @__PURE__ */ memoizeByBlock(
  ({ P, S }: BlockAndRedundancy): { readonly blocks: BaseBlocks | null } => {
    const span = S * (S - 1);
    if (span >= P) return { blocks: null };
    const orders = Array.from({ length: S }, (_, k) => S - k).filter(
      (r) => r % 2 === 1 && (S % r === 0 || (S - 1) % r === 0),
    );
    let fields = 0;
    const budget = { left: BUDGET };
    for (
      let m = Math.floor((Math.min(P, LARGEST_TABLE) - 1) / span);
      m > 0 && fields < FIELDS && budget.left > 0;
      m--
    ) {
      const q = m * span + 1;
      if (primePower(q) === null) continue;
      fields++;
      const powers = primitivePowers(q);
      const arithmetic = field(q);
      for (const r of orders) {
        // Each combination of field and order gets only a share of the remaining budget, so that none uses all of it.
        const share = { left: Math.floor(budget.left / 8) };
        budget.left -= share.left;
        const block = findBlock(arithmetic, powers, { S, r, budget: share });
        budget.left += Math.max(0, share.left);
        if (block === null) continue;
        const blocks = Array.from({ length: m }, (_, i) =>
          block.map((point) => arithmetic.multiply(point, powers[(i * span) / (2 * r)])),
        );
        return { blocks: { v: q, blocks, cosets: false, add: arithmetic.add } };
      }
    }
    return { blocks: null };
  },
);

/**
 * The largest T that a bounded search finds for a cyclotomic Steiner system on at most P neurons: q(q−1)/(S(S−1)), or 0
 * if it finds no system. Infinity for S = 1. For example, 1928 at P = 250, S = 6 (q = 241).
 *
 * Searches q ≤ 65,536.
 *
 * @throws InputError when P or S is not a whole number from 1 to 16,777,216
 */
export function maxCyclotomic(block: BlockAndRedundancy): number {
  return largestBy(block, () => {
    const { blocks } = search(block);
    return blocks === null ? 0 : countTranslates(blocks, block.S);
  });
}

/**
 * Lays out T circuits as blocks of a cyclotomic Steiner system.
 *
 * @returns neurons [T][S], each below q ≤ P; any two circuits share at most one neuron
 * @throws InputError when T circuits do not fit
 */
export function cyclotomic(size: AssignmentSize): Assignment {
  return laidOutBy(size, maxCyclotomic(size), "cyclotomic", () => translates(search(size).blocks!, size));
}
