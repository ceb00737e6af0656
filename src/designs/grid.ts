import type { Assignment } from "../assignment/assignment.js";
import { isPrime } from "../base/primes.js";
import { layOut, type Layer } from "../network/layer.js";
import { everyLayer, type MultiPartNetwork } from "../network/multi-part.js";
import {
  cellGates,
  copyTerm,
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
import { DIGITS, encoder, LENGTH } from "./reed-solomon.js";

/**
 * The grid: q² circuits (a, b) in q cells, one circuit active at a time.
 *
 * The x of circuit (a, b) is in cell a in odd layers and in cell b in even layers. A pair of cells identifies its
 * circuit, so the weights between cells a and b belong to circuit (a, b) alone. If this circuit is active, its
 * cells receive only its x.
 *
 * A code that is copied from layer to layer determines which cell opens in the next layer. A circuit's word has ten
 * places of p neurons each; in each place, one neuron is on. Cell a has three digits (i, j, h) and cell b has (i', j',
 * h'); the word is the Reed–Solomon codeword (reed-solomon.ts) of the five digits i, j, m·h + h', i', j' over GF(p),
 * where h and h' are below m. A cell's gate counts how many of the cell's digits are on: three when it should open, at
 * most two otherwise.
 *
 * Two words agree in at most four of ten places. So the indicator, read as `(Σ − 2)/8`, is 1 for the active circuit and
 * between −1/4 and 1/4 for each of the other q² − 1 circuits.
 *
 * The price: with two active circuits, the cells of one contain part of the other's x, and the error grows
 * geometrically. This is a block structure for one active circuit, as in earlier work, not a superposition of many
 * active circuits. A copied code does not clean itself: its noise performs a random walk and opens wrong cells after a
 * few layers.
 */
export const gridDesign: Design = {
  runs: "rotations",
  help: "q² circuits in q cells, with one circuit active at a time",
  caveats:
    "The design is exact only for one active circuit: with two, it holds for 1 layer, and then errors grow without bound. It holds for 4 or 5 layers with noise of 0.01 after the ReLU, and for 4 layers with an indicator of 0.9. For about 300 inactive circuits, the x that is read is longer than 0.25.",
  S: [1],
  angles: null,
  mostActive: 1,
  settings: ["gain", "offset"],
  largest: ({ D }) => gridLargest(D),
  build,
};

interface GridSize {
  readonly p: number;
  /** Number of values of h; m² ≤ p, so that (h, h') fits into one digit. */
  readonly m: number;
  readonly q: number;
}

/** The largest number of circuits in a grid, limited by the weight tables. */
const MOST = 2 ** 18;

function gridSize(D: number): GridSize {
  for (let p = LENGTH; ; p++) {
    if (!isPrime(p)) continue;
    const m = Math.floor(Math.sqrt(p));
    const q = Math.floor((D - LENGTH * p) / 3);
    if (q <= p * p * m) return { p, m, q };
  }
}

/** The largest T for D neurons. */
export function gridLargest(D: number): number {
  return Math.min(MOST, Math.max(0, gridSize(D).q) ** 2);
}

/** @param options must have T ≤ gridLargest(D) angles; the caller checks this */
function build({ D, L, angles, circuits, ...settings }: RotationOptions): MultiPartNetwork {
  const { gain, offset } = cellGates(settings);
  const { p, m, q } = gridSize(D);
  const T = angles.cos.length;
  const parts = layOut([
    { name: "x", d: 3, P: q },
    { name: "code", d: 1, P: LENGTH * p },
  ]);
  const cells: Cells = { part: 0, gain, offset };
  const { a, b } = cellsOf(T, q);
  const words = wordsOf(a, b, { p, m, q });
  /**
   * The code neurons that a cell's gate counts: one for the cell's digit i, one for its digit j and, in the word's
   * third place, one for each value that is possible with the cell's digit h.
   */
  const gate = (first: number, third: (h: number, other: number) => number): Float64Array => {
    const weights = new Float64Array(q * LENGTH * p);
    for (let n = 0; n < q; n++) {
      const [i, j, h] = digitsOf(n, p);
      const own = [first * p + i, (first + 1) * p + j];
      for (let other = 0; other < m; other++) own.push(2 * p + third(h, other));
      for (const neuron of own) weights[n * LENGTH * p + neuron] = 1;
    }
    return weights;
  };
  const intoA = gate(0, (h, other) => m * h + other);
  const intoB = gate(3, (h, other) => m * other + h);
  const turned = turns(angles);
  // Layer 1 has no code to read, so the input adds as much to this bias as three matching digits would.
  const shut = Float64Array.from([0, 1, 2], () => offset - 3 * gain);
  const bias = [shut, Float64Array.of(0)];
  const odd: Layer = { terms: [moveX(cells, turned, b, a), gateTerm(cells, 1, intoA), copyTerm(1)], bias };
  const even: Layer = { terms: [moveX(cells, turned, a, b), gateTerm(cells, 1, intoB), copyTerm(1)], bias };
  // Two words agree in 0 to 4 places; if they agree in 2, the inactive circuit's indicator is 0.
  const middle = (DIGITS - 1) / 2;
  const alpha = readCode(1, words, 1 / (LENGTH - middle));
  const reads = [
    [readX(cells, a), alpha],
    [readX(cells, b), alpha],
  ] as const;
  return {
    circuits,
    parts,
    steps: everyLayer(L),
    layers: Array.from({ length: L }, (_, k) => (k === 0 ? { terms: [], bias } : k % 2 === 0 ? odd : even)),
    writes: [writeX(cells, angles, a, 3), writeCode(1, words)],
    reads: Array.from({ length: L }, (_, k) => reads[k % 2]),
    constants: everyLayer(L).map(() => [-middle / (LENGTH - middle), 0, 0]),
  };
}

/** The cells a and b of every circuit. */
function cellsOf(T: number, q: number): { a: Assignment; b: Assignment } {
  const a = { T, P: q, S: 1, neurons: new Uint32Array(T) };
  const b = { T, P: q, S: 1, neurons: new Uint32Array(T) };
  for (let t = 0; t < T; t++) {
    a.neurons[t] = t % q;
    b.neurons[t] = Math.floor(t / q);
  }
  return { a, b };
}

/** The digits (i, j, h) of a cell. */
function digitsOf(n: number, p: number): readonly [number, number, number] {
  return [n % p, Math.floor(n / p) % p, Math.floor(n / (p * p))];
}

/** The word of every circuit. */
function wordsOf(a: Assignment, b: Assignment, { p, m }: GridSize): Assignment {
  const { T } = a;
  const encode = encoder(p);
  const words: Assignment = { T, P: LENGTH * p, S: LENGTH, neurons: new Uint32Array(LENGTH * T) };
  for (let t = 0; t < T; t++) {
    const [i, j, h] = digitsOf(a.neurons[t], p);
    const [i2, j2, h2] = digitsOf(b.neurons[t], p);
    const word = encode([i, j, m * h + h2, i2, j2]);
    for (let place = 0; place < LENGTH; place++) words.neurons[t * LENGTH + place] = place * p + word[place];
  }
  return words;
}
