/**
 * Collisions: errors that no gate can stop when circuits keep x in cells and change cells between layers.
 *
 * An active circuit is hit directly by another active circuit in its cell. It is hit indirectly if an inactive circuit
 * in its cell still carries the x of another active circuit, with which the inactive one shared a cell in the layer
 * before. Angles are random, so the squares of these errors add up, and each error is permanent.
 */
export interface CollisionsOf {
  readonly T: number;
  /** Number of cells; each has ⌊T/P⌋ or ⌈T/P⌉ circuits. */
  readonly P: number;
  /**
   * K, the number of neurons per cell, must be odd: each circuit's x lies in a plane within a space of K − 1
   * dimensions.
   */
  readonly cellNeurons: number;
  readonly z: number;
}

/**
 * The smallest possible mean overlap over the pairs of n circuits in a cell: `(n − m)/(m·(n − 1))` for n complex lines
 * in m = (K − 1)/2 dimensions (Welch). It is 1 for K = 3, where there is only one plane; for K = 5, it is 0, 1/4 and
 * 1/3 for n = 2, 3 and 4.
 */
export function planesOverlap(n: number, cellNeurons: number): number {
  const m = (cellNeurons - 1) / 2;
  return n <= m ? 0 : (n - m) / (m * (n - 1));
}

/**
 * Mean |δx|² of active circuits from collisions alone, if every circuit has one cell and no pair meets twice:
 * `(z−1)/(T−1) · (l·r + (l−1)·r²)`, where r is the sum of a circuit's overlaps with the other circuits in its cell,
 * averaged over circuits.
 *
 * @param layer l ≥ 1
 */
export function collisionError({ T, P, cellNeurons, z }: CollisionsOf, layer: number): number {
  const least = Math.floor(T / P);
  const fuller = T - least * P;
  const met = (n: number): number => (n < 2 ? 0 : n * (n - 1) * planesOverlap(n, cellNeurons));
  const r = ((P - fuller) * met(least) + fuller * met(least + 1)) / T;
  return ((z - 1) / (T - 1)) * (layer * r + (layer - 1) * r * r);
}

/**
 * Mean |δx|² of active circuits if active circuits in the same group of n switch each other off, so that each has an
 * error of 1. It equals the probability that another active circuit is in the group,
 * `1 − Π_{k=1}^{z−1} (T − n − k + 1)/(T − k)`, approximately `(z−1)(n−1)/(T−1)`.
 */
export function sharedGroupError({ T, groupSize, z }: { T: number; groupSize: number; z: number }): number {
  let apart = 1;
  for (let k = 1; k < z; k++) apart *= (T - groupSize - k + 1) / (T - k);
  return 1 - apart;
}

/** The largest T up to `most` at which collisions alone cause a mean |δx|² of at most `threshold` at the layer. */
export function collisionLimit(
  { most, threshold, ...cells }: Omit<CollisionsOf, "T"> & { readonly most: number; readonly threshold: number },
  layer: number,
): number {
  let [low, high] = [cells.z, most + 1];
  while (high - low > 1) {
    const T = Math.floor((low + high) / 2);
    if (collisionError({ ...cells, T }, layer) <= threshold) low = T;
    else high = T;
  }
  return low;
}
