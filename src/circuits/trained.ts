import { Adam } from "../base/adam.js";
import { RandomSequence } from "../base/random.js";
import type { Circuits } from "./circuits.js";
import { wrapWithIndicator } from "./mends/indicator.js";
import { extendDepth, toCircuits, toRaw, type RawCircuits } from "./raw.js";

/**
 * Small trained MLPs, an example of circuits that were not designed by hand. They have weights and biases of both
 * signs, but no On-indicator. Each is trained by gradient descent to approximate a function of x in 0…1.
 *
 * x is component 0 of the input, whose other components are 0; y is component 0 of the last layer.
 */

/** The functions that the MLPs learn, y as a function of x, both in 0…1. */
export const trainedFunctions: Readonly<Record<string, (x: number) => number>> = {
  square: (x) => x * x,
  complement: (x) => 1 - x,
  parabola: (x) => 4 * x * (1 - x),
  valley: (x) => Math.abs(2 * x - 1),
  tent: (x) => 1 - Math.abs(2 * x - 1),
  root: (x) => Math.sqrt(x),
  ramp: (x) => Math.min(1, Math.max(0, 2 * x - 0.5)),
  bell: (x) => 1 / (1 + 16 * (x - 0.5) * (x - 0.5)),
};

const d = 4;
const LAYERS = 3;
const POINTS = 17;
const STEPS = 600;
/** Number of random starts per function. Only the best result is kept, because some starts end with dead neurons. */
const STARTS = 4;

let trained: RawCircuits | undefined;

/**
 * One MLP per entry of `trainedFunctions`: d = 4, L = 3, with individual weights and biases. The first call trains
 * them, which takes a fraction of a second. Training uses only additions, multiplications, divisions and square roots,
 * so every engine gets the same weights.
 */
export function trainedMlps(): RawCircuits {
  if (trained) return trained;
  const mlps = Object.values(trainedFunctions).map((target, index) => {
    const starts = Array.from({ length: STARTS }, (_, start) => train(target, index, start));
    return starts.reduce((best, next) => (next.loss < best.loss ? next : best)).parameters;
  });
  const layer = (k: number, from: number, to: number): Float64Array =>
    Float64Array.from(mlps.flatMap((parameters) => [...parameters.subarray(k * SIZE + from, k * SIZE + to)]));
  const layers = Array.from({ length: LAYERS }, (_, k) => k);
  const first = (value: number): number[] => [value, 0, 0, 0];
  trained = {
    kind: "mlp",
    d,
    T: mlps.length,
    L: LAYERS,
    weights: layers.map((k) => layer(k, 0, d * d)),
    biases: layers.map((k) => layer(k, d * d, SIZE)),
    readouts: [{ name: "y", matrix: [first(1)] }],
    inputs: { kind: "uniform", low: first(0), high: first(1) },
  };
  return trained;
}

/**
 * T circuits made of the trained MLPs, each with an added On-indicator: circuit t computes function t mod 8; d = 6. For
 * L > 3, the additional layers copy the result unchanged.
 */
export function trainedCircuits(T: number, L: number): Circuits {
  const mlps = trainedMlps();
  // The shared biases must suit all eight functions, even if there are fewer circuits.
  const count = Math.max(T, mlps.T);
  const repeat = (values: Float64Array): Float64Array => {
    const size = values.length / mlps.T;
    return Float64Array.from({ length: count * size }, (_, at) => values[at % values.length]);
  };
  const repeated = { ...mlps, T: count, weights: mlps.weights.map(repeat), biases: mlps.biases.map(repeat) };
  const { circuits } = wrapWithIndicator(extendDepth(repeated, L), { bound: 1.5 });
  if (count === T) return circuits;
  const raw = toRaw(circuits);
  const first = (values: Float64Array): Float64Array => values.slice(0, (values.length / count) * T);
  return toCircuits({ ...raw, T, weights: raw.weights.map(first), biases: raw.biases.map(first) });
}

/** Number of weights and biases of one layer. */
const SIZE = d * d + d;

/** Full-batch Adam on the mean squared error. For each layer, the parameters are w [d][d] followed by b [d]. */
function train(
  target: (x: number) => number,
  index: number,
  start: number,
): { parameters: Float64Array; loss: number } {
  const random = new RandomSequence(1, "user", index, start);
  const parameters = new Float64Array(LAYERS * SIZE);
  for (let k = 0; k < LAYERS; k++) {
    for (let at = 0; at < d * d; at++) parameters[k * SIZE + at] = isUsed(k, at) ? 2.4 * random.uniform() - 0.9 : 0;
    for (let i = 0; i < d; i++)
      parameters[k * SIZE + d * d + i] = k === LAYERS - 1 && i > 0 ? 0 : random.uniform() - 0.5;
  }
  const adam = new Adam(parameters.length);
  const gradient = new Float64Array(parameters.length);
  const rows = (): Float64Array[] => Array.from({ length: LAYERS + 1 }, () => new Float64Array(d));
  const workspace = { activations: rows(), slopes: rows() };
  let loss = 0;
  for (let step = 0; step < STEPS; step++) {
    gradient.fill(0);
    loss = 0;
    for (let point = 0; point < POINTS; point++) {
      const x = point / (POINTS - 1);
      loss += addGradient(parameters, x, target(x), gradient, workspace) / POINTS;
    }
    for (let p = 0; p < gradient.length; p++) gradient[p] /= POINTS;
    adam.step(parameters, gradient, 0.04 * (1 - step / STEPS));
  }
  return { parameters, loss };
}

/** Whether a parameter is used: the first layer sees only x, and the last one computes only y. */
function isUsed(k: number, at: number): boolean {
  return (k > 0 || at % d === 0) && (k < LAYERS - 1 || at < d);
}

/**
 * Adds the gradient of (y − target)² and returns this squared error. Overwrites `activations` and `slopes`,
 * [LAYERS+1][d].
 */
function addGradient(
  parameters: Float64Array,
  x: number,
  target: number,
  gradient: Float64Array,
  { activations, slopes }: Workspace,
): number {
  activations[0][0] = x;
  for (let k = 0; k < LAYERS; k++) {
    const before = activations[k];
    const after = activations[k + 1];
    for (let i = 0; i < d; i++) {
      let sum = parameters[k * SIZE + d * d + i];
      for (let j = 0; j < d; j++) sum += parameters[k * SIZE + i * d + j] * before[j];
      after[i] = sum > 0 ? sum : 0;
    }
  }
  const error = activations[LAYERS][0] - target;
  slopes[LAYERS].fill(0);
  slopes[LAYERS][0] = 2 * error;
  for (let k = LAYERS - 1; k >= 0; k--) {
    const input = activations[k];
    const before = slopes[k].fill(0);
    const after = slopes[k + 1];
    for (let i = 0; i < d; i++) {
      // The output neuron passes gradients back even when it is off, so that training cannot get stuck at 0.
      if (activations[k + 1][i] === 0 && k < LAYERS - 1) continue;
      const slope = after[i];
      if (slope === 0) continue;
      gradient[k * SIZE + d * d + i] += slope;
      for (let j = 0; j < d; j++) {
        if (isUsed(k, i * d + j)) gradient[k * SIZE + i * d + j] += slope * input[j];
        before[j] += slope * parameters[k * SIZE + i * d + j];
      }
    }
  }
  return error * error;
}

interface Workspace {
  readonly activations: readonly Float64Array[];
  readonly slopes: readonly Float64Array[];
}
