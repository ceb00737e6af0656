import { cosSinTurn } from "../base/random.js";

/**
 * Simplex cells. Each has K neurons that hold a vector y of K − 1 dimensions:
 *
 *   h_i = ReLU(d_i·y + gate),   y = ((K−1)/K)·Σ_i h_i d_i.
 *
 * The directions d_i of the neurons are the corners of a regular simplex:
 *
 *   |d_i| = 1,   Σ_i d_i = 0,   Σ_i d_i d_iᵀ = K/(K−1)·1.
 *
 * Anything that affects all K neurons equally cancels; three neurons 120° apart are the case K = 3. If y has more
 * dimensions than x needs, the circuits of a cell can use different planes. If the planes of two circuits differ, the x
 * of one circuit looks smaller when it is read in the plane of the other. With K = 5, three circuits in a cell overlap
 * by |⟨u|u'⟩|² = 1/4 instead of 1.
 */

/** The directions d_i, [K][K−1] (Helmert). */
export function simplexDirections(K: number): number[][] {
  const scale = Math.sqrt(K / (K - 1));
  return Array.from({ length: K }, (_, i) =>
    Array.from({ length: K - 1 }, (__, j) => {
      const length = Math.sqrt((j + 1) * (j + 2));
      return scale * (i <= j ? 1 / length : i === j + 1 ? -(j + 1) / length : 0);
    }),
  );
}

/** Two orthonormal rows F that place x in a cell's y: `x = F·y`, `y = Fᵀ·x`. */
export type Frame = readonly [readonly number[], readonly number[]];

const PLANE: Frame = [
  [1, 0],
  [0, 1],
];

/**
 * The frame of (x_0 + i·x_1)·u, where u is a unit vector of C^m: multiplication by i turns the first row into the
 * second.
 *
 * @param u real and imaginary parts, [m][2]
 */
function complexFrame(...u: readonly (readonly [number, number])[]): Frame {
  return [u.flatMap(([re, im]) => [re, im]), u.flatMap(([re, im]) => [-im, re])];
}

/** The frame for a complex line of C², given by its polar angle and azimuth on the Bloch sphere. */
function blochFrame(polar: number, azimuth: number): Frame {
  const sin = Math.sin(polar / 2);
  return complexFrame([Math.cos(polar / 2), 0], [sin * Math.cos(azimuth), sin * Math.sin(azimuth)]);
}

const { PI } = Math;
/**
 * The golden angle. Points at equally spaced heights, each turned by this angle from the previous one, cover a sphere
 * evenly.
 */
const GOLDEN = PI * (3 - Math.sqrt(5));

/** The directions ±z, ±x, ±y. */
const OCTAHEDRON = [
  [0, 0],
  [PI, 0],
  [PI / 2, 0],
  [PI / 2, PI],
  [PI / 2, PI / 2],
  [PI / 2, -PI / 2],
] as const;

/**
 * The plane of circuit number `index` among the `count` circuits of a cell. Planes are as far apart as possible. If K
 * is 5, the planes correspond to points on the Bloch sphere, and the overlap of two planes is cos²(half the angle
 * between their points). If K is 3, all circuits have the same plane.
 *
 * @param K odd, 3 or more
 */
export function frame(K: number, index: number, count: number): Frame {
  if (K === 3) return PLANE;
  if (K > 5) return harmonicFrame((K - 1) / 2, index, count);
  if (count <= 3) return blochFrame((2 * PI * index) / count, 0);
  if (count === 4) {
    // A tetrahedron: one pole, and three points at the height where all overlaps are 1/3.
    return index === 0 ? blochFrame(0, 0) : blochFrame(2 * Math.acos(1 / Math.sqrt(3)), (2 * PI * index) / 3);
  }
  if (count <= 6) return blochFrame(OCTAHEDRON[index][0], OCTAHEDRON[index][1]);
  return blochFrame(Math.acos(1 - (2 * (index + 0.5)) / count), index * GOLDEN);
}

/** Numbers whose pairwise differences are all distinct (an extended Golomb ruler). */
const RULER = [0, 1, 4, 9, 15, 22, 32, 34, 51, 77, 81, 99];

/**
 * Line `index` of `count` in C^m: column `index` of m rows of the Fourier matrix of order max(count, m),
 * `u_j = exp(2πi·index·n_j/order)/√m`. The rows of that matrix are orthogonal, so the lines form a tight frame, which
 * has the smallest possible mean overlap (Welch). The row numbers n_j have distinct differences, so that the overlaps
 * do not all coincide.
 */
function harmonicFrame(m: number, index: number, count: number): Frame {
  const order = Math.max(count, m);
  const rows = RULER.slice(0, m).map((n) => n % order);
  const chosen = rows.length === m && new Set(rows).size === m ? rows : Array.from({ length: m }, (_, j) => j);
  return complexFrame(
    ...chosen.map((n): readonly [number, number] => {
      const [cos, sin] = cosSinTurn(((index * n) % order) / order);
      return [cos / Math.sqrt(m), sin / Math.sqrt(m)];
    }),
  );
}
