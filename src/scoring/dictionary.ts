import { munkres } from "munkres";
import type { Kernels } from "../kernels/kernels.js";
import { directionsAt } from "./directions.js";
import { timesTransposed } from "./products.js";
import { transposed } from "../base/transposed.js";
import type { Dictionary } from "./result-file.js";
import type { ScoredNetwork } from "./scored-network.js";
import type { DenseBatch } from "../engine/dense-errors.js";
import { resampledMean, type CircuitSummary, type SampleCounts } from "./resampling.js";
import { summarize, type Summary } from "./summary.js";
import {
  areaUnderCurve,
  bestThreshold,
  countedArea,
  countedF1,
  countedFit,
  isScored,
  ranksOf,
  squaredCorrelation,
  targetsOf,
  type Targets,
} from "./targets.js";

/** How well latents match the features of one layer's activations. */
export interface DictionaryScores {
  readonly latents: number;
  /** Number of latents whose decoder is 0. */
  readonly dead: number;
  /** Over true directions: the largest |cosine| with any latent's decoder. */
  readonly maxCosine: Summary;
  /** Share of true directions whose largest |cosine| is at least 0.9. */
  readonly recall: number;
  /**
   * Over true directions: |cosine| with the matched latent, if directions and latents are matched one to one; null if
   * there are too many to match.
   */
  readonly matchedCosine: Summary | null;
  /** Over circuits: AUC and F1 of the best latent for "is it on", chosen on training samples. */
  readonly auc: CircuitSummary;
  readonly f1: CircuitSummary;
  /**
   * Over all circuits and all readouts that vary: squared correlation of the readout with its best latent (chosen on
   * training samples) while the circuit is on.
   */
  readonly r2: CircuitSummary;
  /** The scores of each circuit; the three fields above are their averages. */
  readonly circuits: readonly CircuitLatents[];
}

/** The best latents for one circuit, which are chosen on training samples and scored on test samples. */
export interface CircuitLatents {
  readonly circuit: number;
  /** The latent that best tells whether the circuit is on. */
  readonly latent: number;
  readonly auc: number | null;
  readonly f1: number | null;
  /** The best latent for each readout row, in the model's order; null where the row does not vary. */
  readonly readouts: readonly ({ readonly latent: number; readonly r2: number | null } | null)[];
}

/**
 * Matches latents to directions one to one only if the product of the two counts is at most this, because the cost
 * grows cubically.
 */
const MOST_MATCHED = 2_250_000;

const RECALLED = 0.9;

/** How many latents are evaluated at a time. */
const LATENTS = 1024;

/** @param resamples how many times each test sample occurs in each resample, for confidence intervals */
export function scoreDictionary(
  kernels: Kernels,
  network: ScoredNetwork,
  step: number,
  given: Dictionary,
  samples: { readonly train: DenseBatch; readonly test: DenseBatch },
  resamples: readonly SampleCounts[],
): DictionaryScores {
  const { best, matched, dead } = compareDirections(network, step, given);
  const [train, test] = [samples.train, samples.test].map((each) => ({
    targets: targetsOf(network, each, step),
    values: (latents: readonly number[]) => latentValues(kernels, given, each.activations[step], latents),
  })) as [Split, Split];
  return {
    ...{ latents: given.F, dead },
    maxCosine: summarize(best),
    recall: best.filter((cosine) => cosine >= RECALLED).length / best.length,
    matchedCosine: matched === null ? null : summarize(matched),
    ...bestLatents(given.F, train, test, resamples),
  };
}

interface Split {
  readonly targets: Targets;
  /** Gives the values of chosen latents on the split's samples: one array, [samples], per latent. */
  readonly values: (latents: readonly number[]) => Float32Array[];
}

/** |cosines| between true directions and latents. */
interface Comparison {
  /** The largest |cosine| for each direction. */
  readonly best: readonly number[];
  readonly matched: readonly number[] | null;
  readonly dead: number;
}

function compareDirections(network: ScoredNetwork, step: number, { F, decoder }: Dictionary): Comparison {
  const D = decoder.length / F;
  const directions = directionsAt(network, step).map(({ neurons, weights }) => {
    const length = Math.sqrt(weights.reduce((sum, weight) => sum + weight * weight, 0));
    return { neurons, weights, length };
  });
  const best = new Array<number>(directions.length).fill(0);
  const isMatched = F * directions.length <= MOST_MATCHED;
  const cosines: number[][] = [];
  let dead = 0;
  for (let f = 0; f < F; f++) {
    const row = decoder.subarray(f * D, (f + 1) * D);
    const length = Math.sqrt(row.reduce((sum, value) => sum + value * value, 0));
    if (length === 0) dead++;
    const own = directions.map(({ neurons, weights, length: wanted }, at) => {
      if (length === 0) return 0;
      let sum = 0;
      for (let k = 0; k < neurons.length; k++) sum += weights[k] * row[neurons[k]];
      const cosine = Math.abs(sum) / wanted / length;
      if (cosine > best[at]) best[at] = cosine;
      return cosine;
    });
    if (isMatched) cosines.push(own);
  }
  return { best, matched: isMatched ? matchOneToOne(cosines, directions.length) : null, dead };
}

