import type { Assignment } from "../assignment/assignment.js";
import { layOut, type Layer, type Term } from "../network/layer.js";
import { everyLayer, type MultiPartNetwork } from "../network/multi-part.js";
import {
  cellGates,
  copyTerm,
  gateCopy,
  gateTerm,
  moveX,
  readCode,
  readX,
  turns,
  writeCode,
  writeX,
  type Cells,
} from "./cells.js";
import type { Design, RotationOptions } from "./design.js";

/**
 * Groups of small grids: exact as long as all active circuits are in different groups.
 *
 * Each group is a separate k×k grid (grid.ts): k² circuits (a, b) in k cells, with x in cell a in odd layers and in
 * cell b in even ones. Two words of n neurons each, of which w = ⌊n/2⌋ are on, store a and b and are copied from layer
 * to layer; n is the smallest number with `C(n, w) ≥ k`. A cell opens when its word is complete. One more neuron counts
 * the group's active circuits, `ReLU(Σ a/w − 1.5)`, and shuts the group's cells if there are two or more: otherwise the
 * errors that two circuits cause in each other would grow.
 *
 * Groups are as small as possible for the given T. With k = 3, a group takes sixteen neurons: 62 groups hold 558
 * circuits in 992 neurons. More circuits need larger groups: 18,605 circuits need 5 groups of 61×61. Results are exact
 * unless two active circuits fall into one group; then both are wrong. For each of z active circuits, the probability
 * of this is about (z − 1)·(k² − 1)/(T − 1). This is time-sharing of cells, not superposition of activations; the mean
 * square makes it look better than it is.
 *
 * The indicator is read as the mean of both words. It is up to 1/2 for circuits that share a row or column with an
 * active one, and above 0 for circuits whose words share neurons with the words of an active one.
 */
export const groupsDesign: Design = {
  runs: "rotations",
  help: "groups of k×k circuits; several circuits active at once, in different groups",
  caveats:
    "Two active circuits in one group are not computed at all. Because weights are as large as 100, the design works for only 2 layers with noise of 0.01 after the ReLU or with int8 weights; then errors grow.",
  S: [1],
  angles: null,
  settings: ["gain", "offset"],
  largest: ({ D }) => groupsLargest(D),
  build,
};

/** Added to the gates of a group with two active circuits; negative enough to shut any gate. */
const SHUT = -100;

export interface GroupsSize {
  /** Number of rows in a group, which is also its number of columns. */
  readonly k: number;
  /** Number of neurons per word, and how many of a word's neurons are on. */
  readonly n: number;
  readonly w: number;
  /** Number of groups. */
  readonly count: number;
}

/**
 * Divides D neurons into groups that hold k×k circuits each. A group takes 3·k neurons for its cells, 2·n for its two
 * words, and one neuron to count the active circuits.
 */
function groupsOf(D: number, k: number): GroupsSize {
  let n = 3;
  while (choose(n, n >> 1) < k) n++;
  return { k, n, w: n >> 1, count: Math.floor(D / (3 * k + 2 * n + 1)) };
}

function choose(n: number, w: number): number {
  let words = 1;
  for (let i = 0; i < w; i++) words = (words * (n - i)) / (i + 1);
  return Math.round(words);
}

/** The largest number of circuits in all groups together, limited by the weight tables. */
const MOST = 2 ** 18;

/** The smallest groups that can hold T circuits; null if none can. */
export function groupsSize(D: number, T: number): GroupsSize | null {
  for (let k = 3; ; k++) {
    const size = groupsOf(D, k);
    if (size.count === 0) return null;
    if (size.count * k * k >= T) return size;
  }
}

/** The largest T for D neurons. */
export function groupsLargest(D: number): number {
  let most = 0;
  for (let k = 3; ; k++) {
    const { count } = groupsOf(D, k);
    if (count === 0) return Math.min(MOST, most);
    most = Math.max(most, count * k * k);
  }
}

/**
 * @param options must have at most groupsLargest(D) angles; the caller checks this. Circuits are dealt out to the
 *   groups in turn.
 */
