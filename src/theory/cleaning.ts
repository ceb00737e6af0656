/** What an indicator v becomes where a pass cleans it: 0 up to `low`, 1 from `high` on, and a line between. [E4] */
export function cleanedIndicator({ low, high }: { readonly low: number; readonly high: number }, v: number): number {
  return Math.min(1, Math.max(0, (v - low) / (high - low)));
}

/**
 * How far x may be off, in any direction, for a snap to one of so many angles to bring it back exactly: a bit j is right while
 * `½ + gain·e_j·x` is at most 0 or at least 1, so the nearest line must stay 1/(2·gain) away. For x of length 1 that line is at
 * sin(half a sector); for x = 0 there is no such room, since all bits must be ½.
 */
export function snapTolerance({ angles, gain }: { readonly angles: number; readonly gain: number }): number {
  return Math.sin(Math.PI / angles) - 1 / (2 * gain);
}

/**
 * Standard deviation of what is only kept, after n passes with noise σ on every neuron: `σ·√n` for a bit that is on, and
 * `σ·√(4n/3)` for x, whose readout adds up three neurons by `(2/3)·d_k` in two coordinates.
 */
export function keptError(quantity: "indicator" | "x", noise: number, passes: number): number {
  return noise * Math.sqrt((quantity === "x" ? 4 / 3 : 1) * passes);
}
