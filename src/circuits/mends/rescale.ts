import { InputError } from "../../base/errors.js";
import type { Circuits } from "../circuits.js";
import { toCircuits, type RawCircuits } from "../raw.js";
import type { Mended } from "./mended.js";

/**
 * Scales every circuit's components so that all biases agree (assumption 4). Needs no additional neurons.
 *
 * ReLU(s·x) = s·ReLU(x) for s > 0. So the activation `a_i^l` of circuit t can be replaced by `s·a_i^l`: component i's
 * row of w^l and its bias are multiplied by s, and its column of w^{l+1} is divided by s. With `s = b / b_t`, the
 * component's bias becomes the shared bias b; this requires that all b_t have the same sign. The shared b is the
 * geometric mean of the largest and the smallest b_t, which minimises the largest scaling.
 *
 * A component without weights and without a positive bias is always off, so it takes the shared bias.
 *
 * @returns circuits whose activations are s times those of the given circuits; readouts are scaled too, and `recover`
 * divides by s
 * @throws InputError naming the first component whose biases differ in sign
 */
export function rescaleBiases(raw: RawCircuits): Mended<Circuits> {
  const { d, T, L } = raw;
  const scales: Float64Array[] = [new Float64Array(T * d).fill(1)];
  const biases: Float64Array[] = [];
  for (let layer = 1; layer <= L; layer++) {
    const scale = new Float64Array(T * d).fill(1);
    const shared = new Float64Array(T * d);
    for (let i = 0; i < d; i++) {
      const bias = sharedBias(raw, layer, i);
      for (let t = 0; t < T; t++) {
        shared[t * d + i] = bias;
        if (bias !== 0 && !isIdle(raw, layer, t, i)) scale[t * d + i] = bias / raw.biases[layer - 1][t * d + i];
      }
    }
    scales.push(scale);
    biases.push(shared);
  }
  const weights = raw.weights.map((given, k) => {
    const [before, after] = [scales[k], scales[k + 1]];
    return given.map((weight, index) => {
      const row = Math.floor(index / d);
      const t = Math.floor(row / d);
      return (weight * after[row]) / before[t * d + (index % d)];
    });
  });
  return {
    circuits: toCircuits({ ...raw, weights, biases }),
    added: 0,
    input: (a0) => Array.from(a0),
    recover: (layer, t, activations) => Float64Array.from(activations, (a, i) => a / scales[layer][t * d + i]),
  };
}

/** Whether a component is always off: no weights and no positive bias. */
export function isIdle({ weights, biases, d }: RawCircuits, layer: number, t: number, i: number): boolean {
  if (biases[layer - 1][t * d + i] > 0) return false;
  const row = (t * d + i) * d;
  return weights[layer - 1].subarray(row, row + d).every((weight) => weight === 0);
}

function sharedBias(raw: RawCircuits, layer: number, i: number): number {
  const { T, d } = raw;
  const of = (t: number): number => raw.biases[layer - 1][t * d + i];
  let first = -1;
  let [least, most] = [Infinity, 0];
  for (let t = 0; t < T; t++) {
    if (isIdle(raw, layer, t, i)) continue;
    if (first === -1) first = t;
    if (Math.sign(of(t)) !== Math.sign(of(first))) throw mixedSigns(layer, i, [first, of(first)], [t, of(t)]);
    const size = Math.abs(of(t));
    least = Math.min(least, size);
    most = Math.max(most, size);
  }
  if (first === -1) return of(0);
  // The product √x·√x may be rounded to a number other than x.
  return Math.sign(of(first)) * (least === most ? least : Math.sqrt(least) * Math.sqrt(most));
}

function mixedSigns(layer: number, i: number, a: readonly number[], b: readonly number[]): InputError {
  return new InputError(
    `layer ${layer}, component ${i}: circuit ${a[0]} has bias ${a[1]} and circuit ${b[0]} has bias ${b[1]}: scaling cannot make biases ` +
      `of different signs agree; mend with "split" or "indicator".`,
  );
}
