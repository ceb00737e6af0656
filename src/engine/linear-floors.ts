import { choleskyFactor, inverseOfTriangle } from "../base/cholesky.js";
import { finiteNumbers, given, InputError, listOf, wholeNumber } from "../base/errors.js";
import { changeDescriptor, writeDescriptor } from "../kernels/descriptors.js";
import * as fields from "../kernels/fields.js";
import type { Kernels } from "../kernels/kernels.js";
import { arenaOf, type Arena } from "../kernels/memory.js";

/** Writes feature vectors into the kernels' memory. */
export interface FeatureWriter {
  /** Number of coordinates of each vector: n, or more if the n-dimensional space lies in a larger one. */
  readonly width: number;
  /** Writes vector `feature`, f32 [width], to `pointer`. */
  readonly write: (pointer: number, feature: number) => void;
}

/** The quality of one linear readout of a code. */
export interface LinearReadout {
  /** Mean of M_ij² over i ≠ j, where M = GΦ with the rows of G scaled so that M_jj = 1. */
  readonly meanSquare: number;
  /** R_readout, the mean square divided by the code's floor; null where the floor is 0. */
  readonly ratio: number | null;
}

/** Lower bounds for any linear readout of a code. [L3] */
export interface LinearFloors {
  /** Number of features. */
  readonly F: number;
  /** Number of dimensions that the features span. */
  readonly n: number;
  /** Welch's floor for any F features in n dimensions, W = (F−n)/(n(F−1)). */
  readonly welch: number;
  /** The floor W* of this code, (Σ 1/h_j − F)/(F(F−1)) with h_j = φ_jᵀ(ΦΦᵀ)⁻¹φ_j. */
  readonly own: number;
  /** R_geom, the code's floor divided by Welch's floor; null if Welch's floor is 0. */
  readonly geometry: number | null;
  /** The readout of every feature by its own direction, φ_j/|φ_j|². */
  readonly tied: LinearReadout;
  /** The readout that attains the floor: by the pseudo-inverse with scaled rows. */
  readonly pseudoInverse: LinearReadout;
  /** The readout given with the code; null if none was given. */
  readonly given: LinearReadout | null;
}

/**
 * Sums over a code's features. If a code is composed of smaller codes in orthogonal subspaces, each of its sums is
 * the total of the smaller codes' sums.
 */
export interface FloorSums {
  readonly F: number;
  readonly n: number;
  /** The sum Σ_j 1/h_j. */
  readonly inverses: number;
  /** tr(HΣ) = Σ_ij M_ij² for each readout; null for a readout that was not given. */
  readonly tied: number;
  readonly pseudoInverse: number;
  readonly given: number | null;
}

type Numbers = Float32Array | Float64Array;

/** Codes that need at most this many multiplications, which take less than half a second, use double precision. */
const SMALL = 2e8;
/** Number of features per matrix product. */
const CHUNK = 512;
/**
 * A coordinate counts as dependent if other coordinates predict all but this fraction of it; the fraction depends on
 * the precision.
 */
const DEPENDENT = { single: 1e-5, double: 1e-9 };
/**
 * Coordinates are decorrelated before single-precision products if, for any of them, the part that the others do not
 * predict is below this fraction.
 */
const UNEVEN = 1e-2;
/** The smallest leverage h_j allowed; a feature with a smaller leverage cannot be told apart from the others. */
const LEAST_LEVERAGE = 1e-9;

/**
 * Computes lower bounds on the error of linear readouts of a code (Borobia et al., arXiv 2605.01192), in O(F·n²) on the
 * dense kernel. With H = Σ_j g_j g_jᵀ over the scaled rows g_j of a readout and Σ = ΦΦᵀ, Σ_{i≠j} M_ij² = tr(HΣ) − F.
 * [L3]
 *
 * For any F, the memory holds only two chunks of features and a few n × n matrices. Codes with F·n² ≤ 2·10^8 are
 * multiplied in double precision, and larger ones in single precision.
 *
 * @param F number of features, at least 2
 * @param code writes feature vectors; its width may exceed the number of dimensions that these vectors span
 * @param readout writes each feature's readout row; these rows have the same width as the feature vectors
 * @throws InputError when a feature is 0 or not finite, or is read as 0 by its readout
 */
export function measureLinearFloors(
  kernels: Kernels,
  arena: Arena,
  F: number,
  code: FeatureWriter,
  readout: FeatureWriter | null = null,
): LinearFloors {
  return floorsFrom([floorSums(kernels, arena, F, code, readout)]);
}

