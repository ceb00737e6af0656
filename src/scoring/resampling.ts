import { deriveSeed, RandomSequence } from "../base/random.js";
import { standardDeviation } from "../results/statistics.js";
import { WIDTH, type Summary } from "./summary.js";

/** A mean over circuits. Its interval is over test samples: the circuits, their latents and thresholds stay as they are. */
export interface CircuitSummary extends Summary {
  /** Standard deviation of what is averaged, circuit by circuit; null below two values. */
  readonly sdBetweenCircuits: number | null;
}

/** How often each sample counts: whole numbers that add up to how many samples there are. */
export type SampleCounts = Uint8Array;

/** Resamples that an interval is made from: its width is off by about 1/√(2·200) = 5 %. */
export const RESAMPLES = 200;

/** As many samples as there are, drawn with replacement: how often each was, for every resample. A function of its arguments. */
export function drawResamples(samples: number, seed: number): SampleCounts[] {
  const own = deriveSeed(seed, "resamples");
  return Array.from({ length: RESAMPLES }, (_, k) => {
    const random = new RandomSequence(own, "user", k);
    // A sample is drawn once on average: 256 times is out of the question.
    const counts = new Uint8Array(samples);
    for (let draw = 0; draw < samples; draw++) counts[random.below(samples)]++;
    return counts;
  });
}

/** The mean of circuits' scores, and of the same scores on each resample of the test samples. */
export function resampledMean(resamples: readonly SampleCounts[]) {
  const once = new Uint8Array(resamples[0].length).fill(1);
  const values: number[] = [];
  const sums = new Float64Array(resamples.length);
  const counted = new Uint32Array(resamples.length);
  return {
    /**
     * @param score of one circuit on some samples; null where they do not give one, as when the circuit is on in none
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
