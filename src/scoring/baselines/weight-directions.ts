import { EigenvalueDecomposition, Matrix } from "ml-matrix";
import { normalPair, RandomSequence } from "../../base/random.js";
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

/** Eigenvectors of a symmetric matrix as rows, the largest eigenvalue first. */
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
    // σ u = W v: exact also where σ is too small to be divided by.
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
