import { RandomSequence } from "../base/random.js";
import { powerModulo } from "./galois.js";

/**
 * Cyclic difference packings: base blocks of S numbers modulo v in which no difference occurs twice.
 *
 * Each of the b blocks has v translates, which gives b·v circuits. Two circuits share at most one neuron: if translates
 * of the blocks B and B' both contain n and m, then the difference n − m occurs in B and in B'. Each difference occurs
 * only once, so B = B' and the translates are the same. Each block uses up S(S−1) of the v − 1 differences, so
 * b ≤ (v−1)/(S(S−1)).
 *
 * The search considers only blocks that a multiplier u maps to themselves. The order r of u is odd, every uⁱ − 1 is
 * invertible modulo v, and a block consists of whole orbits {x, ux, …, u^{r−1}x}, with or without 0. Differences then
 * come in whole classes ±{d, ud, …} of 2r elements, so a block takes S(S−1)/(2r) of the (v−1)/(2r) classes. The problem
 * is then much smaller, and packings that use nearly all differences can be found. The order must be odd: otherwise −1
 * would be a power of u, and the difference x − 0 = 0 − (−x) would be repeated. r = 1, which means no multiplier, is
 * always possible.
 */

/** A packing problem to be solved by search. */
export interface PackingProblem {
  readonly v: number;
  readonly S: number;
  /** The multiplier u, of order r modulo v; u = 1 if r = 1. */
  readonly u: number;
  readonly r: number;
  /** The search ends once it has found this many blocks. */
  readonly wanted: number;
  /** Multiples of this number are reserved and must not occur as differences; equal to v if none are reserved. */
  readonly spared: number;
  /** Limit on class lookups; 100,000 of them take a few milliseconds. */
  readonly budget: number;
}

/** The seed affects only how quickly the search succeeds; with 9, it is quick for v = 247 and 499. */
const SEED = 9;

/** For each difference, the best of at most this many candidate blocks is taken. */
const TRIES = 1000;

/**
 * The least u of order r modulo v for which u − 1, …, u^{r−1} − 1 are all invertible; null when there is none.
 *
 * Such a u exists if and only if r divides p − 1 for every prime factor p of v: modulo p, the powers of u are
 * then r different roots of 1.
 */
export function multiplier(v: number, r: number): number | null {
  for (let u = 2; u < v; u++) {
    if (powerModulo(u, r, v) !== 1) continue;
    let power = u;
    let i = 1;
    for (; i < r && greatestDivisor(power - 1, v) === 1; i++) power = (power * u) % v;
    if (i === r) return u;
  }
  return null;
}

function greatestDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestDivisor(b, a % b);
}

/** The inverse x of `a` modulo `v`, `a·x = 1 mod v`, by Euclid's algorithm. */
function inverse(a: number, v: number): number {
  let [left, right, x, y] = [a, v, 1, 0];
  while (right > 0) {
    const quotient = Math.floor(left / right);
    [left, right, x, y] = [right, left - quotient * right, y, x - quotient * y];
  }
  return ((x % v) + v) % v;
}

/** Numbers the classes {d, −d, ud, −ud, …} of differences; `classOf` is [v], with entry 0 unused. */
function differenceClasses({ v, u }: PackingProblem): { classOf: Int32Array; members: number[] } {
  const classOf = new Int32Array(v).fill(-1);
  const members: number[] = [];
  for (let d = 1; d < v; d++) {
    if (classOf[d] >= 0) continue;
    for (let e = d; classOf[e] < 0; e = (e * u) % v) classOf[e] = classOf[v - e] = members.length;
    members.push(d);
  }
  return { classOf, members };
}

/** Which block owns each class of differences. */
interface Board {
  /** The owner of each class: a block's number, FREE, or BARRED if the class must not be used. */
  readonly owner: Int32Array;
  /** Classes without an owner, in arbitrary order; `placeInFree` holds the position of each in `free`. */
  readonly free: number[];
  readonly placeInFree: Int32Array;
}

const FREE = -1;
const BARRED = -2;

/**
 * A board without blocks. The classes of reserved differences are barred, and so is the class of v/2, because v/2 and
 * −v/2 are equal modulo v, so it would occur twice.
 */
function emptyBoard(members: readonly number[], { v, spared }: PackingProblem): Board {
  const owner = Int32Array.from(members, (d) => (2 * d === v || d % spared === 0 ? BARRED : FREE));
  const free = members.map((_, k) => k).filter((k) => owner[k] === FREE);
  const placeInFree = new Int32Array(members.length);
  free.forEach((k, at) => (placeInFree[k] = at));
  return { owner, free, placeInFree };
}

function release({ owner, free, placeInFree }: Board, k: number): void {
  owner[k] = FREE;
  placeInFree[k] = free.push(k) - 1;
}

function take({ owner, free, placeInFree }: Board, k: number, block: number): void {
  owner[k] = block;
  const last = free.pop()!;
  if (last === k) return;
  free[placeInFree[k]] = last;
  placeInFree[last] = placeInFree[k];
}

/**
 * The largest set of base blocks with distinct differences that a bounded search finds.
 *
 * Min-conflicts search: repeatedly draws an unused class of differences, tries blocks that would use it, adds the one
 * that conflicts with the fewest existing blocks, and removes the blocks in conflict. A block that was just added
 * cannot be removed for a few steps. Deterministic: the same problem gives the same result.
 *
 * @returns blocks of S different numbers from 0…v−1
 */
