import { RandomSequence } from "../../src/base/random.js";
import { normalsOf } from "../../src/training/labels.js";

/** Adds normal noise to every parameter, so that no neuron is at the corner of its ReLU. */
export function noise(): (values: Float32Array) => Float32Array<ArrayBuffer> {
  const normal = normalsOf(new RandomSequence(3, "user"));
  return (values) => values.map((value) => value + 0.05 * normal());
}

/**
 * The largest difference between entries of a gradient and central differences of the loss, relative to the gradient's
 * norm.
 *
 * @param parameters those of the gradient, and then any others that the loss depends on
 * @param every checks one in this many parameters
 */
export function worstDifference(
  gradient: Float32Array,
  parameters: Float64Array,
  lossOf: (parameters: Float64Array) => number,
  every = 1,
): number {
  const length = Math.sqrt(gradient.reduce((sum, value) => sum + value * value, 0));
  const step = 1e-5;
  let worst = 0;
  for (let at = 0; at < gradient.length; at += every) {
    const change = (by: number): number => lossOf(parameters.with(at, parameters[at]! + by));
    worst = Math.max(worst, Math.abs((change(step) - change(-step)) / (2 * step) - gradient[at]!) / length);
  }
  return worst;
}
