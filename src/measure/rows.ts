import type { Assignment } from "../assignment/assignment.js";
import type { Arena } from "../kernels/memory.js";

/** Rows of X or V that are summed for neurons, neurons with equally many together. */
export interface RowLists {
  /** Neurons in the list. */
  readonly count: number;
  /** u32 [count] addresses of their rows of Y. */
  readonly targets: number;
  /** u32 [count+1] where each neuron's rows begin in `rows`, u32 addresses. */
  readonly starts: number;
  readonly rows: number;
}

/**
 * The order in which a layer runs its circuits: by lowest neuron. Circuits that follow one another then read nearby rows
 * of X, which stay in the cache however large P is.
 */
export function runningOrder({ T, P, S, neurons }: Assignment): Uint32Array {
  const lowest = Uint32Array.from({ length: T }, (_, t) => {
    let low = P;
    for (let s = 0; s < S; s++) low = Math.min(low, neurons[t * S + s]!);
    return low;
  });
  const next = new Uint32Array(P + 1);
  for (const low of lowest) next[low + 1]!++;
  for (let n = 0; n < P; n++) next[n + 1]! += next[n]!;
  const order = new Uint32Array(T);
  for (let t = 0; t < T; t++) order[next[lowest[t]!]!++] = t;
  return order;
}

/**
 * Loads lists of rows in the order of their lengths.
 *
 * @param lists the rows of neuron n are rows[starts[n]…starts[n+1]−1]
 * @param shortest neurons with fewer rows are left out
 */
export function rowLists(
  arena: Arena,
  lists: { readonly starts: Uint32Array; readonly rows: Uint32Array },
  target: (n: number) => number,
  shortest: 0 | 1,
): RowLists {
  const length = (n: number): number => lists.starts[n + 1]! - lists.starts[n]!;
  const neurons = Uint32Array.from({ length: lists.starts.length - 1 }, (_, n) => n)
    .filter((n) => length(n) >= shortest)
    .sort((n, m) => length(n) - length(m) || n - m);
  const starts = new Uint32Array(neurons.length + 1);
  const rows = new Uint32Array(lists.rows.length);
  neurons.forEach((n, index) => {
    rows.set(lists.rows.subarray(lists.starts[n], lists.starts[n + 1]), starts[index]);
    starts[index + 1] = starts[index]! + length(n);
  });
  const targets = arena.u32(neurons.map(target));
  return { count: neurons.length, targets, starts: arena.u32(starts), rows: arena.u32(rows) };
}

/** Rows of a sparse matrix of whole numbers, each as often as its weight says. */
export function repeatedRows(
  starts: Uint32Array,
  columns: Uint32Array,
  weights: ArrayLike<number>,
  address: (column: number) => number,
): { starts: Uint32Array; rows: Uint32Array } {
  const repeatedStarts = new Uint32Array(starts.length);
  const rows: number[] = [];
  for (let n = 0; n + 1 < starts.length; n++) {
    for (let e = starts[n]!; e < starts[n + 1]!; e++) {
      const weight = weights[e]!;
      if (!Number.isInteger(weight) || weight < 0) throw new Error(`A pair has weight ${weight}, not a whole number.`);
      for (let k = 0; k < weight; k++) rows.push(address(columns[e]!));
    }
    repeatedStarts[n + 1] = rows.length;
  }
  return { starts: repeatedStarts, rows: Uint32Array.from(rows) };
}
