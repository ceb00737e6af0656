/** Transposes the first `rows * columns` values from `[rows][columns]` to `[columns][rows]`, in float32. */
export function transposed(values: ArrayLike<number>, rows: number, columns: number): Float32Array<ArrayBuffer> {
  const turned = new Float32Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) turned[column * rows + row] = values[row * columns + column];
  }
  return turned;
}
