import type { Assignment } from "../assignment/assignment.js";
import { threeDirections } from "../circuits/rotation.js";
import { layOut } from "../network/layer.js";
import type { MultiPartNetwork, Write } from "../network/multi-part.js";
import { RandomSequence } from "../base/random.js";
import { ALPHA, writeCode, X } from "./cells.js";
import type { Design, RotationOptions } from "./design.js";
import { CODES, COPIES, OFFSET, SWITCH, SWITCHED_ANGLES, switchedLayers } from "./switched-layers.js";
import { drawWords, K, placeCircuits, S, switchedSize, wordsOfCircuits } from "./switched-places.js";

/**
 * Switched groups: a network that tolerates noise on every neuron, with at most two active circuits and vectors limited
 * to 16 angles.
 *
 * - **Groups of grids.** Each group is a 5×5 grid (grid.ts) of five three-neuron cells: the x of circuit (a, b) moves
 *   from cell a to cell b and back, step by step, rotated each time. A group serves one active circuit at a time.
 * - **Two groupings and a switch.** Every circuit is in two groups, one in each of two copies of all cells; two
 *   circuits that share a group in one copy never share one in the other. A switch, computed once from the input, is on
 *   when two active circuits share a group of copy 1. The switch decides which copy's cells open, so at z = 2 no pair
 *   collides.
 * - **Self-cleaning bits.** Codes and the switch alternate between upright and inverted bits from layer to layer,
 *   `p = ReLU(1 − 2v)`, `v = ReLU(1 − 2p)`: values below 1/4 become 0, and values above 1/2 become 1. This cleaning
 *   takes one neuron per bit and no extra layers.
 * - **Snapping x.** After every second step, three layers convert the x of every group to bits and back (snap.ts), on
 *   the neurons of the group's cells. Noise then accumulates over only two steps instead of a hundred.
 *
 * A gate reads the code word of its cell: S = 5 neurons, one in each of five columns. Words are lines over Z_q, so two
 * words share at most one neuron. The gate is `gain·(Σ/S − 1) + offset`. The gain is so large that the gate stays
 * shut even if three of the five neurons are on; the words of two other circuits turn on at most two of them.
 *
 * The price: x can have only 16 angles; z is at most 2, because three circuits can collide in both copies; the set of
 * active circuits must not change from layer to layer; and three of every five layers only snap x. This is not
 * superposition of activations: cells are shared by circuits that are rarely active together, and those that are active
 * together get different cells.
 */
export const switchedDesign: Design = {
  runs: "rotations",
  help: "groups of 5×5 circuits in two groupings, with noise removed; two circuits active at once, 16 angles",
  caveats:
    "x must have length 1 and one of 16 angles: any other length becomes 1 (even x = 0, after a dozen steps), and any other angle becomes the nearest of the 16. A step takes 2.5 layers. Noise of 0.02 after the ReLU is too much.",
  S: [1],
  angles: SWITCHED_ANGLES,
  settings: [],
  largest: ({ D }) => switchedSize(D).T,
  build,
};

/** @param options must have T ≤ switchedSize(D).T angles, multiples of 1/16 turn; the caller checks this */
function build({ D, L, angles, circuits, seed, network }: RotationOptions): MultiPartNetwork {
  const T = angles.cos.length;
  const { groups, q } = switchedSize(D);
  const random = new RandomSequence(seed, "design", network, 3);
  const places = placeCircuits(T, groups, random);
  const words = CODES.map(() => drawWords(groups * K, q, random));
  const parts = layOut([
    ...COPIES.map((copy) => ({ name: `x, copy ${copy + 1}`, d: 3, P: groups * K })),
    ...CODES.map(({ copy, orientation }) => ({
      name: `code ${"ab"[orientation]}, copy ${copy + 1}`,
      d: 1,
      P: S * q,
    })),
    { name: "switch", d: 1, P: groups },
  ]);
  const schedule = switchedLayers(places, words, angles, groups, L);
  const wordsOf = (code: number): Assignment =>
    wordsOfCircuits(places.cell[CODES[code].copy][CODES[code].orientation], words[code]);
  const codes = CODES.map((_, code) => wordsOf(code));
  return {
    circuits,
    parts,
    layers: schedule.layers,
    steps: schedule.steps,
    writes: [
      ...COPIES.map((copy) => writeUnturned(copy, places.cell[copy][0])),
      ...codes.map((assignment, code) => writeCode(2 + code, assignment)),
      writeCode(SWITCH, places.group),
    ],
    reads: schedule.reads(codes),
    constants: schedule.upright.map((isUpright) => [isUpright ? 0 : 1, 0, 0]),
  };
}

/** Writes `d_k·x + offset` to a cell, without rotating x, because the steps rotate it. */
function writeUnturned(part: number, assignment: Assignment): Write {
  const rows = threeDirections.flatMap(([u, v]) => ALPHA.map((alpha, j) => OFFSET * alpha + u * X[0][j] + v * X[1][j]));
  const none = { matrix: new Float64Array(12 * assignment.T), scale: 0 };
  return { part, assignment, shared: { matrix: Float64Array.from(rows), scale: 1 }, own: none };
}
