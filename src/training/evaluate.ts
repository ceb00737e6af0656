import { deriveSeed, seedKey, streams } from "../base/random.js";
import { writeDescriptor } from "../kernels/descriptors.js";
import * as fields from "../kernels/fields.js";
import type { Kernels } from "../kernels/kernels.js";
import { arenaOf } from "../kernels/memory.js";
import { mixingMatrix } from "./labels.js";
import { compressedShape, logOff, type CompressedTask } from "./compressed.js";
import { Passes } from "./layers.js";
import {
  constantLoss,
  encoderStatistics,
  MOST_COMPARED,
  naiveLoss,
  pseudoInverseOf,
  verdictOf,
  zeroLoss,
  type EncoderStatistics,
  type Verdict,
} from "./verdict.js";

/** A network's results on inputs that it was not trained on. */
export interface TrainedRow extends Omit<CompressedTask, "task">, EncoderStatistics {
  /** Number of inputs on which the network was measured. */
  readonly samples: number;
  /** Mean over outputs of |ŷ − y|^q, with the task's labels y, and its standard error. */
  readonly loss: number;
  readonly lossError: number;
  /** `loss` divided by p. */
  readonly lossOverP: number;
  /** Mean over outputs of |ŷ − ReLU(x)|^q, divided by that of the naive network. */
  readonly overNaive: number;
  /** Mean over outputs of |ŷ − ReLU(x)|^q, divided by that of the best constant. */
  readonly overConstant: number;
  /**
   * Mean squared error against ReLU(x), divided by that of a network that outputs 0; and the error's variation over
   * outputs.
   */
  readonly squareOverZero: number;
  readonly variation: number;
  /**
   * Mean squared error of a feature when its input is above 0 and all other inputs are drawn as usual, and the
   * variation of this error over features.
   */
  readonly active: number;
  readonly activeVariation: number;
  /** Mean squared error of a feature that is active alone, for x uniform in (0, 1), and its variation over features. */
  readonly alone: number;
  readonly aloneVariation: number;
  readonly verdict: Verdict;
}

/** The effect of replacing W_out by c·pinv(W_in). */
export interface DecoderComparison {
  /**
   * The c with the smallest loss; null if the network has more than MOST_COMPARED neurons, if W_in has no
   * pseudo-inverse, or if float32 cannot hold the pseudo-inverse.
   */
  readonly pinvScale: number | null;
  /**
   * The loss with W_out replaced by c·pinv(W_in), divided by the network's own loss, both with ReLU(x) as labels; null
   * if `pinvScale` is null or the network's own loss is 0.
   */
  readonly overOwnDecoder: number | null;
}

/** The parameters of a network with one hidden layer: W_inᵀ [F][N], biases [N] if there are any, W_outᵀ [N][F]. */
export type Parameters = Float32Array<ArrayBuffer>;

/** Number of inputs on which the pseudo-inverse's scale is fitted. */
const FITTED = 8192;
/** The largest scale that the search for the best scale tries, and the precision of this search. */
const LARGEST_SCALE = 1e6;
const PRECISION = 0.0036;
/** Number of values of x at which a feature is measured with all others off. */
const LEVELS = 16;

interface Sums {
  readonly loss: number;
  readonly lossSquared: number;
  /** Σ |ŷ − ReLU(x)|^q over outputs, averaged over inputs, and mean squares by feature. */
  readonly clean: number;
  readonly squares: Float64Array;
  /** Mean squares over the samples in which the feature's input is above 0. */
  readonly activeSquares: Float64Array;
}

/** Runs inputs drawn from `seed` through a network. */
function measure(
  kernels: Kernels,
  task: CompressedTask,
  parameters: Parameters,
  mixed: Float32Array | null,
  samples: number,
  seed: number,
): Sums {
  const { F, p, q } = task;
  const arena = arenaOf(kernels);
  const passes = new Passes(kernels, compressedShape(task), arena);
  const { starts, columns, values } = passes.inputs;
  const draw = writeDescriptor(arena, fields.drawSparse, {
    ...{ logOff: logOff(p), starts, columns, values, F, stream: streams.design },
  });
  arena.viewF32(passes.parameters, passes.count).set(parameters);
  passes.loaded();
  const [low, high] = seedKey(deriveSeed(seed, "training-measured"));
  const squares = new Float64Array(F);
  const [activeSquares, counts] = [new Float64Array(F), new Uint32Array(F)];
  const [whole, hasRoot] = [Math.floor(q), q % 1 !== 0];
  const power = (e: number): number => {
    const a = Math.abs(e);
    let result = hasRoot ? Math.sqrt(a) : 1;
    for (let k = 0; k < whole; k++) result *= a;
    return result;
  };
  let [loss, lossSquared, clean] = [0, 0, 0];
  const label = new Float64Array(F);
  for (let first = 0, tile = 0; first < samples; first += passes.tile, tile++) {
    const count = Math.min(passes.tile, samples - first);
    kernels.drawSparse(draw, low, high, 0, tile, count);
    passes.forward(count);
    const out = arena.viewF32(passes.outputs[0], count * F);
    const begin = arena.viewU32(starts, count + 1);
    const entries = begin[count];
    const [which, x] = [arena.viewU32(columns, entries), arena.viewF32(values, entries)];
    for (let s = 0; s < count; s++) {
      const e = out.subarray(s * F, (s + 1) * F);
      for (let j = begin[s]; j < begin[s + 1]; j++) {
        if (!(x[j] > 0)) continue;
        const f = which[j];
        e[f] -= x[j];
        activeSquares[f] += e[f] * e[f];
        counts[f]++;
      }
      let sum = 0;
      for (let f = 0; f < F; f++) {
        squares[f] += e[f] * e[f];
        sum += power(e[f]);
      }
      clean += sum / F;
      if (mixed !== null) {
        label.fill(0);
        for (let j = begin[s]; j < begin[s + 1]; j++)
          for (let f = 0; f < F; f++) label[f] += x[j] * mixed[which[j] * F + f];
        sum = 0;
        for (let f = 0; f < F; f++) sum += power(e[f] - label[f]);
      }
      loss += sum / F;
      lossSquared += (sum / F) ** 2;
    }
  }
  for (let f = 0; f < F; f++) {
    squares[f] /= samples;
    activeSquares[f] /= Math.max(1, counts[f]);
  }
  return { loss: loss / samples, lossSquared: lossSquared / samples, clean: clean / samples, squares, activeSquares };
}

