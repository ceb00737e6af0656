/** One measured quantity, over samples and circuits, averaged over networks. Dimensionless. */
export interface Statistic {
  /** Mean over networks of the mean square error; squared errors are summed over a readout's coordinates. [E18] */
  readonly meanSquare: number;
  /** Standard deviation of the mean square between networks (n−1); null with one network. */
  readonly sd: number | null;
  /** Largest error (a length, not its square) over all samples, circuits and networks. */
  readonly worst: number;
  /**
   * Share of the errors that are larger than 0.25 (0.2501: not by rounding), mean over networks; null where they are not
   * counted.
   */
  readonly wrong: number | null;
  /** The prediction [E20]–[E22]; null where the theory has none (layer 0 is exactly 0), or no circuit is inactive. */
  readonly theory: number | null;
}

/**
 * Errors of one z at one layer. Readouts appear as `${name}Active` and `${name}Inactive`: for rotations `xActive`,
 * `xInactive`, `alphaActive`, `alphaInactive`.
 */
export interface ErrorRow {
  readonly z: number;
  readonly layer: number;
  /** Samples per network. */
  readonly samples: number;
  readonly networks: number;
  /** Samples per network, the first, whose inactive circuits were read; left out where all were. */
  readonly inactiveSamples?: number;
  readonly errors: Readonly<Record<string, Statistic>>;
  /** Share of neurons with A > 1e−4 per block, or per part of a design that has several, mean over networks. [E19] */
  readonly activeFraction: readonly number[];
  /** Standard deviation between networks of the above, [d]; null with one network. */
  readonly activeFractionSd: readonly number[] | null;
  /** z·S·d/D, the share while errors stay below the gates; of a design, what z circuits are read from. */
  readonly expectedActiveFraction: number;
}
