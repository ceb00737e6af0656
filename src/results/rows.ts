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

/** A circuit's two-vector x through the layers, [layer][2]: the truth and what is read out of the large network. */
export interface Trajectory {
  readonly z: number;
  readonly sample: number;
  readonly circuit: number;
  readonly truth: readonly (readonly number[])[];
  readonly readout: readonly (readonly number[])[];
}

/** [E23]: mean squared deviation of the embedding matrix term, over pairs t < v. */
export interface EmbeddingMatrixRow {
  readonly D: number;
  readonly T: number;
  readonly S: number;
  /** "delta" is (i) w̄ = 0, "mean" is (ii) Δw = 0, "both" is their sum (iii). */
  readonly variant: "delta" | "mean" | "both";
  readonly meanSquare: number;
  readonly sd: number | null;
  readonly theory: number;
  readonly networks: number;
}

/** T5: dot products of m random unit vectors in n dimensions. */
export interface RandomVectorsRow {
  readonly n: number;
  readonly m: number;
  readonly repeats: number;
  /** Mean over repeats of the largest |dot| over all pairs. */
  readonly largest: number;
  readonly largestSd: number;
  /** 2·sqrt(ln m / n). [E25] */
  readonly largestTheory: number;
  /** Mean squared dot over all pairs and repeats; 1/n expected. */
  readonly meanSquare: number;
  readonly meanSquareSd: number;
}
