import { finiteNumber, finiteNumbers, given, listOf, oneOf, wholeNumber } from "../base/errors.js";
import { checkAssignment, type Assignment } from "../assignment/assignment.js";
import { weightOf, type Circuits } from "../circuits/circuits.js";
import type { countedBlocks, Layer, Part, ScaledMatrix } from "./layer.js";
import type { Network } from "./network.js";
import type { SparseMatrix } from "./sparse.js";

/** The `steps` of a network in which every layer is a step of the circuits: 1…L. */
export function everyLayer(L: number): number[] {
  return Array.from({ length: L }, (_, k) => k + 1);
}

/**
 * A large ReLU network whose neurons form parts of different sizes, with its inputs and readouts. The published network
 * has a single part; other designs keep indicators and vectors in different parts. In lists over layers or steps, index
 * k holds layer or step k+1.
 */
export interface MultiPartNetwork {
  /** The circuits, which provide the true values, the readouts and the inputs. */
  readonly circuits: Circuits;
  readonly parts: readonly Part[];
  /** Layer 1 has no terms: its weights are the identity on A^0. [E10] */
  readonly layers: readonly Layer[];
  /**
   * The layers, counted from 1, after which the circuits have completed step l = 1…L, [L] ascending: designs can have
   * layers in between that only clean up errors.
   */
  readonly steps: readonly number[];
  /** A^0 is the sum of these writes over all active circuits. */
  readonly writes: readonly Write[];
  /** The summands of every circuit's readouts, per step; steps that are read in the same way share a list. */
  readonly reads: readonly (readonly Read[])[];
  /** Constants added to the readouts at each step, all rows in order. */
  readonly constants: readonly (readonly number[])[];
  /**
   * The groups in which active neurons are counted. Default: the parts, or the blocks if there is only one part. [E19]
   */
  readonly counted?: ReturnType<typeof countedBlocks>;
}

/** Adds `(shared + own_t)·a_t^0` to the neurons of an active circuit t: matrices are [d of part][d of circuits]. */
export interface Write {
  readonly part: number;
  readonly assignment: Assignment;
  readonly shared: ScaledMatrix;
  /** [T][d of part][d of circuits] */
  readonly own: ScaledMatrix;
}

/** A term that is added to every circuit's readouts. */
export type Read = CircuitRead | CodeRead;

/** Adds `matrix·(Σ_s A[neuron s of t] + everywhere·Σ_n A[n])` to circuit t's readouts, all rows in order. */
export interface CircuitRead {
  readonly kind: "circuit";
  readonly part: number;
  readonly assignment: Assignment;
  /** [rows][d of part], row-major: one matrix for all circuits, or several. */
  readonly matrix: Float64Array;
  /** The index of each circuit's matrix if there are several, [T]; omitted if circuit t has matrix t. */
  readonly of?: Uint32Array;
  readonly everywhere: number;
}

/** Adds `weights_t·A` over all neurons of a part with d = 1 to one row of circuit t's readouts. */
export interface CodeRead {
  readonly kind: "code";
  readonly part: number;
  readonly row: number;
  /** [T][P], or fewer rows if circuits share them. */
  readonly weights: Float64Array;
  /** The index of each circuit's row of weights, [T]; omitted if circuit t has row t. */
  readonly of?: Uint32Array;
}

/** @throws InputError unless this is a network of parts with inputs and readouts */
export function checkMultiPart(network: MultiPartNetwork, name = "network"): MultiPartNetwork {
  for (const key of ["reads", "circuits", "parts", "layers", "steps", "writes", "constants"])
    given(name, network, "made by buildMultiPartNetwork or asMultiPart", key);
  for (const key of ["T", "d", "L", "readouts"])
    given(`${name}.circuits`, network.circuits, "circuits as returned by buildCircuits", key);
  return network;
}

/**
 * Expresses a network from `buildNetwork` as a multi-part network with a single part.
 *
 * @throws InputError unless this is a network from `buildNetwork`
 */
export function asMultiPart(network: Network): MultiPartNetwork {
  given("network", network, "made by buildNetwork or buildMatrixNetwork", "shape");
  const { circuits, parts, layers, embedding, readouts } = network;
  const { d, T } = circuits;
  const first = new Float64Array(T * d * d);
  for (let t = 0; t < T; t++) first.set(weightOf(circuits, 1, t), t * d * d);
  const rows = circuits.readouts.flatMap(({ matrix }) => matrix);
  return {
    circuits,
    parts,
    layers,
    steps: everyLayer(layers.length),
    writes: [
      {
        part: 0,
        assignment: embedding[0],
        shared: { matrix: new Float64Array(d * d), scale: 0 },
        own: { matrix: first, scale: 1 },
      },
    ],
    reads: readouts.map(({ part, assignment, scale, shift }) => [
      {
        kind: "circuit",
        part,
        assignment,
        matrix: Float64Array.from(rows.flatMap((row) => row.map((value) => scale * value))),
        everywhere: -shift / scale,
      },
    ]),
    constants: layers.map(() => rows.map(() => 0)),
  };
}

/** Total number of rows in a circuit's readouts. */
export function readoutRows({ readouts }: Circuits): number {
  return readouts.reduce((sum, { matrix }) => sum + matrix.length, 0);
}