/**
 * The floors of a code composed of smaller codes in orthogonal subspaces, computed from the sums of those codes.
 *
 * @throws InputError when there are fewer than two features
 */
export function floorsFrom(parts: readonly FloorSums[]): LinearFloors {
  const total = (of: (part: FloorSums) => number): number => parts.reduce((sum, part) => sum + of(part), 0);
  const [F, n] = [total((part) => part.F), total((part) => part.n)];
  const pairs = wholeNumber("F", F, 2) * (F - 1);
  // If features do not outnumber dimensions, readout is exact, and only rounding errors remain in the sum.
  const own = F > n ? Math.max(0, total(({ inverses }) => inverses) - F) / pairs : 0;
  const readout = (trace: number): LinearReadout => {
    const meanSquare = Math.max(0, trace - F) / pairs;
    return { meanSquare, ratio: own > 0 ? meanSquare / own : null };
  };
  const welch = Math.max(0, F - n) / (n * (F - 1));
  return {
    ...{ F, n, welch, own, geometry: welch > 0 ? own / welch : null },
    ...{ tied: readout(total(({ tied }) => tied)), pseudoInverse: readout(total((part) => part.pseudoInverse)) },
    given: parts.every(({ given }) => given !== null) ? readout(total(({ given }) => given ?? 0)) : null,
  };
}

/** The approximate cost of {@link floorSums}, in double-precision multiplications. */
export function floorsCost(F: number, width: number): number {
  const products = F * width * width;
  return (products <= SMALL ? 3 : 0.5) * products + width ** 3;
}

/**
 * The sums from which {@link measureLinearFloors} computes its result; takes the same parameters and throws the same
 * errors.
 */
