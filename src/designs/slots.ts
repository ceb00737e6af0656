import type { Assignment } from "../assignment/assignment.js";
import type { Angles } from "../circuits/rotation.js";
import type { Term } from "../network/layer.js";
import type { Read, Write } from "../network/multi-part.js";
import { ALPHA, turnTerm, X } from "./cells.js";
import type { Frame } from "./simplex.js";

/** The gate of an open cell. It leaves room for x: a vector on the unit circle needs a gate of 1. */
export const OPEN_GATE = 1.05;
/** The simplex cell (simplex.ts) that holds each circuit's x. */
export interface Slot {
  readonly assignment: Assignment;
  readonly planes: Planes;
}

/** The planes within a cell in which x vectors lie, and the plane of each circuit. */
export interface Planes {
  /** K, the number of neurons in a cell. */
  readonly neurons: number;
  /** `F_p·d_i`: the effect of an x in plane p on neuron i of a cell, [planes][K][2]. */
  readonly directions: Float64Array;
  /** The plane of each circuit, [T]. */
  readonly of: Uint32Array;
}

/**
 * @param corners the directions d_i of the cells' simplex, [K][K−1]
 * @param of index of each circuit's frame, [T]
 */
export function planesOf(frames: readonly Frame[], corners: readonly (readonly number[])[], of: Uint32Array): Planes {
  const K = corners.length;
  const directions = new Float64Array(2 * K * frames.length);
  frames.forEach((plane, p) => {
    for (let i = 0; i < K; i++) {
      for (let axis = 0; axis < 2; axis++) {
        const [row, corner] = [plane[axis], corners[i]];
        let sum = 0;
        for (let j = 0; j < row.length; j++) sum += row[j] * corner[j];
        directions[(p * K + i) * 2 + axis] = sum;
      }
    }
  });
  return { neurons: K, directions, of };
}

/** The matrices `d_iᵀ Fᵀ_to R_t F_from d_j`, which rotate x and move it from one plane to another, [T][K][K]. */
export function turnsBetween({ cos, sin }: Angles, from: Planes, to: Planes): Float64Array {
  const T = cos.length;
  const K = to.neurons;
  const matrix = new Float64Array(T * K * K);
  for (let t = 0; t < T; t++) {
    const c = cos[t];
    const s = sin[t];
    const first = from.of[t] * K * 2;
    const into = to.of[t] * K * 2;
    for (let j = 0; j < K; j++) {
      const u = from.directions[first + 2 * j];
      const v = from.directions[first + 2 * j + 1];
      const x = c * u - s * v;
      const y = s * u + c * v;
      for (let i = 0; i < K; i++) {
        matrix[(t * K + i) * K + j] = to.directions[into + 2 * i] * x + to.directions[into + 2 * i + 1] * y;
      }
    }
  }
  return matrix;
}

/** Moves each circuit's x from one cell to the next, multiplied by the matrix `scale·turned`. */
export function moveSlot(turned: Float64Array, from: Slot, to: Slot, scale: number): Term {
  return turnTerm(0, turned, from.assignment, to.assignment, scale);
}

/** Writes x to its cell in layer 1, with a gate that opens only the cells of active circuits. */
export function writeSlot({ cos, sin }: Angles, slot: Slot): Write {
  const T = cos.length;
  const { neurons: K, directions, of } = slot.planes;
  const own = new Float64Array(T * K * 4);
  for (let t = 0; t < T; t++) {
    const c = cos[t];
    const s = sin[t];
    for (let i = 0; i < K; i++) {
      const at = (of[t] * K + i) * 2;
      const u = directions[at];
      const v = directions[at + 1];
      const x = u * c + v * s;
      const y = v * c - u * s;
      for (let j = 0; j < 4; j++) own[(t * K + i) * 4 + j] = x * X[0][j] + y * X[1][j];
    }
  }
  const drive = Float64Array.from({ length: 4 * K }, (_, at) => ALPHA[at % 4]);
  return {
    part: 0,
    assignment: slot.assignment,
    shared: { matrix: drive, scale: 2 * OPEN_GATE },
    own: { matrix: own, scale: 1 },
  };
}

/** Reads x from a circuit's cell. Rows of the readout are alpha, x_0, x_1. */
export function readSlot(slot: Slot, scale: number): Read {
  const { neurons: K, directions, of } = slot.planes;
  const planes = directions.length / (2 * K);
  const matrix = new Float64Array(planes * 3 * K);
  for (let p = 0; p < planes; p++) {
    for (let i = 0; i < K; i++) {
      for (const axis of [0, 1]) matrix[(p * 3 + 1 + axis) * K + i] = scale * directions[(p * K + i) * 2 + axis];
    }
  }
  return { kind: "circuit", part: 0, assignment: slot.assignment, matrix, of, everywhere: 0 };
}
