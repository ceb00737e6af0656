/** A matrix stored as its nonzero entries, row by row. */
export interface SparseMatrix {
  readonly rows: number;
  /** [rows+1] */
  readonly starts: Uint32Array;
  readonly columns: Uint32Array;
  readonly values: Float32Array;
}

/**
 * Memory for a matrix's entries that is reused for the next matrix, because filling fresh memory takes longer than
 * finding the entries.
 */
export interface EntryRoom {
  columns: Uint32Array;
  values: Float32Array;
}

export const newRoom = (): EntryRoom => ({ columns: new Uint32Array(0), values: new Float32Array(0) });

/**
 * The nonzero entries of a dense matrix, in column order.
 *
 * @param W [rows][columns], row-major
 * @param room output buffer, valid until reused; it grows as needed. Default: new
 */
export function compress(W: Float64Array, columns: number, room = newRoom()): SparseMatrix {
  const rows = W.length / columns;
  const starts = new Uint32Array(rows + 1);
  let { columns: indices, values } = room;
  let count = 0;
  for (let n = 0, at = 0; n < rows; n++) {
    if (count + columns > indices.length) {
      room.columns = indices = longer(indices, Uint32Array, columns);
      room.values = values = longer(values, Float32Array, columns);
    }
    const first = at;
    for (const end = at + columns; at < end;) {
      // Most entries are 0, so zeros are skipped eight at a time.
      if (at + 8 <= end && areZero(W, at)) {
        at += 8;
        continue;
      }
      for (const stop = Math.min(at + 8, end); at < stop; at++) {
        const value = W[at];
        if (value === 0) continue;
        indices[count] = at - first;
        values[count++] = value;
      }
    }
    starts[n + 1] = count;
  }
  return { rows, starts, columns: indices.subarray(0, count), values: values.subarray(0, count) };
}

/** Whether the eight entries starting at `at` are 0. */
function areZero(W: Float64Array, at: number): boolean {
  return (
    W[at] === 0 &&
    W[at + 1] === 0 &&
    W[at + 2] === 0 &&
    W[at + 3] === 0 &&
    W[at + 4] === 0 &&
    W[at + 5] === 0 &&
    W[at + 6] === 0 &&
    W[at + 7] === 0
  );
}

/** A longer copy of an array: twice its length plus `room`. */
function longer<A extends Uint32Array | Float32Array>(from: A, type: new (length: number) => A, room: number): A {
  const array = new type(2 * from.length + room);
  array.set(from);
  return array;
}
