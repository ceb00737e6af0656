import { threeDirections } from "../circuits/rotation.js";
import { cosSinTurn } from "../base/random.js";

/**
 * Snaps x to one of N angles, where N is a multiple of 4. This removes small errors from a vector of length 1 at one of
 * these angles; the vector 0 stays 0. N/2 lines through 0 bisect the sectors between neighbouring angles. For each
 * line, one bit says on which side x lies, and together these N/2 bits identify the angle:
 *
 *   h_j = ReLU(½ + gain·e_j·x),   p_j = ReLU(1 − h_j),   x = κ·Σ_j (½ − p_j)·e_j,
 *
 * where e_j is the normal of line j. If x is at one of the angles, each h_j is 0 or at least 1, so p_j is exactly 1 or
 * 0, and the last sum is exactly x. An error is removed if each h_j that should be 0 is 0 and every other h_j is at
 * least 1. For x = 0, all bits are ½ and the sum is 0.
 */
export interface Snap {
  /** The number N of angles. */
  readonly angles: number;
  /** The normals e_j, [N/2][2]. */
  readonly normals: readonly (readonly [number, number])[];
  /** The factor κ. */
  readonly scale: number;
}

/** The lines that separate N equally spaced angles, starting at 0. */
export function snapLines(angles: number): Snap {
  const normals = Array.from({ length: angles / 2 }, (_, j) => cosSinTurn((0.25 + (j + 0.5) / angles) % 1));
  // The sum Σ_j (½ − p_j)·e_j for an x at angle 0.
  let [u, v] = [0, 0];
  for (const [p, q] of normals) {
    const bit = p > 0 ? 0.5 : -0.5;
    u += bit * p;
    v += bit * q;
  }
  return { angles, normals, scale: 1 / Math.sqrt(u * u + v * v) };
}

/** Number of cells that hold the bits, three bits per cell: bit j is neuron j mod 3 of the group's cell ⌊j/3⌋. */
export function bitCells({ normals }: Snap): number {
  return Math.ceil(normals.length / 3);
}

/** `gain·e_j·(2/3)·d_k`, [3][3], for the bits of one cell: maps the sum over a group's cells to these bits. */
export function toBits({ normals }: Snap, cell: number, gain: number): Float64Array {
  return Float64Array.from([0, 1, 2].flatMap((i) => {
    const [p, q] = normals[3 * cell + i] ?? [0, 0];
    return threeDirections.map(([u, v]) => (2 / 3) * gain * (p * u + q * v));
  })); // prettier-ignore
}

/** `−κ·d_k·e_j`, [3][3], for the bits of one cell: maps the bits p_j to the three neurons of a cell. */
export function fromBits({ normals, scale }: Snap, cell: number): Float64Array {
  return Float64Array.from(
    threeDirections.flatMap(([u, v]) =>
      [0, 1, 2].map((i) => {
        const [p, q] = normals[3 * cell + i] ?? [0, 0];
        return -scale * (p * u + q * v);
      }),
    ),
  );
}

/** `½·κ·Σ_j d_k·e_j`, [3]: the constant term in the sum for x, as it acts on the three neurons. */
export function bitsConstant({ normals, scale }: Snap): number[] {
  return threeDirections.map(([u, v]) => normals.reduce((sum, [p, q]) => sum + 0.5 * scale * (p * u + q * v), 0));
}