function build({ D, L, angles, circuits, ...settings }: RotationOptions): MultiPartNetwork {
  const { gain, offset } = cellGates(settings);
  const T = angles.cos.length;
  const { k, n, w, count } = groupsSize(D, T)!;
  const P = count * k;
  const parts = layOut([
    { name: "x", d: 3, P },
    { name: "indicators a", d: 1, P: count * n },
    { name: "indicators b", d: 1, P: count * n },
    { name: "counts", d: 1, P: count },
  ]);
  const cells: Cells = { part: 0, gain, offset };
  const words = wordsOf(k, n, w);
  const column = (of: (place: number) => number): Assignment => ({
    ...{ T, P, S: 1 },
    neurons: Uint32Array.from({ length: T }, (_, t) => (t % count) * k + of(Math.floor(t / count))),
  });
  const a = column((place) => place % k);
  const b = column((place) => Math.floor(place / k));
  const wordOf = ({ neurons }: Assignment): Assignment => ({
    ...{ T, P: count * n, S: w },
    neurons: Uint32Array.from({ length: T * w }, (_, at) => {
      const cell = neurons[Math.floor(at / w)];
      return Math.floor(cell / k) * n + words[cell % k][at % w];
    }),
  });
  const [wordA, wordB] = [wordOf(a), wordOf(b)];
  const turned = turns(angles);
  const ofGroup = new Float64Array(P * count);
  for (let cell = 0; cell < P; cell++) ofGroup[cell * count + Math.floor(cell / k)] = 1;
  const counts = new Float64Array(count * count * n);
  for (let neuron = 0; neuron < count * n; neuron++) {
    counts[Math.floor(neuron / n) * count * n + neuron] = 1 / w;
  }
  const kept: Term[] = [
    copyTerm(1),
    copyTerm(2),
    { kind: "dense", from: 1, to: 3, weights: counts, by: { matrix: Float64Array.of(1), scale: 1 } },
    { kind: "dense", from: 3, to: 0, weights: ofGroup, by: { matrix: Float64Array.of(1, 1, 1), scale: SHUT } },
  ];
  const gate = (from: number): Term =>
    w === 1 ? gateCopy(cells, from) : gateTerm(cells, from, ownWords(words, n, count));
  const shut = new Float64Array(3).fill(offset - w * gain);
  const bias = [shut, Float64Array.of(0), Float64Array.of(0), Float64Array.of(-1.5)];
  const odd: Layer = { terms: [moveX(cells, turned, b, a), gate(1), ...kept], bias };
  const even: Layer = { terms: [moveX(cells, turned, a, b), gate(2), ...kept], bias };
  const alpha = [readCode(1, wordA, 1 / (2 * w)), readCode(2, wordB, 1 / (2 * w))];
  const reads = [
    [readX(cells, a), ...alpha],
    [readX(cells, b), ...alpha],
  ] as const;
  return {
    circuits,
    parts,
    steps: everyLayer(L),
    layers: Array.from({ length: L }, (_, l) => (l === 0 ? { terms: [], bias } : l % 2 === 0 ? odd : even)),
    writes: [writeX(cells, angles, a, w), writeCode(1, wordA), writeCode(2, wordB)],
    reads: Array.from({ length: L }, (_, l) => reads[l % 2]),
    constants: everyLayer(L).map(() => [0, 0, 0]),
  };
}

/** The first k words in which w of n neurons are on, ordered by their last neuron. */
function wordsOf(k: number, n: number, w: number): number[][] {
  const words: number[][] = [];
  const extend = (word: readonly number[], below: number): void => {
    if (words.length === k) return;
    if (word.length === w) {
      words.push([...word]);
      return;
    }
    for (let neuron = w - word.length - 1; neuron < below; neuron++) extend([neuron, ...word], neuron);
  };
  extend([], n);
  return words;
}

/** A matrix with the neurons of every cell's word, [count·k][count·n]. */
function ownWords(words: readonly (readonly number[])[], n: number, count: number): Float64Array {
  const k = words.length;
  const weights = new Float64Array(count * k * count * n);
  for (let cell = 0; cell < count * k; cell++) {
    for (const neuron of words[cell % k]) weights[cell * count * n + Math.floor(cell / k) * n + neuron] = 1;
  }
  return weights;
}
