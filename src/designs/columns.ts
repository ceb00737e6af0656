import type { Assignment } from "../assignment/assignment.js";
import { threeDirections, type Angles } from "../circuits/rotation.js";
import { layOut, type Layer } from "../network/layer.js";
import { everyLayer, type MultiPartNetwork, type Read, type Write } from "../network/multi-part.js";
import { cosSinTurn, RandomSequence } from "../base/random.js";
import {
  blockMeetings,
  blocksLargest,
  blockSize,
  cellWords,
  DIGITS,
  placeBlocks,
  wordsOf,
  type BlockNeurons,
} from "./blocks.js";
import { ALPHA, turnTerm, turns, X } from "./cells.js";
import type { Design, DesignError, PredictionOf, RotationOptions } from "./design.js";
import { codeBias, codeGate, codeParts, codeTerms, firstCodeBias, readOpen, writeOpen } from "./open-code.js";

/**
 * Columns: rotations that tolerate noise on neurons, weights and inputs at the same time.
 *
 * Circuits are pairs of cells in blocks (blocks.ts). A cell is three neurons `h_k = ReLU(d_k·x + OFFSET)` with
 * directions d_k 120° apart, and `x = (2/3)·Σ_k h_k d_k`. The offset cancels in x, and so does anything else that all
 * three neurons have in common, such as noise on the gate, which is the same sum over the code (open-code.ts) for all
 * three.
 *
 * The directions turn from each layer to the next, each time by a different angle, so ten successive layers all have
 * different weights. Rounding and weight errors then affect x differently in each of these layers and add up like
 * independent noise rather than in phase.
 *
 * One neuron per block sums the block's cells: `ReLU(Σ h − 3·OFFSET − 1)`. It stays at 0 if one cell is open and
 * |x| ≤ 1.9. If a second cell opens or x grows beyond this limit, the neuron turns on and shuts the block. So when two
 * active circuits meet, both are read as 0 from layer 3 onwards, and errors do not grow.
 *
 * The price: a circuit shares its cells with three or four other circuits of its block, and only one circuit of a block
 * can be active at a time. A mean square of 0.008 at z = 2 means that 0.8% of readouts are lost altogether.
 */
export const columnsDesign: Design = {
  help: "rotations in blocks of cells that survive noise, rounding and inexact inputs; several circuits active at once, in different blocks",
  caveats:
    "Two active circuits in one block are both lost: 0.8% of readouts at z = 2, 1.4% at z = 3. Noise on x is not removed, so it accumulates: under all perturbations at once, 41% of readouts are off by more than 0.25 at layer 100.",
  runs: "rotations",
  S: [1],
  angles: null,
  settings: [],
  isSizedByT: true,
  largest: ({ D }) => blocksLargest(neuronsOf(D)),
  theory: {
    about:
      "The theory covers active circuits that share a block [E28]. If two active circuits share a cell, each one's x is added to the other's at layer 1. At layer 2, the values passed on by other circuits of the same block are added as well. From layer 3 onwards, two active circuits in one block are read as 0. " +
      "For inactive circuits, the theory does not cover the indicators (they show how much of a code word is missing) nor, when several circuits are active, x at layer 2.",
    predict,
  },
  build,
};

/** Added to d_k·x, so that all three neurons stay above 0 for |x| up to 1.5, even with noise on the gate. */
const OFFSET = 1.8;
/** The weight with which each nonzero digit shuts a cell. */
const GAIN = 3.5;
/**
 * The sum of one open cell with |x| ≤ OFFSET is 3·OFFSET. A block is shut if its sum exceeds this value by more than
 * MARGIN; SHUT is the weight of the excess.
 */
const MARGIN = 1;
const SHUT = 1.5;
/** Number of layers with different directions; even, because the two columns alternate. */
const FRAMES = 10;

const CELLS = 0;
const CODE = { single: 1, pair: 2 } as const;
const BUSY = 3;

function neuronsOf(D: number): BlockNeurons {
  return { D, perCell: 3, perBlock: 1 };
}

function predict({ D, T, L, z }: PredictionOf): Record<string, DesignError[]> {
  const { met, sameCell, reaching, beside, besideAlone } = blockMeetings(neuronsOf(D), T, z);
  const ofX = (l: number): DesignError => {
    if (l === 0) return { active: 0, inactive: 0 };
    if (l === 1) return { active: sameCell, inactive: beside[0] };
    if (l === 2) return { active: reaching, inactive: z === 1 ? beside[1] : null };
    return { active: met, inactive: besideAlone[(l - 1) % 2] };
  };
  return {
    alpha: [0, ...everyLayer(L)].map((l) => ({ active: 0, inactive: l === 0 ? 0 : null })),
    x: [0, ...everyLayer(L)].map(ofX),
  };
}

/**
 * The rotation of the directions in frame f, as [cos, sin]: by f²/(2·FRAMES) times 120°, so that all steps between
 * frames differ.
 */
function frameTurn(f: number): readonly [number, number] {
  return cosSinTurn((((f * f) / (2 * FRAMES)) % 3) / 3);
}

