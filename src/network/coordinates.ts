import type { Readout } from "../circuits/circuits.js";

/**
 * The state of a layer in as few coordinates per neuron as the next weights and the readouts can tell apart.
 *
 * With `shared + own_t = O·[1 0; 0 mix_t]·K`, the network needs only `X = K·A` (k rows) of a neuron's d activations, and
 * what circuits write only has r directions `O`. For rotations k = r = 3 of d = 4: (alpha, x_0, x_1) goes in, a common
 * drive and two gated directions come out, and the readouts *are* the coordinates. Where nothing is gained, K and O are
 * identities and mix is the whole matrix.
 */
export interface Coordinates {
  /** Rows of K: the leading `pass` are scattered as they are, the next `inner` go through mix. */
  readonly K: readonly (readonly number[])[];
  /** [d][r], r = pass + outer; to be multiplied by the scales of `shared` (leading pass columns) and `own`. */
  readonly O: readonly (readonly number[])[];
  readonly pass: number;
  readonly inner: number;
  readonly outer: number;
  /** [T][outer][inner]; null when the coordinates are the components and mix must be made with the scales. */
  readonly mix: Float32Array | null;
  /** Readouts in coordinates, all rows of all readouts: `R = Q·K`, [rows][k]. */
  readonly Q: readonly (readonly number[])[];
}

type Vector = readonly number[];

/** A row is taken to lie in a space when what sticks out is below this share of its length. */
const TOLERANCE = 1e-9;

const dot = (a: Vector, b: Vector): number => a.reduce((sum, value, i) => sum + value * b[i]!, 0);

/** A growing basis: which rows were taken, and the same space orthonormally. */
class Basis {
  readonly rows: Vector[] = [];
  readonly #orthonormal: Vector[] = [];

  /** The part of `row` outside the space, orthogonalised twice against rounding. */
  #residual(row: Vector): Vector {
    let rest = row;
    for (let pass = 0; pass < 2; pass++) {
      for (const unit of this.#orthonormal) {
        const along = dot(rest, unit);
        rest = rest.map((value, i) => value - along * unit[i]!);
      }
    }
    return rest;
  }

  contains(row: Vector): boolean {
    const rest = this.#residual(row);
    return Math.sqrt(dot(rest, rest)) <= TOLERANCE * Math.sqrt(dot(row, row));
  }

  /** Takes the row when it adds a dimension. */
  add(row: Vector): void {
    const rest = this.#residual(row);
    const length = Math.sqrt(dot(rest, rest));
    if (length <= TOLERANCE * Math.sqrt(dot(row, row))) return;
    this.rows.push(row);
    this.#orthonormal.push(rest.map((value) => value / length));
  }
}

function rowsOf(matrix: Float64Array, d: number, offset = 0): Vector[] {
  return Array.from({ length: d }, (_, i) => Array.from(matrix.subarray(offset + i * d, offset + (i + 1) * d)));
}

/** A basis of the space that `space` spans, made of candidate rows inside it first. */
function preferring(candidates: readonly Vector[], space: Basis): Vector[] {
  const basis = new Basis();
  for (const row of candidates) if (space.contains(row)) basis.add(row);
  for (const row of space.rows) basis.add(row);
  return basis.rows;
}

/** A function that expresses rows in a basis: `row = Σ_i c_i·basis_i`, for rows inside its span. */
function solver(basis: readonly Vector[]): (row: Vector) => number[] {
  // Gauss–Jordan on the Gram matrix; bases here have a handful of rows.
  const n = basis.length;
  const gram = basis.map((a, i) => [...basis.map((b) => dot(a, b)), ...basis.map((_, j) => (i === j ? 1 : 0))]);
  for (let column = 0; column < n; column++) {
    let pivot = column;
    for (let i = column; i < n; i++) if (Math.abs(gram[i]![column]!) > Math.abs(gram[pivot]![column]!)) pivot = i;
    [gram[column], gram[pivot]] = [gram[pivot]!, gram[column]!];
    const head = gram[column]![column]!;
    gram[column] = gram[column]!.map((value) => value / head);
    for (let i = 0; i < n; i++) {
      const factor = gram[i]![column]!;
      if (i !== column && factor !== 0) gram[i] = gram[i]!.map((value, j) => value - factor * gram[column]![j]!);
    }
  }
  return (row) => {
    const projections = basis.map((b) => dot(row, b));
    return gram.map((inverse) => dot(inverse.slice(n), projections));
  };
}

const identity = (n: number): number[][] =>
  Array.from({ length: n }, (_, i) => Array.from({ length: n }, (__, j) => (i === j ? 1 : 0)));

function isZero(row: Vector): boolean {
  return row.every((value) => value === 0);
}

/**
 * Coordinates for a map `shared + own_t` (both [d][d], own [T][d][d]) and the readouts of the layer that it reads.
 *
 * @param mapped null for the last layer, from which nothing but the readouts reads
 */
export function findCoordinates(
  d: number,
  mapped: { readonly shared: Float64Array; readonly own: Float64Array; readonly T: number } | null,
  readouts: readonly Readout[],
): Coordinates {
  const wanted = readouts.flatMap((readout) => readout.matrix);
  if (mapped === null) {
    const basis = new Basis();
    for (const row of wanted) basis.add(row);
    const solve = solver(basis.rows);
    return { K: basis.rows, O: [], pass: 0, inner: 0, outer: 0, mix: null, Q: wanted.map(solve) };
  }
  const { shared, own, T } = mapped;
  const sharedRows = rowsOf(shared, d);
  const sharedSpace = new Basis();
  for (const row of sharedRows) sharedSpace.add(row);
  const ownSpace = new Basis();
  const written = new Set<number>();
  for (let t = 0; t < T && (ownSpace.rows.length < d || written.size < d); t++) {
    rowsOf(own, d, t * d * d).forEach((row, i) => {
      if (isZero(row)) return;
      written.add(i);
      ownSpace.add(row);
    });
  }
  const passed = preferring(wanted, sharedSpace);
  const mixed = preferring(wanted, ownSpace);
  const outputs = [...written].sort((a, b) => a - b);
  const all = new Basis();
  for (const row of [...passed, ...mixed]) all.add(row);
  const overlapping = all.rows.length < passed.length + mixed.length;
  for (const row of wanted) all.add(row);
  const r = passed.length + outputs.length;
  if (overlapping || all.rows.length > d || r > d) {
    return { K: identity(d), O: identity(d), pass: 0, inner: d, outer: d, mix: null, Q: wanted };
  }
  const inPassed = solver(passed);
  const inMixed = solver(mixed);
  const O = sharedRows.map((row, i) => [...inPassed(row), ...outputs.map((output) => (output === i ? 1 : 0))]);
  const mix = new Float32Array(T * outputs.length * mixed.length);
  for (let t = 0, at = 0; t < T; t++) {
    for (const i of outputs) {
      const start = (t * d + i) * d;
      for (const value of inMixed(Array.from(own.subarray(start, start + d)))) mix[at++] = value;
    }
  }
  const Q = wanted.map(solver(all.rows));
  return { K: all.rows, O, pass: passed.length, inner: mixed.length, outer: outputs.length, mix, Q };
}

/** Whether the readouts are the leading coordinates in order, so that no Q is needed. */
export function readsDirectly(coordinates: Coordinates): boolean {
  return coordinates.Q.every((row, i) => row.every((value, j) => Math.abs(value - (i === j ? 1 : 0)) < 1e-12));
}
