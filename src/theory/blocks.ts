import { sharedGroupError } from "./collisions.js";

/** Circuits, each with a pair of cells (a, b) in a block. Two active circuits in the same block switch it off. */
export interface Blocks {
  readonly T: number;
  /** The block of every circuit and its cells in columns A and B, [T]. */
  readonly block: ArrayLike<number>;
  readonly a: ArrayLike<number>;
  readonly b: ArrayLike<number>;
}

/** How often circuits meet when z of them, drawn at random, are active: means over circuits. [E28] */
export interface Meetings {
  /** Share of active circuits with another active circuit in their block. */
  readonly met: number;
  /** Number of other active circuits in an active circuit's cell in column A. */
  readonly sameCell: number;
  /** For an active circuit u: number of other active circuits whose cell in A some circuit links to u's cell in B. */
  readonly reaching: number;
  /** Numbers of active circuits in an inactive circuit's cells in columns A and B. */
  readonly beside: readonly [a: number, b: number];
  /** The number of circuits in `beside` that are the only active circuit in their block. */
  readonly besideAlone: readonly [a: number, b: number];
}

/**
 * Computes how often circuits meet. The means are exact if the circuits of each block and the active circuits are both
 * drawn at random. [E28]
 */
export function meetings({ T, block, a, b }: Blocks, z: number): Meetings {
  const [inBlock, inA, inB] = [block, a, b].map((of) => {
    const counts = new Map<number, number>();
    for (let t = 0; t < T; t++) counts.set(of[t], (counts.get(of[t]) ?? 0) + 1);
    return (t: number): number => counts.get(of[t]) ?? 0;
  });
  const metIn = (t: number): number => sharedGroupError({ T, groupSize: inBlock(t), z });
  const mean = (of: (t: number) => number): number => {
    let sum = 0;
    for (let t = 0; t < T; t++) sum += of(t);
    return sum / T;
  };
  // The probability that the second circuit of a pair is active, given that the first is active (`beActive`) or
  // inactive (`beInactive`).
  const beActive = T === 1 ? 0 : (z - 1) / (T - 1);
  const beInactive = T === z ? 0 : z / (T - 1);
  const alone = T === z ? 0 : z / (T - z);
  const columns = [inA, inB] as const;
  const [besideA, besideB] = columns.map((cell) => beInactive * mean((t) => cell(t) - 1));
  const [aloneA, aloneB] = columns.map((cell) => alone * mean((t) => (cell(t) - 1) * (1 - metIn(t))));
  return {
    met: mean(metIn),
    sameCell: beActive * mean((t) => inA(t) - 1),
    // Each circuit (a, b) links every circuit in cell a to every circuit in cell b; its link to itself does
    // not count.
    reaching: beActive * mean((t) => inA(t) * inB(t) - 1),
    beside: [besideA, besideB],
    besideAlone: [aloneA, aloneB],
  };
}
