import type { Assignment } from "../assignment/assignment.js";
import { rotations, type Angles } from "../circuits/rotation.js";
import { layOut, type Layer, type Term } from "../network/layer.js";
import { everyLayer, type PartedNetwork } from "../network/parted.js";
import { copyTerm, gateCopy, moveX, readCode, readX, turns, writeCode, writeX, type Cells } from "./cells.js";

/** Rows and columns of a group. */
const K = 3;
/** Neurons of a group: K cells, 2·K indicators, one that counts. */
const NEURONS = 3 * K + 2 * K + 1;
/** What a count of two does to a cell of its group: far below any gate. */
const SHUT = -100;

/**
 * Groups of small grids: as many circuits at once as fall into different groups.
 *
 * Each group is a 3×3 grid of its own (see grid.ts): nine circuits (a, b) in three cells, x in cell a on odd layers and in
 * cell b on even ones, indicators of a and b copied. A further neuron counts the group's active circuits,
 * `ReLU(Σ a − 1.5)`, and from two on shuts its cells: what two circuits would otherwise send each other would grow.
 *
 * Sixteen neurons a group: 62 groups of 558 circuits in 992. Exact unless two active circuits are in one group, and then
 * both are wrong: for z active circuits that happens to one of them with probability about 8·(z − 1)/(T − 1). This is
 * time-sharing of cells, not superposition of activations; a mean square flatters it.
 *
 * The indicator is read as the mean of a's and b's: up to 1/2 for circuits that share a row or column with an active one.
 */
export function groupsLargest(D: number): number {
  return Math.floor(D / NEURONS) * K * K;
}

export interface GroupsOptions {
  readonly D: number;
  readonly L: number;
  readonly angles: Angles;
  readonly inputAngles: number | null;
  readonly gain: number;
  readonly offset: number;
}

/** @param angles of T ≤ groupsLargest(D) circuits; the caller checks. They are dealt out to the groups one by one. */
export function groups({ D, L, angles, inputAngles, gain, offset }: GroupsOptions): PartedNetwork {
  const count = Math.floor(D / NEURONS);
  const T = angles.cos.length;
  const P = count * K;
  const parts = layOut([
    { name: "x", d: 3, P },
    { name: "indicators a", d: 1, P },
    { name: "indicators b", d: 1, P },
    { name: "counts", d: 1, P: count },
  ]);
  const cells: Cells = { part: 0, gain, offset };
  const column = (of: (place: number) => number): Assignment => ({
    ...{ T, P, S: 1 },
    neurons: Uint32Array.from({ length: T }, (_, t) => (t % count) * K + of(Math.floor(t / count))),
  });
  const a = column((place) => place % K);
  const b = column((place) => Math.floor(place / K));
  const turned = turns(angles);
  const ofGroup = new Float64Array(P * count);
  for (let cell = 0; cell < P; cell++) ofGroup[cell * count + Math.floor(cell / K)] = 1;
  const counts = new Float64Array(count * P);
  for (let cell = 0; cell < P; cell++) counts[Math.floor(cell / K) * P + cell] = 1;
  const kept: Term[] = [
    copyTerm(1),
    copyTerm(2),
    { kind: "dense", from: 1, to: 3, weights: counts, by: { matrix: Float64Array.of(1), scale: 1 } },
    { kind: "dense", from: 3, to: 0, weights: ofGroup, by: { matrix: Float64Array.of(1, 1, 1), scale: SHUT } },
  ];
  const shut = Float64Array.of(offset - gain, offset - gain, offset - gain);
  const bias = [shut, Float64Array.of(0), Float64Array.of(0), Float64Array.of(-1.5)];
  const odd: Layer = { terms: [moveX(cells, turned, b, a), gateCopy(cells, 1), ...kept], bias };
  const even: Layer = { terms: [moveX(cells, turned, a, b), gateCopy(cells, 2), ...kept], bias };
  const alpha = [readCode(1, a, 1 / 2), readCode(2, b, 1 / 2)];
  const reads = [
    [readX(cells, a), ...alpha],
    [readX(cells, b), ...alpha],
  ] as const;
  return {
    circuits: rotations(angles, L, { angles: inputAngles }),
    parts,
    steps: everyLayer(L),
    layers: Array.from({ length: L }, (_, k) => (k === 0 ? { terms: [], bias } : k % 2 === 0 ? odd : even)),
    writes: [writeX(cells, angles, a, 1), writeCode(1, a), writeCode(2, b)],
    reads: Array.from({ length: L }, (_, k) => reads[k % 2]!),
    constants: everyLayer(L).map(() => [0, 0, 0]),
  };
}
