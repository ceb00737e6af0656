import { deriveSeed } from "../base/random.js";

/** The two sets of samples: methods are fitted to samples of one split and evaluated on the other. */
export const splits = ["train", "test"] as const;
export type Split = (typeof splits)[number];

/** The seed of a split's samples. The two splits and the samples of `run` use different random streams. */
export function splitSeed(seed: number, split: Split): number {
  return deriveSeed(seed, "split", split);
}
