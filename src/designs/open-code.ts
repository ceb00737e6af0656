import type { Assignment } from "../assignment/assignment.js";
import type { Part, Term } from "../network/layer.js";
import type { Read, Write } from "../network/multi-part.js";

/**
 * A code of open cells that is 0 where accuracy matters.
 *
 * Each value of each digit of the cells' words (blocks.ts) has a neuron. It is 1, or 0 if an active circuit's cell has
 * that value. A cell whose digits are all 0 is open; any other is shut by `gain` times the sum of its digits. The
 * digits of an open cell contribute 0 times a weight, so it stays 0 under noise on weights, rounding and any gain.
 *
 * Each column's code alternates between single neurons c and pairs, which clean it:
 *
 *   s₁ = ReLU(2c − 0.5),  s₂ = ReLU(2c − 1.5),  c = ReLU(s₁ − s₂)
 *
 * is 0 for c ≤ 0.25 and 1 for c ≥ 0.75, exactly. The two parts: single neurons hold the words of the next column, which
 * its gate reads; pairs hold those of the current column.
 */
export interface CodeParts {
  /** Indices of the parts. */
  readonly single: number;
  readonly pair: number;
}

/** Sizes of both parts, for values of all digits. */
export function codeParts(values: number): readonly [Omit<Part, "offset">, Omit<Part, "offset">] {
  return [
    { name: "code of the next cells", d: 1, P: values },
    { name: "code of these cells", d: 2, P: values },
  ];
}

/** Biases of both parts in layer 1, where active circuits write the code that opens their cells, and in all others. */
export const firstCodeBias = [Float64Array.of(1), Float64Array.of(1.5, 0.5)] as const;
export const codeBias = [Float64Array.of(0), Float64Array.of(-0.5, -1.5)] as const;

/** Moves the code on pairs to single neurons, and vice versa, from one layer to the next. */
export function codeTerms({ single, pair }: CodeParts): Term[] {
  return [
    { kind: "copy", from: pair, to: single, by: { matrix: Float64Array.of(1, -1), scale: 1 } },
    { kind: "copy", from: single, to: pair, by: { matrix: Float64Array.of(1, 1), scale: 2 } },
  ];
}

/** Shuts cells with a nonzero digit by `gains`, one per neuron of a cell, times the sum of the digits. */
export function codeGate({ single }: CodeParts, cells: number, words: Assignment, gains: Float64Array): Term {
  const { P, S } = words;
  const weights = new Float64Array(words.T * P);
  words.neurons.forEach((value, at) => (weights[Math.floor(at / S) * P + value] = 1));
  return { kind: "dense", from: single, to: cells, weights, by: { matrix: gains, scale: -1 } };
}

/**
 * The code that an active circuit's input writes: its digits are 0 in layer 1 if `on·a^0` is 0.5 or more.
 *
 * @param on of every circuit, [T][d]
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

/** Midpoint of the fewest and the most digits in which words of both columns differ, unless they share a cell. */
const DIFFERENT = 5;

/**
 * Adds an indicator to row 0 of readouts; this needs a constant 1. It is 1 for an active circuit, 0.4 or 0.2 for a
 * circuit that shares a cell with it, and within ±0.2 for all others.
 *
 * @param rows of all readouts
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
