import { given, InputError, listOf, shown, wholeNumber } from "../base/errors.js";
import type { Circuits, Readout } from "./circuits.js";
import { indicatorCircuits, type Ramp } from "./indicators.js";

/**
 * Circuits with K states: one On-indicator per state, of which exactly one is on, and a table of next states per
 * layer.
 *
 * `s_k'`, the sum of s_j over the states j that go to k, needs only weights of 0 and 1, so K indicators compute any
 * function of the state in one layer. At most one of these s_j is on, and the previous layer's ramp removes noise on
 * the others. Encoding the state in fewer indicators (bits) needs weights of both signs, up to 2 for XOR, and noise
 * grows with the sum of their squares. One indicator per state is therefore the most robust encoding in superposition.
 */
export interface StateMachines extends Pick<Circuits, "kind" | "T" | "L"> {
  /** The number K of states, at most 32. */
  readonly states: number;
  /** For each state, the next state in layer 1…L, [K]. */
  readonly next: (layer: number, t: number) => ArrayLike<number>;
  /** Readouts of the states; matrices are [rows][K]. The readout "on", the sum of all states, is always added. */
  readonly readouts: readonly Readout[];
  /** The ramp of all indicators. Default: `sharpRamp`. */
  readonly ramp?: Ramp;
}

/**
 * A ramp that is 0 below 0.5 and 1 above 0.75. Overlaps with active circuits raise the ramp's input in inactive
 * circuits by more than they lower it in active ones, so this ramp begins higher than the ramp in [E4].
 */
export const sharpRamp: Ramp = { low: 0.5, high: 0.75 };

/**
 * Converts state machines to circuits with d = 2·K. The inputs are the K states, all equally likely.
 *
 * @throws InputError naming the argument, its value and its bound
 */
export function stateMachines(machines: StateMachines): Circuits {
  const {
    kind,
    T,
    L,
    states: K,
    next,
    readouts,
    ramp = sharpRamp,
  } = given("machines", machines, "an object { T, L, … }");
  wholeNumber("states", K, 1, 32);
  listOf("readouts", readouts);
  if (typeof next !== "function") throw new InputError(`next = ${shown(next)}: must be a function.`, "type");
  const map = (layer: number, t: number): number[][] => {
    const rows = Array.from({ length: K }, () => new Array<number>(K).fill(0));
    const table = listOf(`next(${layer},${t})`, next(layer, t), "states", K);
    for (let state = 0; state < K; state++) {
      const to = table[state];
      if (!rows[to]) {
        throw new InputError(
          `circuit ${t}, layer ${layer}: state ${state} goes to ${to}, which must be a state from 0 to ${K - 1}.`,
          "range",
          `next(${layer},${t})[${state}]`,
        );
      }
      rows[to][state] = 1;
    }
    return rows;
  };
  return indicatorCircuits({
    ...{ kind, T, L, map, ramp },
    features: K,
    readouts: [{ name: "on", matrix: [new Array<number>(K).fill(1)] }, ...readouts],
    inputs: Array.from({ length: K }, (_, state) => oneHot(K, state)),
  });
}

/** A vector that is 1 at index `at` and 0 elsewhere. */
export function oneHot(length: number, at: number): number[] {
  return Array.from({ length }, (_, i) => +(i === at));
}

/** Readouts of the bits of a state, for K = 2^k: bit b is on in the states whose number has this bit set. */
export function bitReadouts(bits: number, names: readonly string[]): Readout[] {
  return names.map((name, bit) => ({
    name,
    matrix: [Array.from({ length: 2 ** bits }, (_, state) => (state >> bit) & 1)],
  }));
}
