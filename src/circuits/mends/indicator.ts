import { InputError, finiteNumber } from "../../base/errors.js";
import type { Circuits, Readout } from "../circuits.js";
import { checkRamp, standardRamp, type Ramp } from "../indicators.js";
import { rearrange, rearrangeInputs, type InputSource } from "../inputs.js";
import { toCircuits, type RawCircuits } from "../raw.js";
import type { Mended } from "./mended.js";

export interface IndicatorOptions {
  /** A bound on |a_i^l| of an active circuit: one number, or [L+1][d] with layer 0 first. */
  readonly bound: number | readonly (readonly number[])[];
  /**
   * τ: an inactive circuit stays at 0 under errors of up to τ·bound on every component and τ on the indicator. τ must
   * not exceed the start of the ramp. Default: the start of the ramp.
   */
  readonly tolerance?: number;
  /** The indicator's ramp. Default: the ramp of [E4], 0 below 0.25 and 1 above 0.75. */
  readonly ramp?: Ramp;
}

/**
 * Adds an On-indicator that switches a circuit off while it is inactive (assumptions 2 and 3) and replaces its biases
 * (assumption 4). Costs two neurons per circuit and layer.
 *
 * The indicator alpha = p − q is the ramp of [E4]: exactly 1 in an active circuit, exactly 0 in an inactive one. Every
 * component gets
 *
 *   a_i' = ReLU( Σ_j w_ij·a_j + (b_ti + B_i)·alpha − B_i )
 *
 * At alpha = 1 this is the given circuit, for any bias, and the new bias −B_i does not depend on t. An inactive circuit
 * sees only errors. With errors of at most τ in alpha and τ·A_j in component j (A_j is its bound), component i stays at
 * exactly 0 if
 *
 *   B_i ≥ τ·(|b_ti| + Σ_j |w_ij|·A_j) / (1 − τ)      for every t,
 *
 * and B_i is set to the smallest such value. A larger B_i would tolerate larger errors, but at a cost: errors in alpha
 * and interference from other active circuits enter with weight b_ti + B_i, as in the term 8(z−1) of [E22]. The result
 * is not exact if an error in alpha is larger than the ramp can remove.
 *
 * @returns circuits with components (p, q, a_0 … a_{d−1}); the readout "alpha" is added (as "on" if the name is taken)
 * @throws InputError when the bound is invalid or d would exceed 64
 */
export function wrapWithIndicator(raw: RawCircuits, options: IndicatorOptions): Mended<Circuits> {
  const { d, T, L } = raw;
  const width = d + 2;
  if (width > 64) throw new InputError(`d = ${d}: an On-indicator needs d = ${width}, but d must be at most 64.`);
  const { low, high } = checkRamp(options.ramp ?? standardRamp);
  const tolerance = options.tolerance ?? low;
  if (!(tolerance > 0 && tolerance <= low)) {
    throw new InputError(`tolerance = ${tolerance}: must be above 0 and at most ${low}, where the ramp begins.`);
  }
  const gain = 1 / (high - low);
  const bounds = boundsOf(options.bound, raw);

  const biases: Float64Array[] = [];
  const weights: Float64Array[] = [];
  for (let k = 0; k < L; k++) {
    const [given, b] = [raw.weights[k], raw.biases[k]];
    const gate = gates(raw, k, bounds[k], tolerance);
    const shared = [-gain * low, -gain * high, ...Array.from(gate, (value) => -value)];
    biases.push(Float64Array.from({ length: T * width }, (_, index) => shared[index % width]));
    const wrapped = new Float64Array(T * width * width);
    for (let t = 0; t < T; t++) {
      const start = t * width * width;
      wrapped.set([gain, -gain], start);
      wrapped.set([gain, -gain], start + width);
      for (let i = 0; i < d; i++) {
        const open = b[t * d + i] + gate[i];
        const row = start + (i + 2) * width;
        wrapped.set([open, -open], row);
        wrapped.set(given.subarray((t * d + i) * d, (t * d + i + 1) * d), row + 2);
      }
    }
    weights.push(wrapped);
  }
  const on = [gain * (1 - low), gain * (1 - high)];
  const sources: InputSource[] = [
    ...on.map((constant) => ({ constant })),
    ...Array.from({ length: d }, (_, component) => ({ component })),
  ];
  const taken = raw.readouts.some(({ name }) => name === "alpha");
  const alpha: Readout = { name: taken ? "on" : "alpha", matrix: [[1, -1, ...new Array<number>(d).fill(0)]] };
  return {
    circuits: toCircuits({
      ...{ kind: raw.kind, d: width, T, L, weights, biases },
      readouts: [
        alpha,
        ...raw.readouts.map(({ name, matrix }) => ({ name, matrix: matrix.map((row) => [0, 0, ...row]) })),
      ],
      inputs: rearrangeInputs(raw.inputs, sources),
    }),
    added: 2,
    input: (a0) => rearrange(a0, sources),
    recover: (_layer, _t, activations) => Float64Array.from(activations).slice(2),
  };
}

/** B_i of layer k+1, [d]: the largest value that any circuit needs; positive even if no circuit has weights. */
function gates({ d, T, weights, biases }: RawCircuits, k: number, bound: ArrayLike<number>, tau: number): Float64Array {
  const gate = new Float64Array(d);
  for (let t = 0; t < T; t++) {
    for (let i = 0; i < d; i++) {
      let reach = Math.abs(biases[k][t * d + i]);
      for (let j = 0; j < d; j++) reach += Math.abs(weights[k][(t * d + i) * d + j]) * bound[j];
      gate[i] = Math.max(gate[i], (tau * reach) / (1 - tau));
    }
  }
  return gate.map((value) => value || 1);
}

function boundsOf(bound: IndicatorOptions["bound"], { d, L }: RawCircuits): readonly ArrayLike<number>[] {
  if (typeof bound === "number") {
    finiteNumber("bound", bound, 0);
    return Array.from({ length: L + 1 }, () => new Float64Array(d).fill(bound));
  }
  if (bound.length < L || bound.some((layer) => layer.length !== d)) {
    throw new InputError(`bound: must be a number or have ${L} layers (from layer 0) of d = ${d} numbers.`);
  }
  bound.flat().forEach((value) => finiteNumber("bound", value, 0));
  return bound;
}
