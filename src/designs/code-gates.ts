import type { Term } from "../network/layer.js";
import { readingOf, type Code } from "./code.js";
import { OPEN_GATE } from "./slots.js";

/** The factor by which a cell's gate multiplies the reading of the code. */
const GAIN = 40;

/**
 * For each S and z, how far a threshold lies below the reading that opens the gate, in standard deviations of the
 * reading.
 */
const MARGIN: Readonly<Record<number, readonly number[]>> = { 1: [3, 3, 3], 2: [2.6, 2.6, 2.5] };

/** The z for which the gates are designed, and the part of the network that they read. */
export interface GateOptions {
  readonly S: number;
  /** The number of active circuits that the gates are designed for. */
  readonly z: number;
  readonly cellNeurons: number;
  /** Index of the part that contains the code; x is part 0. */
  readonly from: number;
}

/**
 * The gate of each cell: a linear reading of the code, with a threshold that the reading exceeds for each of the cell's
 * words, even in the presence of z − 1 other words.
 *
 * @param members for each cell, the code words that open the cell
 */
export function codeGates(
  { S, z, cellNeurons: K, from }: GateOptions,
  code: Code,
  members: readonly (readonly number[])[],
): { readonly term: Term; readonly bias: Float64Array } {
  const P = members.length;
  const N = code.mean.length;
  const weights = new Float64Array(P * N);
  const bias = new Float64Array(K * P);
  members.forEach((circuits, cell) => {
    // A cell without circuits stays shut.
    let gate = -GAIN;
    if (circuits.length > 0) {
      const { weights: reading, responses } = readingOf(code, circuits);
      weights.set(reading, cell * N);
      gate = OPEN_GATE - GAIN * threshold(circuits, responses, S, z);
    }
    for (let i = 0; i < K; i++) bias[i * P + cell] = gate;
  });
  const ones = Float64Array.of(...new Array<number>(K).fill(1));
  return { term: { kind: "dense", from, to: 0, weights, by: { matrix: ones, scale: GAIN } }, bias };
}

function threshold(circuits: readonly number[], responses: Float64Array, S: number, z: number): number {
  const own = Math.min(...circuits.map((t) => responses[t]));
  // Of the other circuits' responses: the z − 1 lowest, and the sum and the sum of squares, which give the mean and the
  // standard deviation.
  let sum = 0;
  let squares = 0;
  const lowest: number[] = [];
  for (let t = 0; t < responses.length; t++) {
    const value = responses[t];
    if (circuits.includes(t)) continue;
    sum += value;
    squares += value * value;
    if (lowest.length < z - 1 || value < lowest.at(-1)!) {
      lowest.push(value);
      lowest.sort((a, b) => a - b);
      if (lowest.length >= z) lowest.pop();
    }
  }
  const count = Math.max(1, responses.length - circuits.length);
  const mean = sum / count;
  const sd = Math.sqrt(Math.max(0, squares / count - mean * mean));
  const margin = MARGIN[S][Math.min(z, 3) - 1];
  const usual = own + (z - 1) * mean - margin * Math.sqrt(z - 1) * sd;
  if (S !== 1) return usual;
  // With z − 1 other active circuits, the reading is never below this sum, so a lower threshold is never needed.
  return Math.max(
    usual,
    lowest.reduce((total, value) => total + value, own),
  );
}
