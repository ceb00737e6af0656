/**
 * The noise that stored features add to each other's readouts, for one value of l. The largest amplitude is 1; standard
 * deviations are taken over draws (n−1).
 */
export interface StorageRow {
  readonly family: "random" | "assignment" | "equiangular";
  readonly n: number;
  readonly m: number;
  readonly l: number;
  readonly amplitudes: "boolean" | "graded";
  /** Samples in each repetition. */
  readonly samples: number;
  readonly repeats: number;
  /** Root of the mean squared noise on inactive features. */
  readonly rms: number;
  readonly rmsSd: number | null;
  /** Mean over samples of the largest |noise| of any feature. */
  readonly worst: number;
  readonly worstSd: number | null;
  /** Largest |noise| of any feature in any sample of a repetition. */
  readonly largest: number;
  readonly largestSd: number | null;
  /** Share of features on the wrong side of ½. */
  readonly wrong: number;
  readonly wrongSd: number | null;
  /** Share of samples with any feature on the wrong side. */
  readonly wrongSamples: number;
  readonly wrongSamplesSd: number | null;
  /** The same share according to the exact law of random vectors with θ = ½; null for graded amplitudes. [L1] */
  readonly wrongSamplesLaw: number | null;
}

/** Statistics of one set of features, together with the estimates. A statistic is null if it was not measured. */
export interface StorageSizeRow extends Pick<StorageRow, "family" | "n" | "m" | "repeats"> {
  /** Root mean square of ⟨v_i|v_j⟩. */
  readonly rms: number | null;
  readonly rmsSd: number | null;
  /** Largest |⟨v_i|v_j⟩| over all pairs. */
  readonly largest: number | null;
  readonly largestSd: number | null;
  /**
   * The number of pairs in a sample of pairs, and their largest |dot|; 0 and null if no pairs were sampled. In each
   * repetition, the first active feature of one sample is paired with all other features.
   */
  readonly sampledPairs: number;
  readonly sampledLargest: number | null;
  readonly sampledLargestSd: number | null;
  /** The median of `largest` according to the law for one pair of random vectors. [E25] */
  readonly largestLaw: number;
  /** 2·sqrt(ln m / n). [E25] */
  readonly largestTheory: number;
  /** ε = sqrt(8·ln m / n). [E25] */
  readonly bound: number;
  /** sqrt((m−n)/(n(m−1))), a lower bound on the largest |dot|. */
  readonly welch: number;
  /** The number of active features at which half of the samples have a feature on the wrong side of ½. */
  readonly boundary: number | null;
  readonly boundarySd: number | null;
  /** `boundary` according to the exact law of random vectors; null if one active feature is already too many. [L1] */
  readonly boundaryLaw: number | null;
  /** The number of active features at which, by the law of `boundaryLaw`, 95% of samples are right. [L1] */
  readonly boundaryLaw95: number | null;
  /** `boundaryLaw` for the threshold "half-slack". [L2] */
  readonly boundaryHalfSlack: number | null;
  /** n/(8·ln m). [E26] */
  readonly boundaryTheory: number;
}

/** Noise after features have been read and re-embedded `layer` times. */
export interface ReEmbeddingRow extends Pick<StorageRow, "n" | "m" | "l" | "samples" | "repeats"> {
  readonly layer: number;
  /** Mean squared noise without a threshold. */
  readonly plain: number;
  readonly plainSd: number | null;
  /** (l/m)·((1 + m/n)^layer − 1). */
  readonly plainTheory: number;
  /** Mean squared noise with a threshold. */
  readonly thresholded: number;
  readonly thresholdedSd: number | null;
  /** l/n. */
  readonly thresholdedTheory: number;
  /** Share of samples in which all features are right after thresholding. */
  readonly right: number;
  /** `right` according to the exact law, with new vectors in each layer. [L1] */
  readonly rightLaw: number;
}

/**
 * The number of features that can be stored in n = D dimensions, or kept through several layers, before any is misread.
 */
export interface StoredFeaturesRow {
  readonly what: "stored" | "kept";
  /** The design that computes circuits; null here, because features are only stored. */
  readonly design: null;
  readonly D: number;
  readonly count: number;
  /** The range of the middle half of the samples; for circuits, ± the standard deviation of the search. */
  readonly low: number;
  readonly high: number;
  /** Whether `count` is only a lower bound, because nothing larger was tried or the design can hold no more. */
  readonly censored: boolean;
}