/**
 * All circuits' readouts of one layer as a sparse matrix: row t·rows + r reads row r of circuit t, without constants.
 *
 * @throws InputError naming the argument that is not a network of parts, or the entry of `reads` whose part does not
 * exist
 */
export function readoutMatrix(network: MultiPartNetwork, reads: readonly Read[]): SparseMatrix {
  const { parts, circuits } = checkMultiPart(network);
  Array.from(listOf("reads", reads), (read, k) => checkRead(`reads[${k}]`, read, parts.length));
  const { T } = circuits;
  const rows = readoutRows(circuits);
  // There may be a hundred million entries, so they are counted first and then written directly to their final
  // positions.
  const starts = new Uint32Array(T * rows + 1);
  for (let t = 0, k = 0; t < T; t++) {
    for (let r = 0; r < rows; r++, k++) starts[k + 1] = starts[k] + readWeightCount(parts, reads, t, r, rows);
  }
  const columns = new Uint32Array(starts[T * rows]);
  const values = new Float32Array(columns.length);
  let at = 0;
  const add = (neuron: number, value: number): void => {
    columns[at] = neuron;
    values[at++] = value;
  };
  for (let t = 0; t < T; t++) {
    for (let r = 0; r < rows; r++) eachReadWeight(parts, reads, { t, r, rows }, add);
  }
  return { rows: T * rows, starts, columns, values };
}

function checkRead(path: string, read: Read, parts: number): void {
  const { kind, part } = given(path, read, "a network's read");
  oneOf(`${path}.kind`, kind, ["circuit", "code"]);
  wholeNumber(`${path}.part`, part, 0, parts - 1);
  if (read.kind === "code") {
    wholeNumber(`${path}.row`, read.row, 0);
    finiteNumbers(`${path}.weights`, read.weights);
    return;
  }
  checkAssignment(`${path}.assignment`, read.assignment);
  finiteNumbers(`${path}.matrix`, read.matrix);
  finiteNumber(`${path}.everywhere`, read.everywhere);
}

/**
 * Calls `add` for every neuron of layer 0 to which circuit t's input is written; neurons are numbered across all parts.
 */
export function eachWritten(
  { circuits: { d }, parts, writes }: Pick<MultiPartNetwork, "circuits" | "parts" | "writes">,
  t: number,
  input: Float64Array,
  add: (neuron: number, value: number) => void,
): void {
  for (const { part, assignment, shared, own } of writes) {
    const { d: blocks, P, offset } = parts[part];
    const { S, neurons } = assignment;
    for (let i = 0; i < blocks; i++) {
      let value = 0;
      for (let j = 0; j < d; j++) {
        const weight = shared.scale * shared.matrix[i * d + j] + own.scale * own.matrix[(t * blocks + i) * d + j];
        value += weight * input[j];
      }
      for (let s = t * S; s < (t + 1) * S; s++) add(offset + i * P + neurons[s], value);
    }
  }
}

/** The number of calls that `eachReadWeight` makes. */
function readWeightCount(parts: readonly Part[], reads: readonly Read[], t: number, r: number, rows: number): number {
  let count = 0;
  for (const read of reads) {
    const { d, P } = parts[read.part];
    if (read.kind === "code") {
      if (read.row === r) count += P;
      continue;
    }
    const { assignment, matrix, everywhere } = read;
    const first = rowOf(read, d, t, r, rows);
    const perEntry = assignment.S + (everywhere === 0 ? 0 : P);
    for (let i = 0; i < d; i++) if (matrix[first + i] !== 0) count += perEntry;
  }
  return count;
}

/** The index in `matrix` at which row r of circuit t's readouts begins. */
function rowOf({ matrix, of }: CircuitRead, d: number, t: number, r: number, rows: number): number {
  return (matrix.length === rows * d ? 0 : (of?.[t] ?? t) * rows * d) + r * d;
}

/**
 * For row r (of `rows`) of circuit t's readouts, calls `add` with the index and the weight of each neuron that the row
 * reads in a layer; neurons are numbered across all parts.
 */
export function eachReadWeight(
  parts: readonly Part[],
  reads: readonly Read[],
  { t, r, rows }: { readonly t: number; readonly r: number; readonly rows: number },
  add: (neuron: number, weight: number) => void,
): void {
  for (const read of reads) {
    const { d, P, offset } = parts[read.part];
    if (read.kind === "code") {
      if (read.row !== r) continue;
      const first = (read.of?.[t] ?? t) * P;
      for (let n = 0; n < P; n++) add(offset + n, read.weights[first + n]);
      continue;
    }
    const { assignment, matrix, everywhere } = read;
    const { S, neurons } = assignment;
    const first = rowOf(read, d, t, r, rows);
    for (let i = 0; i < d; i++) {
      const weight = matrix[first + i];
      if (weight === 0) continue;
      const block = offset + i * P;
      for (let s = 0; s < S; s++) add(block + neurons[t * S + s], weight);
      if (everywhere !== 0) for (let n = 0; n < P; n++) add(block + n, weight * everywhere);
    }
  }
}

/** The number of neurons to which a circuit's input is written: these should be on when the circuit is active. */
export function neuronsPerCircuit({ parts, writes }: MultiPartNetwork): number {
  return writes.reduce((sum, { part, assignment }) => sum + assignment.S * parts[part].d, 0);
}
