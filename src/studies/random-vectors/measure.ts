import { writeDescriptor } from "../../kernels/descriptors.js";
import * as fields from "../../kernels/fields.js";
import type { Kernels } from "../../kernels/kernels.js";
import { Arena } from "../../kernels/memory.js";
import { seedKey } from "../../base/random.js";
import type { Task, TaskKind } from "../../jobs/task.js";

/** A set of m random unit vectors in n dimensions, whose dot products are computed. */
export interface RandomVectorsTask extends Task<DotProducts> {
  readonly kind: "random-vectors";
  readonly n: number;
  readonly m: number;
  readonly seed: number;
  readonly repeat: number;
  /** The share of the pairs to compute, so that several cores can divide one set; default: all. */
  readonly share?: Share;
}

/** Part `index` (counted from 0) of the pairs, divided into nearly equal parts; `of` is the number of parts. */
export interface Share {
  readonly index: number;
  readonly of: number;
}

export interface DotProducts {
  /** Largest |dot| over the pairs. */
  readonly largest: number;
  /** Mean dot² over the pairs; 0 if there are none. */
  readonly meanSquare: number;
  /** Number of pairs: m(m−1)/2, or fewer if only a share of them was measured. */
  readonly pairs: number;
}

/** Number of components in one block of the layout (assembly/dot-products.ts). */
const KC = 256;

/**
 * Number of panels of eight vectors that are multiplied in one call: with 256 components per vector, they fill half of
 * a 1 MiB L2 cache.
 */
const ROWS = 16;
const COLUMNS = 32;

/**
 * Dot products of all pairs of random unit vectors (normalised Gaussians). The products are not stored. The vectors
 * take 4·m·n bytes; everything else takes 128 KiB. [E25]
 */
export function measureRandomVectors(kernels: Kernels, input: Omit<RandomVectorsTask, "kind">): DotProducts {
  const { n, m, seed, repeat, share = { index: 0, of: 1 } } = input;
  const arena = new Arena(kernels.memory, kernels.heapBase());
  const panels = Math.ceil(m / 8);
  const scratch = arena.bytes(ROWS * COLUMNS * 256);
  const result = arena.bytes(16);
  const normals = arena.bytes((n + 15) * 8);
  const drawn = arena.bytes(n * 32);
  const vectors = arena.bytes(panels * n * 32);
  const dots = writeDescriptor(arena, fields.dotProducts, { vectors, n, all: panels, scratch, result });
  const [low, high] = seedKey(seed);
  const memory = new Uint8Array(kernels.memory.buffer);
  for (let panel = 0; panel < panels; panel++) {
    if (panel === panels - 1) memory.fill(0, drawn, drawn + n * 32);
    for (let v = panel * 8; v < Math.min(m, panel * 8 + 8); v++) {
      kernels.unitVector(drawn + (v & 7) * 4, 32, n, normals, low, high, v, repeat);
    }
    for (let k = 0; k < n; k += KC) {
      const kc = Math.min(KC, n - k);
      const to = vectors + (k * panels + panel * kc) * 32;
      memory.copyWithin(to, drawn + k * 32, drawn + (k + kc) * 32);
    }
  }
  let pairs = 0;
  for (let row = share.index * ROWS; row < panels; row += share.of * ROWS) {
    const rows = Math.min(ROWS, panels - row);
    for (let column = row; column < panels; column += COLUMNS) {
      const columns = Math.min(COLUMNS, panels - column);
      kernels.dotProducts(dots, row, rows, column, columns);
    }
    const [first, end] = [row * 8, Math.min(m, (row + rows) * 8)];
    pairs += ((end - first) * (2 * m - first - end - 1)) / 2;
  }
  const [largest, sum] = arena.viewF64(result, 2);
  return { largest: largest, meanSquare: pairs === 0 ? 0 : sum / pairs, pairs };
}

/** Combines the results for all parts of the pairs into the result for all pairs. */
export function mergeDotProducts(shares: readonly DotProducts[]): DotProducts {
  const pairs = shares.reduce((sum, share) => sum + share.pairs, 0);
  const squares = shares.reduce((sum, share) => sum + share.meanSquare * share.pairs, 0);
  return { largest: Math.max(...shares.map(({ largest }) => largest)), meanSquare: squares / pairs, pairs };
}

export const randomVectorsKind: TaskKind<RandomVectorsTask> = {
  name: "random-vectors",
  run: (core, task) => measureRandomVectors(core.claim(), task),
  cost: ({ n, m, share }) => ({ load: 0, run: (5e-8 * m ** 2 * n) / (share?.of ?? 1), resultBytes: 100 }),
  describe: ({ n, m, repeat }) => `${m} random vectors in ${n} dimensions, draw ${repeat}`,
};
