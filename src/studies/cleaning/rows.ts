/** One measured number of figure CLEAN. */
export interface CleaningRow {
  readonly cleaner: string;
  readonly of: "indicator" | "x";
  /** What the quantity should be: an indicator of 0 or 1, the length of x; null in the map of an indicator. */
  readonly wanted: 0 | 1 | null;
  /** The indicator that goes in, or how far x is off; null where nothing is off at first. */
  readonly input: number | null;
  readonly noise: number;
  readonly passes: number;
  /** The indicator that comes out, or the root mean square error. */
  readonly output: number;
  /** Largest error of a sample; null in the map of an indicator. */
  readonly worst: number | null;
  /** What the formula says of the output; null where there is none. */
  readonly theory: number | null;
}
