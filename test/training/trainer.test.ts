import { expect, test } from "vitest";
import { RandomSequence } from "../../src/base/random.js";
import { buildMultiPartNetwork } from "../../src/config/build.js";
import { parseSpec } from "../../src/config/parse-spec.js";
import { arenaOf } from "../../src/kernels/memory.js";
import { loadKernels } from "../../src/kernels/node.js";
import { referenceKernels } from "../../src/kernels/twin/kernels.js";
import { circuitsNetwork, circuitsShape, circuitsTask } from "../../src/training/circuits-task.js";
import { fiveNumbers, measureCircuits, moveBetween } from "../../src/training/circuits-verdict.js";
import { compressedShape } from "../../src/training/compressed.js";
import { shapeOf } from "../../src/training/learned.js";
import { Passes, readAtTheEnd, type NetworkShape } from "../../src/training/layers.js";
import { normalsOf } from "../../src/training/labels.js";
import { rateAt } from "../../src/training/schedule.js";
import { parseTraining, type CompressedSpec } from "../../src/training/settings.js";
import { initialParameters, startAt, Trainer, type TrainingSettings } from "../../src/training/trainer.js";
import { headsInFloat64 } from "./float64-network.js";

/** Σ over samples, heads and outputs of slope·output, in float64. */
function sumOf(
  shape: NetworkShape,
  parameters: Float64Array,
  x: Float64Array,
  slopes: readonly Float64Array[],
): number {
  const inputs = shape.sizes[0]!;
  let sum = 0;
  for (let s = 0; s < x.length / inputs; s++)
    headsInFloat64(shape, parameters, x.subarray(s * inputs, (s + 1) * inputs)).forEach((outputs, h) =>
      outputs.forEach((value, n) => (sum += value * slopes[h]![s * outputs.length + n]!)),
    );
  return sum;
}

const several = { heads: [{ layer: 2, outputs: 3 }, { layer: 3, outputs: 5 }, { layer: 3, outputs: 2 }], hasBias: true }; // prettier-ignore

