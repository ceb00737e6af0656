import { isPrime } from "../base/primes.js";
import type { Assignment } from "../assignment/assignment.js";
import { layOut, type Layer } from "../network/layer.js";
import { everyLayer, type MultiPartNetwork, type Read } from "../network/multi-part.js";
import { RandomSequence } from "../base/random.js";
import { copyTerm, writeCode } from "./cells.js";
import { codeGates } from "./code-gates.js";
import { codedSizes, codeOf, countWords, readingOf, type Code, type CodedSizes } from "./code.js";
import type { Design, RotationOptions, DesignSettings, DesignSize } from "./design.js";
import { frame, simplexDirections } from "./simplex.js";
import { moveSlot, OPEN_GATE, planesOf, readSlot, turnsBetween, writeSlot, type Slot } from "./slots.js";

/**
 * Lines: circuits are lines in the plane over a field of p elements, and their cells in layer l are the points in
 * column l.
 *
 * The x of the circuit on line (a, b) is in cell `a + b·l mod p` of p cells, where p is prime. Circuits are assigned to
 * lines at random, so their ids have no structure. Two lines meet in at most one point, so circuits that share a cell
 * once never share one again. There are p² lines, far more than a search could place. The circuits of a cell use
 * different planes (simplex.ts), so weights can move each circuit's x to that circuit's next cell. The cell's gate is
 * opened by a code.
 *
 * The code has a column of neurons for every layer but the first. Each word of a column stands for a *cell*, so p words
 * are enough for any number of circuits, and all circuits of a cell open the cell in the same way. Columns are written
 * together with the input and copied from layer to layer. Their number depends on L, so a network is designed for a
 * fixed number of layers.
 *
 * Only collisions remain. If z of T = p·s circuits are active, and a cell has m = (K − 1)/2 complex dimensions:
 * - With probability (z−1)/p, an active circuit shares its cell with another active one. The other circuit's x then
 *   causes a squared error of |x|²/m.
 * - An active circuit's x is also passed on along every other line through its cell. With probability s/p, one of these
 *   lines leads to the cell of another active circuit and causes a squared error of |x|²/m² there. Larger cells have
 *   more dimensions, but fewer of them fit: (s/p)/m² = T/(p·m)², where p·m is nearly D/2 for any K.
 */
export const linesDesign: Design = {
  runs: "rotations",
  help: "p² circuits as lines over p elements, for as many layers as the code has columns",
  caveats:
    "Only the mean error is small: with as many circuits as fit, 60 to 70% of readouts are off by more than 0.25. The design works for 1 to 3 layers with 1% noise on weights, or with one more active circuit than the network was designed for, and for 1 layer at z = 1 with an indicator of 0.9. If active circuits share a cell, their outputs are wrong.",
  S: [1],
  angles: null,
  settings: ["cellNeurons", "codeNeurons", "codeSize"],
  code: lineSizes,
  cellNeurons: [3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25],
  largest: (size) => linesOrder({ ...size, ...sizesOf(size) }) ** 2,
  room: (size) => {
    const { cellNeurons, codeNeurons, codeSize } = sizesOf(size);
    const p = linesOrder({ ...size, cellNeurons, codeNeurons, codeSize });
    const code = `L = ${size.L} takes ${columnsOf(size.L)} × ${codeNeurons} code neurons`;
    return `${code}, which leaves room for ${p === 0 ? "fewer than 2 cells" : `${p} cells (a prime number)`} with ${cellNeurons} neurons each`;
  },
  depthLimit: "the code has a column of neurons for every layer",
  cells: (size) => {
    const sizes = sizesOf(size);
    return { ...sizes, P: linesOrder({ ...size, ...sizes }) };
  },
  build,
};

function sizesOf(options: DesignSize & DesignSettings): CodedSizes {
  return codedSizes(options, lineSizes(options));
}

/** Sizes found by a search at D = 1000 and L = 5; for z = 1, any distinct words would do. */
export function lineSizes({ D, z }: Pick<DesignSize, "D" | "z">): CodedSizes {
  if (z === 2) return { cellNeurons: 9, codeNeurons: 28, codeSize: 5 };
  if (z > 2) return { cellNeurons: 13, codeNeurons: 32, codeSize: 4 };
  let codeNeurons = 3;
  while (countWords(codeNeurons, codeNeurons >> 1, D) < D / 3) codeNeurons++;
  return { cellNeurons: 3, codeNeurons, codeSize: codeNeurons >> 1 };
}

/** Number of columns in the code. Layer 1 is written directly and needs no column, but readouts need at least one. */
const columnsOf = (L: number): number => Math.max(1, L - 1);

/**
 * The largest prime p for which p cells fit next to the code and there are enough words; 0 if there is no such prime.
 */
export function linesOrder({
  D,
  L,
  cellNeurons,
  codeNeurons,
  codeSize,
}: Pick<DesignSize, "D" | "L"> & CodedSizes): number {
  const fitting = Math.floor((D - columnsOf(L) * codeNeurons) / cellNeurons);
  let p = Math.min(fitting, countWords(codeNeurons, codeSize, fitting));
  while (p >= 2 && !isPrime(p)) p--;
  return p < 2 ? 0 : p;
}

