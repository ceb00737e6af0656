import type { Kernels } from "../../kernels/kernels.js";
import type { Arena } from "../../kernels/memory.js";
import { choleskyFactor } from "../../base/cholesky.js";
import { chiSquared, RandomSequence, seedKey } from "../../base/random.js";

/** Random unit vectors for which only the dot products with some given sums are needed. */
export interface Projection {
  /** Number of random numbers drawn per vector. */
  readonly width: number;
  /** f32 [rows][width]: the matrix by which the drawn numbers are multiplied; used in place of the sums. */
  readonly sums: number;
  /** Writes the drawn numbers of a vector, f32 [width], to `pointer`. */
  readonly write: (pointer: number, feature: number) => void;
  /** The factors by which the dot products of vectors first…first+count−1 are multiplied. */
  readonly lengths: (first: number, count: number) => Float64Array;
}

export interface ProjectionInput {
  readonly n: number;
  readonly seed: number;
  readonly repeat: number;
}

/**
 * Draws only those components of random unit vectors that lie in the span of the given sums. With r < n sums, a vector
 * in n dimensions takes r + 1 numbers instead of n.
 *
 * This is not an approximation. Write the sums as C·Q, where Q is orthonormal, r × n, and C comes from the Cholesky
 * decomposition C C^T of their Gram matrix. For a random unit vector v, only Q·v matters. It is a random direction in r
 * dimensions times an independent length; the square of the length is A/(A + B), with A and B chi-squared with r and n
 * − r degrees of freedom.
 *
 * @param sums f32 [rows][n]; 2 ≤ rows ≤ n − 2
 */
export function projectOnto(
  kernels: Kernels,
  arena: Arena,
  sums: number,
  rows: number,
  { n, seed, repeat }: ProjectionInput,
): Projection {
  const factors = choleskyFactor(gramMatrix(arena.viewF32(sums, rows * n), rows, n), rows);
  const scratch = arena.bytes((rows + 15) * 8);
  const [low, high] = seedKey(seed);
  return {
    width: rows,
    sums: arena.f32(factors),
    write: (pointer, feature) => kernels.unitVector(pointer, 4, rows, scratch, low, high, feature, repeat),
    lengths(first, count) {
      const random = new RandomSequence(seed, "lengths", first, repeat);
      const lengths = new Float64Array(count);
      for (let v = 0; v < count; v++) {
        const within = chiSquared(random, rows);
        lengths[v] = Math.sqrt(within / (within + chiSquared(random, n - rows)));
      }
      return lengths;
    },
  };
}

/** Dot products of rows with each other in float64, [rows][rows]; only the lower half is computed. */
function gramMatrix(values: Float32Array, rows: number, n: number): Float64Array {
  const gram = new Float64Array(rows * rows);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j <= i; j++) {
      let dot = 0;
      for (let a = i * n, b = j * n; a < (i + 1) * n; a++, b++) dot += values[a] * values[b];
      gram[i * rows + j] = dot;
    }
  }
  return gram;
}
