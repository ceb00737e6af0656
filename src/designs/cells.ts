import type { Assignment } from "../assignment/assignment.js";
import { threeDirections, turnBetween, type Angles } from "../circuits/rotation.js";
import type { Read, Write } from "../network/multi-part.js";
import type { Term } from "../network/layer.js";
import type { DesignSettings } from "./design.js";

/**
 * Cells hold x in designs with several parts. A cell is three neurons with directions 120° apart:
 *
 *   h_k = ReLU(d_k·x + gate),   x = (2/3)·Σ_k h_k d_k
 *
 * A cell holds the x of whichever of its circuits is active. The gate is `offset` when that circuit's code is complete,
 * and at least `gain` lower when any part of the code is missing. With gain ≥ offset + 1, the cell is then shut for any
 * x on the unit circle.
 */
export interface Cells {
  /** Index of the part that holds the cells; the part has d = 3. */
  readonly part: number;
  readonly gain: number;
  readonly offset: number;
}

/** The gate settings. The defaults leave the margin that rounding needs; the offset of 1 in [E2] leaves no margin. */
export function cellGates({ gain, offset }: Pick<DesignSettings, "gain" | "offset">): Pick<Cells, "gain" | "offset"> {
  return { gain: gain ?? 2.2, offset: offset ?? 1.1 };
}

/** The matrices `(2/3)·d_i·R(θ_t)·d_j` of all circuits, [T][3][3]. */
export function turns({ cos, sin }: Angles): Float64Array {
  const matrices = new Float64Array(9 * cos.length);
  for (let t = 0; t < cos.length; t++) turnBetween(threeDirections, cos[t], sin[t], matrices, 9 * t);
  return matrices;
}

/**
 * Moves each circuit's x from its cells in one layer to its cells in the next, rotated by its angle. If a circuit has
 * several cells, this x is the mean over them.
 */
export function moveX({ part }: Cells, turned: Float64Array, gather: Assignment, scatter: Assignment): Term {
  return turnTerm(part, turned, gather, scatter, 1 / gather.S);
}

/**
 * Multiplies the values of each circuit's neurons in one layer by the circuit's matrix, `scale·turned`, and adds the
 * result to the circuit's neurons in the next layer.
 */
export function turnTerm(
  part: number,
  turned: Float64Array,
  gather: Assignment,
  scatter: Assignment,
  scale: number,
): Term {
  const nothing = { matrix: new Float64Array(turned.length / gather.T), scale: 0 };
  return {
    ...{ kind: "circuits", from: part, to: part, gather, scatter, everywhere: 0 },
    ...{ shared: nothing, own: { matrix: turned, scale } },
  };
}

/** A gate that reads the activations A of part `from`: adds `gain·weights·A` to all three neurons of every cell. */
export function gateTerm(cells: Cells, from: number, weights: Float64Array, scale = cells.gain): Term {
  return {
    kind: "dense",
    ...{ from, to: cells.part },
    weights,
    by: { matrix: Float64Array.of(1, 1, 1), scale },
  };
}

/** A gate that reads a part with one neuron per cell: adds `gain·A_n` to all three neurons of cell n. */
export function gateCopy(cells: Cells, from: number): Term {
  return { kind: "copy", from, to: cells.part, by: { matrix: Float64Array.of(1, 1, 1), scale: cells.gain } };
}

/** Copies a part to the next layer: its neurons keep their values. */
export function copyTerm(part: number): Term {
  return { kind: "copy", from: part, to: part, by: { matrix: Float64Array.of(1), scale: 1 } };
}

/** The rows that read the indicator and x from a rotation's input a^0 = (1.5, 0.5, x_0 + 1, x_1 + 1). [E3] [E4] */
export const ALPHA = [1, -1, 0, 0];
export const X = [
  [-1, 1, 1, 0],
  [-1, 1, 0, 1],
];

/**
 * Writes `gain·drive·alpha + d_k·R(θ_t)·x` to the cells of an active circuit in layer 1; the bias is added separately.
 */
export function writeX(cells: Cells, { cos, sin }: Angles, assignment: Assignment, drive: number): Write {
  const T = cos.length;
  const own = new Float64Array(12 * T);
  for (let t = 0; t < T; t++) {
    const [c, s] = [cos[t], sin[t]];
    for (let k = 0; k < 3; k++) {
      const [u, v] = threeDirections[k];
      for (let j = 0; j < 4; j++) {
        own[12 * t + 4 * k + j] = (u * c + v * s) * X[0][j] + (v * c - u * s) * X[1][j];
      }
    }
  }
  return {
    part: cells.part,
    assignment,
    shared: { matrix: Float64Array.from([...ALPHA, ...ALPHA, ...ALPHA]), scale: cells.gain * drive },
    own: { matrix: own, scale: 1 },
  };
}

/** Writes alpha to the code neurons of an active circuit. */
export function writeCode(part: number, assignment: Assignment): Write {
  const nothing = { matrix: new Float64Array(4 * assignment.T), scale: 0 };
  return { part, assignment, shared: { matrix: Float64Array.from(ALPHA), scale: 1 }, own: nothing };
}

/** Reads x from a circuit's cells. Rows of the readout are alpha, x_0, x_1. */
export function readX({ part }: Cells, assignment: Assignment): Read {
  const scale = 2 / (3 * assignment.S);
  const rows = [0, 1].flatMap((i) => threeDirections.map((direction) => scale * direction[i]));
  return { kind: "circuit", part, assignment, matrix: Float64Array.from([0, 0, 0, ...rows]), everywhere: 0 };
}

/** Reads alpha from code neurons as `scale·Σ`. */
export function readCode(part: number, assignment: Assignment, scale: number): Read {
  return { kind: "circuit", part, assignment, matrix: Float64Array.of(scale, 0, 0), everywhere: 0 };
}
