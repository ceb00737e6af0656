import { InputError, listOf, oneOf } from "../base/errors.js";
import { RandomSequence } from "../base/random.js";
import type { Circuits } from "./circuits.js";
import type { Ramp } from "./indicators.js";
import { bitReadouts, stateMachines } from "./state-machines.js";

/**
 * A gate's output for (own, other) = 00, 01, 10, 11, where "own" is the bit of the gate's wire. The gates `not` and
 * `keep` ignore the other bit.
 */
const tables = {
  and: [0, 0, 0, 1],
  or: [0, 1, 1, 1],
  xor: [0, 1, 1, 0],
  not: [1, 1, 0, 0],
  nand: [1, 1, 1, 0],
  nor: [1, 0, 0, 0],
  xnor: [1, 0, 0, 1],
  keep: [0, 0, 1, 1],
} as const;

/** The name of a gate, which has the circuit's two wires as inputs. */
export type GateName = keyof typeof tables;
export const gateNames = /* @__PURE__ */ Object.keys(tables) as readonly GateName[];

/** The gates of one layer, one for wire a and one for wire b. */
export type GatePair = readonly [a: GateName, b: GateName];

/**
 * Circuits with two wires, a and b, and a gate on each wire in every layer. The inputs are all four rows of the truth
 * table.
 *
 * Each row of the truth table has its own On-indicator (row 2·b + a), so d = 8, and one layer computes any pair of
 * gates, including XOR, exactly with weights of 0 and 1. Bits are read out as sums: `a` is on in rows 1 and 3, `b` in
 * rows 2 and 3.
 *
 * @param program gates per layer and circuit, [L][T]
 * @throws InputError naming the argument, its value and its bound
 */
export function gateCircuits(program: readonly (readonly GatePair[])[], ramp?: Ramp): Circuits {
  const T = listOf("program", program)[0]?.length ?? 0;
  if (T === 0 || Array.from(program).some((layer) => layer?.length !== T)) {
    throw new InputError(
      "gates: must have one list per layer, all of the same length, with one pair of gates per circuit.",
      "shape",
      "program",
    );
  }
  return stateMachines({
    kind: "gates",
    T,
    L: program.length,
    states: 4,
    next: (layer, t) => {
      const pair = `program[${layer - 1}][${t}]`;
      const [ofA, ofB] = Array.from(listOf(pair, program[layer - 1][t], "wires", 2), (name, wire) =>
        gateTable(name, `${pair}[${wire}]`),
      );
      return [0, 1, 2, 3].map((row) => {
        const [a, b] = [row & 1, row >> 1];
        return ofA[2 * a + b] + 2 * ofB[2 * b + a];
      });
    },
    readouts: bitReadouts(2, ["a", "b"]),
    ...(ramp ? { ramp } : {}),
  });
}

/** Output of a gate for (own, other) = 00, 01, 10, 11. */
function gateTable(name: GateName, path: string): readonly number[] {
  return tables[oneOf(path, name, gateNames)];
}

/**
 * Random programs for `gateCircuits`: every gate is drawn uniformly and independently, [L][T].
 *
 * @param size.network index of the network in the run; each network has different circuits
 * @param size.from the gates to draw from; default AND, OR, XOR, NOT
 */
export function randomGates(size: {
  readonly T: number;
  readonly L: number;
  readonly seed: number;
  readonly network?: number;
  readonly from?: readonly GateName[];
}): GatePair[][] {
  const { T, L, seed, network = 0, from = ["and", "or", "xor", "not"] } = size;
  const random = new RandomSequence(seed, "circuits", network);
  const draw = (): GateName => from[random.below(from.length)];
  return Array.from({ length: L }, () => Array.from({ length: T }, (): GatePair => [draw(), draw()]));
}
