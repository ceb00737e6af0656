/** A matrix by its entries that are not 0, row after row. */
export interface SparseMatrix {
  readonly rows: number;
  /** [rows+1] */
  readonly starts: Uint32Array;
  readonly columns: Uint32Array;
  readonly values: Float32Array;
}

/**
 * The entries of a dense matrix that are not 0 in float32, in the order of their columns.
 *
 * @param W [rows][columns], row-major
 */
export function compress(W: Float64Array, columns: number): SparseMatrix {
  const rows = W.length / columns;
  const starts = new Uint32Array(rows + 1);
  let count = 0;
  for (let n = 0, at = 0; n < rows; n++) {
    for (let m = 0; m < columns; m++, at++) if (Math.fround(W[at]!) !== 0) count++;
    starts[n + 1] = count;
  }
  const at = new Uint32Array(count);
  const values = new Float32Array(count);
  let entry = 0;
  for (let index = 0; index < W.length; index++) {
    const value = Math.fround(W[index]!);
    if (value === 0) continue;
    at[entry] = index % columns;
    values[entry++] = value;
  }
  return { rows, starts, columns: at, values };
}
