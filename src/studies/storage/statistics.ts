import { median } from "../../drawing/numbers.js";
import type { ReEmbeddingTask } from "./re-embedding.js";
import type { ResultOf } from "../../jobs/task.js";
import { histogramRange, type StorageTask } from "./measure.js";
import type { ReadoutHistogram } from "./distribution-figure.js";
import type { ReEmbeddingRow, StorageRow, StorageSizeRow, StoredFeaturesRow } from "./rows.js";
import {
  distinguishableLevels,
  largestDot,
  largestDotLaw,
  mostActive,
  noiseBound,
  welchBound,
} from "../../theory/storage.js";
import { activeAtShare, probabilityAllRight } from "../../theory/stored-features.js";
import { spread } from "../../results/statistics.js";

/** Noise for each measured combination of an l and a kind of amplitude, computed from all draws of one task. */
export function noiseRows(task: StorageTask, draws: readonly ResultOf<StorageTask>[]): StorageRow[] {
  const { family, n, m } = task;
  return draws[0].map(({ l, amplitudes, samples }, index): StorageRow => {
    const of = (get: (noise: ResultOf<StorageTask>[number]) => number) => spread(draws.map((draw) => get(draw[index])));
    const rms = of(({ inactive }) => Math.sqrt(inactive));
    const worst = of(({ worst }) => worst);
    const largest = of(({ largest }) => largest);
    const wrong = of(({ wrong }) => wrong);
    const wrongSamples = of(({ wrongSamples }) => wrongSamples);
    return {
      ...{ family, n, m, l, amplitudes, samples, repeats: draws.length },
      ...{ rms: rms.mean, rmsSd: rms.sd, worst: worst.mean, worstSd: worst.sd },
      ...{ largest: largest.mean, largestSd: largest.sd },
      ...{ wrong: wrong.mean, wrongSd: wrong.sd, wrongSamples: wrongSamples.mean, wrongSamplesSd: wrongSamples.sd },
      wrongSamplesLaw: amplitudes === "boolean" && l < m && l <= 1e6 ? wrongByLaw({ n, m, l }) : null,
    };
  });
}

/**
 * The share of samples with a wrong readout according to the law, rounded to nine digits because the last digits of
 * exponentials differ between engines.
 */
function wrongByLaw(stored: { readonly n: number; readonly m: number; readonly l: number }): number {
  return Math.round(1e9 * (1 - probabilityAllRight(stored))) / 1e9;
}

/** Statistics of a size that are known before any measurement. */
export function emptySize(family: StorageSizeRow["family"], n: number, m: number, repeats: number): StorageSizeRow {
  const none = { largest: null, largestSd: null, rms: null, rmsSd: null, boundary: null, boundarySd: null };
  const sample = { sampledPairs: 0, sampledLargest: null, sampledLargestSd: null };
  const law = {
    ...{ largestLaw: largestDotLaw({ n, m }), boundaryLaw: activeAtShare({ n, m }, 0.5) },
    ...{ boundaryLaw95: activeAtShare({ n, m }, 0.95), boundaryHalfSlack: activeAtShare({ n, m }, 0.5, "half-slack") },
  };
  const estimates = { largestTheory: largestDot({ n, m }), bound: noiseBound({ n, m }), welch: welchBound({ n, m }) };
  return {
    ...{ family, n, m, repeats },
    ...none,
    ...sample,
    ...law,
    ...estimates,
    boundaryTheory: mostActive({ n, m }),
  };
}

/** The largest |dot| over all pairs: mean and standard deviation over the draws. */
export function largestOf(largest: readonly number[]): Pick<StorageSizeRow, "largest" | "largestSd"> {
  const { mean: value, sd } = spread(largest);
  return { largest: value, largestSd: sd };
}

/**
 * Statistics of one size, computed from its draws. `largest` holds the largest |dot| of each draw of m random vectors;
 * null if not all pairs were examined.
 */
export function sizeRow(
  task: StorageTask,
  draws: readonly ResultOf<StorageTask>[],
  largest: readonly number[] | null,
): StorageSizeRow {
  const { family, n, m } = task;
  const first = draws.flatMap((draw) => draw.filter(({ l, amplitudes }) => l === 1 && amplitudes === "boolean"));
  const boundaries = draws.map(boundaryOf);
  const found = boundaries.filter((value) => value !== null);
  const boundary = found.length === draws.length ? spread(found) : { mean: null, sd: null };
  // The largest |dot| of the other families is known: features of an assignment share at most one neuron, and
  // equiangular vectors have equal |dot|.
  const known = family === "assignment" ? 1 / task.S! : family === "equiangular" ? 1 / Math.sqrt(2 * n - 1) : null;
  const rms = spread(first.map(({ inactive }) => Math.sqrt(inactive)));
  const sampled = spread(first.map(({ largest }) => largest));
  return {
    ...emptySize(family, n, m, draws.length),
    ...(known !== null ? { largest: known, largestSd: 0 } : largest === null ? {} : largestOf(largest)),
    ...(first.length === 0
      ? {}
      : { sampledPairs: task.samples * (m - 1), sampledLargest: sampled.mean, sampledLargestSd: sampled.sd }),
    ...(first.length === 0 ? {} : { rms: rms.mean, rmsSd: rms.sd }),
    ...{ boundary: boundary.mean, boundarySd: boundary.sd },
  };
}

