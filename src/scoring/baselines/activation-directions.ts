import type { Kernels } from "../../kernels/kernels.js";
import { timesTransposed } from "../products.js";
import { transposed } from "../../base/transposed.js";
import type { Found } from "./found.js";
import { DECOMPOSED, eigenvectors, largestEigenvectors, randomRows } from "./weight-directions.js";

/** Principal components of activations. */
interface Principal {
  readonly mean: Float64Array;
  /** Variance along each direction, in descending order. */
  readonly variances: Float64Array;
  /** [D][D], unit rows; for wide models only the first 512. */
  readonly directions: Float32Array;
  /** Activations minus their mean, [samples][D]. */
  readonly centred: Float32Array;
}

/** @param A [samples][D] */
export function fitPca(kernels: Kernels, A: Float32Array, D: number, seed: number): Principal {
  const count = A.length / D;
  const mean = new Float64Array(D);
  for (let at = 0; at < A.length; at++) mean[at % D] += A[at] / count;
  const centred = A.map((value, at) => value - mean[at % D]);
  const turned = transposed(centred, count, D);
  if (D > DECOMPOSED) {
    // With fewer samples than neurons, XXᵀ has the same eigenvalues, and Xᵀ maps its eigenvectors to directions.
    const [gram, size] =
      count < D
        ? [timesTransposed(kernels, centred, centred, D), count]
        : [timesTransposed(kernels, turned, turned, count), D];
    const times = (rows: Float32Array): Float32Array => timesTransposed(kernels, rows, gram, size);
    const { values, rows } = largestEigenvectors(kernels, times, size, seed);
    return {
      ...{ mean, centred },
      variances: values.map((value) => value / (count - 1)),
      directions: count < D ? unitRows(timesTransposed(kernels, rows, turned, count), D) : rows,
    };
  }
  const covariance = Float64Array.from(timesTransposed(kernels, turned, turned, count), (value) => value / (count - 1));
  // The kernel's result may be asymmetric in the last digit, so one half is copied to the other.
  for (let i = 0; i < D; i++) for (let j = 0; j < i; j++) covariance[j * D + i] = covariance[i * D + j];
  const { values, rows } = eigenvectors(covariance, D);
  return { mean, variances: values, directions: Float32Array.from(rows), centred };
}

function unitRows(rows: Float32Array, D: number): Float32Array {
  for (let first = 0; first < rows.length; first += D) {
    const row = rows.subarray(first, first + D);
    const length = Math.sqrt(row.reduce((sum, value) => sum + value * value, 0)) || 1;
    for (let n = 0; n < D; n++) row[n] /= length;
  }
  return rows;
}

/**
 * The largest number of components for ICA, which ignores those with variances below LEAST_VARIANCE times the largest.
 */
const MOST_SOURCES = 256;
const LEAST_VARIANCE = 1e-5;
const ITERATIONS = 40;

/**
 * FastICA with the cubic contrast, all components at once (Hyvärinen, 1999), on the whitened principal components.
 * Latents are ReLU(encoder·A + bias), with the sign chosen so that the heavier tail is positive.
 */
export function fitIca(kernels: Kernels, A: Float32Array, D: number, seed: number): Found[] {
  const { mean, variances, directions, centred } = fitPca(kernels, A, D, seed);
  const count = A.length / D;
  const K = Math.max(
    1,
    Math.min(MOST_SOURCES, variances.filter((value) => value > LEAST_VARIANCE * variances[0]).length),
  );
  const whitening = directions.slice(0, K * D).map((value, at) => value / Math.sqrt(variances[Math.floor(at / D)]));
  const white = timesTransposed(kernels, centred, whitening, D);
  const whiteTurned = transposed(white, count, K);
  let B = orthogonalized(kernels, randomRows(K, K, seed, 1), K);
  for (let iteration = 0; iteration < ITERATIONS; iteration++) {
    const cubes = timesTransposed(kernels, white, B, K).map((value) => value * value * value);
    const sums = timesTransposed(kernels, transposed(cubes, count, K), whiteTurned, count);
    B = orthogonalized(
      kernels,
      sums.map((value, at) => value / count - 3 * B[at]),
      K,
    );
  }
  const sources = timesTransposed(kernels, white, B, K);
  const tails = new Float64Array(K);
  sources.forEach((value, at) => (tails[at % K] += value * value * value));
  const signed = B.map((value, at) => (tails[Math.floor(at / K)] < 0 ? -value : value));
  const encoder = timesTransposed(kernels, signed, transposed(whitening, K, D), K);
  // Each source's contribution to the activations: B times the inverse of the whitening.
  const back = directions.slice(0, K * D).map((value, at) => value * Math.sqrt(variances[Math.floor(at / D)]));
  const decoder = timesTransposed(kernels, signed, transposed(back, K, D), K);
  const bias = Float32Array.from({ length: K }, (_, f) => {
    let sum = 0;
    for (let n = 0; n < D; n++) sum -= encoder[f * D + n] * mean[n];
    return sum;
  });
  return [
    ["decoder", [K, D], decoder],
    ["encoder", [K, D], encoder],
    ["bias", [K], bias],
  ];
}

/** `(B Bᵀ)^(−½) B`: the nearest matrix with orthogonal rows. */
function orthogonalized(kernels: Kernels, B: Float32Array, K: number): Float32Array {
  const gram = Float64Array.from(timesTransposed(kernels, B, B, K));
  for (let i = 0; i < K; i++) for (let j = 0; j < i; j++) gram[j * K + i] = gram[i * K + j];
  const { values, rows } = eigenvectors(gram, K);
  const vectors = transposed(Float32Array.from(rows), K, K);
  const scaled = vectors.map((value, at) => value / Math.sqrt(Math.max(values[at % K], 1e-12 * values[0])));
  const root = timesTransposed(kernels, scaled, vectors, K);
  return timesTransposed(kernels, root, transposed(B, K, K), K);
}
