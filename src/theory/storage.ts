/**
 * Storing m features as random unit vectors in n dimensions, without computing on them: [E25]–[E27]. Estimates of "Some
 * costs of superposition" (Linsefors, 2024), which calls them right to an order of magnitude.
 */

/** How many features are stored in how many dimensions. */
export interface Storage {
  /** Features, at least 2. */
  readonly m: number;
  /** Dimensions. */
  readonly n: number;
}

/** Mean squared dot product of two random unit vectors in n dimensions, 1/n; exact. [E25] */
export function meanSquaredDot(n: number): number {
  return 1 / n;
}

/** About the largest |dot product| over all pairs of m random unit vectors, `2·sqrt(ln m / n)`. [E25] */
export function largestDot({ m, n }: Storage): number {
  return 2 * Math.sqrt(Math.log(m) / n);
}

/**
 * About the largest |dot product| over some of the pairs, `sqrt(2·ln(2·pairs) / n)`: where as many as `pairs` numbers with
 * P(|dot| > x) ≤ 2·exp(−n x²/2) are expected to exceed it once. Over all m²/2 pairs it is {@link largestDot}. [E25]
 */
export function largestDotOf(pairs: number, n: number): number {
  return Math.sqrt((2 * Math.log(2 * pairs)) / n);
}

/** Bound ε on the noise of one feature on another, `sqrt(8·ln m / n)`. [E25] */
export function noiseBound({ m, n }: Storage): number {
  return Math.sqrt((8 * Math.log(m)) / n);
}

/** Welch's bound: m unit vectors in n < m dimensions have some |dot product| of at least `sqrt((m−n)/(n·(m−1)))`. [E25] */
export function welchBound({ m, n }: Storage): number {
  return Math.sqrt(Math.max(0, m - n) / (n * (m - 1)));
}

/** Noise on a feature when l others are active, about `ε·sqrt(l)`. [E26] */
export function noiseOfActive(storage: Storage, l: number): number {
  return noiseBound(storage) * Math.sqrt(l);
}

/** Features that can be active at once with reliable Boolean readout: below `n/(8·ln m)`. [E26] */
export function mostActive({ m, n }: Storage): number {
  return n / (8 * Math.log(m));
}

/** Features that can be stored when l are active at once: below `exp(n/(8·l))`. [E26] */
export function mostFeatures(n: number, l: number): number {
  return Math.exp(n / (8 * l));
}

/** Amplitude levels that can be told apart with l features active, about `sqrt(n/(8·l·ln m))`. [E27] */
export function distinguishableLevels({ m, n }: Storage, l: number): number {
  return Math.sqrt(n / (8 * l * Math.log(m)));
}
