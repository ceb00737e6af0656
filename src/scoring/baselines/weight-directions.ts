import { EigenvalueDecomposition, Matrix } from "ml-matrix";
import { normalPair, RandomSequence } from "../../base/random.js";
import type { Kernels } from "../../kernels/kernels.js";
import { timesTransposed } from "../products.js";
import { transposed } from "../../base/transposed.js";
import type { Found } from "./found.js";

/** Unit vectors in random directions, [rows][D]. */
export function randomRows(rows: number, D: number, seed: number, item: number): Float32Array {
  const random = new RandomSequence(seed, "vectors", item);
  const values = new Float32Array(rows * D);
  for (let row = 0; row < rows; row++) {
    const own = values.subarray(row * D, (row + 1) * D);
    for (let n = 0; n < D; n++) own[n] = normalPair(random)[0];
    const length = Math.sqrt(own.reduce((sum, value) => sum + value * value, 0));
    for (let n = 0; n < D; n++) own[n] /= length;
  }
  return values;
}

/** Eigenvectors of a symmetric matrix as rows, in descending order of eigenvalue. */
export function eigenvectors(
  matrix: Float64Array,
  n: number,
): { readonly values: Float64Array; readonly rows: Float64Array } {
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(
    Matrix.from1DArray(n, n, matrix as unknown as number[]),
    { assumeSymmetric: true },
  );
  const values = new Float64Array(n);
  const rows = new Float64Array(n * n);
  for (let k = 0; k < n; k++) {
    const from = n - 1 - k;
    values[k] = realEigenvalues[from];
    for (let i = 0; i < n; i++) rows[k * n + i] = eigenvectorMatrix.get(i, from);
  }
  return { values, rows };
}

/**
 * The widest matrix that is fully decomposed, because a decomposition takes D³ steps on the CPU; for wider matrices,
 * only the largest directions are found.
 */
export const DECOMPOSED = 1500;

/** The number of directions found if a matrix is too wide to decompose, and the number of rounds used to find them. */
const LARGEST = 512;
const ROUNDS = 12;

/**
 * Eigenvectors with the largest eigenvalues of an implicit symmetric matrix, by 12 rounds of subspace iteration from
 * random rows. The last few eigenvectors are not accurate: they mix with those just below them.
 *
 * @param times a function that multiplies rows by the matrix; its argument and result are [rows][D]
 * @param most how many to find; default 512
 */
export function largestEigenvectors(
  kernels: Kernels,
  times: (rows: Float32Array) => Float32Array,
  D: number,
  seed: number,
  most = LARGEST,
): { readonly values: Float64Array; readonly rows: Float32Array } {
  const K = Math.min(most, D);
  let rows = orthonormal(kernels, randomRows(K, D, seed, 0), D);
  for (let round = 0; round < ROUNDS; round++) rows = orthonormal(kernels, times(rows), D);
  const inner = Float64Array.from(timesTransposed(kernels, times(rows), rows, D));
  for (let i = 0; i < K; i++) for (let j = 0; j < i; j++) inner[j * K + i] = inner[i * K + j];
  const { values, rows: turns } = eigenvectors(inner, K);
  return { values, rows: timesTransposed(kernels, Float32Array.from(turns), transposed(rows, K, D), K) };
}

/** Number of rows that are orthonormalised together, after their components along earlier rows have been removed. */
const BLOCK = 32;

/** Gram–Schmidt, twice: block by block, and in float64 within a block. Overwrites the rows. */
function orthonormal(kernels: Kernels, rows: Float32Array, D: number): Float32Array {
  for (let first = 0; first * D < rows.length; first += BLOCK) {
    const before = rows.subarray(0, first * D);
    const turned = transposed(before, first, D);
    const block = rows.subarray(first * D, (first + BLOCK) * D);
    for (let pass = 0; pass < 2; pass++) {
      if (first > 0) {
        const along = timesTransposed(kernels, block, before, D);
        timesTransposed(kernels, along, turned, first).forEach((value, at) => (block[at] -= value));
      }
      orthonormalBlock(block, D);
    }
  }
  return rows;
}

function orthonormalBlock(rows: Float32Array, D: number): void {
  const own = Array.from({ length: rows.length / D }, (_, k) => Float64Array.from(rows.subarray(k * D, (k + 1) * D)));
  own.forEach((row, k) => {
    for (const other of own.slice(0, k)) {
      let along = 0;
      for (let n = 0; n < D; n++) along += row[n] * other[n];
      for (let n = 0; n < D; n++) row[n] -= along * other[n];
    }
    let square = 0;
    for (let n = 0; n < D; n++) square += row[n] * row[n];
    // The remainder of a linearly dependent row is rounding noise; any direction will do in its place.
    const length = Math.sqrt(square) || 1;
    for (let n = 0; n < D; n++) row[n] /= length;
    rows.set(row, k * D);
  });
}

/** Components of rank 1 for the 512 largest singular values of W, if W is too wide to decompose. */
export function largestComponents(kernels: Kernels, W: Float32Array, D: number, seed: number): Found[] {
  const turned = transposed(W, D, D);
  const through = (rows: Float32Array): Float32Array => timesTransposed(kernels, rows, W, D);
  const times = (rows: Float32Array): Float32Array => timesTransposed(kernels, through(rows), turned, D);
  const { rows } = largestEigenvectors(kernels, times, D, seed);
  const C = rows.length / D;
  return [
    ["U", [C, D, 1], through(rows)],
    ["V", [C, 1, D], rows],
  ];
}

/** Every singular value of W as a component of rank 1, the largest first: `W = Σ σ_c u_c v_cᵀ`. */
export function singularComponents(W: Float32Array, D: number): Found[] {
  const gram = new Float64Array(D * D);
  for (let n = 0; n < D; n++) {
    for (let i = 0; i < D; i++) {
      const value = W[n * D + i];
      if (value !== 0) for (let j = 0; j <= i; j++) gram[i * D + j] += value * W[n * D + j];
    }
  }
  for (let i = 0; i < D; i++) for (let j = 0; j < i; j++) gram[j * D + i] = gram[i * D + j];
  const { rows } = eigenvectors(gram, D);
  const U = new Float32Array(D * D);
  for (let c = 0; c < D; c++) {
    // σ u is computed as W v, which is exact even where σ is too small to divide by.
    for (let n = 0; n < D; n++) {
      let sum = 0;
      for (let m = 0; m < D; m++) sum += W[n * D + m] * rows[c * D + m];
      U[c * D + n] = sum;
    }
  }
  return [
    ["U", [D, D, 1], U],
    ["V", [D, 1, D], Float32Array.from(rows)],
  ];
}
