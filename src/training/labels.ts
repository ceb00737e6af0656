import { logOfFraction, cosSinTurn, RandomSequence } from "../base/random.js";

/** The kinds of the matrix M in the labels y = ReLU(x) + M x. */
export const mixings = ["none", "normal", "embedding"] as const;
/** How labels are mixed: not at all, by independent normally distributed numbers, or like random embeddings. */
export type Mixing = (typeof mixings)[number];

/**
 * Mᵀ, f32 [F][F], with a row for each input; null if labels are not mixed.
 *
 * `normal`: independent normally distributed numbers with standard deviation sigma. `embedding`: the overlaps of random
 * unit vectors in 1/sigma² dimensions, E Eᵀ − 1, symmetric and 0 on the diagonal, as for the residual stream of Braun
 * et al. (2025).
 */
export function mixingMatrix(kind: Mixing, F: number, sigma: number, seed: number): Float32Array | null {
  if (kind === "none" || sigma === 0) return null;
  const random = new RandomSequence(seed, "design", 0, 1);
  const normal = normalsOf(random);
  if (kind === "normal") return Float32Array.from({ length: F * F }, () => sigma * normal());
  const n = Math.max(1, Math.round(1 / (sigma * sigma)));
  const vectors = Array.from({ length: F }, () => {
    const vector = Float64Array.from({ length: n }, normal);
    const length = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
    return vector.map((value) => value / length);
  });
  const matrix = new Float32Array(F * F);
  for (let f = 0; f < F; f++)
    for (let g = 0; g < f; g++) {
      let dot = 0;
      for (let k = 0; k < n; k++) dot += vectors[f][k] * vectors[g][k];
      matrix[f * F + g] = matrix[g * F + f] = dot;
    }
  return matrix;
}

/** Standard normal numbers from a sequence, identical in every engine. */
export function normalsOf(random: RandomSequence): () => number {
  let next: number | null = null;
  return () => {
    if (next !== null) {
      const value = next;
      next = null;
      return value;
    }
    const radius = Math.sqrt(-2 * logOfFraction(4294967296 - random.word()));
    const [cos, sin] = cosSinTurn(random.uniform());
    next = radius * sin;
    return radius * cos;
  };
}
