import { circuitsByNeuron, type Assignment } from "../assignment/assignment.js";
import type { Angles } from "../circuits/rotation.js";
import { layOut, type Layer, type LinksTerm, type Term } from "../network/layer.js";
import { findLinks, suppression } from "../network/connections.js";
import { everyLayer, type MultiPartNetwork, type Read, type Write } from "../network/multi-part.js";
import { RandomSequence } from "../base/random.js";
import { ALPHA, moveX, readX, turns, writeX, type Cells } from "./cells.js";
import type { Design, RotationOptions } from "./design.js";
import { packing, packingLargest } from "./packing.js";
import { annealedRows, separatedRows } from "./row-search.js";

/**
 * Rows: every circuit has a row of S cells of four neurons, and the rows are dealt out again in every layer.
 *
 * This is the post's network with four changes.
 *
 * - The three neurons of a cell that hold x also hold its indicator. Their directions d_k sum to 0, so with gate g and
 *   |x| ≤ g, the three neurons h_k = ReLU(d_k·x + g) have the sum 3g, and the indicator is their mean. A fourth neuron
 *   is needed only to limit the indicator, s = ReLU(g − CEILING):
 *   `α = (Σ_k h_k/3 − s)/CEILING = min(g, CEILING)/CEILING`. Anything that affects all three neurons equally leaves x
 *   unchanged. A cell has four neurons, whereas three neurons for x and a separate ramp would take five.
 * - Only the first cell of a row has its circuit's x; the indicator is on all S cells. Two active circuits then share
 *   an x cell only 1/S² as often as they share any cell.
 * - A gate that opens by mistake does little harm, because it moves no x and the ceiling limits it; a gate that shuts
 *   by mistake loses an x. So with S = 3 nothing is subtracted from the capped weights (χ = 0), and the ramp begins
 *   just below 1.
 * - A search (row-search.ts) chooses the circuits' rows such that no single circuit opens another's gate, few pairs do,
 *   and no x returns to its circuit's cells through another circuit's weights. One active circuit is then computed
 *   exactly.
 *
 * With S = 2, rows are dealt out at random such that circuits that share a cell of x in one layer do not share one in
 * the next, and the χ that is subtracted from the weights is a fifth of the post's. There is no search, and a single
 * active circuit is not computed exactly.
 *
 * Collisions of x remain: in each layer, (T/P − 1)/(T − 1) of all pairs of circuits have both x vectors in the same
 * cell.
 */
export const rowsDesign: Design = {
  runs: "rotations",
  help: "rows of cells with capped gates; annealing chooses each circuit's row in every layer",
  caveats:
    "In a network designed for one active circuit, errors grow without bound when two are active. With an indicator of 0.9, the network holds for 1 layer. With 1% noise on weights, it holds for 30, 6 and 3 layers at z = 1, 2 and 3; with noise on biases as well, for 4, 4 and 3 layers.",
  S: [3, 2],
  angles: null,
  settings: ["ramp"],
  ramp: defaultRamp,
  largest: ({ D, S }) => packingLargest(rowCells(D), S, MOST),
  cells: ({ D }) => ({ P: rowCells(D), cellNeurons: 3 }),
  // For z > 1, the search must also avoid gates that several circuits open together, which takes longer.
  layerCost: ({ T, S, z }) => (S === 3 && z > 1 ? 6e-4 : 1.4e-4) * T ** 2,
  build,
};

/** The largest number of circuits; the search's memory grows with T. */
const MOST = 10_000;
/**
 * The value of a cell's gate when it is fully open. It leaves room for x: a vector on the unit circle needs a gate of
 * 1, and the sum of two such vectors needs a gate of up to 2.
 */
const CEILING = 2;
/** With S = 2, the fraction of the post's χ that is subtracted. [E12] */
const SUPPRESSION = 0.2;

export function rowCells(D: number): number {
  return Math.floor(D / 4);
}

/**
 * The default ramp, found by a search at D = 1000, T = 557; with S = 3, any `low` from 0.70 to 0.88 works equally
 * well.
 */
export function defaultRamp(S: number): readonly [low: number, high: number] {
  return S === 2 ? [0.65, 0.9] : [0.8, 0.95];
}

/** @param options must have at most packingLargest(P, S) angles; the caller checks this */
function build(options: RotationOptions): MultiPartNetwork {
  const { D, S, L, angles } = options;
  const T = angles.cos.length;
  const P = rowCells(D);
  const [low, high] = options.ramp ?? defaultRamp(S);
  const gain = CEILING / (high - low);
  const offset = gain * (1 - low);
  const cells: Cells = { part: 0, gain, offset };
  const embedding = rowsByLayer({ T, P, S }, options);
  const firsts = embedding.map((assignment) => columns(assignment, 0, 1));
  const turned = turns(angles);
  const bias = [Float64Array.of(-gain * low, -gain * low, -gain * low), Float64Array.of(-gain * low - CEILING)];
  const layers = embedding.map((after, k): Layer => {
    if (k === 0) return { terms: [], bias };
    const before = embedding[k - 1];
    return { terms: [moveX(cells, turned, firsts[k - 1], firsts[k]), ...gates(after, before, gain)], bias };
  });
  return {
    circuits: options.circuits,
    parts: layOut([
      { name: "x", d: 3, P },
      { name: "ceilings", d: 1, P },
    ]),
    steps: everyLayer(L),
    layers,
    writes: writesOf(cells, angles, embedding[0]),
    reads: embedding.map((assignment, k) => [readX(cells, firsts[k]), ...readAlpha(assignment)]),
    constants: embedding.map(() => [0, 0, 0]),
  };
}

