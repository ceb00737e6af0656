import type { Assignment } from "../assignment/assignment.js";
import type { Angles } from "../circuits/rotation.js";
import { rotations } from "../circuits/rotation.js";
import type { Layer, Term } from "../network/layer.js";
import { layOut } from "../network/layer.js";
import { everyLayer, type PartedNetwork } from "../network/parted.js";
import { copyTerm, gateCopy, moveX, readCode, readX, turns, writeCode, writeX, type Cells } from "./cells.js";

/**
 * The grid: q² circuits (a, b) in q cells, one circuit active at a time.
 *
 * On odd layers the x of circuit (a, b) is in cell a, on even layers in cell b. Going from a cell to a cell says which
 * circuit it is, so the weights between cells a and b are circuit (a, b)'s own, and only the one active circuit puts
 * anything there. Which cell opens next is read from indicators that are copied from layer to layer: one neuron each
 * for a, b and, for the readout, c = a + b mod q. Of these three another circuit shares one at most, since any two of a, b
 * and c determine the third.
 *
 * The indicator is read as `(3·Σ − 1)/8`, Σ the number of a circuit's three neurons that are on: 1 for the active
 * circuit, 1/4 for a circuit that shares one, −1/8 for all others.
 *
 * Six neurons per q: three of a cell, three indicators. What it gives up: with two active circuits the cells of one hold
 * part of the other. It is the block structure that the field knows for one active circuit, not superposition of many.
 */
export function gridSize(D: number): number {
  return Math.floor(D / 6);
}

export interface GridOptions {
  readonly D: number;
  readonly L: number;
  readonly angles: Angles;
  readonly inputAngles: number | null;
  readonly gain: number;
  readonly offset: number;
}

/** @param angles of T ≤ q² circuits; the caller checks */
export function grid({ D, L, angles, inputAngles, gain, offset }: GridOptions): PartedNetwork {
  const q = gridSize(D);
  const T = angles.cos.length;
  const parts = layOut([
    { name: "x", d: 3, P: q },
    ...["a", "b", "a + b"].map((name) => ({ name: `indicators ${name}`, d: 1, P: q })),
  ]);
  const cells: Cells = { part: 0, gain, offset };
  const column = (of: (a: number, b: number) => number): Assignment => {
    const neurons = Uint32Array.from({ length: T }, (_, t) => of(t % q, Math.floor(t / q)) % q);
    return { T, P: q, S: 1, neurons };
  };
  const [a, b, c] = [column((row) => row), column((_, line) => line), column((row, line) => row + line)];
  const turned = turns(angles);
  const copies: Term[] = [1, 2, 3].map(copyTerm);
  const shut = Float64Array.of(offset - gain, offset - gain, offset - gain);
  const none = Float64Array.of(0);
  const bias = [shut, none, none, none];
  // Into the cells a of odd layers, and into the cells b of even ones.
  const odd: Layer = { terms: [moveX(cells, turned, b, a), gateCopy(cells, 1), ...copies], bias };
  const even: Layer = { terms: [moveX(cells, turned, a, b), gateCopy(cells, 2), ...copies], bias };
  const alpha = [a, b, c].map((assignment, k) => readCode(1 + k, assignment, 3 / 8));
  const reads = [
    [readX(cells, a), ...alpha],
    [readX(cells, b), ...alpha],
  ] as const;
  return {
    circuits: rotations(angles, L, { angles: inputAngles }),
    parts,
    steps: everyLayer(L),
    layers: Array.from({ length: L }, (_, k) => (k === 0 ? { terms: [], bias } : k % 2 === 0 ? odd : even)),
    writes: [writeX(cells, angles, a, 1), ...[a, b, c].map((assignment, k) => writeCode(1 + k, assignment))],
    reads: Array.from({ length: L }, (_, k) => reads[k % 2]!),
    constants: everyLayer(L).map(() => [-1 / 8, 0, 0]),
  };
}
