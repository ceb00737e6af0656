import { rotations, threeDirections, turnBetween, type RotationGates } from "../circuits/rotation.js";
import type { Cleaner } from "../network/cleaner.js";
import { bitCells, bitsConstant, fromBits, snapLines, toBits } from "./snap.js";
import { INVERT, OFFSET, SNAP_GAIN, SWITCHED_ANGLES } from "./switched-layers.js";

/** The two neurons of the post's indicator: `alpha' = ReLU(slope·(alpha − low)) − ReLU(slope·(alpha − high))`. [E2] */
function ramp(gates: RotationGates): Cleaner {
  const { mean, bias } = rotations({ cos: Float64Array.of(1), sin: Float64Array.of(0) }, 1, gates);
  const weights = [0, 1].map((i) => [0, 1].map((j) => mean[0][4 * i + j]));
  return {
    of: "indicator",
    layers: [{ weights, bias: [...bias[0].subarray(0, 2)] }],
    write: [[1], [0]],
    offset: 0,
    read: [[1, -1]],
  };
}

const corners = threeDirections.map(([u, v]) => [u, v]);
/** Reads x from a cell of three neurons, `(2/3)·Σ_k h_k d_k`. */
const readCell = [0, 1].map((axis) => corners.map((corner) => (2 / 3) * corner[axis]));

/**
 * Snaps the x of a group in which one cell is in use: writes it to the group's neurons as bits, and then writes the
 * snapped x back to the cell.
 */
function snap(): Cleaner {
  const lines = snapLines(SWITCHED_ANGLES);
  const bits = lines.normals.length;
  const cells = Array.from({ length: bitCells(lines) }, (_, c) => c);
  const cut = cells.flatMap((c) => chunks(toBits(lines, c, SNAP_GAIN), 3)).slice(0, bits);
  const back = corners.map((_, k) => cells.flatMap((c) => chunks(fromBits(lines, c), 3)[k]).slice(0, bits));
  const all = (value: number): number[] => new Array<number>(bits).fill(value);
  return {
    of: "x",
    layers: [
      { weights: cut, bias: all(0.5) },
      { weights: cut.map((_, j) => cut.map((__, i) => (i === j ? -1 : 0))), bias: all(1) },
      { weights: back, bias: bitsConstant(lines).map((value) => value + OFFSET) },
    ],
    write: corners,
    offset: OFFSET,
    read: readCell,
  };
}

function chunks(values: Float64Array, size: number): number[][] {
  return Array.from({ length: values.length / size }, (_, k) => [...values.subarray(k * size, (k + 1) * size)]);
}

/** Cleaners by name. The first cleaner for each quantity merely copies that quantity. */
export const cleaners = {
  /** Copies a bit unchanged. */
  copied: { of: "indicator", layers: [{ weights: [[1]], bias: [0] }], write: [[1]], offset: 0, read: [[1]] },
  /** The post's ramp. [E4] */
  ramp: ramp({}),
  /** A ramp that starts late, at 0.875. */
  "late ramp": ramp({ ramp: { low: 0.875, high: 0.999 }, gain: 8, offset: 1.1 }),
  /** Inverts a bit in every layer, as the switched design does. */
  bit: {
    of: "indicator",
    layers: [
      { weights: [[INVERT.weight]], bias: [INVERT.bias] },
      { weights: [[INVERT.weight]], bias: [INVERT.bias] },
    ],
    write: [[1]],
    offset: 0,
    read: [[1]],
  },
  /** Moves x from cell to cell, with the cells' gates open. */
  moved: {
    of: "x",
    layers: [{ weights: chunks(turnBetween(threeDirections, 1, 0), 3), bias: corners.map(() => OFFSET) }],
    write: corners,
    offset: OFFSET,
    read: readCell,
  },
  /** Snaps x to one of sixteen angles. */
  snap: snap(),
} as const satisfies Record<string, Cleaner>;

export type CleanerName = keyof typeof cleaners;
