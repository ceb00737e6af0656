import type { Task, TaskKind } from "../../jobs/task.js";
import { wilsonInterval } from "../../results/statistics.js";
import {
  mostActiveAllRight,
  probabilityAllRight,
  sampleExtremeReadouts,
  sharpWidths,
  thresholdValue,
  type Threshold,
} from "../../theory/stored-features.js";

/** Computes from the exact law how many of m features in n dimensions can be active at once. */
export interface StorageLawTask extends Task<StorageLawRow> {
  readonly kind: "storage-law";
  readonly n: number;
  /** The number of features; give either `m` or `lnM`, its natural logarithm. */
  readonly m?: number;
  readonly lnM?: number;
  readonly threshold: Threshold;
  /** Number of samples drawn at l = s95. */
  readonly samples: number;
  readonly seed: number;
}

/** The predictions of the law for one size and threshold, and the results of samples drawn from it. */
export interface StorageLawRow {
  readonly n: number;
  /** The number of features; null if its logarithm was given. */
  readonly m: number | null;
  readonly lnM?: number;
  readonly threshold: Threshold;
  /** The threshold's value at l = s95, or at l = 1 if s95 is 0; null if s50 is 0. */
  readonly theta: number | null;
  /**
   * The largest l such that at least half of the samples are right at this l and at every smaller one; 0 if l = 1
   * already fails.
   */
  readonly s50: number;
  /** The largest such l for 95% of samples. */
  readonly s95: number;
  /** Probability that all m readouts are correct at l = s95, by quadrature; null if s95 is 0. */
  readonly right: number | null;
  /** The share of drawn samples that are correct at s95, with Wilson's 95% interval. */
  readonly sampledRight: number | null;
  readonly low: number | null;
  readonly high: number | null;
  /** Probability that all m readouts are correct at l = s95 + 1. */
  readonly rightBeyond: number | null;
  /** n/(8 ln m): Linsefors' estimate, which is also the sharp first-order law for the threshold ½. */
  readonly estimate: number;
  /**
   * n divided by the sharp first-order width for the best threshold and one active feature: an upper estimate of how
   * many active features this threshold allows. Null for two features, for which the width is 0.
   */
  readonly bestEstimate: number | null;
}

function storageLaw({ n, m, lnM, threshold, samples, seed }: StorageLawTask): StorageLawRow {
  const stored = lnM === undefined ? { n, m: m ?? NaN } : { n, lnM };
  const logarithm = lnM ?? Math.log(m ?? NaN);
  const [s50, s95] = [0.5, 0.95].map((share) => mostActiveAllRight(stored, share, threshold));
  const at = { ...stored, l: Math.max(1, s95) };
  const theta = thresholdValue(at, threshold);
  let right = 0;
  for (let sample = 0; s95 > 0 && sample < samples; sample++) {
    const { lowestActive, highestInactive } = sampleExtremeReadouts(at, seed, sample);
    if (lowestActive > theta && highestInactive <= theta) right++;
  }
  const [low, high] = s95 > 0 ? wilsonInterval(right, samples) : [null, null];
  const isLast = Math.log(s95 + 1) >= logarithm;
  return {
    ...(lnM === undefined ? { n, m: m ?? NaN } : { n, m: null, lnM }),
    ...{ threshold, theta: s50 > 0 ? theta : null, s50, s95 },
    right: s95 > 0 ? probabilityAllRight(at, theta) : null,
    sampledRight: s95 > 0 ? right / samples : null,
    ...{ low, high },
    rightBeyond: isLast ? null : probabilityAllRight({ ...stored, l: s95 + 1 }, threshold),
    estimate: n / (8 * logarithm),
    bestEstimate: m === 2 ? null : n / sharpWidths({ ...stored, l: 1 }).best,
  };
}

export const storageLawKind: TaskKind<StorageLawTask> = {
  name: "storage-law",
  run: (_core, task) => storageLaw(task),
  cost: ({ n, m, lnM, threshold, samples }) => {
    const l = 1 + (2 * n) / (8 * (lnM ?? Math.log(m ?? 2)));
    // Bisection tries about 2·log₂ l numbers of active features for each of the two shares, 50% and 95%.
    const examined = Math.min(l, 4 * Math.log2(1 + l));
    return { load: 0, run: examined * (threshold === "best" ? 30 : 0.4) + samples * l * 1e-4, resultBytes: 400 };
  },
  describe: ({ n, m, lnM }) => `the law of ${m ?? `e^${lnM}`} stored features in ${n} dimensions`,
};
