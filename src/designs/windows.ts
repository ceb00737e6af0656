import type { Assignment } from "../assignment/assignment.js";
import { layOut, type Layer } from "../network/layer.js";
import { everyLayer, type MultiPartNetwork, type Read } from "../network/multi-part.js";
import { RandomSequence } from "../base/random.js";
import { copyTerm, writeCode } from "./cells.js";
import { codedSizes, countWords, drawCode, readingOf, type Code, type CodedSizes } from "./code.js";
import { codeGates } from "./code-gates.js";
import type { Design, RotationOptions, DesignSettings, DesignSize } from "./design.js";
import { frame, simplexDirections, type Frame } from "./simplex.js";
import { moveSlot, OPEN_GATE, planesOf, readSlot, turnsBetween, writeSlot, type Slot } from "./slots.js";
import { drawWindows } from "./window-search.js";

/**
 * Windows: every layer gives every circuit new cells for its x; indicators are a fixed code that is copied.
 *
 * In the post's network, indicators are read, thresholded and rewritten in every layer, and their errors accumulate.
 * Here, indicators are a code of a few dozen neurons that is copied unchanged, so errors do not accumulate. The gate of
 * each cell is a linear reading of the code. This reading is exactly 1 for each of the cell's circuits, and its
 * variance over all other circuits is as small as possible (code.ts).
 *
 * Only collisions remain. An active circuit is hit by another active circuit that shares its cell. The circuit is also
 * hit if, in the previous layer, another active circuit left its x in the cell of a third, inactive circuit, and the
 * weights of this third circuit carry that x into the current cell. Both kinds of hit are about equally frequent, and
 * no gate can stop them, because the cell must be open. If each circuit shares a cell with r = 2(T − P)/T others on
 * average, a fraction (z−1)(r + r²)/(T−1) of the active circuits is hit in each layer. With three-neuron cells, this
 * allows only 96 layers at z = 2 and 48 at z = 3, even with perfect gates and no neurons for the code. In simplex cells
 * of five neurons (simplex.ts), each circuit has a different plane: a hit of the first kind leaves a squared error of
 * 1/4 instead of 1, and a hit of the second kind leaves 1/16.
 */
export const windowsDesign: Design = {
  runs: "rotations",
  help: "x in different cells in every layer, indicators in a fixed code",
  caveats:
    "The design works for 2 to 6 layers with 1% noise on weights, for 2 layers in int8 at z = 2 and 3, and for 5 to 8 layers at z = 2 with one more active circuit than the network was designed for. Most readouts are off by more than 0.25 long before the mean square exceeds 0.25. With an indicator of 0.9, it works for 1 layer at z = 1.",
  S: [1, 2],
  angles: null,
  settings: ["cellNeurons", "codeNeurons", "codeSize"],
  code: ({ S, z }) => defaultSizes(S, z),
  cellNeurons: [3, 5],
  largest: largestT,
  cells: (size) => {
    const sizes = sizesOf(size);
    return size.S === 1 ? { ...sizes, P: cellCount(size.D, sizes) } : null;
  },
  isTight,
  layerCost: ({ T, S }) => 1.2e-4 * S * T ** 2,
  build,
};

/** Default sizes by S and z, found by a search at D = 1000, T = 557. */
function defaultSizes(S: number, z: number): CodedSizes {
  const few = z <= 2;
  if (S === 1) return { cellNeurons: 5, codeNeurons: few ? 70 : 95, codeSize: few ? 5 : 4 };
  return { cellNeurons: 5, codeNeurons: few ? 140 : 200, codeSize: 6 };
}

function sizesOf(options: DesignSize & DesignSettings): CodedSizes {
  return codedSizes(options, defaultSizes(options.S, options.z));
}

/** The number of cells that fit next to the code. */
function cellCount(D: number, { cellNeurons, codeNeurons }: CodedSizes): number {
  return Math.floor((D - codeNeurons) / cellNeurons);
}

/** The largest number of circuits; the memory of the search and of the code grows with T². */
const MOST = 4000;

function largestT(size: DesignSize & DesignSettings): number {
  const sizes = sizesOf(size);
  const { codeNeurons, codeSize } = sizes;
  const cells = cellCount(size.D, sizes);
  if (cells < size.S) return 0;
  // The words of a cell's circuits must be linearly independent after the mean is subtracted.
  const distinct = Math.max(1, Math.floor((cells * (codeNeurons - 1)) / size.S));
  return Math.min(MOST, distinct, countWords(codeNeurons, codeSize, MOST));
}

/**
 * Whether a cell's words may happen to be linearly dependent: few different words exist, or each cell has many words.
 */
function isTight({ T, ...size }: DesignSize & DesignSettings & { readonly T: number }): boolean {
  const sizes = sizesOf(size);
  const { codeNeurons, codeSize } = sizes;
  const inCell = (T * size.S) / cellCount(size.D, sizes);
  return 4 * inCell > codeNeurons - 1 || countWords(codeNeurons, codeSize, 100 * T) < 100 * T;
}

function build(options: RotationOptions): MultiPartNetwork {
  const { D, S, L, z, angles, seed, network } = options;
  const sizes = sizesOf(options);
  const { cellNeurons: K, codeNeurons, codeSize } = sizes;
  const T = angles.cos.length;
  const P = cellCount(D, sizes);
  const code = drawCode({ T, S: codeSize, P: codeNeurons }, new RandomSequence(seed, "design", network, 1));
  const layersOfCells = drawWindows({ T, S, P }, L, new RandomSequence(seed, "design", network, 2)).map((window) =>
    placed(window, K),
  );
  const parts = layOut([
    { name: "x", d: K, P },
    { name: "code", d: 1, P: codeNeurons },
  ]);
  const first = Float64Array.of(...new Array<number>(K).fill(-OPEN_GATE));
  const layers = layersOfCells.map((cells, k): Layer => {
    if (k === 0) return { terms: [], bias: [first, Float64Array.of(0)] };
    const { term, bias } = codeGates({ S, z, cellNeurons: K, from: 1 }, code, cells.members);
    const moves = cells.slots.flatMap((to) =>
      layersOfCells[k - 1].slots.map((from) =>
        moveSlot(turnsBetween(angles, from.planes, to.planes), from, to, (K - 1) / (K * S)),
      ),
    );
    return { terms: [...moves, term, copyTerm(1)], bias: [bias, Float64Array.of(0)] };
  });
  const alpha = readAlpha(code);
  return {
    circuits: options.circuits,
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
  /** The circuits of each cell, in ascending order. */
  readonly members: readonly (readonly number[])[];
}

/** Assigns planes to the circuits of every cell, in ascending order. */
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

/** Reads alpha: the reading that is 1 for the circuit and has the smallest variance over all other circuits. */
function readAlpha(code: Code): Read {
  const { T } = code.assignment;
  const N = code.mean.length;
  const weights = new Float64Array(T * N);
  for (let t = 0; t < T; t++) weights.set(readingOf(code, [t]).weights, t * N);
  return { kind: "code", part: 1, row: 0, weights };
}