function build(options: RotationOptions): MultiPartNetwork {
  const { D, L, z, angles, seed, network } = options;
  const { cellNeurons: K, codeNeurons, codeSize } = sizesOf(options);
  const T = angles.cos.length;
  const p = linesOrder({ D, L, cellNeurons: K, codeNeurons, codeSize });
  const corners = simplexDirections(K);
  const slopes = Math.ceil(T / p);
  const frames = Array.from({ length: slopes }, (_, b) => frame(K, b, slopes));
  // Neighbouring lines open each other's gates. If lines were assigned in the order of ids, neighbouring ids would form
  // worst-case sets, so the order is random.
  const lines = new RandomSequence(seed, "design", network, 4).permutation(T);
  const slope = new Uint32Array(T);
  for (let t = 0; t < T; t++) slope[t] = Math.floor(lines[t] / p);
  const planes = planesOf(frames, corners, slope);
  const turned = turnsBetween(angles, planes, planes);
  const slots = Array.from({ length: L }, (_, k): Slot => {
    const cells = new Uint32Array(T);
    for (let t = 0; t < T; t++) cells[t] = ((lines[t] % p) + slope[t] * (k + 1)) % p;
    return { assignment: { T, S: 1, P: p, neurons: cells }, planes };
  });
  const random = new RandomSequence(seed, "design", network, 1);
  const columns = Array.from({ length: columnsOf(L) }, () =>
    codeOf(drawWords(p, codeNeurons, codeSize, random, z === 1 ? 1 : CANDIDATES / p)),
  );
  const parts = layOut([
    { name: "x", d: K, P: p },
    ...columns.map((_, k) => ({ name: `code of layer ${L === 1 ? 1 : k + 2}`, d: 1, P: codeNeurons })),
  ]);
  const noBias = columns.map(() => Float64Array.of(0));
  const copies = columns.map((_, k) => copyTerm(k + 1));
  const wordOfCell = Array.from({ length: p }, (_, cell) => [cell]);
  const scale = (K - 1) / K;
  const layers = slots.map((slot, k): Layer => {
    if (k === 0) return { terms: [], bias: [new Float64Array(K).fill(-OPEN_GATE), ...noBias] };
    const { term, bias } = codeGates({ S: 1, z, cellNeurons: K, from: k }, columns[k - 1], wordOfCell);
    return { terms: [moveSlot(turned, slots[k - 1], slot, scale), term, ...copies], bias: [bias, ...noBias] };
  });
  const cellsOf = (column: number): Uint32Array => slots[L === 1 ? 0 : column + 1].assignment.neurons;
  const words = columns.map((code, k) => wordsOf(code, cellsOf(k)));
  const alpha = columns.map((code, k) => readAlpha(code, cellsOf(k), k + 1, columns.length));
  return {
    circuits: options.circuits,
    parts,
    steps: everyLayer(L),
    layers,
    writes: [writeSlot(angles, slots[0]), ...words.map((assignment, k) => writeCode(k + 1, assignment))],
    reads: slots.map((slot) => [readSlot(slot, scale), ...alpha]),
    constants: everyLayer(L).map(() => [0, 0, 0]),
  };
}

/** Total number of candidate words for one column of the code. */
const CANDIDATES = 6000;

/**
 * Draws p different words of `size` neurons each, out of `neurons`. Each word is the candidate that has the least in
 * common with the words before it. For one active circuit, it is enough that the words differ.
 *
 * @param tries number of candidates for each word
 */
export function drawWords(p: number, neurons: number, size: number, random: RandomSequence, tries: number): Assignment {
  const words = new Uint32Array(p * size);
  const owns = new Uint8Array(p * neurons);
  const order = Array.from({ length: neurons }, (_, n) => n);
  const common = (word: readonly number[], other: number): number => {
    let sum = 0;
    for (let i = 0; i < size; i++) sum += owns[other * neurons + word[i]];
    return sum;
  };
  for (let k = 0; k < p; k++) {
    let best: { word: readonly number[]; cost: number } | null = null;
    for (let tried = 0; tried < tries || best === null; tried++) {
      for (let i = 0; i < size; i++) {
        const j = i + random.below(neurons - i);
        [order[i], order[j]] = [order[j], order[i]];
      }
      const word = order.slice(0, size);
      let cost = 0;
      for (let other = 0; other < k && cost < (best?.cost ?? Infinity); other++) {
        const shared = common(word, other);
        cost += shared === size ? Infinity : shared ** 4;
      }
      if (cost < (best?.cost ?? Infinity)) best = { word, cost };
    }
    words.set(best.word, k * size);
    for (const n of best.word) owns[k * neurons + n] = 1;
  }
  return { T: p, S: size, P: neurons, neurons: words };
}

/** The word of every circuit's cell. */
function wordsOf({ assignment: { S, P, neurons } }: Code, cells: Uint32Array): Assignment {
  const words = new Uint32Array(cells.length * S);
  cells.forEach((cell, t) => {
    for (let s = 0; s < S; s++) words[t * S + s] = neurons[cell * S + s];
  });
  return { T: cells.length, S, P, neurons: words };
}

/**
 * Reads one column's share of alpha, using the linear reading that is 1 for the circuit's cell and varies least over
 * all other cells.
 */
function readAlpha(code: Code, cells: Uint32Array, part: number, columns: number): Read {
  const N = code.mean.length;
  const words = code.assignment.T;
  const weights = new Float64Array(words * N);
  for (let cell = 0; cell < words; cell++) weights.set(readingOf(code, [cell]).weights, cell * N);
  for (let at = 0; at < weights.length; at++) weights[at] /= columns;
  return { kind: "code", part, row: 0, weights, of: cells };
}
