import { expect, test } from "vitest";
import { arenaOf } from "../../src/kernels/memory.js";
import { loadKernels } from "../../src/kernels/node.js";
import { mixingMatrix } from "../../src/training/labels.js";
import { loadObjective, shapeOf } from "../../src/training/learned.js";
import { parseTraining, type AndSpec, type CompressedSpec } from "../../src/training/settings.js";
import { initialParameters } from "../../src/training/trainer.js";
import { noise, worstDifference } from "./finite-differences.js";
import { headsInFloat64 } from "./float64-network.js";

/** Two tiles, the second one incomplete. */
const BATCH = 70;
const STEP = 3;

interface Pass {
  /** The inputs of each sample that was drawn. */
  readonly inputs: readonly Float64Array[];
  readonly gradient: Float32Array;
  /** The mean loss. */
  readonly loss: number;
}

/** One batch in the core. */
function passOf(spec: CompressedSpec | AndSpec, parameters: Float32Array): Pass {
  const kernels = loadKernels();
  const arena = arenaOf(kernels);
  const { passes, norm, ...objective } = loadObjective(kernels, arena, spec);
  const { count, tile } = passes;
  const [gradient, loss] = [arena.f32(new Float32Array(count)), arena.f64([0])];
  arena.viewF32(passes.parameters, count).set(parameters);
  passes.loaded();
  objective.addLossTo(loss);
  const inputs: Float64Array[] = [];
  for (let first = 0; first < BATCH; first += tile) {
    const samples = Math.min(tile, BATCH - first);
    objective.pass(gradient, STEP, first / tile, samples);
    const starts = arena.viewU32(passes.inputs.starts, samples + 1);
    const columns = arena.viewU32(passes.inputs.columns, starts[samples]!);
    const values = arena.viewF32(passes.inputs.values, starts[samples]!);
    for (let s = 0; s < samples; s++) {
      const x = new Float64Array(shapeOf(spec).sizes[0]!);
      for (let k = starts[s]!; k < starts[s + 1]!; k++) x[columns[k]!] = values[k]!;
      inputs.push(x);
    }
  }
  return {
    inputs,
    gradient: arena.viewF32(gradient, count),
    loss: arena.viewF64(loss, 1)[0]! / BATCH / norm,
  };
}

/** The labels y = ReLU(x) + M x. */
function mixedLabels({ F, mixing, sigma, seed }: CompressedSpec, x: Float64Array): Float64Array {
  const transposed = mixingMatrix(mixing, F, sigma, seed);
  return x.map((value, n) => {
    let sum = Math.max(0, value);
    if (transposed !== null) for (let k = 0; k < F; k++) sum += transposed[k * F + n]! * x[k]!;
    return sum;
  });
}

/** The ANDs of all pairs of inputs, in lexicographic order. */
function ands({ m }: AndSpec, x: Float64Array): Float64Array {
  const labels: number[] = [];
  for (let i = 0; i < m; i++) for (let j = i + 1; j < m; j++) labels.push(x[i]! * x[j]!);
  return Float64Array.from(labels);
}

const labelsOf = (spec: CompressedSpec | AndSpec, x: Float64Array): Float64Array =>
  spec.task === "compressed" ? mixedLabels(spec, x) : ands(spec, x);

/** The mean over samples and outputs of |ŷ − y|^q, where labels of 1 of universal AND have weight `on`. */
function lossOf(
  spec: CompressedSpec | AndSpec,
  parameters: Float64Array,
  inputs: readonly Float64Array[],
  labels: readonly Float64Array[],
): number {
  const shape = shapeOf(spec);
  let sum = 0;
  inputs.forEach((x, s) => {
    headsInFloat64(shape, parameters, x)[0]!.forEach((value, n) => {
      const label = labels[s]![n]!;
      const weight = spec.task === "universal-and" && label === 1 ? spec.on : 1;
      sum += weight * Math.abs(value - label) ** spec.q;
    });
  });
  return sum / inputs.length / labels[0]!.length;
}

const compressed = { task: "compressed", F: 20, N: 10, p: 0.15, biases: "hidden", mixing: "normal", sigma: 0.3 };

test.each([
  { ...compressed, q: 2 },
  { ...compressed, q: 3 },
  { ...compressed, q: 2.5, mixing: "embedding" },
  { ...compressed, q: 4, biases: "none", mixing: "none" },
  { task: "universal-and", m: 8, d: 6, l: 2, on: 10, q: 2 },
  { task: "universal-and", m: 8, d: 6, l: 2, on: 10, q: 3 },
])("gradients of a layer's loss agree with finite differences of a float64 network to 1e-6: %j", (given) => {
  const spec = parseTraining({ ...given, batch: BATCH, seed: 5 }) as CompressedSpec | AndSpec;
  const parameters = noise()(initialParameters(shapeOf(spec), spec));
  const { inputs, gradient, loss } = passOf(spec, parameters);
  const labels = inputs.map((x) => labelsOf(spec, x));
  // Labels of 1, which have a weight, occur in universal AND.
  expect(labels.some((own) => own.includes(1))).toBe(spec.task === "universal-and");
  const whole = Float64Array.from(parameters);
  expect(Math.abs(loss / lossOf(spec, whole, inputs, labels) - 1)).toBeLessThan(1e-6);
  const worst = worstDifference(gradient, whole, (changed) => lossOf(spec, changed, inputs, labels));
  expect(worst).toBeLessThan(1e-6);
});
