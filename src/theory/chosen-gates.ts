import { finiteNumber, wholeNumber } from "../base/errors.js";

/**
 * Chosen ANDs of two inputs each; every input belongs to exactly one gate. Each gate has S of the d neurons, and all
 * sets of S are equally likely. A neuron adds the inputs of all its gates, h = ReLU(x_i + x_j − 1 + …), and a gate is
 * read as the mean of h over its neurons. [L5c]
 */
export interface ChosenGates {
  /** Neurons. */
  readonly d: number;
  /** Number of neurons per gate. */
  readonly S: number;
  /** Number of inputs that are on, 2 or 3: both inputs of one gate and, if 3, one input of another gate. */
  readonly active: number;
}

/** The largest number of neurons per gate. */
const MOST_NEURONS = 1000;

/** ln C(n, k) for k = 0…most. */
function logCombinations(n: number, most: number): Float64Array {
  const logs = new Float64Array(most + 1);
  for (let k = 1; k <= most; k++) logs[k] = k > n ? -Infinity : logs[k - 1] + Math.log((n - k + 1) / k);
  return logs;
}

/**
 * The probability that the gate that is on and the gate of the third input share a given number of neurons, and the
 * probability that another gate is wrong if they do.
 */
interface Case {
  readonly share: number;
  readonly wrong: number;
}

/**
 * Let A be the neurons of the gate that is on, and B the neurons of the gate of the third input. Given A and B, the
 * neurons of other gates are independent. Another gate has X neurons in A ∩ B, where h = 2, and Y neurons in the rest
 * of A, where h = 1: it is wrong when 2X + Y > S/2.
 */
function casesOf(size: ChosenGates): Case[] {
  const { d, S, active } = { ...size };
  wholeNumber("d", d, 1, 1e9);
  wholeNumber("S", S, 1, Math.min(d, MOST_NEURONS));
  wholeNumber("active", active, 2, 3);
  const all = logCombinations(d, S)[S];
  const outside = logCombinations(d - S, S);
  const own = logCombinations(S, S);
  const wrong = (common: number): number => {
    const [inBoth, inOne] = [logCombinations(common, S), logCombinations(S - common, S)];
    let sum = 0;
    for (let x = 0; x <= common; x++)
      for (let y = Math.max(0, Math.floor(S / 2) + 1 - 2 * x); y <= S - Math.max(x, common); y++)
        sum += Math.exp(inBoth[x] + inOne[y] + outside[S - x - y] - all);
    return Math.min(1, sum);
  };
  if (active === 2) return [{ share: 1, wrong: wrong(0) }];
  // The gate of the third input is wrong if more than a quarter of its neurons are in A.
  return Array.from({ length: Math.floor(S / 4) + 1 }, (_, common): Case => {
    return { share: Math.exp(own[common] + outside[S - common] - all), wrong: wrong(common) };
  });
}

const rightOf = (cases: readonly Case[], others: number): number =>
  cases.reduce((sum, { share, wrong }) => sum + share * (others === 0 ? 1 : Math.exp(others * Math.log1p(-wrong))), 0);

/**
 * The exact probability, over networks and samples, that all G gates are on the correct side of ½. [L5c]
 *
 * @param size.G number of gates, whole or not; at least active − 1, the number of gates with an input that is on
 * @throws InputError naming the argument that is out of range
 */
export function chosenGatesRight(size: ChosenGates & { readonly G: number }): number {
  const { G, active } = { ...size };
  const cases = casesOf(size);
  finiteNumber("G", G, active - 1);
  return rightOf(cases, G - active + 1);
}

/**
 * The largest number of gates for which the share of wrong samples is at most `wrong`; 0 if there is none. [L5c]
 *
 * @throws InputError naming the argument that is out of range
 */
export function mostChosenGates(size: ChosenGates, wrong: number): number {
  const cases = casesOf(size);
  finiteNumber("wrong", wrong, 0, 1);
  const isAllowed = (others: number): boolean => rightOf(cases, others) >= 1 - wrong;
  if (!isAllowed(1)) return 0;
  let [low, high] = [1, 2];
  while (isAllowed(high) && high < 1e100) [low, high] = [high, high ** 1.5];
  for (let step = 0; step < 200 && high / low > 1 + 1e-9; step++) {
    const middle = Math.sqrt(low * high);
    if (isAllowed(middle)) low = middle;
    else high = middle;
  }
  return Math.floor(low) + size.active - 1;
}
