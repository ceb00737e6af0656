import type { Assignment } from "../assignment/assignment.js";
import { rotations, type Angles } from "../circuits/rotation.js";
import { layOut, type Layer, type Term } from "../network/layer.js";
import { everyLayer, type PartedNetwork, type Read, type Write } from "../network/parted.js";
import { RandomSequence } from "../random.js";
import { ALPHA, copyTerm, writeCode, X } from "./cells.js";
import { drawCode, readingOf, type Code } from "./code.js";
import { frame, simplexDirections } from "./simplex.js";
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

/** What the gates leave to an open cell: x within the unit circle needs 1. */
const OPEN = 1.05;
/** How steeply the reading of a code opens a cell. */
const GAIN = 40;

/** How many deviations of the reading a threshold keeps below what opens it, by S and z. */
const MARGIN: Readonly<Record<number, readonly number[]>> = { 1: [3, 3, 3], 2: [2.6, 2.6, 2.5] };

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

export function windows(options: WindowsOptions): PartedNetwork {
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
    const { term, bias } = gates(options, code, cells);
    const moves = cells.slots.flatMap((to) =>
      layersOfCells[k - 1]!.slots.map((from) => move(angles, from, to, (K - 1) / (K * S))),
    );
    return { terms: [...moves, term, copyTerm(1)], bias: [bias, Float64Array.of(0)] };
  });
  const alpha = readAlpha(code);
  return {
    circuits: rotations(angles, L, { angles: options.inputAngles }),
    parts,
    steps: everyLayer(L),
    layers,
    writes: [...layersOfCells[0]!.slots.map((slot) => writeSlot(angles, slot)), writeCode(1, code.assignment)],
    reads: layersOfCells.map(({ slots }) => [...slots.map((slot) => readSlot(slot, (K - 1) / (K * S))), alpha]),
    constants: everyLayer(L).map(() => [0, 0, 0]),
  };
}

/** One of the S cells of every circuit. */
interface Slot {
  readonly assignment: Assignment;
  /** `F_t·d_i`: what neuron i of the cell is to circuit t's x, [T][K][2]. */
  readonly directions: Float64Array;
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
  const corners = simplexDirections(K);
  const slots = Array.from({ length: S }, (_, s): Slot => {
    const cells = Uint32Array.from({ length: T }, (__, t) => neurons[t * S + s]!);
    return { assignment: { T, S: 1, P, neurons: cells }, directions: new Float64Array(2 * K * T) };
  });
  neurons.forEach((cell, at) => members[cell]!.push(at));
  for (const places of members) {
    places.forEach((at, index) => {
      const plane = frame(K, index, places.length);
      const t = Math.floor(at / S);
      corners.forEach((corner, i) => {
        plane.forEach((row, axis) => {
          slots[at % S]!.directions[(t * K + i) * 2 + axis] = row.reduce(
            (sum, value, j) => sum + value * corner[j]!,
            0,
          );
        });
      });
    });
  }
  return { slots, members: members.map((places) => places.map((at) => Math.floor(at / S))) };
}

/** `scale·d_iᵀ Fᵀ_to R_t F_from d_j`: x from one cell to the next, turned. */
function move({ cos, sin }: Angles, from: Slot, to: Slot, scale: number): Term {
  const T = cos.length;
  const K = from.directions.length / (2 * T);
  const matrix = new Float64Array(T * K * K);
  for (let t = 0; t < T; t++) {
    for (let j = 0; j < K; j++) {
      const at = (t * K + j) * 2;
      const [u, v] = [from.directions[at]!, from.directions[at + 1]!];
      const turned = [cos[t]! * u - sin[t]! * v, sin[t]! * u + cos[t]! * v] as const;
      for (let i = 0; i < K; i++) {
        const into = (t * K + i) * 2;
        matrix[(t * K + i) * K + j] = to.directions[into]! * turned[0] + to.directions[into + 1]! * turned[1];
      }
    }
  }
  return {
    kind: "circuits",
    ...{ from: 0, to: 0 },
    gather: from.assignment,
    scatter: to.assignment,
    shared: { matrix: new Float64Array(K * K), scale: 0 },
    own: { matrix, scale },
    everywhere: 0,
  };
}

