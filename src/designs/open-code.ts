import type { Assignment } from "../assignment/assignment.js";
import type { Part, Term } from "../network/layer.js";
import type { Read, Write } from "../network/multi-part.js";

/**
 * A code that says which cells are open. The digits of open cells, where accuracy matters, are 0.
 *
 * Each value of each digit of the cells' words (blocks.ts) has a neuron, which is 0 if the cell of an active circuit
 * has that value, and 1 otherwise. A cell whose digits are all 0 is open; any other cell is shut by `gain` times the
 * sum of its digits. Since the digits of an open cell are 0, they contribute 0 whatever the weights, so an open cell is
 * not affected by noise on weights, by rounding or by the gain.
 *
 * From layer to layer, each column's code alternates between single neurons c and pairs (s₁, s₂). This removes small
 * errors:
 *
 *   s₁ = ReLU(2c − 0.5),  s₂ = ReLU(2c − 1.5),  c = ReLU(s₁ − s₂)
 *
 * The new c is exactly 0 if the old c is at most 0.25, and exactly 1 if it is at least 0.75. There are two parts:
 * single neurons hold the words of the next column, to be read by that column's gates, and pairs of neurons hold the
 * words of the current column.
 */
export interface CodeParts {
  /** Indices of the parts. */
  readonly single: number;
  readonly pair: number;
}

/** Sizes of both parts; `values` is the number of values of all digits together. */
export function codeParts(values: number): readonly [Omit<Part, "offset">, Omit<Part, "offset">] {
  return [
    { name: "code of the next cells", d: 1, P: values },
    { name: "code of these cells", d: 2, P: values },
  ];
}

/**
 * Biases of both parts: first for layer 1, where active circuits write the code that opens their cells, then for later
 * layers.
 */
export const firstCodeBias = [Float64Array.of(1), Float64Array.of(1.5, 0.5)] as const;
export const codeBias = [Float64Array.of(0), Float64Array.of(-0.5, -1.5)] as const;

/** In each layer, moves the code from pairs to single neurons and from single neurons to pairs. */
export function codeTerms({ single, pair }: CodeParts): Term[] {
  return [
    { kind: "copy", from: pair, to: single, by: { matrix: Float64Array.of(1, -1), scale: 1 } },
    { kind: "copy", from: single, to: pair, by: { matrix: Float64Array.of(1, 1), scale: 2 } },
  ];
}

/** Shuts cells with a nonzero digit: subtracts the sum of the digits times `gains`, one for each neuron of a cell. */
export function codeGate({ single }: CodeParts, cells: number, words: Assignment, gains: Float64Array): Term {
  const { P, S } = words;
  const weights = new Float64Array(words.T * P);
  words.neurons.forEach((value, at) => (weights[Math.floor(at / S) * P + value] = 1));
  return { kind: "dense", from: single, to: cells, weights, by: { matrix: gains, scale: -1 } };
}

/**
 * Writes the code of an active circuit from its input: the circuit's digits are 0 in layer 1 if `on·a^0` is at least
 * 0.5.
 *
 * @param on rows that detect whether each circuit is active, [T][d]
 */
export function writeOpen(
  { single, pair }: CodeParts,
  on: Float64Array,
  [first, second]: readonly [Assignment, Assignment],
): Write[] {
  const { T } = first;
  const d = on.length / T;
  const write = (part: number, assignment: Assignment, levels: readonly number[]): Write => {
    const own = Float64Array.from({ length: on.length * levels.length }, (_, at) => {
      const t = Math.floor(at / (levels.length * d));
      return -levels[Math.floor(at / d) % levels.length] * on[t * d + (at % d)];
    });
    const none = { matrix: new Float64Array(levels.length * d), scale: 0 };
    return { part, assignment, shared: none, own: { matrix: own, scale: 1 } };
  };
  return [write(single, second, [2]), write(pair, first, [3, 1])];
}

/** The words of two circuits that share no cell differ in 4 to 6 digits, counting both columns; 5 is the midpoint. */
const DIFFERENT = 5;

/**
 * Adds an indicator to row 0 of readouts; a constant 1 must be added separately. The indicator is 1 for an active
 * circuit, 0.4 or 0.2 for a circuit that shares a cell with an active one, and within ±0.2 for all other circuits.
 *
 * @param rows total number of rows in the readouts
 */
export function readOpen(
  { single, pair }: CodeParts,
  [now, next]: readonly [Assignment, Assignment],
  rows: number,
): Read[] {
  const read = (part: number, assignment: Assignment, row: readonly number[]): Read => {
    const matrix = new Float64Array(rows * row.length);
    matrix.set(row.map((value) => -value / DIFFERENT));
    return { kind: "circuit", part, assignment, matrix, everywhere: 0 };
  };
  return [read(single, next, [1]), read(pair, now, [1, -1])];
}