test.each([
  { what: "without biases", shape: readAtTheEnd([9, 5, 9], false) },
  { what: "with biases", shape: readAtTheEnd([9, 5, 9], true) },
  { what: "of a dense layer", shape: readAtTheEnd([7, 130, 131, 4], true) },
  { what: "of three layers", shape: readAtTheEnd([5, 8, 6, 7, 3], true) },
  { what: "read after several layers", shape: { sizes: [5, 8, 6, 7], ...several } },
  { what: "whose embedding and readouts stay", shape: { sizes: [5, 8, 6, 7], ...several, isFirstFixed: true, areHeadsFixed: true } }, // prettier-ignore
  { what: "of dense layers and heads", shape: { sizes: [3, 128, 129], hasBias: true, heads: [{ layer: 1, outputs: 3 }, { layer: 2, outputs: 128 }] } }, // prettier-ignore
])("gradients of a network $what agree with finite differences of a float64 network to 1e-6", ({ shape }) => {
  const random = new RandomSequence(4, "user");
  const normal = normalsOf(random);
  const kernels = loadKernels();
  const arena = arenaOf(kernels);
  const passes = new Passes(kernels, shape, arena);
  const [K, count] = [shape.sizes[0]!, 6];
  // The numbers have few bits, so that the sums of the forward pass agree with float64 except for the last digits.
  const parameters = Float32Array.from({ length: passes.whole }, () => Math.round(64 * normal()) / 256);
  const x = Float64Array.from({ length: count * K }, () => (random.below(3) === 0 ? 0 : Math.round(16 * normal()) / 8));
  const slopes = shape.heads.map(({ outputs }) =>
    Float32Array.from({ length: count * outputs }, () => Math.round(32 * normal()) / 32),
  );
  arena.viewF32(passes.parameters, passes.whole).set(parameters);
  passes.loaded();
  const entries = [...x.keys()].filter((i) => x[i] !== 0);
  const { starts, columns, values } = passes.inputs;
  for (let s = 0; s <= count; s++) arena.viewU32(starts, count + 1)[s] = entries.filter((i) => i < s * K).length;
  arena.viewU32(columns, entries.length).set(entries.map((i) => i % K));
  arena.viewF32(values, entries.length).set(entries.map((i) => x[i]!));
  passes.forward(count);
  const given = slopes.map((own) => Float64Array.from(own));
  let sum = 0;
  passes.outputs.forEach((out, h) =>
    arena.viewF32(out, given[h]!.length).forEach((value, i) => (sum += value * given[h]![i]!)),
  );
  const whole = Float64Array.from(parameters);
  expect(Math.abs(sum / sumOf(shape, whole, x, given) - 1)).toBeLessThan(1e-5);
  const [errors, gradient] = [slopes.map((own) => arena.f32(own)), arena.bytes(4 * passes.count)];
  passes.backward(gradient, errors, count);
  const ours = arena.viewF32(gradient, passes.count);

  // The function is piecewise linear in each parameter: where no neuron changes sign, a difference over a short step is
  // exact up to rounding.
  const length = Math.sqrt(ours.reduce((all, value) => all + value * value, 0));
  const step = 2 ** -20;
  let checked = 0;
  for (let at = 0; at < passes.count; at += passes.count > 500 ? 307 : 1) {
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
  expect(checked).toBeGreaterThan(60);
});

const settings = {
  ...parseTraining({
    task: "compressed",
    F: 20,
    N: 10,
    p: 0.1,
    batch: 300,
    steps: 40,
    rate: 0.02,
    warmUp: 3,
    decay: 0.001,
  }),
};

const trainerOf = (own: CompressedSpec, kernels = loadKernels()): Trainer =>
  new Trainer(kernels, own, startAt(initialParameters(compressedShape(own), own)));

test.each([
  { optimiser: "adam", q: 4, biases: "none", mixing: "none" },
  { optimiser: "momentum", q: 2.5, biases: "hidden", mixing: "normal" },
  { optimiser: "adam", q: 1, biases: "hidden", mixing: "embedding" },
] as const)(
  "training gives the same bytes in the core and in its twin, and lowers the loss: $optimiser, q = $q",
  (given) => {
    const own = { ...settings, ...given, rate: given.optimiser === "adam" ? 0.02 : 0.5 };
    const [core, twin] = [loadKernels(), referenceKernels()].map((kernels) => trainerOf(own, kernels)) as [
      Trainer,
      Trainer,
    ];
    const losses = Array.from({ length: 5 }, () => core.takeWholeStep());
    expect(Array.from({ length: 5 }, () => twin.takeWholeStep())).toEqual(losses);
    expect(twin.state()).toEqual(core.state());
    while (core.step < own.steps) losses.push(core.takeWholeStep());
    const mean = (some: readonly number[]): number => some.reduce((sum, value) => sum + value, 0) / some.length;
    expect(mean(losses.slice(-5))).toBeLessThan(mean(losses.slice(0, 5)));
  },
);

test("a run that stops and continues from its state ends with the same bytes", () => {
  const whole = trainerOf(settings);
  while (whole.step < 30) whole.takeWholeStep();
  const first = trainerOf(settings);
  while (first.step < 17) first.takeWholeStep();
  const second = new Trainer(loadKernels(), settings, first.state());
  while (second.step < 30) second.takeWholeStep();
  expect(second.state()).toEqual(whole.state());
});

test.each([
  { task: "compressed", F: 20, N: 10, p: 0.1, biases: "hidden", mixing: "normal", batch: 300 },
  { task: "universal-and", m: 8, d: 6, batch: 300 },
  { task: "circuits", batch: 48 },
])("steps allocate no memory in the core: $task", (given) => {
  const kernels = loadKernels();
  const parsed = parseTraining({ ...given, ...(given.task === "circuits" && { spec: { D: 24, T: 8, S: 2, L: 3 } }) });
  const own = { ...parsed, ...(parsed.task === "circuits" && circuitsTask(buildMultiPartNetwork(parsed.spec!, 0), { z: 1, q: 2, inactive: 1, trains: "all", steps: [2, 3] }).task) } as TrainingSettings; // prettier-ignore
  const trainer = new Trainer(kernels, own, startAt(initialParameters(shapeOf(own), { ...parsed, ...own })));
  trainer.takeWholeStep();
  const arena = arenaOf(kernels);
  const before = arena.bytes(64);
  while (trainer.step < 500) trainer.takeWholeStep();
  expect(arena.bytes(64) - before).toBe(64);
});

test("the rate rises over the first steps, then falls along a cosine to 0 or stays constant", () => {
  const schedule = { rate: 2, schedule: "cosine", warmUp: 4, steps: 104 } as const;
  expect([0, 1, 3, 4].map((step) => rateAt(schedule, step))).toEqual([0.5, 1, 2, 2]);
  for (const step of [20, 54, 103])
    expect(rateAt(schedule, step)).toBeCloseTo(1 + Math.cos((Math.PI * (step - 4)) / 100), 12);
  expect(rateAt({ ...schedule, schedule: "constant" }, 103)).toBe(2);
});

const common = parseTraining({ task: "compressed", batch: 24, steps: 20, rate: 0.002, seed: 5 });

test.each([
  { trains: "layers", q: 2, inactive: 1, design: {} },
  { trains: "all", q: 3, inactive: 0.25, design: {} },
  { trains: "readouts", q: 2, inactive: 0, design: { design: "windows", D: 96, T: 30, S: 1 } },
] as const)(
  "circuits are trained to the same bytes in the core and in its twin: $trains, q = $q, inactive $inactive",
  ({ trains, q, inactive, design }) => {
    const spec = parseSpec({ D: 24, T: 8, S: 2, L: 3, z: [2], ...design });
    const network = buildMultiPartNetwork(spec, 0);
    const { task, parameters } = circuitsTask(network, { z: 2, q, inactive, trains, steps: [2, 3] });
    const own: TrainingSettings = { ...common, ...task };
    const [core, twin] = [loadKernels(), referenceKernels()].map(
      (kernels) => new Trainer(kernels, own, startAt(parameters)),
    ) as [Trainer, Trainer];
    const loss = core.takeWholeStep();
    expect(twin.takeWholeStep()).toBe(loss);
    expect(twin.state()).toEqual(core.state());
    while (core.step < own.steps) core.takeWholeStep();

    // The loss of the network as built equals the error that the engine measures, within sampling error.
    const kernels = loadKernels();
    const input = { z: 2, samples: 48, seed: 1, network: 0 };
    const before = measureCircuits(kernels, network, input);
    const same = measureCircuits(kernels, circuitsNetwork(network, task, parameters), input);
    before.overNaive.forEach((value, k) => expect(same.overNaive[k]! / value!).toBeCloseTo(1, 4));
    const trained = circuitsNetwork(network, task, core.state().parameters);
    if (trains === "layers") {
      const after = measureCircuits(kernels, trained, input);
      const lost = ({ overNaive }: typeof after): number => overNaive[1]! + overNaive[2]!;
      expect(lost(after)).toBeLessThan(lost(before));
      const numbers = fiveNumbers(kernels, trained, after, input, 3);
      expect(numbers.worstBySearch).toBeGreaterThanOrEqual(numbers.worst);
      expect(numbers.depth).toBeLessThanOrEqual(3);
    }
    const { moved, stayed } = moveBetween(kernels, network, trained);
    expect(moved.map((share) => share > 0.001 && share < 0.2)).toEqual([true, true]);
    expect(stayed.every((cosine) => cosine > 0.5 && cosine < 1 + 1e-9)).toBe(true);
    expect(initialParameters(circuitsShape(task), common).length).toBe(parameters.length);
  },
);
