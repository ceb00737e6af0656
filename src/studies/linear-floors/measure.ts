import { choleskyFactor, choleskySolve } from "../../base/cholesky.js";
import { InputError, wholeNumber } from "../../base/errors.js";
import type { Task, TaskKind } from "../../jobs/task.js";
import { changeDescriptor, writeDescriptor } from "../../kernels/descriptors.js";
import * as fields from "../../kernels/fields.js";
import type { Kernels } from "../../kernels/kernels.js";
import { Arena } from "../../kernels/memory.js";
import { MULTIPLY } from "../storage/cost.js";
import { featureWriter, type FeatureSet, type FeatureWriter } from "../storage/feature-families.js";

/** How well one linear readout of a code does. */
export interface LinearReadout {
  /** Mean of M_ij² over i ≠ j, M = GΦ with the rows of G scaled so that M_jj = 1. */
  readonly meanSquare: number;
  /** R_readout: the above over the code's own floor; null where that is 0. */
  readonly ratio: number | null;
}

/** What no linear readout of a code can be below. [L3] */
export interface LinearFloors {
  /** Features. */
  readonly F: number;
  /** Dimensions that the features span. */
  readonly n: number;
  /** Welch's floor for any F features in n dimensions, W = (F−n)/(n(F−1)). */
  readonly welch: number;
  /** The code's own floor W* = (Σ 1/h_j − F)/(F(F−1)), h_j = φ_jᵀ(ΦΦᵀ)⁻¹φ_j. */
  readonly own: number;
  /** R_geom: the code’s own floor over Welch’s; null where that is 0. */
  readonly geometry: number | null;
  /** Every feature read by its own direction, φ_j/|φ_j|². */
  readonly tied: LinearReadout;
  /** Read by the pseudo-inverse with scaled rows, which reaches the floor. */
  readonly pseudoInverse: LinearReadout;
}

type Numbers = Float32Array | Float64Array;

/** Multiplications that are done in doubles: less than half a second. */
const SMALL = 2e8;
/** Features in one matrix product. */
const CHUNK = 512;
/** A coordinate that is told this well by others is one of them: sums of products in single precision. */
const DEPENDENT = 1e-5;
/** What a feature's leverage h_j has to be at least: below, it can't be told from the others. */
const LEAST_LEVERAGE = 1e-9;

/**
 * The floors of linear readout of a code (Borobia et al., arXiv 2605.01192), in O(F·n²) on the dense kernel: with
 * H = Σ_j g_j g_jᵀ over the scaled rows of a readout and Σ = ΦΦᵀ, Σ_{i≠j} M_ij² = tr(HΣ) − F. [L3]
 *
 * Memory is that of two chunks of features and of a few n × n matrices, whatever F is. Large codes are multiplied in single precision, those of
 * F·n² ≤ 2·10^8 in doubles.
 *
 * @param F features, at least 2
 * @param code writes feature vectors; its width may be larger than the dimension that they span
 * @throws InputError when a feature is 0 or not finite
 */
