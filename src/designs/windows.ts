import type { Assignment } from "../assignment/assignment.js";
import { rotations, type Angles } from "../circuits/rotation.js";
import { layOut, type Layer } from "../network/layer.js";
import { everyLayer, type MultiPartNetwork, type Read } from "../network/multi-part.js";
import { RandomSequence } from "../base/random.js";
import { copyTerm, writeCode } from "./cells.js";
import { drawCode, readingOf, type Code } from "./code.js";
import { codeGates } from "./code-gates.js";
import { frame, simplexDirections, type Frame } from "./simplex.js";
import { moveSlot, OPEN, planesOf, readSlot, turnsBetween, writeSlot, type Slot } from "./slots.js";
import { drawWindows } from "./window-search.js";

/**
 * Windows: every layer gives every circuit other cells for its x, and indicators are a fixed code that is copied.
 *
 * The indicators of the post's network are read, thresholded and written anew in every layer, and what goes wrong with them
 * builds up. Here they are a code of a few dozen neurons that the identity copies, so nothing builds up, and each cell's
 * gate is one linear reading of the code, exactly 1 for each of the cell's own circuits and of least variance over the rest
 * (code.ts).
 *
 * What is left are collisions. An active circuit is hit by another active one that shares its cell, and by one that left
 * its x with a third, inactive circuit in the layer before, which carries it into the cell now. Both are as frequent, and
 * no gate can stop them, since the cell must be open: with r = 2(T − P)/T circuits sharing a cell with another, each layer
 * hits a share (z−1)(r + r²)/(T−1) of circuits, which for three-neuron cells allows 96 layers at z = 2 and 48 at z = 3
 * even with perfect gates and no neurons for the code. Simplex cells of five neurons (simplex.ts) hold circuits in planes
 * of their own: a hit of the first kind leaves 1/4 instead of 1, of the second 1/16.
 */
export interface WindowsOptions {
  readonly D: number;
  readonly S: number;
  readonly L: number;
  /** z that the gates are set for. */
  readonly z: number;
  readonly angles: Angles;
  readonly inputAngles: number | null;
  readonly seed: number;
  readonly network: number;
  /** Neurons of a cell, 3 or 5. */
  readonly cellNeurons: number;
  /** Neurons of the code, and of a word. */
  readonly codeNeurons: number;
  readonly codeSize: number;
}

/** Cells that are left when the code has its neurons. */
export function cellCount({
  D,
  cellNeurons,
  codeNeurons,
}: Pick<WindowsOptions, "D" | "cellNeurons" | "codeNeurons">): number {
  return Math.floor((D - codeNeurons) / cellNeurons);
}

/** What the design takes unless said, by S and z: found by search at D = 1000, T = 557. */
export function windowSizes(S: number, z: number): Pick<WindowsOptions, "cellNeurons" | "codeNeurons" | "codeSize"> {
  const few = z <= 2;
  if (S === 1) return { cellNeurons: 5, codeNeurons: few ? 70 : 95, codeSize: few ? 5 : 4 };
  return { cellNeurons: 5, codeNeurons: few ? 140 : 200, codeSize: 6 };
}

export function windows(options: WindowsOptions): MultiPartNetwork {
  const { S, L, angles, seed, network, cellNeurons: K, codeNeurons, codeSize } = options;
  const T = angles.cos.length;
  const P = cellCount(options);
  const code = drawCode({ T, S: codeSize, P: codeNeurons }, new RandomSequence(seed, "design", network, 1));
  const layersOfCells = drawWindows({ T, S, P }, L, new RandomSequence(seed, "design", network, 2)).map((window) =>
    placed(window, K),
  );
  const parts = layOut([
    { name: "x", d: K, P },
    { name: "code", d: 1, P: codeNeurons },
  ]);
  const first = Float64Array.of(...new Array<number>(K).fill(-OPEN));
  const layers = layersOfCells.map((cells, k): Layer => {
    if (k === 0) return { terms: [], bias: [first, Float64Array.of(0)] };
    const { term, bias } = codeGates({ ...options, from: 1 }, code, cells.members);
    const moves = cells.slots.flatMap((to) =>
      layersOfCells[k - 1].slots.map((from) =>
        moveSlot(turnsBetween(angles, from.planes, to.planes), from, to, (K - 1) / (K * S)),
      ),
    );
    return { terms: [...moves, term, copyTerm(1)], bias: [bias, Float64Array.of(0)] };
  });
  const alpha = readAlpha(code);
  return {
    circuits: rotations(angles, L, { angles: options.inputAngles }),
    parts,
    steps: everyLayer(L),
    layers,
    writes: [...layersOfCells[0].slots.map((slot) => writeSlot(angles, slot)), writeCode(1, code.assignment)],
    reads: layersOfCells.map(({ slots }) => [...slots.map((slot) => readSlot(slot, (K - 1) / (K * S))), alpha]),
    constants: everyLayer(L).map(() => [0, 0, 0]),
  };
}

interface PlacedWindow {
  readonly slots: readonly Slot[];
  /** Circuits of every cell, ascending. */
  readonly members: readonly (readonly number[])[];
}

/** Gives the circuits of every cell their planes, in ascending order. */
function placed(window: Assignment, K: number): PlacedWindow {
  const { T, S, P, neurons } = window;
  const members: number[][] = Array.from({ length: P }, () => []);
  neurons.forEach((cell, at) => members[cell].push(at));
  const frames = new Array<Frame>(T * S);
  for (const places of members) {
    places.forEach((at, index) => (frames[at] = frame(K, index, places.length)));
  }
  const corners = simplexDirections(K);
  const inOrder = Uint32Array.from({ length: T }, (_, t) => t);
  const slots = Array.from({ length: S }, (_, s): Slot => {
    const cells = inOrder.map((t) => neurons[t * S + s]);
    const own = frames.filter((_plane, at) => at % S === s);
    return { assignment: { T, S: 1, P, neurons: cells }, planes: planesOf(own, corners, inOrder) };
  });
  return { slots, members: members.map((places) => places.map((at) => Math.floor(at / S))) };
}

/** alpha by the reading that is 1 for the circuit and of least variance over all others. */
function readAlpha(code: Code): Read {
  const { T } = code.assignment;
  const N = code.mean.length;
  const weights = new Float64Array(T * N);
  for (let t = 0; t < T; t++) weights.set(readingOf(code, [t]).weights, t * N);
  return { kind: "code", part: 1, row: 0, weights };
}
