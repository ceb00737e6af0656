// Reference points: drawn as grey rings, and compared with ours by the rule of compare.ts.

/** Errors of one z at one layer, by name as in `ErrorRow.errors`; what is missing is not drawn. */
export interface ErrorReference {
  readonly z: number;
  readonly layer: number;
  readonly errors: Readonly<
    Record<
      string,
      {
        readonly meanSquare?: number;
        /** Standard deviation of the mean square between networks; used for tolerances, not drawn. */
        readonly sd?: number | null;
        readonly worst?: number;
      }
    >
  >;
}

/** {@link ErrorReference} of one (D, T) pair of the scaling study. */
export interface ScalingReference extends ErrorReference {
  readonly D: number;
  readonly T: number;
}

/** {@link ErrorReference} of one construction and S of the steps. */
export interface StepReference extends ErrorReference {
  readonly construction: string;
  readonly S: number;
}

/** Share of active neurons per block, [d]. */
export interface ActiveFractionReference {
  readonly z: number;
  readonly layer: number;
  readonly activeFraction: readonly number[];
}

/** [E23] for one network. */
export interface EmbeddingMatrixReference {
  readonly D: number;
  readonly T: number;
  readonly S: number;
  readonly variant: "delta" | "mean" | "both";
  readonly meanSquare: number;
}

/** T5. */
export interface RandomVectorsReference {
  readonly n: number;
  readonly m: number;
  readonly largest?: number;
  readonly meanSquare?: number;
}