export function measureLinearFloors(kernels: Kernels, arena: Arena, F: number, code: FeatureWriter): LinearFloors {
  wholeNumber("F", F, 2, 2 ** 31);
  const { width, write } = code;
  const size = Math.max(CHUNK, width);
  const vectors = arena.bytes(CHUNK * width * 4);
  const [left, right] = [arena.bytes(size * size * 4), arena.bytes(size * size * 4)];
  const [packed, out] = [arena.bytes(size * size * 4), arena.bytes(size * size * 4)];
  const [bias, workspace] = [arena.bytes(size * 4), arena.bytes(kernels.denseWorkspace())];
  const product = writeDescriptor(arena, fields.denseLayer, { packed, bias, workspace, N: size, K: size });

  /** A·Wᵀ, A [M][K], W [N][K], by the kernel or, where that is quick, in doubles. */
  const isSmall = F * width * width <= SMALL;
  function multiply(A: Numbers, M: number, W: Numbers, N: number, K: number): Numbers {
    if (isSmall) {
      const result = new Float64Array(M * N);
      for (let i = 0; i < M; i++)
        for (let j = 0; j < N; j++) {
          let sum = 0;
          for (let k = 0; k < K; k++) sum += A[i * K + k] * W[j * K + k];
          result[i * N + j] = sum;
        }
      return result;
    }
    arena.viewF32(left, M * K).set(A);
    arena.viewF32(right, N * K).set(W);
    kernels.packWeights(packed, right, N, K);
    changeDescriptor(arena, fields.denseLayer, product, { N, K });
    kernels.denseLayer(product, out, left, M, false);
    return arena.viewF32(out, M * N).slice();
  }

  /** Calls with each chunk of features, f32 [count][width] at `vectors`. */
  function eachChunk(use: (first: number, count: number) => void): void {
    for (let first = 0; first < F; first += CHUNK) {
      const count = Math.min(CHUNK, F - first);
      for (let v = 0; v < count; v++) write(vectors + v * width * 4, first + v);
      use(first, count);
    }
  }

  /** Adds Σ_v v vᵀ of `count` rows to a [width][width] matrix. */
  function addGram(sum: Float64Array, rows: Numbers, count: number): void {
    const columns = new Float64Array(count * width);
    for (let v = 0; v < count; v++) for (let i = 0; i < width; i++) columns[i * count + v] = rows[v * width + i];
    multiply(columns, width, columns, width, count).forEach((value, at) => (sum[at] += value));
  }

  const gram = new Float64Array(width * width);
  const tiedGram = new Float64Array(width * width);
  const scaled = new Float64Array(CHUNK * width);
  eachChunk((first, count) => {
    const rows = arena.viewF32(vectors, count * width);
    for (let v = 0; v < count; v++) {
      let square = 0;
      for (let i = v * width; i < (v + 1) * width; i++) square += rows[i] * rows[i];
      if (!(square > 0 && square < Infinity))
        throw new InputError(`feature ${first + v}: its vector is ${square === 0 ? "0" : "not finite"}.`);
      for (let i = v * width; i < (v + 1) * width; i++) scaled[i] = rows[i] / square;
    }
    addGram(gram, rows, count);
    addGram(tiedGram, scaled, count);
  });

  // Where features span fewer dimensions than their coordinates, some coordinates say it all: h_j does not depend on which.
  const kept = independentCoordinates(gram, width);
  const n = kept.length;
  const factor = choleskyFactor(Float64Array.from(kept.flatMap((i) => kept.map((j) => gram[i * width + j]))), n);
  // (ΦΦᵀ)⁻¹ on the kept coordinates, 0 elsewhere.
  const inverse = new Float64Array(width * width);
  for (const [at, column] of kept.entries()) {
    const unit = new Float64Array(n);
    unit[at] = 1;
    choleskySolve(factor, unit);
    kept.forEach((row, k) => (inverse[row * width + column] = unit[k]));
  }

  let sumOfInverses = 0;
  const bestGram = new Float64Array(width * width);
  eachChunk((first, count) => {
    const rows = Float32Array.from(arena.viewF32(vectors, count * width));
    const read = multiply(rows, count, inverse, width, width);
    for (let v = 0; v < count; v++) {
      let leverage = 0;
      for (let i = v * width; i < (v + 1) * width; i++) leverage += rows[i] * read[i];
      if (!(leverage > LEAST_LEVERAGE))
        throw new InputError(`feature ${first + v}: its vector is too short beside the others.`);
      sumOfInverses += 1 / leverage;
      for (let i = v * width; i < (v + 1) * width; i++) read[i] /= leverage;
    }
    addGram(bestGram, read, count);
  });

  const pairs = F * (F - 1);
  const own = Math.max(0, sumOfInverses - F) / pairs;
  const readout = (H: Float64Array): LinearReadout => {
    const meanSquare = Math.max(0, H.reduce((trace, entry, at) => trace + entry * gram[at], 0) - F) / pairs;
    return { meanSquare, ratio: own > 0 ? meanSquare / own : null };
  };
  const welch = Math.max(0, F - n) / (n * (F - 1));
  return {
    ...{ F, n, welch, own, geometry: welch > 0 ? own / welch : null },
    ...{ tied: readout(tiedGram), pseudoInverse: readout(bestGram) },
  };
}

/**
 * Coordinates that span what all do, the one that is told worst by those before it first (Cholesky's factorisation with
 * diagonal pivots), in ascending order.
 */
function independentCoordinates(gram: Float64Array, width: number): number[] {
  const rest = Float64Array.from({ length: width }, (_, i) => gram[i * width + i]);
  const least = DEPENDENT * Math.max(...rest);
  const kept: number[] = [];
  const columns: Float64Array[] = [];
  for (let step = 0; step < width; step++) {
    const pivot = rest.indexOf(Math.max(...rest));
    if (rest[pivot] <= least) break;
    const column = gram.slice(pivot * width, (pivot + 1) * width);
    for (const before of columns) for (let i = 0; i < width; i++) column[i] -= before[pivot] * before[i];
    const root = Math.sqrt(rest[pivot]);
    for (let i = 0; i < width; i++) {
      column[i] /= root;
      rest[i] -= column[i] * column[i];
    }
    rest[pivot] = 0;
    kept.push(pivot);
    columns.push(column);
  }
  return kept.sort((a, b) => a - b);
}

/** Features given as numbers, [F][n]. */
export function featuresOf(arena: Arena, features: readonly ArrayLike<number>[]): FeatureWriter {
  const width = features[0].length;
  return { width, write: (pointer, feature) => arena.viewF32(pointer, width).set(features[feature]) };
}

export interface LinearFloorsTask extends FeatureSet, Task<LinearFloors> {
  readonly kind: "linear-floors";
}

export const linearFloorsKind: TaskKind<LinearFloorsTask> = {
  name: "linear-floors",
  run(core, task) {
    const kernels = core.claim();
    const arena = new Arena(kernels.memory, kernels.heapBase());
    return measureLinearFloors(kernels, arena, task.m, featureWriter(kernels, arena, task));
  },
  cost: ({ n, m }) => ({ load: 0, run: m * n * n * MULTIPLY * 4, resultBytes: 400 }),
  describe: ({ n, m, family }) => `floors of linear readout of ${m} features (${family}) in ${n} dimensions`,
};