/** Errors of features that are active alone: the mean over x in (0, 1) of (ŷ_f − x)². */
export function errorsAlone({ F, N, biases }: CompressedTask, parameters: Parameters): Float64Array {
  const bias = biases === "none" ? null : parameters.subarray(F * N, F * N + N);
  const decoder = parameters.subarray(F * N + (bias === null ? 0 : N));
  return Float64Array.from({ length: F }, (_, f) => {
    let sum = 0;
    for (let level = 0; level < LEVELS; level++) {
      // The x values are midpoints; their mean square is 1/3 − 1/(12·LEVELS²).
      const x = (level + 0.5) / LEVELS;
      let y = 0;
      for (let n = 0; n < N; n++) y += Math.max(0, x * parameters[f * N + n] + (bias?.[n] ?? 0)) * decoder[n * F + f];
      sum += (y - x) ** 2 / LEVELS;
    }
    return sum;
  });
}

/** A network's row: its results on `samples` inputs drawn from a seed, and the statistics of its weights. */
export function measureTrained(
  kernels: Kernels,
  task: CompressedTask & { readonly seed: number },
  parameters: Parameters,
  samples: number,
): TrainedRow {
  const { F, N, p, q, biases, mixing, sigma, seed } = task;
  const size = { F, N };
  const M = mixingMatrix(mixing, F, sigma, seed);
  const { loss, lossSquared, clean, squares, activeSquares } = measure(kernels, task, parameters, M, samples, seed);
  const encoder = parameters.subarray(0, F * N);
  const weights = encoderStatistics(encoder, size);
  const [square, variation] = meanAndVariation(squares);
  const [active, activeVariation] = meanAndVariation(activeSquares);
  const [alone, aloneVariation] = meanAndVariation(errorsAlone(task, parameters));
  const overNaive = clean / naiveLoss(size, p, q);
  return {
    ...{ F, N, p, q, biases, mixing, sigma, samples, loss },
    lossError: Math.sqrt(Math.max(0, lossSquared - loss * loss) / samples),
    ...{ lossOverP: loss / p, overNaive, overConstant: clean / constantLoss(p, q) },
    ...{
      squareOverZero: square / zeroLoss(p, 2),
      variation,
      active,
      activeVariation,
      alone,
      aloneVariation,
      ...weights,
    },
    verdict: verdictOf({ ...weights, variation, overNaive }),
  };
}

/** Compares the decoder with the best multiple of the pseudo-inverse, found by golden-section search. */
export function compareDecoder(
  kernels: Kernels,
  task: CompressedTask & { readonly seed: number },
  parameters: Parameters,
): DecoderComparison {
  const { F, N, seed } = task;
  const pinv = N > MOST_COMPARED ? null : pseudoInverseOf(parameters.subarray(0, F * N), { F, N });
  if (pinv === null) return { pinvScale: null, overOwnDecoder: null };
  const decoderAt = parameters.length - F * N;
  const lossOf = (network: Parameters): number => measure(kernels, task, network, null, FITTED, seed).clean;
  const at = (scale: number): number => {
    const replaced = parameters.slice();
    for (let f = 0; f < F; f++) for (let n = 0; n < N; n++) replaced[decoderAt + n * F + f] = scale * pinv[f * N + n];
    return lossOf(replaced);
  };
  const golden = (Math.sqrt(5) - 1) / 2;
  // The loss is convex in the scale, so if it rises at some scale, the best scale is smaller.
  let [low, high] = [0, 3];
  while (high < LARGEST_SCALE && at(high) < at(high / 2)) high *= 2;
  let [left, right] = [high - golden * (high - low), low + golden * (high - low)].map((scale) => ({
    scale,
    loss: at(scale),
  }));
  while (high - low > PRECISION * Math.max(1, low / 3)) {
    if (left.loss < right.loss) {
      [high, right] = [right.scale, left];
      const scale = high - golden * (high - low);
      left = { scale, loss: at(scale) };
    } else {
      [low, left] = [left.scale, right];
      const scale = low + golden * (high - low);
      right = { scale, loss: at(scale) };
    }
  }
  const best = left.loss < right.loss ? left : right;
  if (!Number.isFinite(best.loss)) return { pinvScale: null, overOwnDecoder: null };
  const own = lossOf(parameters);
  return { pinvScale: best.scale, overOwnDecoder: own > 0 ? best.loss / own : null };
}

/** The mean, and the standard deviation divided by it, which is 0 if all values are 0. */
function meanAndVariation(values: Float64Array): readonly [number, number] {
  const centre = values.reduce((sum, value) => sum + value, 0) / values.length;
  const square = values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / values.length;
  return [centre, centre === 0 ? 0 : Math.sqrt(square) / centre];
}
