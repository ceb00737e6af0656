import type { Kernels } from "../kernels/kernels.js";
import { Arena } from "../kernels/memory.js";
import { RandomSequence } from "../random.js";

/** One draw of m random unit vectors in n dimensions. */
export interface RandomVectorsInput {
  readonly n: number;
  readonly m: number;
  readonly seed: number;
  readonly repeat: number;
}

export interface DotProducts {
  /** Largest |dot| over all pairs. */
  readonly largest: number;
  /** Mean dot² over all pairs. */
  readonly meanSquare: number;
}

/** Dot products of all pairs of random unit vectors (normalised Gaussians), none of which is kept. [E25] */
export function measureRandomVectors(kernels: Kernels, input: RandomVectorsInput): DotProducts {
  const { n, m, seed, repeat } = input;
  const arena = new Arena(kernels.memory, kernels.heapBase());
  const panels = Math.ceil(m / 8);
  const vectors = arena.bytes(panels * n * 32);
  const scratch = arena.bytes(256);
  const result = arena.bytes(16);
  const panelled = arena.viewF32(vectors, panels * n * 8);
  const vector = new Float64Array(n + 1);
  for (let v = 0; v < m; v++) {
    const random = new RandomSequence(seed, "vectors", v, repeat);
    for (let k = 0; k < n; k += 2) vector.set(random.normalPair(), k);
    let square = 0;
    for (let k = 0; k < n; k++) square += vector[k]! ** 2;
    const base = (v >> 3) * n * 8 + (v & 7);
    for (let k = 0; k < n; k++) panelled[base + k * 8] = vector[k]! / Math.sqrt(square);
  }
  for (let panel = 0; panel < panels; panel++) kernels.dotPairs(vectors, n, m, panel, scratch, result);
  const [largest, sum] = arena.viewF64(result, 2);
  return { largest: largest!, meanSquare: sum! / ((m * (m - 1)) / 2) };
}
