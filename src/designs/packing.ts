import type { Assignment } from "../assignment/assignment.js";

/**
 * A cyclic difference packing: base blocks of S cells, each translated to all P positions.
 *
 * Two rows share one cell for each difference that their blocks have in common. So if all differences within all blocks
 * are distinct modulo P, any two rows share at most one cell. The P rows of a block use every cell equally often, and
 * each cell is the first cell of one of these rows.
 *
 * The cyclic assignment (src/assignment/cyclic.ts) packs more rows, but to do so it may leave some of the P cells
 * unused. Here, only a few rows are needed, but they must use all cells, and their first cells must be spread as evenly
 * as possible.
 */
export function packingBlocks(P: number, S: number, most: number): number[][] {
  const isUsed = new Uint8Array(P);
  const blocks: number[][] = [];
  while (blocks.length < most) {
    const block = [0];
    for (let cell = 1; cell < P && block.length < S; cell++) {
      const differences = block.flatMap((other) => [cell - other, P - (cell - other)]);
      if (differences.some((difference) => isUsed[difference] === 1)) continue;
      if (new Set(differences).size < differences.length) continue;
      block.push(cell);
      for (const difference of differences) isUsed[difference] = 1;
    }
    if (block.length < S) break;
    blocks.push(block);
  }
  return blocks;
}

/** The number of rows in a packing, capped at `most`. */
export function packingLargest(P: number, S: number, most: number): number {
  return Math.min(most, P * packingBlocks(P, S, Math.ceil(most / P)).length);
}

/**
 * T rows of the packing, one block after another; the rows of the last block start in evenly spaced cells.
 *
 * @param T at most `packingLargest`; the caller checks this
 */
export function packing({ T, P, S }: Pick<Assignment, "T" | "P" | "S">): Assignment {
  const neurons = new Uint32Array(T * S);
  packingBlocks(P, S, Math.ceil(T / P)).forEach((block, b) => {
    const count = Math.min(P, T - b * P);
    for (let k = 0; k < count; k++) {
      const offset = Math.floor((k * P) / count);
      block.forEach((cell, s) => (neurons[(b * P + k) * S + s] = (offset + cell) % P));
    }
  });
  return { T, P, S, neurons };
}