export function packDifferences(problem: PackingProblem): number[][] {
  const { v, S, u, r, wanted, budget } = problem;
  if (wanted === 0) return [];
  const { classOf, members } = differenceClasses(problem);
  const board = emptyBoard(members, problem);
  const { owner, free } = board;
  const random = new RandomSequence(SEED, "assignment", v, r);
  const withZero = r > 1 && S % r === 1;
  const orbits = r === 1 ? S : Math.floor(S / r);
  const powers = Array.from({ length: r }, (_, i) => powerModulo(u, i, v));
  // Differences inside an orbit are x·(uⁱ − 1), up to sign and multiplication by a power of u.
  const inside = powers.slice(1, (r + 1) / 2).map((power) => power - 1);
  const inverses = inside.map((factor) => inverse(factor, v));

  const blocks: { readonly points: readonly number[]; readonly classes: Int32Array }[] = [];
  const keptUntil: number[] = [];
  const isPlaced: boolean[] = [];

  // The candidate: the first points of its orbits, the classes it takes and the number of blocks it would replace.
  const points = new Int32Array(orbits);
  const classes = new Int32Array((S * (S - 1)) / (2 * r));
  let length = 0;
  let taken = 0;
  let replaces = 0;
  const takenBy = new Float64Array(members.length);
  const replacedBy: number[] = [];
  let candidate = 0;
  let lookups = 0;
  let step = 0;

  /**
   * Adds a difference to the candidate; false if it is already present, is barred, or would replace too many blocks.
   */
  const add = (difference: number, fewest: number): boolean => {
    lookups++;
    if (difference === 0) return false;
    const k = classOf[difference];
    const block = owner[k];
    if (takenBy[k] === candidate || block === BARRED) return false;
    if (block !== FREE && replacedBy[block] !== candidate) {
      if (keptUntil[block] > step || replaces + 1 >= fewest) return false;
      replacedBy[block] = candidate;
      replaces++;
    }
    takenBy[k] = candidate;
    classes[taken++] = k;
    return true;
  };
  /** Adds the orbit of y to the candidate; if it returns false, only part of the orbit has been added. */
  const extend = (y: number, fewest: number): boolean => {
    if (withZero && !add(y, fewest)) return false;
    for (const factor of inside) if (!add((y * factor) % v, fewest)) return false;
    for (let i = 0; i < length; i++) {
      for (const power of powers) {
        const difference = y - ((points[i] * power) % v);
        if (!add(difference < 0 ? difference + v : difference, fewest)) return false;
      }
    }
    points[length++] = y;
    return true;
  };
  /** Adds orbits of random points until the block is complete; a point that does not fit is removed. */
  const complete = (fewest: number): boolean => {
    for (let tries = 0; length < orbits && tries < 8 * S; tries++) {
      lookups++;
      const [before, replacedBefore] = [taken, replaces];
      if (extend(random.below(v), fewest)) continue;
      // Releases the classes of the rejected point. The candidate is abandoned if the point had also marked
      // blocks for replacement.
      for (; taken > before; taken--) takenBy[classes[taken - 1]] = 0;
      if (replaces !== replacedBefore) return false;
    }
    return length === orbits;
  };
  /**
   * Builds a block in which difference d occurs between an orbit and 0, inside an orbit, or between the orbits of x
   * and x + d.
   *
   * @param number which of the candidate blocks for d to build, counted from 0
   */
  const build = (d: number, number: number, start: number, fewest: number): boolean => {
    candidate++;
    length = taken = replaces = 0;
    const special = (withZero ? 1 : 0) + inside.length;
    if (number < special) {
      const x = number < inside.length ? (d * inverses[number]) % v : d;
      return extend(x, fewest) && complete(fewest);
    }
    if (orbits === 1) return false;
    const x = r === 1 ? 0 : (start + number) % v;
    const y = (x + d) % v;
    if (r > 1 && (x === 0 || y === 0)) return false;
    return extend(x, fewest) && extend(y, fewest) && complete(fewest);
  };

  let placed = 0;
  let best: number[] = [];
  const keepBest = (): void => {
    if (placed > best.length) best = isPlaced.flatMap((stands, block) => (stands ? [block] : []));
  };
  const perDifference = orbits === 1 ? inside.length + 1 : Math.min(TRIES, v + inside.length + 1);
  for (; placed < wanted && free.length > 0 && lookups < budget; step++) {
    const d = members[free[random.below(free.length)]];
    const start = random.below(v);
    let fewest = Infinity;
    let chosen: (typeof blocks)[number] | null = null;
    for (let number = 0; number < perDifference && fewest > 0 && lookups < budget; number++) {
      lookups++;
      if (!build(d, number, start, fewest)) continue;
      chosen = { points: Array.from(points), classes: classes.slice() };
      fewest = replaces;
    }
    if (chosen === null) continue;
    if (fewest > 0) keepBest();
    for (const k of chosen.classes) {
      const block = owner[k];
      if (block === FREE) continue;
      for (const other of blocks[block].classes) release(board, other);
      isPlaced[block] = false;
      placed--;
    }
    for (const k of chosen.classes) take(board, k, blocks.length);
    blocks.push(chosen);
    isPlaced.push(true);
    keptUntil.push(step + 1 + random.below(1 + (placed >> 2)));
    placed++;
  }
  keepBest();
  return best.map((block) => {
    const whole = blocks[block].points.flatMap((x) => powers.map((power) => (x * power) % v));
    return withZero ? [0, ...whole] : whole;
  });
}
