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
