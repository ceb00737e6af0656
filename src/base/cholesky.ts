/**
 * A pivot below this fraction of its diagonal entry consists only of rounding error: the row depends linearly on
 * earlier rows.
 */
const DEPENDENT = 1e-10;

/**
 * The lower-triangular factor C with `C Cᵀ = gram`, [n][n]. If a row of `gram` depends linearly on earlier rows, the
 * diagonal entry of C in that row and the column below it are 0.
 *
 * @param gram symmetric and positive semidefinite, [n][n]; only its lower half is read
 */
export function choleskyFactor(gram: Float64Array, n: number): Float64Array {
  const c = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    let squares = 0;
    for (let j = 0; j < i; j++) {
      let dot = 0;
      for (let k = 0; k < j; k++) dot += c[j * n + k] * c[i * n + k];
      const pivot = c[j * n + j];
      const entry = pivot === 0 ? 0 : (gram[i * n + j] - dot) / pivot;
      c[i * n + j] = entry;
      squares += entry * entry;
    }
    const rest = gram[i * n + i] - squares;
    c[i * n + i] = rest > DEPENDENT * gram[i * n + i] ? Math.sqrt(rest) : 0;
  }
  return c;
}

/**
 * Solves `C Cᵀ x = b` in place by forward and backward substitution.
 *
 * @param c a factor from {@link choleskyFactor}, without zeros on its diagonal
 * @param b the right-hand side, [n]; overwritten with x
 */
export function choleskySolve(c: Float64Array, b: Float64Array): void {
  const n = b.length;
  for (let k = 0; k < n; k++) {
    for (let i = 0; i < k; i++) b[k] -= b[i] * c[k * n + i];
    b[k] /= c[k * n + k];
  }
  for (let k = n - 1; k >= 0; k--) {
    for (let i = k + 1; i < n; i++) b[k] -= b[i] * c[i * n + k];
    b[k] /= c[k * n + k];
  }
}

/**
 * The inverse of a lower-triangular matrix, [n][n].
 *
 * @param c a factor from {@link choleskyFactor}, without zeros on its diagonal
 */
export function inverseOfTriangle(c: Float64Array, n: number): Float64Array {
  const inverse = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    const row = inverse.subarray(i * n, (i + 1) * n);
    row[i] = 1;
    for (let k = 0; k < i; k++) for (let j = 0; j <= k; j++) row[j] -= c[i * n + k] * inverse[k * n + j];
    for (let j = 0; j <= i; j++) row[j] /= c[i * n + i];
  }
  return inverse;
}