/** Each cell's gate: a reading of the code, its threshold below what its circuits reach beside z − 1 others. */
function gates(
  { S, z, cellNeurons: K }: WindowsOptions,
  code: Code,
  { members }: PlacedWindow,
): { readonly term: Term; readonly bias: Float64Array } {
  const P = members.length;
  const N = code.mean.length;
  const weights = new Float64Array(P * N);
  const bias = new Float64Array(K * P);
  members.forEach((circuits, cell) => {
    // Without circuits a cell stays shut.
    let gate = -GAIN;
    if (circuits.length > 0) {
      const { weights: reading, single } = readingOf(code, circuits);
      weights.set(reading, cell * N);
      gate = OPEN - GAIN * threshold(circuits, single, S, z);
    }
    for (let i = 0; i < K; i++) bias[i * P + cell] = gate;
  });
  const ones = Float64Array.of(...new Array<number>(K).fill(1));
  return { term: { kind: "dense", from: 1, to: 0, weights, by: { matrix: ones, scale: GAIN } }, bias };
}

function threshold(circuits: readonly number[], single: Float64Array, S: number, z: number): number {
  const own = Math.min(...circuits.map((t) => single[t]!));
  // The others' readings: their sums, and the z − 1 lowest.
  let sum = 0;
  let squares = 0;
  const lowest: number[] = [];
  for (let t = 0; t < single.length; t++) {
    const value = single[t]!;
    if (circuits.includes(t)) continue;
    sum += value;
    squares += value * value;
    if (lowest.length < z - 1 || value < lowest.at(-1)!) {
      lowest.push(value);
      lowest.sort((a, b) => a - b);
      if (lowest.length >= z) lowest.pop();
    }
  }
  const count = Math.max(1, single.length - circuits.length);
  const mean = sum / count;
  const sd = Math.sqrt(Math.max(0, squares / count - mean * mean));
  const margin = MARGIN[S]![Math.min(z, 3) - 1]!;
  const usual = own + (z - 1) * mean - margin * Math.sqrt(z - 1) * sd;
  if (S !== 1) return usual;
  // The worst that z − 1 other circuits can do: lower than that a threshold need not be.
  return Math.max(
    usual,
    lowest.reduce((total, value) => total + value, own),
  );
}

/** Layer 1: x in its cell, and a gate that opens the cells of active circuits alone. */
function writeSlot({ cos, sin }: Angles, { assignment, directions }: Slot): Write {
  const T = cos.length;
  const K = directions.length / (2 * T);
  const own = new Float64Array(T * K * 4);
  for (let t = 0; t < T; t++) {
    for (let i = 0; i < K; i++) {
      const [u, v] = [directions[(t * K + i) * 2]!, directions[(t * K + i) * 2 + 1]!];
      const along = [u * cos[t]! + v * sin[t]!, v * cos[t]! - u * sin[t]!] as const;
      for (let j = 0; j < 4; j++) own[(t * K + i) * 4 + j] = along[0] * X[0]![j]! + along[1] * X[1]![j]!;
    }
  }
  const drive = Float64Array.from({ length: 4 * K }, (_, at) => ALPHA[at % 4]!);
  return { part: 0, assignment, shared: { matrix: drive, scale: 2 * OPEN }, own: { matrix: own, scale: 1 } };
}

function readSlot({ assignment, directions }: Slot, scale: number): Read {
  const { T } = assignment;
  const K = directions.length / (2 * T);
  const matrix = new Float64Array(T * 3 * K);
  for (let t = 0; t < T; t++) {
    for (let i = 0; i < K; i++) {
      for (const axis of [0, 1]) matrix[(t * 3 + 1 + axis) * K + i] = scale * directions[(t * K + i) * 2 + axis]!;
    }
  }
  return { kind: "circuit", part: 0, assignment, matrix, everywhere: 0 };
}

/** alpha by the reading that is 1 for the circuit and of least variance over all others. */
function readAlpha(code: Code): Read {
  const { T } = code.assignment;
  const N = code.mean.length;
  const weights = new Float64Array(T * N);
  for (let t = 0; t < T; t++) weights.set(readingOf(code, [t]).weights, t * N);
  return { kind: "code", part: 1, row: 0, weights };
}
