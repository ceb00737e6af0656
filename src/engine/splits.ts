import { deriveSeed } from "../base/random.js";

/** Methods are fitted on samples of one split and evaluated on those of the other. */
export const splits = ["train", "test"] as const;
export type Split = (typeof splits)[number];

/** The seed of a split's samples: both splits of a seed, and the samples of `run`, are different random streams. */
export function splitSeed(seed: number, split: Split): number {
  return deriveSeed(seed, "split", split);
}
