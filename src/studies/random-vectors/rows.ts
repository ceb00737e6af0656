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
