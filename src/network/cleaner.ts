/** One layer: `ReLU(W·A + bias)`. */
export interface CleanerLayer {
  /** [rows][columns] */
  readonly weights: readonly (readonly number[])[];
  /** [rows] */
  readonly bias: readonly number[];
}

/**
 * What becomes of one quantity when nothing happens to it but being kept, for layers that a network goes through again and
 * again: an indicator, one number that should be 0 or 1, or a vector x.
 */
export interface Cleaner {
  readonly of: "indicator" | "x";
  /** One pass. */
  readonly layers: readonly CleanerLayer[];
  /** Neurons that hold the quantity before and after a pass: `A = write·value + offset`, [neurons][numbers of the value]. */
  readonly write: readonly (readonly number[])[];
  readonly offset: number;
  /** `value = read·A`, [numbers of the value][neurons]. */
  readonly read: readonly (readonly number[])[];
}