/** The cosine of every direction with its latent in the best matching; 0 for unmatched directions. */
function matchOneToOne(cosines: readonly (readonly number[])[], directions: number): number[] {
  const matched = new Array<number>(directions).fill(0);
  const costs = cosines.map((row) => row.map((cosine) => 1 - cosine));
  for (const [f, direction] of munkres(costs)) matched[direction] = cosines[f][direction];
  return matched;
}

/** Computes the values of chosen latents on samples of activations: one array, [samples], per latent. */
function latentValues(
  kernels: Kernels,
  { F, decoder, encoder, bias }: Dictionary,
  A: Float32Array,
  latents: readonly number[],
): Float32Array[] {
  const D = decoder.length / F;
  const weights = encoder ?? decoder;
  const rows = new Float32Array(latents.length * D);
  latents.forEach((f, at) => rows.set(weights.subarray(f * D, (f + 1) * D), at * D));
  const samples = A.length / D;
  const values = transposed(timesTransposed(kernels, A, rows, D), samples, latents.length);
  return latents.map((f, at) => {
    const own = values.subarray(at * samples, (at + 1) * samples);
    const add = bias?.[f] ?? 0;
    return encoder === null ? own : own.map((value) => Math.max(0, value + add));
  });
}

/** The best latent so far, and its score. */
interface Best {
  latent: number;
  sign: number;
  score: number;
  /** The squared correlation with whether the circuit is on; it breaks ties, which are likely with few samples. */
  tie: number;
}

const none = (): Best => ({ latent: -1, sign: 1, score: -1, tie: -1 });

/** The best latent of every circuit, chosen on one split and scored on the other. */
function bestLatents(
  F: number,
  train: Split,
  test: Split,
  resamples: readonly SampleCounts[],
): Pick<DictionaryScores, "auc" | "f1" | "r2" | "circuits"> {
  const scored = Array.from(train.targets.samples.keys()).filter((t) =>
    [train, test].every(({ targets }) => isScored(targets, t)),
  );
  const rows = train.targets.readouts[0]?.length ?? 0;
  const forOn = scored.map(none);
  const forRow = scored.map(() => Array.from({ length: rows }, none));
  for (let first = 0; first < F; first += LATENTS) {
    const latents = Array.from({ length: Math.min(LATENTS, F - first) }, (_, f) => first + f);
    train.values(latents).forEach((values, f) => {
      const ranks = ranksOf(values);
      const moments = momentsOf(values);
      scored.forEach((t, k) => {
        const on = train.targets.samples[t];
        const area = areaUnderCurve(ranks, on);
        const best = forOn[k];
        const score = Math.max(area, 1 - area);
        const tie = score < best.score ? 0 : correlationWithOn(values, moments, on);
        if (score > best.score || (score === best.score && tie > best.tie)) {
          forOn[k] = { latent: first + f, sign: area >= 0.5 ? 1 : -1, score, tie };
        }
        const own = Float32Array.from(on, (sample) => values[sample]);
        train.targets.readouts[t].forEach((wanted, row) => {
          const fit = squaredCorrelation(own, wanted);
          if (fit !== null && fit > forRow[k][row].score) forRow[k][row] = { ...none(), latent: first + f, score: fit };
        });
      });
    });
  }
  const chosen = [...new Set([...forOn, ...forRow.flat()].map(({ latent }) => latent).filter((f) => f >= 0))];
  const [onTrain, onTest] = [train, test].map(({ values }) => {
    const own = chosen.length === 0 ? [] : values(chosen);
    return new Map(chosen.map((latent, at) => [latent, own[at]]));
  }) as [Map<number, Float32Array>, Map<number, Float32Array>];
  const [auc, f1, r2] = [resampledMean(resamples), resampledMean(resamples), resampledMean(resamples)];
  const circuits = scored.map((t, k): CircuitLatents => {
    const { latent, sign } = forOn[k];
    const signed = (values: ReadonlyMap<number, Float32Array>): Float32Array =>
      (values.get(latent) ?? new Float32Array()).map((value) => sign * value);
    const values = signed(onTest);
    const on = test.targets.samples[t];
    return {
      ...{ circuit: t, latent },
      auc: auc.add(countedArea(values, on)),
      f1: f1.add(countedF1(values, on, bestThreshold(signed(onTrain), train.targets.samples[t]))),
      readouts: test.targets.readouts[t].map((wanted, row) => {
        const { latent: own } = forRow[k][row];
        const best = onTest.get(own);
        // A readout that varies on the training samples but not on the test samples has no score.
        if (best === undefined || squaredCorrelation(wanted, wanted) === null) return null;
        const given = Float64Array.from(on, (sample) => best[sample]);
        return { latent: own, r2: r2.add(countedFit(on, given, wanted, (x, y) => squaredCorrelation(x, y) ?? 0)) };
      }),
    };
  });
  return { auc: auc.summarize(), f1: f1.summarize(), r2: r2.summarize(), circuits };
}

interface Moments {
  readonly mean: number;
  readonly squares: number;
}

function momentsOf(values: Float32Array): Moments {
  let mean = 0;
  for (const value of values) mean += value / values.length;
  let squares = 0;
  for (const value of values) squares += (value - mean) ** 2;
  return { mean, squares };
}

function correlationWithOn(values: Float32Array, { mean, squares }: Moments, on: Uint32Array): number {
  let sum = 0;
  for (const sample of on) sum += values[sample] - mean;
  return squares > 0 ? (sum * sum) / squares / ((on.length * (values.length - on.length)) / values.length) : 0;
}
