import { given, InputError, listOf, shown, wholeNumber } from "../base/errors.js";
import type { Circuits, Readout } from "./circuits.js";
import { indicatorCircuits, type Ramp } from "./indicators.js";

/**
 * Circuits that are in one of K states: one On-indicator per state, of which exactly one is on, and a table per layer
 * that says which state comes next.
 *
 * `s_k' = Σ of s_j over the states j that go to k`: weights of 0 and 1 alone, so that K indicators compute any function
 * of the state in one layer. At most one of the summands is on, and noise on the others is cut by the ramp of the layer
 * before. A state that is encoded in fewer indicators (bits) needs weights of both signs, up to 2 for XOR, and its
 * noise grows by the sum of their squares: one indicator a state is what holds best in superposition.
 */
export interface StateMachines extends Pick<Circuits, "kind" | "T" | "L"> {
  /** K, at most 32. */
  readonly states: number;
  /** The state that each state goes to in layer 1…L, [K]. */
  readonly next: (layer: number, t: number) => ArrayLike<number>;
  /** What is read out, over states: matrices [rows][K]. "on" is their sum and is always there. */
  readonly readouts: readonly Readout[];
  /** Default: `sharpRamp`. */
  readonly ramp?: Ramp;
}

/**
 * 0 below 0.5 and 1 above 0.75: errors of circuits that should be off come from overlaps with circuits that are on, and
 * push upwards; errors of circuits that are on push down less. So the ramp begins higher than [E4]'s.
 */
export const sharpRamp: Ramp = { low: 0.5, high: 0.75 };

/**
 * The machines as circuits, d = 2·K; inputs are all K states, equally often.
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
  } = given("machines", machines, "an object of T, L, …");
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
          `circuit ${t}, layer ${layer}: state ${state} goes to ${to}; must be a state from 0 to ${K - 1}.`,
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

/** 1 at `at`, 0 elsewhere. */
export function oneHot(length: number, at: number): number[] {
  return Array.from({ length }, (_, i) => +(i === at));
}

/** The indicators of a circuit with K = 2^k states read as bits: bit b is on in the states whose number has it. */
export function bitReadouts(bits: number, names: readonly string[]): Readout[] {
  return names.map((name, bit) => ({
    name,
    matrix: [Array.from({ length: 2 ** bits }, (_, state) => (state >> bit) & 1)],
  }));
}
