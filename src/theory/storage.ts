import { finiteNumber } from "../base/errors.js";

/**
 * Storing m features as random unit vectors in n dimensions, without computing on them: [E25]–[E27]. The estimates are
 * from "Some costs of superposition" (Linsefors, 2024), which calls them accurate to an order of magnitude.
 */

/** The numbers of stored features and of dimensions. */
export interface Storage {
  /** Number of features, at least 2. */
  readonly m: number;
  /** Dimensions. */
  readonly n: number;
}

/** @throws InputError naming the size that is out of range */
function checked({ m, n }: Storage): Storage {
  return { m: finiteNumber("m", m, 1), n: finiteNumber("n", n, 1) };
}

/**
 * Mean squared dot product of two random unit vectors in n dimensions, 1/n; exact. [E25]
 *
 * @throws InputError naming an argument that is out of range
 */
export function meanSquaredDot(n: number): number {
  return 1 / finiteNumber("n", n, 1);
}

/**
 * Estimate of the largest |dot product| over all pairs of m random unit vectors, `2·sqrt(ln m / n)`. [E25]
 *
 * @throws InputError naming an argument that is out of range
 */
export function largestDot(storage: Storage): number {
  const { m, n } = checked({ ...storage });
  return 2 * Math.sqrt(Math.log(m) / n);
}

/**
 * Estimate of the largest |dot product| over a given number of pairs, `sqrt(2·ln(2·pairs) / n)`: the value that one dot
 * product exceeds on average if P(|dot| > x) = 2·exp(−n x²/2). For all m²/2 pairs, the estimate is {@link largestDot}.
 * [E25]
 */
export function largestDotOf(pairs: number, n: number): number {
  return Math.sqrt((2 * Math.log(2 * pairs)) / n);
}

/** Number of pieces for Simpson's rule. */
const PIECES = 200;

/** Integral from a to b of the density of two random unit vectors' dot product, `(1−x²)^((n−3)/2)` up to a factor. */
function dotDensity(n: number, a: number, b: number): number {
  let sum = 0;
  for (let k = 0; k <= PIECES; k++) {
    const x = a + ((b - a) * k) / PIECES;
    sum += (k === 0 || k === PIECES ? 1 : 2 + 2 * (k % 2)) * (1 - x * x) ** ((n - 3) / 2);
  }
  return (sum * (b - a)) / (3 * PIECES);
}

/**
 * The median of the largest |dot product| over all pairs of m random unit vectors, from the law of one pair: the x at
 * which `m(m−1)/2 · P(|dot| > x) = ln 2`. The pairs are pairwise independent and treated as jointly independent.
 * Measurements agree with this law within their spread. [E25]
 *
 * @param storage m ≥ 2 and n ≥ 3; for smaller n, the density has a pole
 * @throws InputError naming an argument that is out of range
 */
export function largestDotLaw(storage: Storage): number {
  const given = checked({ ...storage });
  const m = finiteNumber("m", given.m, 2);
  const n = finiteNumber("n", given.n, 3);
  const all = dotDensity(n, 0, Math.min(1, 12 / Math.sqrt(n)));
  const share = Math.LN2 / ((m * (m - 1)) / 2);
  let [low, high] = [0, 1];
  for (let step = 0; step < 50; step++) {
    const x = (low + high) / 2;
    // The density halves over a distance of ln 2 / ((n − 3)·x); at x = 0, its scale is the standard deviation, 1/√n.
    const reach = Math.min(1, x + 40 / ((n - 3) * x + Math.sqrt(n)));
    if (dotDensity(n, x, reach) > share * all) low = x;
    else high = x;
  }
  return (low + high) / 2;
}

/**
 * Bound ε on the noise that one feature adds to another, `sqrt(8·ln m / n)`. [E25]
 *
 * @throws InputError naming an argument that is out of range
 */
export function noiseBound(storage: Storage): number {
  const { m, n } = checked({ ...storage });
  return Math.sqrt((8 * Math.log(m)) / n);
}

/** Welch's bound: m unit vectors in n < m dimensions have some |dot product| of at least `sqrt((m−n)/(n·(m−1)))`. [E25] */
export function welchBound({ m, n }: Storage): number {
  return Math.sqrt(Math.max(0, m - n) / (n * (m - 1)));
}

/**
 * Noise on a feature when l others are active, about `ε·sqrt(l)`. [E26]
 *
 * @throws InputError naming an argument that is out of range
 */
export function noiseOfActive(storage: Storage, l: number): number {
  return noiseBound(storage) * Math.sqrt(finiteNumber("l", l, 0));
}

/**
 * Number of features that can be active at once with a reliable Boolean readout: below `n/(8·ln m)`. [E26]
 *
 * @throws InputError naming an argument that is out of range
 */
export function mostActive(storage: Storage): number {
  const { m, n } = checked({ ...storage });
  return n / (8 * Math.log(m));
}

/**
 * Number of features that can be stored if l are active at once: below `exp(n/(8·l))`. [E26]
 *
 * @throws InputError naming an argument that is out of range
 */
export function mostFeatures(n: number, l: number): number {
  return Math.exp(finiteNumber("n", n, 1) / (8 * finiteNumber("l", l, 0)));
}

/**
 * Number of amplitude levels that can be told apart if l features are active, about `sqrt(n/(8·l·ln m))`. [E27]
 *
 * @throws InputError naming an argument that is out of range
 */
export function distinguishableLevels(storage: Storage, l: number): number {
  const { m, n } = checked({ ...storage });
  return Math.sqrt(n / (8 * finiteNumber("l", l, 0) * Math.log(m)));
}
