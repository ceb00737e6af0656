import { InputError, wholeNumber } from "../base/errors.js";
import { primesUpTo } from "../base/primes.js";
import { checkBlock, LARGEST, roundRobin, type Assignment, type BlockAndRedundancy } from "./assignment.js";

/**
 * The prime-step assignment [E7]: a circuit takes an arithmetic progression `i, i+g, …, i+(S−1)g` of a block's neurons.
 *
 * Any two circuits share at most one neuron. Progressions with the same step g are laid end to end within each residue
 * class modulo g, so they are disjoint. If progressions with steps g and h share two neurons, then a·g = b·h for some
 * 1 ≤ a, b < S. A step is a power of S times a number without prime factors below S, and neither a nor b is divisible
 * by S, so a = b and g = h.
 */

/**
 * Step sizes g of the prime-step assignment, in the order in which circuits use them. [E7]
 *
 * g = 1, 2, 3, … with g·(S−1) < P, without multiples of primes below S. If S is not prime, each g is followed by g·S,
 * g·S², … as long as they fit. The list is empty if P < S, and also if S = 1, because a single neuron has no step.
 *
 * @throws InputError when P or S is not a whole number from 1 to 16,777,216
 */
export function* stepSizes(block: BlockAndRedundancy): Generator<number, void, undefined> {
  checkBlock(block);
  const { P, S } = block;
  if (S === 1 || P < S) return;
  const largest = Math.floor((P - 1) / (S - 1));
  const primes = primesUpTo(Math.min(S - 1, largest));
  const redundancyIsPrime = primes.every((prime) => S % prime !== 0);
  for (let g = 1; g <= largest; g++) {
    if (primes.some((prime) => g % prime === 0)) continue;
    yield g;
    if (redundancyIsPrime) continue;
    for (let power = g * S; power <= largest; power *= S) yield power;
  }
}

/** Number of offsets (0, 1, …) for step g: one for each residue modulo g at which a progression fits. */
function offsetsOf(g: number, { P, S }: BlockAndRedundancy): number {
  return Math.min(g, P - g * (S - 1));
}

/**
 * Number of circuits that use step g.
 *
 * From offset o, the starts o, o+gS, o+2gS, … fit up to A = P−1−g(S−1), so there are ⌊(A−o)/(gS)⌋ + 1 of them. Offsets
 * are less than gS, so as o grows, the rounded quotient drops at most once, by 1, when o exceeds `A mod gS`. The sum
 * over offsets therefore has a closed form.
 */
function circuitsOfStep(g: number, block: BlockAndRedundancy): number {
  const { P, S } = block;
  const offsets = offsetsOf(g, block);
  const lastStart = P - 1 - g * (S - 1);
  const span = g * S;
  const dropped = Math.max(0, offsets - 1 - (lastStart % span));
  return offsets * (Math.floor(lastStart / span) + 1) - dropped;
}

/**
 * The largest T of the prime-step assignment. [E7]
 *
 * Each step is counted in closed form, so for any T, the cost is proportional to the number of steps, about P/S.
 *
 * @returns 0 if no circuit fits (P < S); Infinity for S = 1, where two circuits always share at most one neuron
 * @throws InputError when P or S is not a whole number from 1 to 16,777,216
 */
export function maxCircuits(block: BlockAndRedundancy): number {
  checkBlock(block);
  if (block.S === 1) return Infinity;
  let count = 0;
  for (const g of stepSizes(block)) count += circuitsOfStep(g, block);
  return count;
}

/**
 * The smallest x in low+1…high for which `holds` is true. `holds` must be false at `low` and true at `high`, and change
 * only once in between.
 */
function firstWhere(low: number, high: number, holds: (x: number) => boolean): number {
  while (high - low > 1) {
    const middle = low + Math.floor((high - low) / 2);
    if (holds(middle)) high = middle;
    else low = middle;
  }
  return high;
}

/** The error for T circuits that do not fit; its message suggests sizes that do. */
function tooMany({ T, P, S }: Pick<Assignment, "T" | "P" | "S">, most: number): InputError {
  const fits = (block: BlockAndRedundancy) => maxCircuits(block) >= T;
  // Progressions that fit in a block also fit in a larger one, so if T circuits fit at some P, they fit at every
  // larger P.
  const smallestBlock = () => {
    let enough = P;
    while (enough < LARGEST && !fits({ P: enough, S })) enough = Math.min(2 * enough, LARGEST);
    return fits({ P: enough, S }) ? firstWhere(P, enough, (larger) => fits({ P: larger, S })) : undefined;
  };
  // No network can have more circuits than LARGEST, so for a larger T, there is no need to search for a block.
  const block = T <= LARGEST ? smallestBlock() : undefined;
  // The largest T is not proven to be monotone in S, but the search returns only an S that it has tried, or 1, which
  // always fits.
  const redundancy = S - firstWhere(0, S - 1, (less) => fits({ P, S: S - less }));
  const options = [most > 0 && `T ≤ ${most}`, block !== undefined && `P = D/d ≥ ${block}`, `S = ${redundancy}`].filter(
    Boolean,
  );
  return new InputError(
    `T = ${T}: at most ${most} circuits fit at P = ${P}, S = ${S} (prime-step assignment). Use ${options.join(", or ")}.`,
  );
}

/**
 * Gives T circuits their neurons in the order of the prime-step assignment. [E7]
 *
 * Deterministic. For S = 1, circuit t takes neuron t mod P.
 *
 * @param size T circuits, 1 ≤ T ≤ maxCircuits({ P, S }), each with S neurons in every block of P neurons
 * @returns neurons [T][S], ascending within a circuit; any two circuits share at most one neuron
 * @throws InputError naming the argument, its value and its bound; if T is too large, it also names the largest T, the
 * smallest P and an S that would fit
 */
export function primeSteps(size: Pick<Assignment, "T" | "P" | "S">): Assignment {
  const { T, P, S } = { ...size };
  wholeNumber("T", T, 1);
  const most = maxCircuits({ P, S });
  if (T > most) throw tooMany({ T, P, S }, most);
  wholeNumber("T", T, 1, LARGEST);
  if (S === 1) return roundRobin({ T, P });
  const neurons = new Uint32Array(T * S);
  let filled = 0;
  for (const g of stepSizes({ P, S })) {
    const offsets = offsetsOf(g, { P, S });
    const lastStart = P - 1 - g * (S - 1);
    for (let offset = 0; offset < offsets; offset++) {
      for (let start = offset; start <= lastStart; start += g * S) {
        for (let s = 0; s < S; s++) neurons[filled++] = start + s * g;
        if (filled === neurons.length) return { T, P, S, neurons };
      }
    }
  }
  throw new Error("too few");
}
