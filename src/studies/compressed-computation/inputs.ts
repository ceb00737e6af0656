import { logOfFraction, RandomSequence } from "../../base/random.js";

/** Inputs in compressed rows: the nonzero inputs of sample s are at `starts[s] … starts[s+1]−1`. */
export interface SparseInputs {
  readonly count: number;
  readonly starts: Uint32Array;
  readonly features: Uint32Array;
  readonly values: Float64Array;
}

/**
 * Inputs of F features, each uniform in (−1, 1) with probability p and 0 otherwise. The cost is proportional to the
 * number of nonzero inputs.
 *
 * @param item index of the set of inputs for this seed
 */
export function drawInputs(count: number, F: number, p: number, seed: number, item: number): SparseInputs {
  const random = new RandomSequence(seed, "samples", item);
  const starts = new Uint32Array(count + 1);
  const features: number[] = [];
  const values: number[] = [];
  // The number of zero features before the next nonzero one is geometrically distributed.
  const everyOff = logOfFraction(Math.max(1, Math.round((1 - p) * 2 ** 32)));
  for (let sample = 0; sample < count; sample++) {
    for (let f = 0; ; f++) {
      f += Math.floor(logOfFraction(2 ** 32 - random.word()) / everyOff);
      if (f >= F) break;
      features.push(f);
      values.push(2 * random.uniform() - 1 + 2 ** -32);
    }
    starts[sample + 1] = features.length;
  }
  return { count, starts, features: Uint32Array.from(features), values: Float64Array.from(values) };
}