function times([a, b]: readonly [number, number], [c, s]: readonly [number, number]): readonly [number, number] {
  return [a * c - b * s, a * s + b * c];
}

/** The directions of frame f. */
function directionsOf(f: number): (readonly [number, number])[] {
  return threeDirections.map((direction) => times(direction, frameTurn(f)));
}

/** The angles of rotations relative to the cells' directions, which turn from frame f − 1 to frame f. */
function anglesBetween({ cos, sin }: Angles, f: number): Angles {
  const [a, b] = frameTurn(f);
  const between = times(frameTurn((f + FRAMES - 1) % FRAMES), [a, -b]);
  const seen = Array.from(cos, (c, t) => times([c, sin[t]], between));
  return { cos: Float64Array.from(seen, ([c]) => c), sin: Float64Array.from(seen, ([, s]) => s) };
}

/** @param options must have T ≤ `blocksLargest` circuits; the caller checks this */
function build({ D, L, circuits, angles, seed, network }: RotationOptions): MultiPartNetwork {
  const { T } = circuits;
  const size = blockSize(neuronsOf(D), T);
  const { p, q, blocks } = size;
  const { columns, blockOf } = placeBlocks(size, T, new RandomSequence(seed, "design", network, 4));
  const words = cellWords(size);
  const codes = columns.map((cells) => wordsOf(cells, words));
  const parts = layOut([
    { name: "x", d: 3, P: q },
    ...codeParts(DIGITS * p),
    { name: "blocks to shut", d: 1, P: blocks },
  ]);
  const ones = Float64Array.of(1, 1, 1);
  const busy = Float64Array.of(-3 * OFFSET - MARGIN);
  const gate = codeGate(CODE, CELLS, words, Float64Array.of(GAIN, GAIN, GAIN));
  const bias = [Float64Array.of(OFFSET, OFFSET, OFFSET), ...codeBias, busy];
  const frames = Array.from({ length: Math.min(L, FRAMES) }, (_, f): Layer => {
    const [from, to] = f % 2 === 0 ? [1, 0] : [0, 1];
    const turned = turns(anglesBetween(angles, f));
    const members = new Float64Array(blocks * q);
    blockOf[from].forEach((block, cell) => (members[block * q + cell] = 1));
    const shut = new Float64Array(q * blocks);
    blockOf[to].forEach((block, cell) => (shut[cell * blocks + block] = 1));
    return {
      terms: [
        turnTerm(CELLS, turned, columns[from], columns[to], 1),
        gate,
        { kind: "dense", from: BUSY, to: CELLS, weights: shut, by: { matrix: ones, scale: -SHUT } },
        ...codeTerms(CODE),
        { kind: "dense", from: CELLS, to: BUSY, weights: members, by: { matrix: Float64Array.of(1, 1, 1), scale: 1 } },
      ],
      bias,
    };
  });
  const first: Layer = { terms: [], bias: [Float64Array.of(0, 0, 0), ...firstCodeBias, busy] };
  const reads = frames.map((_, f): Read[] => {
    const [now, next] = f % 2 === 0 ? [0, 1] : [1, 0];
    return [readCells(columns[now], f), ...readOpen(CODE, [codes[now], codes[next]], 3)];
  });
  const on = Float64Array.from({ length: 4 * T }, (_, at) => ALPHA[at % 4]);
  return {
    circuits,
    parts,
    steps: everyLayer(L),
    // Layer k + 1 has frame k.
    layers: Array.from({ length: L }, (_, k) => (k === 0 ? first : frames[k % FRAMES])),
    writes: [writeCells(columns[0], angles), ...writeOpen(CODE, on, [codes[0], codes[1]])],
    reads: Array.from({ length: L }, (_, k) => reads[k % FRAMES]),
    constants: everyLayer(L).map(() => [1, 0, 0]),
  };
}

/** Writes `d_k·R(θ_t)·x + OFFSET·alpha` to the cells of an active circuit, in frame 0. */
function writeCells(assignment: Assignment, { cos, sin }: Angles): Write {
  const T = cos.length;
  const own = new Float64Array(12 * T);
  for (let t = 0; t < T; t++) {
    directionsOf(0).forEach(([u, v], k) => {
      const [x, y] = [u * cos[t] + v * sin[t], v * cos[t] - u * sin[t]];
      for (let j = 0; j < 4; j++) own[12 * t + 4 * k + j] = OFFSET * ALPHA[j] + x * X[0][j] + y * X[1][j];
    });
  }
  const none = { matrix: new Float64Array(12), scale: 0 };
  return { part: CELLS, assignment, shared: none, own: { matrix: own, scale: 1 } };
}

/** Reads x from a circuit's cell, in frame f. */
function readCells(assignment: Assignment, f: number): Read {
  const directions = directionsOf(f);
  const rows = [0, 1].flatMap((axis) => directions.map((direction) => (2 / 3) * direction[axis]));
  return { kind: "circuit", part: CELLS, assignment, matrix: Float64Array.from([0, 0, 0, ...rows]), everywhere: 0 };
}
