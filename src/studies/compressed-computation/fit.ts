import type { Assignment } from "../../assignment/assignment.js";
import type { Kernels } from "../../kernels/kernels.js";
import type { SparseInputs } from "./inputs.js";
import type { CompressedNetwork } from "./network.js";
import { networkReader, type UseReadout } from "./readouts.js";

/** b and c of a code, and their loss on the inputs they were fitted to. */
export interface FittedValues {
  readonly b: number;
  readonly c: number;
  readonly loss: number;
}

/** The loss of a code, and its best c, as functions of b. */
export type LossAt = (b: number) => FittedValues;

/**
 * The loss of a code at its best c, as a function of b. With the readouts r for c = 1, the loss Σ|c·r − y|^q is a
 * convex polynomial of degree q in c, with coefficients from Σ r^k y^(q−k). [L6]
 *
 * @param q even
 */
export function lossAtBestScale(kernels: Kernels, code: Assignment, q: number, inputs: SparseInputs): LossAt {
  const F = code.T;
  const read = networkReader(kernels, { code, b: 0, c: 1, encoder: null, decoder: null });
  const { count, starts, features, values } = inputs;
  return (b) => {
    const sums = new Float64Array(q + 1);
    const add: UseReadout = (r, at, sample) => {
      let highest = 0;
      for (let i = at; i < at + F; i++) highest += evenPower(r[i], q);
      sums[q] += highest;
      for (let j = starts[sample]; j < starts[sample + 1]; j++) {
        const y = values[j];
        if (y <= 0) continue;
        for (let k = 0, term = evenPower(y, q), ratio = r[at + features[j]] / y; k < q; k++, term *= ratio)
          sums[k] += term;
      }
    };
    read(inputs, add, b);
    const c = bestScale(sums);
    return { b, c, loss: polynomial(sums, c)[0] / count / F };
  };
}

/** |e|^q for even q, without `**`, which engines may round differently. */
export function evenPower(e: number, q: number): number {
  const square = e * e;
  if (q === 4) return square * square;
  let power = square;
  for (let k = 2; k < q; k += 2) power *= square;
  return power;
}

/** Σ|c·r − y|^q and its first two derivatives with respect to c, from Σ r^k y^(q−k). */
function polynomial(sums: Float64Array, c: number): readonly [number, number, number] {
  const q = sums.length - 1;
  let [value, slope, curvature] = [0, 0, 0];
  // The terms of (c·r − y)^q, with signed binomial coefficients, by Horner's rule from the highest power down.
  for (let k = q, binomial = 1; k >= 0; k--) {
    curvature = curvature * c + 2 * slope;
    slope = slope * c + value;
    value = value * c + binomial * sums[k];
    binomial *= -k / (q - k + 1);
  }
  return [value, slope, curvature];
}

/** The c that minimises the convex polynomial, found by Newton's method. */
function bestScale(sums: Float64Array): number {
  let c = 1;
  for (let step = 0; step < 60; step++) {
    const [, slope, curvature] = polynomial(sums, c);
    if (!(curvature > 0)) break;
    const next = c - slope / curvature;
    if (Math.abs(next - c) <= 1e-12 * Math.abs(c)) break;
    c = next;
  }
  return c;
}

/** Search range of b in units of K/N; at −1, a feature's weights to its own neurons and to all others nearly cancel. */
const RANGE = [-1.2, 0.3] as const;
/** Number of golden-section steps; enough to find b to within 2% of K/N. */
const STEPS = 9;

/** The b and c with the lowest loss on the inputs: b by golden section, c exactly. */
export function fitValues(kernels: Kernels, code: Assignment, q: number, inputs: SparseInputs): CompressedNetwork {
  const at = lossAtBestScale(kernels, code, q, inputs);
  const golden = (Math.sqrt(5) - 1) / 2;
  let [low, high] = RANGE.map((end) => (end * code.S) / code.P);
  let [left, right] = [at(high - golden * (high - low)), at(low + golden * (high - low))];
  for (let step = 0; step < STEPS; step++) {
    if (left.loss < right.loss) {
      high = right.b;
      right = left;
      left = at(high - golden * (high - low));
    } else {
      low = left.b;
      left = right;
      right = at(low + golden * (high - low));
    }
  }
  const { b, c } = left.loss < right.loss ? left : right;
  return { code, b, c, encoder: null, decoder: null };
}
