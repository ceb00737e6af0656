/** The indicator that a cleaning pass returns for v: 0 up to `low`, 1 from `high` on, and linear between. [E4] */
export function cleanedIndicator({ low, high }: { readonly low: number; readonly high: number }, v: number): number {
  return Math.min(1, Math.max(0, (v - low) / (high - low)));
}

/**
 * The largest error in x, in any direction, that snapping to this many angles removes completely. Bit j is right while
 * `½ + gain·e_j·x` is at most 0 or at least 1, so x must stay 1/(2·gain) away from the nearest line. For x of length 1
 * the distance is sin(half a sector); for x = 0 there is no margin, because all bits must be ½.
 */
export function snapTolerance({ angles, gain }: { readonly angles: number; readonly gain: number }): number {
  return Math.sin(Math.PI / angles) - 1 / (2 * gain);
}

/**
 * Standard deviation of the error of a value that is only copied, after n passes with noise σ on every neuron: `σ·√n`
 * for a bit that is on, and `σ·√(4n/3)` for x, which is read as the sum of three neurons' values times the vectors
 * `(2/3)·d_k` in the plane.
 */
export function keptError(quantity: "indicator" | "x", noise: number, passes: number): number {
  return noise * Math.sqrt((quantity === "x" ? 4 / 3 : 1) * passes);
}
