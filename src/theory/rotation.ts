import { finiteNumber } from "../base/errors.js";
import { meanSquaredOverlap, type Shape } from "../base/shape.js";
import type { OverlapShape } from "./overlap.js";

/**
 * Closed forms for conditional rotations with d = 4, layers l ≥ 1; at layer 0, every error is 0. Results are mean
 * squares; `|δx|²` is summed over both coordinates. `predictErrors` gives the same numbers from the circuits
 * themselves.
 */

/** @throws InputError naming the size that is out of range */
function checkSizes(sizes: Readonly<Record<string, number>>): void {
  for (const [name, value] of Object.entries(sizes)) finiteNumber(name, value, 1);
}

/** For inactive circuits: `E|δx|² = E(δalpha)² = q·z`. [E20] (R6.43, R6.57) */
export function inactiveRotationError(shape: OverlapShape, z: number): number {
  const { D, d, T, S } = { ...shape };
  checkSizes({ D, d, T, S, z });
  return meanSquaredOverlap(shape) * z;
}

/** For active circuits: `E|δx^l|² ≈ (l−1)·T·q²·(z + 8(z−1)) + 9·l·q·(z−1)`. [E22] (R6.55) */
export function activeRotationError(shape: OverlapShape, z: number, layer: number): number {
  const { D, d, T, S } = { ...shape };
  checkSizes({ D, d, T, S, z, layer });
  const q = meanSquaredOverlap(shape);
  return (layer - 1) * shape.T * q * q * (z + 8 * (z - 1)) + 9 * layer * q * (z - 1);
}

/**
 * For active circuits: `E(δalpha)² = 0`, because the ramp restores the indicator while its error stays below 0.25.
 * [E22] (R6.42)
 */
export function activeIndicatorError(): number {
  return 0;
}

/**
 * The authors' earlier estimate for active circuits, `E|δx^l|² ≈ l(z−1)/P + (l−1)·6·z·T/P²`, for comparison in figure
 * T11. [E22b]
 *
 * The 6 is 1 + 4 + b in the authors' code, with b = 1.
 */
export function earlierRotationError(shape: Pick<Shape, "D" | "d" | "T">, z: number, layer: number): number {
  const { D, d, T } = { ...shape };
  checkSizes({ D, d, T, z, layer });
  const P = D / d;
  return (layer * (z - 1)) / P + ((layer - 1) * 6 * z * shape.T) / (P * P);
}
