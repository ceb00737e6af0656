import {
  laidOutBy,
  largestBy,
  LARGEST,
  type Assignment,
  type AssignmentSize,
  type BlockAndRedundancy,
} from "./assignment.js";
import { countTranslates, translates, type BaseBlocks } from "./base-blocks.js";
import { multiplier, packDifferences, type PackingProblem } from "./difference-packing.js";
import { primePowers } from "./galois.js";
import { memoizeByBlock } from "./memoize-by-block.js";

/** Limit on v, because the search stores a few numbers per difference. In larger blocks, some neurons stay unused. */
const LARGEST_V = 65_536;

/** The number of values below P that are tried in the search for a v with a multiplier. */
const REACH = 64;

/** The largest number of problems with a multiplier that are searched: those with the largest possible T. */
const SEARCHES = 2;

/** Limits on the lookups of one search: per difference, in total, and in total if there is no multiplier. */
const BUDGET_PER_DIFFERENCE = 6000;
const BUDGET = 3_000_000;
const BUDGET_WITHOUT = 400_000;

/** The number of lookups allowed: fewer if S is large, because long blocks cost more per lookup and rarely fit. */
function budgetFor(most: number, { P: v, S }: BlockAndRedundancy): number {
  return Math.floor(Math.min(most, BUDGET_PER_DIFFERENCE * v) / Math.ceil(S / 16));
}

/** Largest number of base blocks, limited by the available differences and by the largest T. */
function mostBlocks(v: number, S: number, differences: number): number {
  return Math.min(Math.floor(differences / (S * (S - 1))), Math.ceil(LARGEST / v));
}

/** The odd divisors of S and of S − 1 that are greater than 1; a multiplier's order must be one of them. */
function orders(S: number): number[] {
  return Array.from({ length: S }, (_, k) => k + 1).filter(
    (r) => r > 1 && r % 2 === 1 && (S % r === 0 || (S - 1) % r === 0),
  );
}

/** At most `SEARCHES` problems with a multiplier: those with the largest possible T, in descending order. */
function withMultiplier({ P, S }: BlockAndRedundancy): PackingProblem[] {
  // A block with S > √v would need more differences than exist.
  const allowed = S * (S - 1) < Math.min(P, LARGEST_V) ? orders(S) : [];
  const problems: Omit<PackingProblem, "u">[] = [];
  const top = Math.min(P, LARGEST_V);
  for (let v = top; v > Math.max(S, top - REACH); v--) {
    const wanted = mostBlocks(v, S, v - 1);
    const primes = primePowers(v);
    for (const r of allowed) {
      if (wanted > 0 && primes.every(({ p }) => (p - 1) % r === 0))
        problems.push({ v, S, r, wanted, spared: v, budget: budgetFor(BUDGET, { P: v, S }) });
    }
  }
  problems.sort((a, b) => b.wanted * b.v - a.wanted * a.v);
  return problems.slice(0, SEARCHES).map((problem) => ({ ...problem, u: multiplier(problem.v, problem.r)! }));
}

/**
 * Two searches without a multiplier: modulo v = P, and modulo the largest multiple v of S with v ≤ P, where multiples
 * of v/S are reserved for cosets.
 */
function withoutMultiplier({ P, S }: BlockAndRedundancy): PackingProblem[] {
  const v = Math.min(P, LARGEST_V);
  const common = { S, u: 1, r: 1, budget: budgetFor(BUDGET_WITHOUT, { P: v, S }) };
  // If no block fits next to the cosets, no search is needed, and the cosets can use all neurons.
  const multiple = S * Math.floor(v / S);
  const beside = multiple === 0 ? 0 : mostBlocks(multiple, S, multiple - S);
  const whole = beside === 0 ? S * Math.floor(P / S) : multiple;
  return [
    { ...common, v, wanted: mostBlocks(v, S, v - 1), spared: v },
    { ...common, v: whole, wanted: beside, spared: whole / S },
  ];
}

/** Runs the searches and returns the base blocks that give the most circuits. */
const search = /* @__PURE__ */ memoizeByBlock(({ P, S }: BlockAndRedundancy): BaseBlocks => {
  let best: BaseBlocks | null = null;
  for (const problem of [...withMultiplier({ P, S }), ...withoutMultiplier({ P, S })]) {
    const { v, wanted, spared } = problem;
    const found = (blocks: BaseBlocks["blocks"]): BaseBlocks => ({
      v,
      blocks,
      cosets: spared < v,
      add: (n, i) => (n + i) % v,
    });
    const count = (blocks: BaseBlocks): number => countTranslates(blocks, S);
    const hope = wanted * v + (spared < v ? v / S : 0);
    if (best !== null && hope <= count(best)) continue;
    const blocks = found(packDifferences(problem));
    if (best === null || count(blocks) > count(best)) best = blocks;
  }
  return best!;
});

/**
 * The largest T of the cyclic difference packing that a bounded search finds; Infinity for S = 1, 0 if P < S.
 *
 * Depends only on P and S: 1976 at P = 250, S = 6 (8 base blocks modulo 247), and 7984 at P = 500, S = 6 (16 modulo
 * 499).
 *
 * @throws InputError when P or S is not a whole number from 1 to 16,777,216
 */
export function maxCyclic(block: BlockAndRedundancy): number {
  return largestBy(block, ({ P, S }) => countTranslates(search({ P, S }), S));
}

/**
 * Lays out T circuits as translates of the base blocks of a cyclic difference packing. All translates of a base block
 * together load all v neurons equally; the remaining P − v neurons stay unused.
 *
 * @returns neurons [T][S], all below v, where v ≤ P; any two circuits share at most one neuron
 * @throws InputError when T circuits do not fit
 */
export function cyclic(size: AssignmentSize): Assignment {
  return laidOutBy(size, maxCyclic(size), "cyclic", () => translates(search(size), size));
}