/**
 * The l at which half of the samples have a misread feature, interpolated on a logarithmic scale; null outside the
 * measured range.
 */
export function boundaryOf(noises: ResultOf<StorageTask>): number | null {
  const own = noises.filter(({ amplitudes }) => amplitudes === "boolean");
  const above = own.findIndex(({ wrongSamples }) => wrongSamples >= 0.5);
  if (above <= 0) return null;
  const [a, b] = [own[above - 1], own[above]];
  const share = (0.5 - a.wrongSamples) / (b.wrongSamples - a.wrongSamples);
  return a.l * (b.l / a.l) ** share;
}

/** Noise for each `l` and number of readings, over all draws with that `l`. */
export function reEmbeddingRows(
  tasks: readonly ReEmbeddingTask[],
  results: readonly ResultOf<ReEmbeddingTask>[],
): ReEmbeddingRow[] {
  const ls = [...new Set(tasks.map(({ l }) => l))];
  return ls.flatMap((l) => {
    const own = tasks.flatMap((task, index) => (task.l === l ? [{ task, result: results[index] }] : []));
    const { n, m, layers, samples } = own[0].task;
    const rightOnce = probabilityAllRight({ n, m, l });
    return Array.from({ length: layers }, (_, k): ReEmbeddingRow => {
      const of = (get: (result: ResultOf<ReEmbeddingTask>) => readonly number[]) =>
        spread(own.map(({ result }) => get(result)[k]));
      const [plain, thresholded, right] = [of((r) => r.plain), of((r) => r.thresholded), of((r) => r.right)];
      return {
        ...{ n, m, l, layer: k + 1, samples, repeats: own.length },
        ...{ plain: plain.mean, plainSd: plain.sd, thresholded: thresholded.mean, thresholdedSd: thresholded.sd },
        ...{
          right: right.mean,
          rightLaw: rightOnce ** (k + 1),
          plainTheory: (l / m) * ((1 + m / n) ** (k + 1) - 1),
          thresholdedTheory: l / n,
        },
      };
    });
  });
}

/** The entry of `values` whose ratio to `wanted` is nearest to 1. */
export function nearestTo(wanted: number, values: readonly number[]): number {
  return [...values].sort((a, b) => Math.abs(Math.log(a / wanted)) - Math.abs(Math.log(b / wanted)))[0];
}

/** The values of l: 1, and n/(8 ln m) times powers of √2, from 2^(`from`/2) to 2^1.5. */
export function activeCounts(size: { readonly n: number; readonly m: number }, from = -6): number[] {
  const steps = Array.from({ length: 4 - from }, (_, k) => Math.round(mostActive(size) * 2 ** ((from + k) / 2)));
  return [...new Set([1, ...steps.filter((l) => l >= 1 && l <= size.m / 2)])].sort((a, b) => a - b);
}

/** The rows of `noiseRows`, each with the estimates for its measured values. */
export function rowsBesideEstimates(task: StorageTask, draws: readonly ResultOf<StorageTask>[]) {
  return noiseRows(task, draws).map((row) => ({
    ...row,
    rmsTheory: Math.sqrt(row.l / row.n / (row.amplitudes === "graded" ? 3 : 1)),
    bound: noiseBound(row) * Math.sqrt(row.l),
    boundaryTheory: mostActive(row),
    levels: 1 / (2 * row.worst),
    levelsTheory: distinguishableLevels(row, row.l),
  }));
}

/** Number of readouts in each bin with `l` active features, over all draws. */
export function histogramAt(
  draws: readonly ResultOf<StorageTask>[],
  l: number,
  amplitudes: StorageRow["amplitudes"],
): ReadoutHistogram {
  const own = draws.flatMap((draw) => draw.filter((noise) => noise.l === l && noise.amplitudes === amplitudes));
  const summed = (of: "inactive" | "active"): number[] =>
    own[0].histogram![of].map((_, bin) => own.reduce((sum, { histogram }) => sum + histogram![of][bin], 0));
  return { range: histogramRange, inactive: summed("inactive"), active: summed("active") };
}

/**
 * The number of features stored, and the number kept through all layers. `results` holds one count per sample for every
 * layer of every D, [D·layers][sample].
 */
export function storedFeaturesRows(
  Ds: readonly number[],
  layers: number,
  results: readonly (readonly number[])[],
  most: number,
): StoredFeaturesRow[] {
  return Ds.flatMap((D, index) => {
    const own = results.slice(index * layers, (index + 1) * layers);
    // Until an error occurs, every layer starts from the same features, so the number of features kept is the
    // smallest count over all layers.
    const kept = own[0].map((_, sample) => Math.min(...own.map((counts) => counts[sample])));
    return [storedFeaturesRow("stored", D, own.flat(), most), storedFeaturesRow("kept", D, kept, most)];
  });
}

function storedFeaturesRow(
  what: StoredFeaturesRow["what"],
  D: number,
  counts: readonly number[],
  most: number,
): StoredFeaturesRow {
  const sorted = [...counts].sort((a, b) => a - b);
  const count = median(sorted);
  const [low, high] = [sorted[Math.floor(sorted.length / 4)], sorted[Math.floor((3 * sorted.length) / 4)]];
  return { what, design: null, D, count, low, high, censored: count >= most };
}
