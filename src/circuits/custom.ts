import type { Circuits, InputDistribution, Readout } from "./circuits.js";

export interface CustomWeights {
  /** Weights per layer, [L][T][d][d]; one entry repeats in every layer. */
  readonly weights: readonly (readonly (readonly (readonly number[])[])[])[];
  /** Biases per layer, [L][d]; one entry repeats in every layer. */
  readonly biases: readonly (readonly number[])[];
  /** Default: all components, as one readout named "a". */
  readonly readouts?: readonly Readout[];
  /** Default: each component uniform in 0…1. */
  readonly inputs?: InputDistribution;
  readonly name?: string;
}

/**
 * Circuits given by their weights, split into `w̄ = mean over t` and `Δw_t = w_t − w̄`. (R5.18, section 4)
 *
 * Shapes must agree already (spec and case check them).
 *
 * @param L layers to run; entries beyond the first must be given when there is more than one
 */
export function customCircuits(given: CustomWeights, L: number): Circuits {
  const layers = given.weights.map((circuits) => splitMean(Float64Array.from(circuits.flat(2)), circuits.length));
  const biases = given.biases.map((bias) => Float64Array.from(bias));
  const T = given.weights[0]!.length;
  const d = given.biases[0]!.length;
  const at = <A>(list: readonly A[], k: number): A => (list.length === 1 ? list[0]! : list[k]!);
  const indices = Array.from({ length: L }, (_, k) => k);
  const identity = Array.from({ length: d }, (_, i) => Array.from({ length: d }, (__, j) => (i === j ? 1 : 0)));
  return {
    kind: given.name ?? "custom",
    d,
    T,
    L,
    mean: indices.map((k) => at(layers, k).mean),
    delta: indices.map((k) => at(layers, k).delta),
    bias: indices.map((k) => at(biases, k)),
    readouts: given.readouts ?? [{ name: "a", matrix: identity }],
    inputs: given.inputs ?? {
      kind: "uniform",
      low: new Array<number>(d).fill(0),
      high: new Array<number>(d).fill(1),
    },
  };
}

/**
 * `w̄`, the mean over circuits, and `Δw_t = w_t − w̄`. (R5.18)
 *
 * @param weights [T][d·d]; not changed
 */
export function splitMean(weights: Float64Array, T: number): { mean: Float64Array; delta: Float64Array } {
  const size = weights.length / T;
  const mean = new Float64Array(size);
  weights.forEach((value, index) => (mean[index % size]! += value / T));
  return { mean, delta: weights.map((value, index) => value - mean[index % size]!) };
}