/** The rows of every layer. In the first layer, circuit t has row t of the packing. */
function rowsByLayer(size: Pick<Assignment, "T" | "P" | "S">, { L, z, seed, network }: RotationOptions): Assignment[] {
  const built = packing(size);
  const embedding = [built];
  for (let k = 1; k < L; k++) {
    const random = new RandomSequence(seed, "design", network, k);
    const before = embedding[k - 1];
    embedding.push(size.S === 2 ? separatedRows(built, before, random) : annealedRows(built, before, z, random));
  }
  return embedding;
}

/** Columns `from` to `to` − 1 of an assignment's rows. */
function columns({ T, P, S, neurons }: Assignment, from: number, to: number): Assignment {
  const some = new Uint32Array(T * (to - from));
  for (let t = 0; t < T; t++) some.set(neurons.subarray(t * S + from, t * S + to), t * (to - from));
  return { T, P, S: to - from, neurons: some };
}

/** Weights that read a cell's α: one for each of the three neurons that hold x, and one for the ceiling's neuron. */
const ALPHA_OF = [1 / (3 * CEILING), -1 / CEILING] as const;

/** Adds `gain·m_n` to all four neurons of cell n: `m_n = Σ_k 𝒲_nk α_k`, with capped 𝒲 = (1/S)·C − χ·(1 − C). [E11] */
function gates(after: Assignment, before: Assignment, gain: number): Term[] {
  const { S } = after;
  const links = linksBetween(after, before);
  const chi = S === 2 ? SUPPRESSION * suppression(findLinks(after, before), after) : 0;
  return [0, 1].flatMap((to) =>
    [0, 1].flatMap((from): Term[] => {
      const ones = new Float64Array((to === 0 ? 3 : 1) * (from === 0 ? 3 : 1)).fill(1);
      const by = (scale: number) => ({ matrix: ones, scale: gain * ALPHA_OF[from] * scale });
      const linked: Term = { kind: "links", from, to, ...links, by: by(1 / S + chi) };
      return chi === 0 ? [linked] : [linked, { kind: "sum", from, to, weights: null, by: by(-chi) }];
    }),
  );
}

/**
 * The entries of C [E11] that are 1: cells n and m are linked if a circuit has n in this layer and m in the previous
 * one.
 */
function linksBetween(after: Assignment, before: Assignment): Pick<LinksTerm, "starts" | "columns" | "weights"> {
  const { P, S } = after;
  const { starts: own, circuits } = circuitsByNeuron(after);
  const starts = new Uint32Array(P + 1);
  const linked: number[] = [];
  for (let n = 0; n < P; n++) {
    const cells = new Set<number>();
    for (let at = own[n]; at < own[n + 1]; at++) {
      const t = circuits[at];
      for (const m of before.neurons.subarray(t * S, (t + 1) * S)) cells.add(m);
    }
    linked.push(...[...cells].sort((a, b) => a - b));
    starts[n + 1] = linked.length;
  }
  return { starts, columns: Uint32Array.from(linked), weights: new Float32Array(linked.length).fill(1) };
}

/**
 * What the input writes to layer 1: `gain·alpha` to the gates of all cells of an active circuit, and x to its first
 * cell.
 */
function writesOf(cells: Cells, angles: Angles, assignment: Assignment): Write[] {
  const { T, S } = assignment;
  const first = columns(assignment, 0, 1);
  const rest = columns(assignment, 1, S);
  const alphas = (part: number, to: Assignment, d: number): Write => ({
    part,
    assignment: to,
    shared: { matrix: Float64Array.from({ length: 4 * d }, (_, at) => ALPHA[at % 4]), scale: cells.gain },
    own: { matrix: new Float64Array(4 * d * T), scale: 0 },
  });
  return [writeX(cells, angles, first, 1), alphas(0, rest, 3), alphas(1, assignment, 1)];
}

/** Reads the mean of α over a circuit's row. */
function readAlpha(assignment: Assignment): Read[] {
  const { S } = assignment;
  return [0, 1].map((part) => {
    const d = part === 0 ? 3 : 1;
    const matrix = new Float64Array(3 * d).fill(ALPHA_OF[part] / S, 0, d);
    return { kind: "circuit", part, assignment, matrix, everywhere: 0 };
  });
}
