import type { Readout } from "../circuits/circuits.js";

/**
 * The state of a layer, with only as many coordinates per neuron as the next weights and the readouts need.
 *
 * With `shared + own_t = O·[1 0; 0 mix_t]·K`, the network needs only the k rows `X = K·A` instead of all d activations
 * of a neuron, and the outputs of circuits have only r directions, the columns of `O`. For rotations k = r = 3 while
 * d = 4: (alpha, x_0, x_1) goes in, a common drive and two gated directions come out, and the readouts *are* the
 * coordinates. If this factorisation saves nothing, K and O are identities and `mix` is the whole matrix.
 */
export interface Coordinates {
  /** Rows of K: the first `pass` are scattered unchanged, the next `inner` are multiplied by `mix`. */
  readonly K: readonly (readonly number[])[];
  /**
   * [d][r], r = pass + outer; the first `pass` columns must be multiplied by the scale of `shared`, the others by that
   * of `own`.
   */
  readonly O: readonly (readonly number[])[];
  readonly pass: number;
  readonly inner: number;
  readonly outer: number;
  /**
   * [T][outer][inner]; null when the coordinates are the components themselves; `mix` then depends on the scales and is
   * made later.
   */
  readonly mix: Float32Array | null;
  /** All rows of all readouts in terms of the coordinates: `R = Q·K`, [rows][k]. */
  readonly Q: readonly (readonly number[])[];
}

type Vector = ArrayLike<number>;

/** A row counts as lying in a space if its part outside the space is below this share of its length. */
const TOLERANCE = 1e-9;

/**
 * When a row is expanded in a basis, the lengths of its terms may add up to at most this many times the length of the
 * row. Rounding errors of float32 states grow by the same factor.
 */
const LARGEST_EXPANSION = 16;

function dot(a: Vector, b: Vector): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

const norm = (a: Vector): number => Math.sqrt(dot(a, a));

/** A basis that grows: the rows taken so far, and an orthonormal basis of the space they span. */
interface Basis {
  readonly rows: number[][];
  readonly contains: (row: Vector) => boolean;
  /** Adds the row (or, if `asDirection`, only its new direction) to the basis if this increases the dimension. */
  readonly add: (row: Vector, asDirection?: boolean) => void;
}

function emptyBasis(d: number): Basis {
  const rows: number[][] = [];
  const units: Float64Array[] = [];
  /** The part of a row that lies outside the space spanned so far. */
  const rest = new Float64Array(d);

  /**
   * Sets `rest` to the part of `row` outside the space (orthogonalised twice). Returns the length of this part, or 0 if
   * the part is only rounding noise.
   */
  function leave(row: Vector): number {
    rest.set(row);
    for (let pass = 0; pass < 2; pass++) {
      for (const unit of units) {
        const along = dot(rest, unit);
        for (let i = 0; i < d; i++) rest[i] -= along * unit[i];
      }
    }
    const length = norm(rest);
    return length <= TOLERANCE * norm(row) ? 0 : length;
  }

  return {
    rows,
    contains: (row) => leave(row) === 0,
    add(row, asDirection) {
      const length = leave(row);
      if (length === 0) return;
      const direction = rest.map((value) => value / length);
      rows.push(Array.from(asDirection ? direction : row));
      units.push(direction);
    },
  };
}

/** A basis of `space`: first the candidate rows that lie in it, then directions orthogonal to them. */
function preferring(d: number, candidates: readonly Vector[], space: Basis): number[][] {
  const basis = emptyBasis(d);
  for (const row of candidates) if (space.contains(row)) basis.add(row);
  for (const row of space.rows) basis.add(row, true);
  return basis.rows;
}

/** The dual rows: their dot products with a row in the span of `basis` are that row's coefficients in the basis. */
function dualOf(basis: readonly (readonly number[])[]): number[][] {
  // Gauss–Jordan elimination on the Gram matrix is enough, because the bases have only a handful of rows.
  const n = basis.length;
  const gram = basis.map((a) => [...basis.map((b) => dot(a, b)), ...a]);
  for (let column = 0; column < n; column++) {
    let pivot = column;
    for (let i = column; i < n; i++) if (Math.abs(gram[i][column]) > Math.abs(gram[pivot][column])) pivot = i;
    [gram[column], gram[pivot]] = [gram[pivot], gram[column]];
    const head = gram[column][column];
    gram[column] = gram[column].map((value) => value / head);
    for (let i = 0; i < n; i++) {
      const factor = gram[i][column];
      if (i !== column && factor !== 0) gram[i] = gram[i].map((value, j) => value - factor * gram[column][j]);
    }
  }
  return gram.map((row) => row.slice(n));
}

/** Expands rows of a space in one of its bases. */
function expansionIn(basis: readonly (readonly number[])[]) {
  const duals = dualOf(basis).map((row) => Float64Array.from(row));
  const lengths = basis.map(norm);
  const scratch = new Float32Array(duals.length);

  /**
   * Writes a row's coefficients to `target`, starting at `at`.
   *
   * @returns whether the terms add up to the row without large cancellation
   */
  function write(row: Vector, target: Float32Array, at: number): boolean {
    let terms = 0;
    for (let j = 0; j < duals.length; j++) {
      const coefficient = dot(row, duals[j]);
      target[at + j] = coefficient;
      terms += Math.abs(coefficient) * lengths[j];
    }
    return terms <= LARGEST_EXPANSION * norm(row);
  }

  return {
    write,
    /** Coefficients of a row. */
    of: (row: Vector): number[] => duals.map((dual) => dot(row, dual)),
    areTame: (rows: readonly Vector[]): boolean => rows.every((row) => write(row, scratch, 0)),
  };
}

