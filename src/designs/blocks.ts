import type { Assignment } from "../assignment/assignment.js";
import { RandomSequence } from "../base/random.js";
import { meetings, type Meetings } from "../theory/blocks.js";

/**
 * Blocks: two columns of q cells each, divided into as many blocks as T allows.
 *
 * A circuit is a pair (a, b) of cells in one block, a in column A and b in column B. Its activations are in cell a in
 * odd layers and in cell b in even layers. All pairs differ, so the two cells of a step identify the circuit and its
 * weights. An active circuit reaches no cell outside its block, so circuits meet only within a block. If each block has
 * n circuits and z of the T circuits are active, an active circuit meets another active one with probability about
 * (z − 1)·(n − 1)/(T − 1). This probability is smallest with many blocks of equal size.
 *
 * Each cell has a word of three digits, each with one of p values (`p² ≥ q`), so any two words agree in at most one
 * digit.
 */
export interface BlockSize {
  /** Number of cells in a column. */
  readonly q: number;
  /** Number of values that a digit can have. */
  readonly p: number;
  readonly blocks: number;
}

/** The numbers of neurons in a layer: in total, per cell and per block. */
export interface BlockNeurons {
  readonly D: number;
  readonly perCell: number;
  readonly perBlock: number;
}

/** Number of digits in a word. */
export const DIGITS = 3;
/**
 * Number of neurons per value of a digit: one in the code of the next layer's cells, and two in the code of the current
 * layer's.
 */
const PER_VALUE = 3;
/** The largest number of circuits that the weight tables can hold. */
const MOST = 2 ** 18;

/** The largest number of cells per column that leaves room for the cells' code and for the given number of blocks. */
function cellsBeside({ D, perCell, perBlock }: BlockNeurons, blocks: number): Pick<BlockSize, "p" | "q"> {
  for (let q = Math.floor(D / perCell); q > 0; q--) {
    const p = Math.ceil(Math.sqrt(q));
    if (perCell * q + DIGITS * PER_VALUE * p + perBlock * blocks <= D) return { p, q };
  }
  return { p: 0, q: 0 };
}

/** Of the sizes that can hold T circuits, the one with the most blocks; T is at most `blocksLargest`. */
export function blockSize(neurons: BlockNeurons, T: number): BlockSize {
  for (let blocks = Math.min(T, Math.floor(neurons.D / neurons.perCell)); blocks > 0; blocks--) {
    const { p, q } = cellsBeside(neurons, blocks);
    if (q >= blocks && capacity(q, blocks) >= T) return { p, q, blocks };
  }
  throw new Error(`${T} circuits should fit.`);
}

/** The largest T. */
export function blocksLargest(neurons: BlockNeurons): number {
  return Math.min(MOST, cellsBeside(neurons, 1).q ** 2);
}

/**
 * Number of cells of block g in each column. Larger blocks come first in A and last in B, which evens out capacities.
 */
function cellsOf(q: number, blocks: number, g: number): readonly [a: number, b: number] {
  const least = Math.floor(q / blocks);
  const larger = q % blocks;
  return [least + (g < larger ? 1 : 0), least + (g >= blocks - larger ? 1 : 0)];
}

function capacity(q: number, blocks: number): number {
  let most = 0;
  for (let g = 0; g < blocks; g++) {
    const [a, b] = cellsOf(q, blocks, g);
    most += a * b;
  }
  return most;
}

/** The cells of all circuits, and the blocks of all cells. */
export interface PlacedBlocks {
  /** The circuits' cells in columns A and B; S = 1. */
  readonly columns: readonly [a: Assignment, b: Assignment];
  /** The block of each cell, for columns A and B, [q]. */
  readonly blockOf: readonly [a: Uint32Array, b: Uint32Array];
}

/** Deals T circuits to blocks and cells as evenly as possible, in random order so that ids carry no structure. */
export function placeBlocks({ q, blocks }: BlockSize, T: number, random: RandomSequence): PlacedBlocks {
  const sizes = Array.from({ length: blocks }, (_, g) => cellsOf(q, blocks, g));
  const circuits = new Uint32Array(blocks);
  for (let left = T; left > 0;) {
    for (let g = 0; g < blocks && left > 0; g++) {
      if (circuits[g] === sizes[g][0] * sizes[g][1]) continue;
      circuits[g]++;
      left--;
    }
  }
  const order = random.permutation(T);
  const [a, b] = [0, 1].map((): Assignment => ({ T, P: q, S: 1, neurons: new Uint32Array(T) }));
  const blockOf = [new Uint32Array(q), new Uint32Array(q)] as const;
  let [at, firstA, firstB] = [0, 0, 0];
  sizes.forEach(([ofA, ofB], g) => {
    for (let k = 0; k < circuits[g]; k++) {
      const t = order[at++];
      const place = k % ofA;
      a.neurons[t] = firstA + place;
      b.neurons[t] = firstB + ((Math.floor(k / ofA) + place) % ofB);
    }
    blockOf[0].fill(g, firstA, (firstA += ofA));
    blockOf[1].fill(g, firstB, (firstB += ofB));
  });
  return { columns: [a, b], blockOf };
}

/**
 * How often circuits share a block or a cell with active ones when z of T are active. This is the same for all
 * networks, which differ only in where the circuits are placed. [E28]
 */
export function blockMeetings(neurons: BlockNeurons, T: number, z: number): Meetings {
  const { columns, blockOf } = placeBlocks(blockSize(neurons, T), T, new RandomSequence(1, "design", 0, 4));
  const [a, b] = columns.map((column) => column.neurons);
  return meetings({ T, a, b, block: a.map((cell) => blockOf[0][cell]) }, z);
}

/**
 * The words of q cells: for each cell, its neurons among the code's DIGITS·p neurons. Neighbouring cells, which are in
 * the same block, have no digit in common.
 */
export function cellWords({ q, p }: Pick<BlockSize, "q" | "p">): Assignment {
  const neurons = Uint32Array.from({ length: DIGITS * q }, (_, at) => {
    const n = Math.floor(at / DIGITS);
    const digit = at % DIGITS;
    return digit * p + (digit === 0 ? n % p : (Math.floor(n / p) + digit * n) % p);
  });
  return { T: q, P: DIGITS * p, S: DIGITS, neurons };
}

/** The code word of each circuit's cell. */
export function wordsOf({ T, neurons: cells }: Assignment, { P, S, neurons }: Assignment): Assignment {
  const words = Uint32Array.from({ length: S * T }, (_, at) => neurons[cells[Math.floor(at / S)] * S + (at % S)]);
  return { T, P, S, neurons: words };
}
