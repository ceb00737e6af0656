import { expect, test } from "vitest";
import { RandomSequence } from "../../src/base/random.js";
import { arenaOf } from "../../src/kernels/memory.js";
import { loadKernels } from "../../src/kernels/node.js";
import { referenceKernels } from "../../src/kernels/twin/kernels.js";
import { Passes, placesOf, type NetworkShape } from "../../src/training/layers.js";
import { normalsOf } from "../../src/training/labels.js";
import { rateAt } from "../../src/training/schedule.js";
import { parseTraining } from "../../src/training/settings.js";
import { Trainer, type TrainingSettings } from "../../src/training/trainer.js";

/** A network in float64, as it is written down: Σ over samples and outputs of slope·output. */
function sumOf(
  { sizes, hasBias }: NetworkShape,
  parameters: Float64Array,
  x: Float64Array,
  slopes: Float64Array,
): number {
  const { places } = placesOf({ sizes, hasBias });
  const count = x.length / sizes[0]!;
  let sum = 0;
  for (let s = 0; s < count; s++) {
    let a = x.subarray(s * sizes[0]!, (s + 1) * sizes[0]!);
    places.forEach(({ inputs, outputs, weights, bias }, k) => {
      const next = new Float64Array(outputs);
      for (let n = 0; n < outputs; n++) {
        let value = bias === null ? 0 : parameters[bias + n]!;
        for (let i = 0; i < inputs; i++) value += a[i]! * parameters[weights + i * outputs + n]!;
        next[n] = k < places.length - 1 ? Math.max(0, value) : value;
      }
      a = next;
    });
    a.forEach((value, n) => (sum += value * slopes[s * a.length + n]!));
  }
  return sum;
}

test.each([
  { sizes: [9, 5, 9], hasBias: false },
  { sizes: [9, 5, 9], hasBias: true },
  { sizes: [7, 130, 131, 4], hasBias: true },
  { sizes: [5, 8, 6, 7, 3], hasBias: true },
])("gradients of $sizes agree with finite differences of a float64 network to 1e-6: biases $hasBias", (shape) => {
  const random = new RandomSequence(4, "user");
  const normal = normalsOf(random);
  const kernels = loadKernels();
  const arena = arenaOf(kernels);
  const passes = new Passes(kernels, shape, arena);
  const [K, outputs, count] = [shape.sizes[0]!, shape.sizes.at(-1)!, 6];
  // Few bits, so that sums of the forward pass are exact in both, but for the last digits.
  const parameters = Float32Array.from({ length: passes.count }, () => Math.round(64 * normal()) / 256);
  const x = Float64Array.from({ length: count * K }, () => (random.below(3) === 0 ? 0 : Math.round(16 * normal()) / 8));
  const slopes = Float32Array.from({ length: count * outputs }, () => Math.round(32 * normal()) / 32);
  arena.viewF32(passes.parameters, passes.count).set(parameters);
  passes.loaded();
  const entries = [...x.keys()].filter((i) => x[i] !== 0);
  const { starts, columns, values } = passes.inputs;
  for (let s = 0; s <= count; s++) arena.viewU32(starts, count + 1)[s] = entries.filter((i) => i < s * K).length;
  arena.viewU32(columns, entries.length).set(entries.map((i) => i % K));
  arena.viewF32(values, entries.length).set(entries.map((i) => x[i]!));
  const out = passes.forward(count);
  const [errors, gradient] = [arena.f32(slopes), arena.bytes(4 * passes.count)];
  const given = Float64Array.from(slopes);
  let sum = 0;
  arena.viewF32(out, count * outputs).forEach((value, i) => (sum += value * given[i]!));
  const whole = Float64Array.from(parameters);
  expect(Math.abs(sum / sumOf(shape, whole, x, given) - 1)).toBeLessThan(1e-5);
  passes.backward(gradient, errors, count);
  const ours = arena.viewF32(gradient, passes.count);

  // Piecewise linear in each parameter: a difference over a short step is exact but for rounding, where no neuron changes sign.
  const length = Math.sqrt(ours.reduce((all, value) => all + value * value, 0));
  const step = 2 ** -20;
  let checked = 0;
  for (let at = 0; at < passes.count; at += passes.count > 500 ? 211 : 1) {
    const change = (by: number): number => {
      const other = whole.slice();
      other[at]! += by;
      return sumOf(shape, other, x, given);
    };
    expect(Math.abs((change(step) - change(-step)) / (2 * step) - ours[at]!), `parameter ${at}`).toBeLessThan(
      1e-6 * length,
    );
    checked++;
  }
  expect(checked).toBeGreaterThan(80);
});

const settings: TrainingSettings = {
  ...parseTraining({ F: 20, N: 10, p: 0.1, batch: 300, steps: 40, rate: 0.02, warmUp: 3, decay: 0.001 }),
};

test.each([
  { optimiser: "adam", q: 4, biases: "none", mixing: "none" },
  { optimiser: "momentum", q: 2.5, biases: "hidden", mixing: "normal" },
  { optimiser: "adam", q: 1, biases: "hidden", mixing: "embedding" },
] as const)(
  "training is the same bytes in the core and in its twin, and lowers the loss: $optimiser, q = $q",
  (given) => {
    const own = { ...settings, ...given, rate: given.optimiser === "adam" ? 0.02 : 0.5 };
    const [core, twin] = [new Trainer(loadKernels(), own), new Trainer(referenceKernels(), { ...own })];
    const losses = Array.from({ length: 5 }, () => core.takeWholeStep());
    expect(Array.from({ length: 5 }, () => twin.takeWholeStep())).toEqual(losses);
    expect(twin.state()).toEqual(core.state());
    while (core.step < own.steps) losses.push(core.takeWholeStep());
    const mean = (some: readonly number[]): number => some.reduce((sum, value) => sum + value, 0) / some.length;
    expect(mean(losses.slice(-5))).toBeLessThan(mean(losses.slice(0, 5)));
  },
);

test("a run that stops and goes on from its state ends with the same bytes", () => {
  const whole = new Trainer(loadKernels(), settings);
  while (whole.step < 30) whole.takeWholeStep();
  const first = new Trainer(loadKernels(), settings);
  while (first.step < 17) first.takeWholeStep();
  const second = new Trainer(loadKernels(), settings, first.state());
  while (second.step < 30) second.takeWholeStep();
  expect(second.state()).toEqual(whole.state());
});

test("the rate rises over the first steps, then falls along a cosine to 0, or stays", () => {
  const schedule = { rate: 2, schedule: "cosine", warmUp: 4, steps: 104 } as const;
  expect([0, 1, 3, 4].map((step) => rateAt(schedule, step))).toEqual([0.5, 1, 2, 2]);
  for (const step of [20, 54, 103])
    expect(rateAt(schedule, step)).toBeCloseTo(1 + Math.cos((Math.PI * (step - 4)) / 100), 12);
  expect(rateAt({ ...schedule, schedule: "constant" }, 103)).toBe(2);
});
