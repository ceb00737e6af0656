import { finiteNumber, given, listOf, wholeNumber } from "../base/errors.js";
import type { Expectations } from "./expectations.js";

/** The naive network's mean square of a readout over active circuits, at layers 1, 2, …. [L4] */
export interface NaiveErrors {
  /**
   * D/d circuits run exactly, with one network neuron per circuit neuron, and the others output 0:
   * `(1 − D/(dT))·E|y|²`.
   */
  readonly naive: readonly number[];
  /** The same, except that each of the other circuits outputs its best constant: `(1 − D/(dT))·E|y − E_t y|²`. */
  readonly bestConstant: readonly number[];
}

/**
 * The share of T circuits that are left out if D neurons hold as many as fit side by side, each on d neurons:
 * `max(0, 1 − ⌊D/d⌋/T)`. [L4]
 *
 * @throws InputError naming the size that is out of bounds
 */
export function shareLeftOut(size: { readonly D: number; readonly d: number; readonly T: number }): number {
  const { D, d, T } = { ...size };
  for (const [name, value] of Object.entries({ D, d, T })) wholeNumber(name, value, 1);
  return Math.max(0, 1 - Math.floor(D / d) / T);
}

/**
 * The naive network's errors, which any network that computes in superposition has to beat (goodfire-ai/spd, issue 20). [L4]
 *
 * @param expectations expectations of one readout; index k holds layer k+1
 * @throws InputError naming the size or expectation that is missing or out of bounds
 */
export function naiveErrors(
  size: { readonly D: number; readonly d: number; readonly T: number },
  expectations: readonly Pick<Expectations, "output" | "variance">[],
): NaiveErrors {
  const share = shareLeftOut(size);
  const errors = (key: "output" | "variance"): number[] =>
    Array.from(listOf("expectations", expectations), (layer, k) => {
      const path = `expectations[${k}]`;
      return share * finiteNumber(`${path}.${key}`, given(path, layer, "an object { output, variance }")[key], 0);
    });
  return { naive: errors("output"), bestConstant: errors("variance") };
}
