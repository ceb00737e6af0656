import { placesByKey, type Assignment } from "../assignment/assignment.js";
import type { Arena } from "../kernels/memory.js";

/** For each neuron, the rows of X or V to be summed; neurons with the same number of rows are grouped together. */
export interface RowLists {
  /** Number of neurons. */
  readonly count: number;
  /** Addresses of the neurons' rows of Y, u32 [count]. */
  readonly targets: number;
  /** Where each neuron's list begins in `rows`, u32 [count+1]; the entries of `rows` are u32 addresses. */
  readonly starts: number;
  readonly rows: number;
}

/**
 * The order in which a layer runs its circuits: sorted by their lowest neuron. Successive circuits then read nearby
 * rows of X, which stay in the cache however large P is.
 */
export function runningOrder({ T, P, S, neurons }: Assignment): Uint32Array {
  const lowest = new Uint32Array(T);
  for (let t = 0; t < T; t++) {
    let low = P;
    for (let s = 0; s < S; s++) low = Math.min(low, neurons[t * S + s]);
    lowest[t] = low;
  }
  return placesByKey(lowest, P).places;
}

/** Addresses of a tile's rows: row n is at `base + n·stride`. */
export interface Rows {
  readonly base: number;
  readonly stride: number;
}

/** A list of indices for each neuron; the list of neuron n is indices[starts[n]…starts[n+1]−1]. */
interface IndexLists {
  readonly starts: Uint32Array;
  readonly indices: Uint32Array;
}

/**
 * Loads the neurons' lists of rows into memory, sorted by length, and by neuron number where lengths are equal.
 *
 * @param from rows to which the lists refer
 * @param to rows of Y, one for each neuron
 * @param shortest neurons with fewer rows are omitted
 */
export function rowLists(
  arena: Arena,
  { starts, indices }: IndexLists,
  from: Rows,
  to: Rows,
  shortest: 0 | 1,
): RowLists {
  const neurons = byLength(starts, shortest);
  const count = neurons.length;
  const ends = new Uint32Array(count + 1);
  const sorted = new Uint32Array(indices.length);
  for (let k = 0, at = 0; k < count; k++) {
    const n = neurons[k];
    for (let i = starts[n]; i < starts[n + 1]; i++) sorted[at++] = indices[i];
    ends[k + 1] = at;
  }
  return {
    count,
    targets: arena.addresses(neurons, to.base, to.stride),
    starts: arena.u32(ends),
    rows: arena.addresses(sorted, from.base, from.stride),
  };
}

/** Neurons whose lists have at least `shortest` entries, sorted by length, then by number. */
function byLength(starts: Uint32Array, shortest: number): Uint32Array {
  const lengths = new Uint32Array(starts.length - 1);
  let longest = 0;
  let short = 0;
  for (let n = 0; n < lengths.length; n++) {
    const length = starts[n + 1] - starts[n];
    lengths[n] = length;
    longest = Math.max(longest, length);
    if (length < shortest) short++;
  }
  return placesByKey(lengths, longest + 1).places.subarray(short);
}

/**
 * For each row of a sparse matrix of whole numbers, the column of every entry, repeated as often as the entry's value
 * says.
 */
export function repeatedColumns(starts: Uint32Array, columns: Uint32Array, weights: ArrayLike<number>): IndexLists {
  const repeatedStarts = new Uint32Array(starts.length);
  let count = 0;
  for (let n = 0; n + 1 < starts.length; n++) {
    for (let e = starts[n]; e < starts[n + 1]; e++) {
      const weight = weights[e];
      if (!Number.isInteger(weight) || weight < 0) throw new Error(`Link weight ${weight} is not a whole number.`);
      count += weight;
    }
    repeatedStarts[n + 1] = count;
  }
  const indices = new Uint32Array(count);
  for (let e = 0, at = 0; at < count; e++) {
    for (let k = weights[e]; k > 0; k--) indices[at++] = columns[e];
  }
  return { starts: repeatedStarts, indices };
}
