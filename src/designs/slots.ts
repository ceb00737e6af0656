import type { Assignment } from "../assignment/assignment.js";
import type { Angles } from "../circuits/rotation.js";
import type { Term } from "../network/layer.js";
import type { Read, Write } from "../network/parted.js";
import { ALPHA, X } from "./cells.js";
import type { Frame } from "./simplex.js";

/** What the gates leave to an open cell: x within the unit circle needs 1. */
export const OPEN = 1.05;
/** One of the simplex cells (simplex.ts) of every circuit. */
export interface Slot {
  readonly assignment: Assignment;
  /** `F_t·d_i`: what neuron i of the cell is to circuit t's x, [T][K][2]. */
  readonly directions: Float64Array;
}

/**
 * @param cells of every circuit, [T], of P
 * @param planeOf where circuit t lies in its cell
 * @param corners d_i of the cells' simplex, [K][K−1]
 */
export function slotOf(
  cells: Uint32Array,
  P: number,
  corners: readonly (readonly number[])[],
  planeOf: (t: number) => Frame,
): Slot {
  const T = cells.length;
  const K = corners.length;
  const directions = new Float64Array(2 * K * T);
  for (let t = 0; t < T; t++) {
    const plane = planeOf(t);
    for (let i = 0; i < K; i++) {
      for (let axis = 0; axis < 2; axis++) {
        const [row, corner] = [plane[axis]!, corners[i]!];
        let sum = 0;
        for (let j = 0; j < row.length; j++) sum += row[j]! * corner[j]!;
        directions[(t * K + i) * 2 + axis] = sum;
      }
    }
  }
  return { assignment: { T, S: 1, P, neurons: cells }, directions };
}

/** `scale·d_iᵀ Fᵀ_to R_t F_from d_j`: x from one cell to the next, turned. */
export function moveSlot({ cos, sin }: Angles, from: Slot, to: Slot, scale: number): Term {
  const T = cos.length;
  const K = from.directions.length / (2 * T);
  const matrix = new Float64Array(T * K * K);
  for (let t = 0; t < T; t++) {
    for (let j = 0; j < K; j++) {
      const at = (t * K + j) * 2;
      const [u, v] = [from.directions[at]!, from.directions[at + 1]!];
      const turned = [cos[t]! * u - sin[t]! * v, sin[t]! * u + cos[t]! * v] as const;
      for (let i = 0; i < K; i++) {
        const into = (t * K + i) * 2;
        matrix[(t * K + i) * K + j] = to.directions[into]! * turned[0] + to.directions[into + 1]! * turned[1];
      }
    }
  }
  return {
    kind: "circuits",
    ...{ from: 0, to: 0 },
    gather: from.assignment,
    scatter: to.assignment,
    shared: { matrix: new Float64Array(K * K), scale: 0 },
    own: { matrix, scale },
    everywhere: 0,
  };
}

/** Layer 1: x in its cell, and a gate that opens the cells of active circuits alone. */
export function writeSlot({ cos, sin }: Angles, { assignment, directions }: Slot): Write {
  const T = cos.length;
  const K = directions.length / (2 * T);
  const own = new Float64Array(T * K * 4);
  for (let t = 0; t < T; t++) {
    for (let i = 0; i < K; i++) {
      const [u, v] = [directions[(t * K + i) * 2]!, directions[(t * K + i) * 2 + 1]!];
      const along = [u * cos[t]! + v * sin[t]!, v * cos[t]! - u * sin[t]!] as const;
      for (let j = 0; j < 4; j++) own[(t * K + i) * 4 + j] = along[0] * X[0]![j]! + along[1] * X[1]![j]!;
    }
  }
  const drive = Float64Array.from({ length: 4 * K }, (_, at) => ALPHA[at % 4]!);
  return { part: 0, assignment, shared: { matrix: drive, scale: 2 * OPEN }, own: { matrix: own, scale: 1 } };
}

/** Readout rows are alpha, x_0, x_1: x from a circuit's cell. */
export function readSlot({ assignment, directions }: Slot, scale: number): Read {
  const { T } = assignment;
  const K = directions.length / (2 * T);
  const matrix = new Float64Array(T * 3 * K);
  for (let t = 0; t < T; t++) {
    for (let i = 0; i < K; i++) {
      for (const axis of [0, 1]) matrix[(t * 3 + 1 + axis) * K + i] = scale * directions[(t * K + i) * 2 + axis]!;
    }
  }
  return { kind: "circuit", part: 0, assignment, matrix, everywhere: 0 };
}
