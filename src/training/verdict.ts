import { finiteNumber, given, wholeNumber } from "../base/errors.js";
import { choleskyFactor, choleskySolve } from "../base/cholesky.js";

/** Verdicts on a network, according to the classifier of arXiv 2607.04800. */
export type Verdict = "superposed" | "dedicated" | "dense";

/**
 * Verdict on a network with one hidden layer: "superposed" if coherence < 0.5, variation < 0.15 and the network beats
 * the naive one; otherwise "dedicated" if it has fewer than 1.5 features per neuron; otherwise "dense". [L6]
 *
 * @param network.coherence the largest |cosine| of two nonzero columns of W_in
 * @param network.featuresPerNeuron number of features whose weight is at least half of the neuron's largest, averaged
 * over neurons with nonzero weights
 * @param network.variation standard deviation of the error over features, divided by its mean
 * @param network.overNaive loss divided by that of the naive network
 * @throws InputError naming the number that is missing or not finite
 */
export function verdictOf(network: {
  readonly coherence: number;
  readonly featuresPerNeuron: number;
  readonly variation: number;
  readonly overNaive: number;
}): Verdict {
  const { coherence, featuresPerNeuron, variation, overNaive } = given("network", network, "an object { coherence }");
  for (const [name, value] of Object.entries({ coherence, featuresPerNeuron, variation, overNaive }))
    finiteNumber(name, value);
  if (coherence < 0.5 && variation < 0.15 && overNaive < 1) return "superposed";
  return featuresPerNeuron < 1.5 ? "dedicated" : "dense";
}

/**
 * Mean over features of |ŷ − y|^q for the naive network, which computes N of F features and outputs 0 for the others.
 */
export function naiveLoss({ F, N }: { readonly F: number; readonly N: number }, p: number, q: number): number {
  return Math.max(0, 1 - N / F) * zeroLoss(p, q);
}

/** The loss of a network that always outputs 0: E ReLU(x)^q. */
export function zeroLoss(p: number, q: number): number {
  return p / (2 * (q + 1));
}

/** The loss of a network that always outputs the same constant c, with the best c: the minimum of E |ReLU(x) − c|^q. */
export function constantLoss(p: number, q: number): number {
  const at = (c: number): number => (1 - p / 2) * c ** q + ((p / 2) * (c ** (q + 1) + (1 - c) ** (q + 1))) / (q + 1);
  // The loss is convex in c.
  let [low, high] = [0, 1];
  for (let step = 0; step < 60; step++) {
    const [left, right] = [low + (high - low) / 3, high - (high - low) / 3];
    if (at(left) < at(right)) high = right;
    else low = left;
  }
  return at((low + high) / 2);
}

/** Mean over outputs of |ŷ − ReLU(x)|^q for some trivial solutions. */
export interface BaselineLosses {
  /** All outputs are 0. */
  readonly zero: number;
  /** N of the F ReLUs are computed exactly; the other outputs are 0. */
  readonly naive: number;
  /** Each output is the constant that best fits its target. */
  readonly bestConstant: number;
}

/**
 * Losses that a network of N neurons for F ReLUs of sparse inputs has to beat. [L8]
 *
 * @param task.p probability that an input is nonzero; a nonzero input is uniform in (−1, 1)
 * @param task.q exponent of the loss, ≥ 1
 * @throws InputError naming the field that is out of bounds
 */
export function baselineLosses(task: {
  readonly F: number;
  readonly N: number;
  readonly p: number;
  readonly q: number;
}): BaselineLosses {
  const { F, N, p, q } = given("task", task, "an object { F, N, p, q }");
  wholeNumber("F", F, 1);
  wholeNumber("N", N, 1);
  finiteNumber("p", p, 0, 1);
  finiteNumber("q", q, 1);
  return { zero: zeroLoss(p, q), naive: naiveLoss({ F, N }, p, q), bestConstant: constantLoss(p, q) };
}

/** Statistics of a layer's weights, regardless of its function. */
export interface EncoderStatistics {
  /** The largest |cosine| of two columns of W_in. Columns of zeros have no direction and are ignored. */
  readonly coherence: number;
  /**
   * Mean over neurons of the number of features whose weight is at least half the neuron's largest. Neurons whose
   * weights are all 0 are ignored; the mean is 0 if all neurons are of this kind.
   */
  readonly featuresPerNeuron: number;
}

/** @param encoder the columns of W_in, [F][N] */
export function encoderStatistics(
  encoder: ArrayLike<number>,
  { F, N }: { readonly F: number; readonly N: number },
): EncoderStatistics {
  const dot = (f: number, g: number): number => {
    let sum = 0;
    for (let n = 0; n < N; n++) sum += encoder[f * N + n] * encoder[g * N + n];
    return sum;
  };
  let coherence = 0;
  const norms = Float64Array.from({ length: F }, (_, f) => Math.sqrt(dot(f, f)));
  for (let f = 1; f < F; f++)
    for (let g = 0; g < f; g++) {
      const both = norms[f] * norms[g];
      if (both > 0) coherence = Math.max(coherence, Math.abs(dot(f, g)) / both);
    }
  let [large, used] = [0, 0];
  for (let n = 0; n < N; n++) {
    const row = Array.from({ length: F }, (_, f) => Math.abs(encoder[f * N + n]));
    const most = Math.max(...row);
    if (most === 0) continue;
    large += row.filter((weight) => weight >= most / 2).length;
    used++;
  }
  return { coherence, featuresPerNeuron: large / Math.max(1, used) };
}

/** The largest number of neurons for which the decoder is compared with the pseudo-inverse. */
export const MOST_COMPARED = 400;

/**
 * pinv(W_in), [F][N]; null if neurons are linearly dependent.
 *
 * @param encoder the columns of W_in, [F][N]
 */
export function pseudoInverseOf(
  encoder: ArrayLike<number>,
  { F, N }: { readonly F: number; readonly N: number },
): Float64Array | null {
  const gram = new Float64Array(N * N);
  for (let f = 0; f < F; f++)
    for (let i = 0; i < N; i++) for (let j = 0; j <= i; j++) gram[i * N + j] += encoder[f * N + i] * encoder[f * N + j];
  const factor = choleskyFactor(gram, N);
  for (let n = 0; n < N; n++) if (!(factor[n * N + n] > 0)) return null;
  const inverse = Float64Array.from({ length: F * N }, (_, at) => encoder[at]);
  for (let f = 0; f < F; f++) choleskySolve(factor, inverse.subarray(f * N, (f + 1) * N));
  return inverse;
}