export const identity = (n: number): number[][] =>
  Array.from({ length: n }, (_, i) => Array.from({ length: n }, (__, j) => (i === j ? 1 : 0)));

/** The matrices of T circuits: each circuit's own, [T][d][d], and the shared one, [d][d]. */
interface Mapped {
  readonly shared: Float64Array;
  readonly own: Float64Array;
  readonly T: number;
}

/**
 * Copies a row of a circuit's own matrix and reports whether it is zero. Creating views would cost more than the work
 * itself.
 */
function copyRow({ own }: Mapped, t: number, i: number, row: Float64Array): boolean {
  const first = (t * row.length + i) * row.length;
  let isZero = true;
  for (let j = 0; j < row.length; j++) if ((row[j] = own[first + j]) !== 0) isZero = false;
  return isZero;
}

/**
 * The space spanned by the rows of all circuits' matrices own_t, and the indices of the rows that are nonzero in any of
 * these matrices, ascending.
 */
function spanOf(d: number, mapped: Mapped): { space: Basis; written: number[] } {
  const space = emptyBasis(d);
  const row = new Float64Array(d);
  const isWritten = new Array<boolean>(d).fill(false);
  for (let t = 0; t < mapped.T && (space.rows.length < d || isWritten.includes(false)); t++) {
    for (let i = 0; i < d; i++) {
      if (copyRow(mapped, t, i, row)) continue;
      isWritten[i] = true;
      space.add(row);
    }
  }
  return { space, written: isWritten.flatMap((is, i) => (is ? [i] : [])) };
}

/**
 * For every circuit, the rows of its matrix own_t whose numbers are in `outputs`, expressed in a basis:
 * [T][outputs][basis size]; null if that would lose precision.
 */
function mixOf(d: number, mapped: Mapped, outputs: readonly number[], basis: readonly number[][]): Float32Array | null {
  const expansion = expansionIn(basis);
  const mix = new Float32Array(mapped.T * outputs.length * basis.length);
  const row = new Float64Array(d);
  for (let t = 0, at = 0; t < mapped.T; t++) {
    for (let k = 0; k < outputs.length; k++) {
      copyRow(mapped, t, outputs[k], row);
      if (!expansion.write(row, mix, at)) return null;
      at += basis.length;
    }
  }
  return mix;
}

/**
 * Coordinates for a map `shared + own_t` (both [d][d], own [T][d][d]) and for the readouts of the layer that the map
 * reads.
 *
 * @param mapped null for the last layer, which only the readouts read
 */
export function findCoordinates(d: number, mapped: Mapped | null, readouts: readonly Readout[]): Coordinates {
  const wanted = readouts.flatMap((readout) => readout.matrix);
  if (mapped === null) {
    const basis = emptyBasis(d);
    for (const row of wanted) basis.add(row);
    const read = expansionIn(basis.rows);
    const [K, Q] = read.areTame(wanted) ? [basis.rows, wanted.map((row) => read.of(row))] : [identity(d), wanted];
    return { K, O: [], pass: 0, inner: 0, outer: 0, mix: null, Q };
  }
  const sharedRows = Array.from({ length: d }, (_, i) => mapped.shared.subarray(i * d, (i + 1) * d));
  const sharedSpace = emptyBasis(d);
  for (const row of sharedRows) sharedSpace.add(row);
  const { space: ownSpace, written: outputs } = spanOf(d, mapped);
  const passed = preferring(d, wanted, sharedSpace);
  const mixed = preferring(d, wanted, ownSpace);
  const all = emptyBasis(d);
  for (const row of [...passed, ...mixed]) all.add(row);
  const overlapping = all.rows.length < passed.length + mixed.length;
  for (const row of wanted) all.add(row);
  const r = passed.length + outputs.length;
  const whole = { K: identity(d), O: identity(d), pass: 0, inner: d, outer: d, mix: null, Q: wanted };
  if (overlapping || all.rows.length > d || r > d) return whole;
  const inPassed = expansionIn(passed);
  const inAll = expansionIn(all.rows);
  if (!inPassed.areTame(sharedRows) || !inAll.areTame(wanted)) return whole;
  const mix = mixOf(d, mapped, outputs, mixed);
  if (mix === null) return whole;
  const O = sharedRows.map((row, i) => [...inPassed.of(row), ...outputs.map((output) => (output === i ? 1 : 0))]);
  const Q = wanted.map((row) => inAll.of(row));
  return { K: all.rows, O, pass: passed.length, inner: mixed.length, outer: outputs.length, mix, Q };
}

/** Whether the readouts are simply the first coordinates, in the same order, so that the matrix Q is not needed. */
export function readsDirectly({ K, Q }: Coordinates): boolean {
  // A zero readout adds no coordinate, so there can be fewer coordinates than rows.
  if (Q.length > K.length) return false;
  return Q.every((row, i) => row.every((value, j) => Math.abs(value - (i === j ? 1 : 0)) < 1e-12));
}