export function floorSums(
  kernels: Kernels,
  arena: Arena,
  F: number,
  code: FeatureWriter,
  readout: FeatureWriter | null,
): FloorSums {
  const { width } = code;
  const size = Math.max(CHUNK, width);
  const vectors = arena.bytes(CHUNK * width * 4);
  const readouts = readout === null ? 0 : arena.bytes(CHUNK * width * 4);
  const [left, right] = [arena.bytes(size * size * 4), arena.bytes(size * size * 4)];
  const [packed, out] = [arena.bytes(size * size * 4), arena.bytes(size * size * 4)];
  const [bias, workspace] = [arena.bytes(size * 4), arena.bytes(kernels.denseWorkspace())];
  const product = writeDescriptor(arena, fields.denseLayer, { packed, bias, workspace, N: size, K: size });

  /**
   * Whether products A·Wᵀ, with A [M][K] and W [N][K], are computed in double precision; for small codes, this is
   * quick.
   */
  const isSmall = F * width * width <= SMALL;
  function multiply(A: Numbers, M: number, W: Numbers, N: number, K: number): Numbers {
    if (isSmall) {
      const result = new Float64Array(M * N);
      const isSymmetric = A === W;
      for (let i = 0; i < M; i++)
        for (let j = 0; j < (isSymmetric ? i + 1 : N); j++) {
          let sum = 0;
          for (let k = 0; k < K; k++) sum += A[i * K + k] * W[j * K + k];
          result[i * N + j] = sum;
          if (isSymmetric) result[j * N + i] = sum;
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

  /**
   * Calls `use` with each chunk of features: first index, count, and vectors f32 [count][width], valid until the next
   * call.
   */
  function eachChunk(use: (first: number, count: number, rows: Float32Array) => void): void {
    for (let first = 0; first < F; first += CHUNK) {
      const count = Math.min(CHUNK, F - first);
      for (let v = 0; v < count; v++) code.write(vectors + v * width * 4, first + v);
      use(first, count, Float32Array.from(arena.viewF32(vectors, count * width)));
    }
  }

  /** Adds Σ_v v vᵀ over `count` rows v to a [columns][columns] matrix. */
  function addGram(sum: Float64Array, rows: Numbers, count: number, columns = width): void {
    const turned = new Float64Array(count * columns);
    for (let v = 0; v < count; v++) for (let i = 0; i < columns; i++) turned[i * count + v] = rows[v * columns + i];
    multiply(turned, columns, turned, columns, count).forEach((value, at) => (sum[at] += value));
  }

  const gram = new Float64Array(width * width);
  const tiedGram = new Float64Array(width * width);
  const givenGram = new Float64Array(readout === null ? 0 : width * width);
  const scaled = new Float64Array(CHUNK * width);
  eachChunk((first, count, rows) => {
    for (let v = 0; v < count; v++) {
      const square = dotOf(rows, rows, v, width);
      if (!(square > 0 && square < Infinity))
        throw new InputError(`feature ${first + v}: its vector is ${square === 0 ? "0" : "not finite"}.`);
      for (let i = v * width; i < (v + 1) * width; i++) scaled[i] = rows[i] / square;
    }
    addGram(gram, rows, count);
    addGram(tiedGram, scaled, count);
    if (readout === null) return;
    for (let v = 0; v < count; v++) readout.write(readouts + v * width * 4, first + v);
    const reads = arena.viewF32(readouts, count * width);
    for (let v = 0; v < count; v++) {
      const diagonal = dotOf(reads, rows, v, width);
      if (!(diagonal !== 0 && Number.isFinite(diagonal)))
        throw new InputError(`feature ${first + v}: its readout reads it as ${diagonal}, which cannot be scaled to 1.`);
      for (let i = v * width; i < (v + 1) * width; i++) scaled[i] = reads[i] / diagonal;
    }
    addGram(givenGram, scaled, count);
  });
  const traceOf = (H: Float64Array, of: Float64Array): number =>
    H.reduce((trace, entry, at) => trace + entry * of[at], 0);

  // If features span fewer dimensions than there are coordinates, some of the coordinates suffice, and h_j does not
  // depend on which are chosen.
  const { kept, factor, least } = independentCoordinates(gram, width, isSmall ? DEPENDENT.double : DEPENDENT.single);
  const n = kept.length;
  const triangle = inverseOfTriangle(factor, n);
  // Neither h_j nor the pseudo-inverse's M depends on the coordinates, so skewed codes in single precision are first
  // converted to decorrelated coordinates.
  const isSkewed = !isSmall && least < UNEVEN;
  const columns = isSkewed ? n : width;
  const decorrelate = spreadOut(triangle, kept, width);
  const rowsOf = (rows: Float32Array, count: number): Numbers =>
    isSkewed ? multiply(rows, count, decorrelate, n, width) : rows;
  let own = gram;
  let inverse = productWithTransposed(decorrelate, n, width);
  if (isSkewed) {
    own = new Float64Array(n * n);
    eachChunk((_, count, rows) => addGram(own, rowsOf(rows, count), count, n));
    inverse = productWithTransposed(inverseOfTriangle(choleskyFactor(own, n), n), n, n);
  }

  let inverses = 0;
  const bestGram = new Float64Array(columns * columns);
  eachChunk((first, count, given) => {
    const rows = rowsOf(given, count);
    const read = multiply(rows, count, inverse, columns, columns);
    for (let v = 0; v < count; v++) {
      const leverage = dotOf(rows, read, v, columns);
      if (!(leverage > LEAST_LEVERAGE))
        throw new InputError(`feature ${first + v}: its vector is too short compared with the others.`);
      inverses += 1 / leverage;
      for (let i = v * columns; i < (v + 1) * columns; i++) read[i] /= leverage;
    }
    addGram(bestGram, read, count, columns);
  });
  const given = readout === null ? null : traceOf(givenGram, gram);
  return { F, n, inverses, tied: traceOf(tiedGram, gram), pseudoInverse: traceOf(bestGram, own), given };
}

/** The dot product of row v of `a` with row v of `b`, both [][width]. */
function dotOf(a: Numbers, b: Numbers, v: number, width: number): number {
  let sum = 0;
  for (let i = v * width; i < (v + 1) * width; i++) sum += a[i] * b[i];
  return sum;
}

/** Expands an [n][n] matrix over the kept coordinates to [n][width]; the columns of omitted coordinates are 0. */
function spreadOut(matrix: Float64Array, kept: readonly number[], width: number): Float64Array {
  const n = kept.length;
  const wide = new Float64Array(n * width);
  for (let i = 0; i < n; i++) kept.forEach((column, k) => (wide[i * width + column] = matrix[i * n + k]));
  return wide;
}

/** The product BᵀB for B [n][width]. */
function productWithTransposed(b: Float64Array, n: number, width: number): Float64Array {
  const product = new Float64Array(width * width);
  for (let k = 0; k < n; k++)
    for (let i = 0; i < width; i++) {
      const factor = b[k * width + i];
      if (factor === 0) continue;
      for (let j = 0; j < width; j++) product[i * width + j] += factor * b[k * width + j];
    }
  return product;
}

/**
 * Chooses coordinates that span the whole space. Each step chooses the coordinate that those already chosen predict
 * worst: this is Cholesky factorisation with diagonal pivots, on coordinates scaled to equal length.
 *
 * @param dependent a coordinate is omitted if the earlier ones predict all but this fraction of it
 * @returns the coordinates; the lower-triangular factor C with `C Cᵀ = gram`; and the smallest fraction of a chosen
 *   coordinate that the earlier ones do not predict
 */
function independentCoordinates(
  gram: Float64Array,
  width: number,
  dependent: number,
): { readonly kept: readonly number[]; readonly factor: Float64Array; readonly least: number } {
  const lengths = Float64Array.from({ length: width }, (_, i) => Math.sqrt(gram[i * width + i]));
  const rest = lengths.map((length) => Number(length > 0));
  const kept: number[] = [];
  const columns: Float64Array[] = [];
  let least = 1;
  for (let step = 0; step < width; step++) {
    let pivot = 0;
    for (let i = 1; i < width; i++) if (rest[i] > rest[pivot]) pivot = i;
    if (rest[pivot] <= dependent) break;
    least = rest[pivot];
    const column = lengths.map((length, i) => (length > 0 ? gram[pivot * width + i] / length / lengths[pivot] : 0));
    for (const before of columns) {
      const share = before[pivot];
      for (let i = 0; i < width; i++) column[i] -= share * before[i];
    }
    const root = Math.sqrt(least);
    for (let i = 0; i < width; i++) {
      column[i] /= root;
      rest[i] -= column[i] * column[i];
    }
    rest[pivot] = 0;
    kept.push(pivot);
    columns.push(column);
  }
  const n = kept.length;
  const factor = new Float64Array(n * n);
  for (let i = 0; i < n; i++) for (let j = 0; j <= i; j++) factor[i * n + j] = lengths[kept[i]] * columns[j][kept[i]];
  return { kept, factor, least };
}

/** The largest code that can be measured; measuring it takes minutes and a few GB. */
export const LARGEST_CODE = { features: 1_000_000, coordinates: 4096, multiplications: 2e12 };

/** @throws InputError when a code of F features in n coordinates is too large to measure */
export function checkCodeSize(F: number, n: number): void {
  const { features, coordinates, multiplications } = LARGEST_CODE;
  wholeNumber("F", F, 2, features);
  wholeNumber("n", n, 1, coordinates);
  if (F * n * n > multiplications)
    throw new InputError(`F = ${F}, n = ${n}: F·n² must be at most ${multiplications}.`, "range", "F");
}

/**
 * The floors of linear readout of a given code: Welch's bound, the bound for this code, and the errors of common
 * readouts. [L3]
 *
 * @param vectors one per feature, [F][n]; F from 2 to 1,000,000, n up to 4096, F·n² up to 2·10^12; rounded to single
 *   precision
 * @param kernels the core to run on; the call takes over its memory. The core must not be in use by an asynchronous
 *   call
 * @param readout the rows of a linear readout to compare, [F][n]; their scale does not matter
 * @throws InputError naming a vector that is 0, not finite or of a different length, or a feature that its readout
 *   reads as 0
 */
export function linearFloors(
  vectors: readonly ArrayLike<number>[],
  kernels: Kernels,
  readout: readonly ArrayLike<number>[] | null = null,
): LinearFloors {
  const F = given("vectors", vectors, "a list of vectors", "length").length;
  wholeNumber("F", F, 2, LARGEST_CODE.features);
  checkCodeSize(F, listOf("vectors[0]", vectors[0]).length);
  if (readout !== null) listOf("readout", readout, "F", F);
  const arena = arenaOf(kernels);
  const rows = readout === null ? null : featuresOf(arena, readout, "readout", vectors[0].length);
  return measureLinearFloors(kernels, arena, F, featuresOf(arena, vectors), rows);
}

/**
 * Writes vectors that are given as lists of numbers, [F][n]. All numbers are multiplied by the same factor, to suit the
 * range of single precision.
 *
 * @throws InputError naming a vector that is not finite or differs in length from the first
 */
export function featuresOf(
  arena: Arena,
  vectors: readonly ArrayLike<number>[],
  name = "vectors",
  width = vectors[0].length,
): FeatureWriter {
  let largest = 0;
  for (let at = 0; at < vectors.length; at++) {
    const vector = finiteNumbers(`${name}[${at}]`, vectors[at], "n", width);
    for (let i = 0; i < width; i++) largest = Math.max(largest, Math.abs(vector[i]));
  }
  // A power of two, so that scaling does not cause rounding errors.
  const scale = largest === 0 ? 1 : 2 ** -Math.max(-1000, Math.floor(Math.log2(largest)));
  return {
    width,
    write(pointer, feature) {
      const to = arena.viewF32(pointer, width);
      const vector = vectors[feature];
      for (let i = 0; i < width; i++) to[i] = scale * vector[i];
    },
  };
}
