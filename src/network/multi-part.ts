import { finiteNumber, finiteNumbers, given, listOf, oneOf, wholeNumber } from "../base/errors.js";
import { checkAssignment, type Assignment } from "../assignment/assignment.js";
import { weightOf, type Circuits } from "../circuits/circuits.js";
import type { countedBlocks, Layer, Part, ScaledMatrix } from "./layer.js";
import type { Network } from "./network.js";
import type { SparseMatrix } from "./sparse.js";

/** Every layer is a step of the circuits: steps 1…L. */
export function everyLayer(L: number): number[] {
  return Array.from({ length: L }, (_, k) => k + 1);
}

/**
 * A large ReLU network whose neurons form parts of their own sizes, with what goes in and what is read out. The post's
 * network is one of a single part; in other designs indicators and vectors live apart. Lists over layers or steps have
 * index k for number k+1.
 */
export interface MultiPartNetwork {
  /** What the circuits compute alone, their readouts and inputs. */
  readonly circuits: Circuits;
  readonly parts: readonly Part[];
  /** Layer 1 has no terms: its weights are the identity on A^0. [E10] */
  readonly layers: readonly Layer[];
  /**
   * After which layer, counted from 1, the circuits have taken their step l = 1…L, [L] ascending: designs may have layers
   * between that only clean.
   */
  readonly steps: readonly number[];
  /** A^0 is what all of these write for the active circuits. */
  readonly writes: readonly Write[];
  /** What is added up for every circuit's readouts, per step; steps that read alike share a list. */
  readonly reads: readonly (readonly Read[])[];
  /** Added to the readouts, all rows in order, per step. */
  readonly constants: readonly (readonly number[])[];
  /** Where neurons that are on are counted apart. Default: by parts, or by the blocks of the only one. [E19] */
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

/** A summand of every circuit's readouts. */
export type Read = CircuitRead | CodeRead;

/** Adds `matrix·(Σ_s A[neuron s of t] + everywhere·Σ_n A[n])` to circuit t's readouts, all rows in order. */
export interface CircuitRead {
  readonly kind: "circuit";
  readonly part: number;
  readonly assignment: Assignment;
  /** [rows][d of part], row-major: one for all circuits, or several of them. */
  readonly matrix: Float64Array;
  /** Which of several matrices each circuit has, [T]; left out where circuit t has matrix t. */
  readonly of?: Uint32Array;
  readonly everywhere: number;
}

/** Adds `weights_t·A` over all neurons of a part with d = 1 to one row of circuit t's readouts. */
export interface CodeRead {
  readonly kind: "code";
  readonly part: number;
  readonly row: number;
  /** [T][P], or fewer rows that circuits share. */
  readonly weights: Float64Array;
  /** Which row of the weights each circuit has, [T]; left out where circuit t has row t. */
  readonly of?: Uint32Array;
}

/** @throws InputError unless this is a network of parts with what goes in and is read out */
export function checkMultiPart(network: MultiPartNetwork): MultiPartNetwork {
  return given("network", network, "what buildMultiPartNetwork or asMultiPart gives", "reads");
}

/**
 * The post's network and its kin as one of a single part.
 *
 * @throws InputError unless it is a network as buildNetwork gives
 */
export function asMultiPart(network: Network): MultiPartNetwork {
  given("network", network, "as buildNetwork or buildMatrixNetwork gives", "shape");
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

/** How many rows a circuit's readouts have, all of them in order. */
export function readoutRows({ readouts }: Circuits): number {
  return readouts.reduce((sum, { matrix }) => sum + matrix.length, 0);
}

/**
 * All circuits' readouts of one layer as a sparse matrix: row t·rows + r reads row r of circuit t, without constants.
 *
 * @throws InputError naming the argument that is no network of parts, or a read of a part that it does not have
 */
export function readoutMatrix(network: MultiPartNetwork, reads: readonly Read[]): SparseMatrix {
  const { parts, circuits } = checkMultiPart(network);
  Array.from(listOf("reads", reads), (read, k) => checkRead(`reads[${k}]`, read, parts.length));
  const { T } = circuits;
  const rows = readoutRows(circuits);
  // There may be a hundred million of them: counted first, then written where they stay.
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

/** Calls `add` for every neuron of layer 0, counted over all parts, that circuit t's input is written to. */
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

/** How often `eachReadWeight` calls. */
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

/** Where row r of circuit t is in the matrix of a read. */
function rowOf({ matrix, of }: CircuitRead, d: number, t: number, r: number, rows: number): number {
  return (matrix.length === rows * d ? 0 : (of?.[t] ?? t) * rows * d) + r * d;
}

/** Calls `add` for every neuron of a layer, counted over all parts, that row r of `rows` of circuit t's readouts adds up. */
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

/** How many neurons a circuit's input is written to: those that should be on when it is active. */
export function neuronsPerCircuit({ parts, writes }: MultiPartNetwork): number {
  return writes.reduce((sum, { part, assignment }) => sum + assignment.S * parts[part].d, 0);
}
