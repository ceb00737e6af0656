/** A matrix by its entries that are not 0, row after row. */
export interface SparseMatrix {
  readonly rows: number;
  /** [rows+1] */
  readonly starts: Uint32Array;
  readonly columns: Uint32Array;
  readonly values: Float32Array;
}

/**
 * The entries of a dense matrix that are not 0, in the order of their columns.
 *
 * @param W [rows][columns], row-major
 */
export function compress(W: Float64Array, columns: number): SparseMatrix {
  const rows = W.length / columns;
  const starts = new Uint32Array(rows + 1);
  let count = 0;
  for (let n = 0, at = 0; n < rows; n++) {
    for (const end = at + columns; at < end; at++) if (W[at] !== 0) count++;
    starts[n + 1] = count;
  }
  const indices = new Uint32Array(count);
  const values = new Float32Array(count);
  for (let n = 0, at = 0, entry = 0; n < rows; n++) {
    const first = at;
    for (const end = at + columns; at < end; at++) {
      const value = W[at]!;
      if (value === 0) continue;
      indices[entry] = at - first;
      values[entry++] = value;
    }
  }
  return { rows, starts, columns: indices, values };
}
