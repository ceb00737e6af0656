import { deriveSeed, RandomSequence } from "../base/random.js";
import { standardDeviation } from "../results/statistics.js";
import { WIDTH, type Summary } from "./summary.js";

/**
 * A mean over circuits. The interval comes from resampling the test samples, while circuits, latents and thresholds
 * stay fixed.
 */
export interface CircuitSummary extends Summary {
  /** Standard deviation across circuits of the averaged scores; null for fewer than two values. */
  readonly sdBetweenCircuits: number | null;
}

/** How many times each sample counts: whole numbers that sum to the number of samples. */
export type SampleCounts = Uint8Array;

/** Number of resamples per interval; the relative error of the interval's width is then about 1/√(2·200) = 5%. */
export const RESAMPLES = 200;

/** For every resample, how many times each sample was drawn, with replacement. Depends on its arguments alone. */
export function drawResamples(samples: number, seed: number): SampleCounts[] {
  const own = deriveSeed(seed, "resamples");
  return Array.from({ length: RESAMPLES }, (_, k) => {
    const random = new RandomSequence(own, "user", k);
    // Each sample is drawn once on average, so a count of 256 cannot realistically occur.
    const counts = new Uint8Array(samples);
    for (let draw = 0; draw < samples; draw++) counts[random.below(samples)]++;
    return counts;
  });
}

/** Averages circuits' scores, and the same scores on each resample of the test samples. */
export function resampledMean(resamples: readonly SampleCounts[]) {
  const once = new Uint8Array(resamples[0].length).fill(1);
  const values: number[] = [];
  const sums = new Float64Array(resamples.length);
  const counted = new Uint32Array(resamples.length);
  return {
    /**
     * @param score scores one circuit on given samples; null if it has no score, for example because the circuit is
     * never on
     * @returns the score on all samples
     */
    add(score: (counts: SampleCounts) => number | null): number | null {
      const value = score(once);
      if (value === null) return null;
      values.push(value);
      resamples.forEach((counts, k) => {
        const own = score(counts);
        if (own === null) return;
        sums[k] += own;
        counted[k]++;
      });
      return value;
    },
    summarize(): CircuitSummary {
      const count = values.length;
      if (count === 0) return { mean: null, plusMinus: null, sdBetweenCircuits: null, count };
      const means = Array.from(sums, (sum, k) => sum / counted[k]).filter((own) => !Number.isNaN(own));
      const sd = standardDeviation(means);
      return {
        mean: values.reduce((sum, value) => sum + value, 0) / count,
        plusMinus: sd === null ? null : WIDTH * sd,
        sdBetweenCircuits: standardDeviation(values),
        count,
      };
    },
  };
}
