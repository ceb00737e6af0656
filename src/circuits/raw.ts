import { finiteNumbers, given, InputError, listOf } from "../base/errors.js";
import type { Circuits } from "./circuits.js";
import { checkCounted, checkedCircuits, checkInputs, checkReadouts } from "./sizes.js";

/**
 * T small circuits as given, each with its own biases: `a_t^l = ReLU(w_t^l a_t^{l−1} + b_t^l)`.
 *
 * The large network has one bias per block and layer, so circuits must share biases before they can be embedded
 * (assumption 4); mending changes them so that they do. In a list over layers, entry k belongs to layer k+1.
 */
export interface RawCircuits extends Pick<Circuits, "kind" | "d" | "T" | "L" | "readouts" | "inputs"> {
  /** `w_t` per layer, [L][T·d·d], row-major. */
  readonly weights: readonly Float64Array[];
  /** `b_t` per layer, [L][T·d]. */
  readonly biases: readonly Float64Array[];
}

/**
 * Copies the shared biases to every circuit. All arrays are new, but layers that shared their weights still do.
 *
 * @throws InputError naming the part of the circuits that is missing or out of bounds
 */
export function toRaw(circuits: Circuits): RawCircuits {
  const { T, d, kind, L, readouts, inputs } = checkedCircuits(circuits);
  const made = new Map<Float64Array, { mean: Float64Array; weights: Float64Array }>();
  const weights = circuits.delta.map((delta, k) => {
    const mean = circuits.mean[k];
    const known = made.get(delta);
    if (known?.mean === mean) return known.weights;
    const sum = delta.map((value, index) => value + mean[index % (d * d)]);
    made.set(delta, { mean, weights: sum });
    return sum;
  });
  const biases = circuits.bias.map((bias) => Float64Array.from({ length: T * d }, (_, index) => bias[index % d]));
  return { kind, d, T, L, weights, biases, readouts, inputs };
}

/** Converts circuits with shared biases to individual biases; circuits that already have these are only checked. */
export function asRaw(circuits: Circuits | RawCircuits): RawCircuits {
  const any = given("circuits", circuits, "circuits");
  return "weights" in any ? checkedRaw(any) : toRaw(any);
}

/**
 * Checks circuits that have individual biases.
 *
 * @throws InputError naming the entry that is missing, out of bounds, of the wrong length or not finite
 */
export function checkedRaw(circuits: RawCircuits): RawCircuits {
  checkCounted(circuits, "circuits");
  const { d, T, L } = circuits;
  for (const [key, of, size] of [
    ["weights", "T·d·d", T * d * d],
    ["biases", "T·d", T * d],
  ] as const) {
    listOf(`circuits.${key}`, circuits[key], "L", L).forEach((values, k, layers) => {
      if (values !== layers[k - 1]) finiteNumbers(`circuits.${key}[${k}]`, values, of, size);
    });
  }
  checkReadouts("circuits.readouts", circuits.readouts, d);
  checkInputs("circuits.inputs", circuits.inputs, d, T);
  return circuits;
}

/**
 * Converts circuits with equal biases to circuits with shared biases, so that they can be embedded; `w̄` is the mean of
 * their weights.
 *
 * @throws InputError naming a missing entry, or naming the first circuit, layer and component whose bias differs and
 * listing the mends
 */
export function toCircuits(raw: RawCircuits): Circuits {
  const { kind, d, T, L, readouts, inputs } = checkedRaw(raw);
  const bias = raw.biases.map((biases, k) => {
    const shared = biases.slice(0, d);
    const at = biases.findIndex((value, index) => value !== shared[index % d]);
    if (at === -1) return shared;
    throw new InputError(
      `layer ${k + 1}, component ${at % d}: circuit ${Math.floor(at / d)} has bias ${biases[at]}, but circuit 0 has ` +
        `${shared[at % d]}; all circuits must share biases. Mend with "rescale", "split" or "indicator".`,
    );
  });
  const layers = sharing(raw.weights, (weights) => splitMean(weights, T));
  return {
    ...{ kind, d, T, L, bias, readouts, inputs },
    mean: layers.map((layer) => layer.mean),
    delta: layers.map((layer) => layer.delta),
  };
}

/**
 * Splits weights into `w̄`, the mean over circuits, and `Δw_t = w_t − w̄`. (R5.18)
 *
 * @param weights [T][d·d]; not changed
 */
export function splitMean(weights: Float64Array, T: number): { mean: Float64Array; delta: Float64Array } {
  const size = weights.length / T;
  const mean = new Float64Array(size);
  weights.forEach((value, index) => (mean[index % size] += value / T));
  return { mean, delta: weights.map((value, index) => value - mean[index % size]) };
}

/** Calls `make` once per distinct array, so that layers that share an array also share its result. */
export function sharing<A>(layers: readonly Float64Array[], make: (layer: Float64Array) => A): A[] {
  const made = new Map(layers.map((layer) => [layer, null as A | null]));
  return layers.map((layer) => {
    const known = made.get(layer) ?? make(layer);
    made.set(layer, known);
    return known;
  });
}

/**
 * Runs one circuit alone.
 *
 * @param input a^0, length d
 * @returns activations of layers 0…L, [L+1][d]; layer 0 is the input
 */
export function runRawAlone(raw: RawCircuits, t: number, input: ArrayLike<number>): Float64Array[] {
  const activations = [Float64Array.from(input)];
  for (let layer = 1; layer <= raw.L; layer++) {
    activations.push(preActivation(raw, layer, t, activations[layer - 1]).map((value) => Math.max(0, value)));
  }
  return activations;
}

/** `w_t^layer a + b_t^layer`, length d. */
export function preActivation(raw: RawCircuits, layer: number, t: number, a: ArrayLike<number>): Float64Array {
  const { d } = raw;
  const weights = raw.weights[layer - 1];
  const sums = raw.biases[layer - 1].slice(t * d, (t + 1) * d);
  for (let i = 0; i < d; i++) {
    for (let j = 0; j < d; j++) sums[i] += weights[(t * d + i) * d + j] * a[j];
  }
  return sums;
}

/**
 * Extends circuits to L layers without changing the result: the added layers have identity weights and no bias, and the
 * ReLU leaves a^l ≥ 0 unchanged.
 */
export function extendDepth(raw: RawCircuits, L: number): RawCircuits {
  const { d, T } = raw;
  if (L < raw.L) throw new InputError(`L = ${L}: must be at least ${raw.L}, the number of layers of these circuits.`);
  const identity = Float64Array.from({ length: T * d * d }, (_, index) => +((index % (d * d)) % (d + 1) === 0));
  const zeros = new Float64Array(T * d);
  const more = <A>(value: A): A[] => new Array<A>(L - raw.L).fill(value);
  return { ...raw, L, weights: [...raw.weights, ...more(identity)], biases: [...raw.biases, ...more(zeros)] };
}
