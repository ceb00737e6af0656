import { finiteNumbers, given, InputError, listOf, wholeNumber } from "../base/errors.js";

/**
 * T small circuits of d neurons per layer: `a_t^l = ReLU(w_t^l a_t^{l−1} + b^l)` [E1], with `w_t = w̄ + Δw_t`.
 *
 * Matrices are row-major. In a list over layers, entry k belongs to layer k+1. If weights do not depend on the layer,
 * builders use one array for all layers.
 */
export interface Circuits {
  /** Name for reports: "rotation", "step", … */
  readonly kind: string;
  readonly d: number;
  readonly T: number;
  readonly L: number;
  /** The mean weights `w̄` of each layer, [L][d·d]. */
  readonly mean: readonly Float64Array[];
  /** The differences `Δw_t` from the mean in each layer, [L][T·d·d]. */
  readonly delta: readonly Float64Array[];
  /** The biases `b` of each layer, shared by all circuits, [L][d]. */
  readonly bias: readonly Float64Array[];
  /** The readouts of a circuit's activations; their values are compared with the truth. */
  readonly readouts: readonly Readout[];
  /** The distribution of active circuits' inputs a^0; an inactive circuit's input is 0. */
  readonly inputs: InputDistribution;
}

/** A linear readout `y = R·a` of a circuit's d activations. */
export interface Readout {
  /** Name of the readout's error columns in results. */
  readonly name: string;
  /** The matrix R, [rows][d]. */
  readonly matrix: readonly (readonly number[])[];
}

/** The distribution of inputs a^0. Each draw uses only the random numbers of its sample. */
export type InputDistribution = SharedInputs | InputsByCircuit;

/** A distribution for each circuit: circuit t draws from `distributions[of[t]]`. */
export interface InputsByCircuit {
  readonly kind: "byCircuit";
  readonly distributions: readonly SharedInputs[];
  /** The index of each circuit's distribution, [T]. */
  readonly of: readonly number[];
}

/** One distribution for all circuits. */
export type SharedInputs =
  /**
   * `center + cos(φ)·cos + sin(φ)·sin`, where `center`, `cos` and `sin` are lists and φ is uniform on the circle [E3];
   * if `cos` and `sin` are all 0, the input is constant.
   */
  | {
      readonly kind: "angle";
      readonly center: readonly number[];
      readonly cos: readonly number[];
      readonly sin: readonly number[];
    }
  /** Each component uniform in low…high. */
  | { readonly kind: "uniform"; readonly low: readonly number[]; readonly high: readonly number[] }
  /** One of the listed vectors, all equally likely. */
  | { readonly kind: "choice"; readonly vectors: readonly (readonly number[])[] };

/**
 * The readouts of a conditional rotation: its On-indicator `alpha = a_0 − a_1` and its vector
 * `x = (a_2, a_3) − offset·alpha` [E4].
 */
export const rotationReadouts = (offset = 1): readonly Readout[] => [
  { name: "alpha", matrix: [[1, -1, 0, 0]] },
  {
    name: "x",
    matrix: [
      [-offset, offset, 1, 0],
      [-offset, offset, 0, 1],
    ],
  },
];

/** `w_t^{layer}` of one circuit, as a new [d·d] array. */
export function weightOf(circuits: Circuits, layer: number, t: number): Float64Array {
  const size = circuits.d * circuits.d;
  const delta = circuits.delta[layer - 1];
  return circuits.mean[layer - 1].map((mean, index) => mean + delta[t * size + index]);
}

/**
 * Runs one circuit alone, which gives the true values of its readouts. [E1]
 *
 * @param input a^0, length d
 * @returns activations of layers 0…L, [L+1][d]; layer 0 is the input
 * @throws InputError naming the argument, its value and its bound, or circuits whose activations are not finite
 */
export function runAlone(circuits: Circuits, t: number, input: ArrayLike<number>): Float64Array[] {
  const { d, L, T } = given("circuits", circuits, "circuits", "delta");
  wholeNumber("circuits.d", d, 1);
  wholeNumber("t", t, 0, wholeNumber("circuits.T", T, 1) - 1);
  listOf("circuits.mean", circuits.mean);
  listOf("circuits.bias", circuits.bias);
  wholeNumber("circuits.L", L, 0, listOf("circuits.delta", circuits.delta).length);
  const activations = [Float64Array.from(finiteNumbers("input", input, "d", d))];
  // NaN if a weight is missing or not finite, otherwise 0. Checking the weights of all circuits would take longer than
  // the run.
  let finite = 0;
  for (let layer = 1; layer <= L; layer++) {
    const mean = circuits.mean[layer - 1];
    const delta = circuits.delta[layer - 1];
    const bias = circuits.bias[layer - 1];
    if (!mean || !delta || !bias) throw new InputError(`circuits: layer ${layer} is missing.`, "missing", "circuits");
    const before = activations[layer - 1];
    const after = new Float64Array(d);
    for (let i = 0; i < d; i++) {
      let sum = bias[i];
      for (let j = 0; j < d; j++) sum += (mean[i * d + j] + delta[(t * d + i) * d + j]) * before[j];
      finite += 0 * sum;
      after[i] = sum > 0 ? sum : 0;
    }
    activations.push(after);
  }
  if (finite !== 0) throw new InputError(`circuits: activations of circuit ${t} are not finite.`, "range");
  return activations;
}

/**
 * The readout `R·a` of some activations, one number per row of R.
 *
 * @throws InputError naming the entry that is missing or not a finite number
 */
export function applyReadout(readout: Readout, activations: ArrayLike<number>): number[] {
  finiteNumbers("activations", activations);
  return Array.from(listOf("readout.matrix", given("readout", readout, "a readout").matrix), (row, k) =>
    finiteNumbers(`readout.matrix[${k}]`, row, "activations", activations.length).reduce(
      (sum, weight, j) => sum + weight * activations[j],
      0,
    ),
  );
}
