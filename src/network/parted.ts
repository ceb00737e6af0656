import type { Assignment } from "../assignment/assignment.js";
import { weightOf, type Circuits } from "../circuits/circuits.js";
import type { Layer, Part, ScaledMatrix } from "./layer.js";
import type { Network } from "./network.js";
import type { SparseMatrix } from "./sparse.js";

/**
 * A large ReLU network whose neurons form parts of their own sizes, with what goes in and what is read out. The post's
 * network is one of a single part; in other designs indicators and vectors live apart. Lists over layers have index k for
 * layer k+1.
 */
export interface PartedNetwork {
  /** What the circuits compute alone, their readouts and inputs. */
  readonly circuits: Circuits;
  readonly parts: readonly Part[];
  /** Layer 1 has no terms: its weights are the identity on A^0. [E10] */
  readonly layers: readonly Layer[];
  /** A^0 is what all of these write for the active circuits. */
  readonly writes: readonly Write[];
  /** What is added up for every circuit's readouts, per layer; layers that read alike share a list. */
  readonly reads: readonly (readonly Read[])[];
  /** Added to the readouts, all rows in order. */
  readonly constants: readonly number[];
}

/** Adds `(shared + own_t)·a_t^0` to the neurons of an active circuit t: matrices are [d of part][d of circuits]. */
export interface Write {
  readonly part: number;
  readonly assignment: Assignment;
  readonly shared: ScaledMatrix;
  /** [T][d of part][d of circuits] */
  readonly own: ScaledMatrix;
}

/** Adds `matrix·(Σ_s A[neuron s of t] + everywhere·Σ_n A[n])` to circuit t's readouts, all rows in order. */
export interface Read {
  readonly part: number;
  readonly assignment: Assignment;
  /** [rows][d of part], row-major. */
  readonly matrix: Float64Array;
  readonly everywhere: number;
}

/** The post's network and its kin as one of a single part. */
export function asParted(network: Network): PartedNetwork {
  const { circuits, parts, layers, embedding, readouts } = network;
  const { d, T } = circuits;
  const first = new Float64Array(T * d * d);
  for (let t = 0; t < T; t++) first.set(weightOf(circuits, 1, t), t * d * d);
  const rows = circuits.readouts.flatMap(({ matrix }) => matrix);
  return {
    circuits,
    parts,
    layers,
    writes: [
      {
        part: 0,
        assignment: embedding[0]!,
        shared: { matrix: new Float64Array(d * d), scale: 0 },
        own: { matrix: first, scale: 1 },
      },
    ],
    reads: readouts.map(({ part, assignment, scale, shift }) => [
      {
        part,
        assignment,
        matrix: Float64Array.from(rows.flatMap((row) => row.map((value) => scale * value))),
        everywhere: -shift / scale,
      },
    ]),
    constants: rows.map(() => 0),
  };
}

/** All circuits' readouts of one layer as a sparse matrix: row t·rows + r reads row r of circuit t, without constants. */
export function readoutMatrix({ circuits, parts }: PartedNetwork, reads: readonly Read[]): SparseMatrix {
  const { T } = circuits;
  const rows = circuits.readouts.reduce((sum, { matrix }) => sum + matrix.length, 0);
  const starts = new Uint32Array(T * rows + 1);
  const columns: number[] = [];
  const values: number[] = [];
  for (let t = 0; t < T; t++) {
    for (let r = 0; r < rows; r++) {
      for (const { part, assignment, matrix, everywhere } of reads) {
        const { d, P, offset } = parts[part]!;
        const { S, neurons } = assignment;
        for (let i = 0; i < d; i++) {
          const weight = matrix[r * d + i]!;
          if (weight === 0) continue;
          const add = (n: number, value: number): void => {
            columns.push(offset + i * P + n);
            values.push(value);
          };
          for (let s = 0; s < S; s++) add(neurons[t * S + s]!, weight);
          if (everywhere !== 0) for (let n = 0; n < P; n++) add(n, weight * everywhere);
        }
      }
      starts[t * rows + r + 1] = columns.length;
    }
  }
  return { rows: T * rows, starts, columns: Uint32Array.from(columns), values: Float32Array.from(values) };
}

/** How many neurons a circuit is read from at layer 1, mean over circuits. */
export function neuronsPerCircuit({ parts, reads }: PartedNetwork): number {
  return reads[0]!.reduce((sum, { part, assignment }) => sum + assignment.S * parts[part]!.d, 0);
}
