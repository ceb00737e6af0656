import type { RandomVectorsRow } from "../../../src/studies/random-vectors/figure.js";
import { readReference } from "../../../src/studies/reference-data.js";

interface Reference {
  readonly max_dot: readonly { D: number; n: number; mean_max_abs_dot: number; std: number; two_x: number }[];
}

/** T5. */
export function randomVectorsRows(): RandomVectorsRow[] {
  return readReference<Reference>("random-vectors.json").max_dot.map((point) => ({
    n: point.D,
    m: point.n,
    repeats: 10,
    largest: point.mean_max_abs_dot,
    largestSd: point.std,
    largestTheory: point.two_x,
    meanSquare: 1.01 / point.D,
    meanSquareSd: 0.01 / point.D,
  }));
}
