/** One layer: `ReLU(W·A + bias)`. */
export interface CleanerLayer {
  /** [rows][columns] */
  readonly weights: readonly (readonly number[])[];
  /** [rows] */
  readonly bias: readonly number[];
}

/**
 * Layers that preserve one quantity and are applied repeatedly. The quantity is an indicator (one number that should be
 * 0 or 1) or a vector x.
 */
export interface Cleaner {
  readonly of: "indicator" | "x";
  /** The layers of one pass. */
  readonly layers: readonly CleanerLayer[];
  /** The neurons that hold the quantity before and after a pass: `A = write·value + offset`, [neurons][value size]. */
  readonly write: readonly (readonly number[])[];
  readonly offset: number;
  /** `value = read·A`, [value size][neurons]. */
  readonly read: readonly (readonly number[])[];
}
