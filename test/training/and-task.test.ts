import { expect, test } from "vitest";
import { RandomSequence } from "../../src/base/random.js";
import { loadKernels } from "../../src/kernels/node.js";
import { referenceKernels } from "../../src/kernels/twin/kernels.js";
import { andShape, pairIndex, type AndTask } from "../../src/training/and-task.js";
import { denseShare, measureAnd, neuronClasses } from "../../src/training/and-verdict.js";
import { andLines } from "../../src/training/describe.js";
import { placesOf } from "../../src/training/layers.js";
import { parseTraining, type AndSpec } from "../../src/training/settings.js";
import { initialParameters, startAt, Trainer, trainToTheEnd } from "../../src/training/trainer.js";

test("every pair has its own output", () => {
  const m = 7;
  const all = Array.from({ length: m }, (_, j) => Array.from({ length: j }, (__, i) => pairIndex(m, i, j))).flat();
  expect(all.sort((a, b) => a - b)).toEqual(Array.from({ length: 21 }, (_, k) => k));
});

test("universal AND is trained to the same bytes in the core and in its twin, below the loss of answering 0", () => {
  const spec = parseTraining({
    ...{ task: "universal-and", m: 8, d: 8, l: 2, on: 10, batch: 64, steps: 200, rate: 0.02 },
  }) as AndSpec;
  const start = initialParameters(andShape(spec), spec);
  const [core, twin] = [loadKernels(), referenceKernels()].map((kernels) => new Trainer(kernels, spec, startAt(start)));
  expect(twin?.takeWholeStep()).toBe(core?.takeWholeStep());
  expect(twin?.state()).toEqual(core?.state());
  const trained = trainToTheEnd(loadKernels(), spec, start);
  const { overZero, loss } = measureAnd(loadKernels(), spec, trained, 2000);
  expect(overZero).toBeLessThan(0.2);
  expect(loss / overZero! / 10 / (2 / 8) ** 2).toBeCloseTo(1, 0);
});

test("a network of weights of two kinds has the four classes of Newgas (arXiv 2507.09816)", () => {
  const task: AndTask = { task: "universal-and", m: 12, d: 40, l: 2, q: 2, on: 1 };
  const { layers, count } = placesOf(andShape(task));
  const parameters = new Float32Array(count);
  const random = new RandomSequence(1, "user");
  for (let at = 0; at < 12 * 40; at++) parameters[at] = random.below(2) === 0 ? 0.1 : -0.2;
  parameters.fill(0.05, layers[0]?.bias ?? 0, (layers[0]?.bias ?? 0) + 40);
  const classes = neuronClasses(task, parameters);
  expect(classes.map(({ pattern }) => pattern).sort()).toEqual(["0000", "0010", "0100", "0111"]);
  for (const { share } of classes) expect(share).toBeCloseTo(0.25, 1);
  expect(denseShare(task, parameters)).toBe(1);
});

test("without an AND that is 1, there is no ratio to answering 0, and the output says why", () => {
  const spec = parseTraining({ task: "universal-and", m: 2, d: 2, l: 0.001, steps: 1, batch: 1 }) as AndSpec;
  const measured = measureAnd(loadKernels(), spec, initialParameters(andShape(spec), spec), 5);
  expect(measured).toMatchObject({ overZero: null, onSquare: null, offSquare: 0 });
  const [first, second] = andLines({ ...measured, dense: 1, classes: [] });
  expect(first).toMatch(
    /on 5 held-out inputs; none of their ANDs is 1, so a network that always outputs 0 is exact\.$/,
  );
  expect(second).toBe("Mean squared error of ANDs that are 1: – (there is none); of ANDs that are 0: 0.");
});

test("weights of 0 do not count as large, so a dead neuron is not dense", () => {
  const task: AndTask = { task: "universal-and", m: 4, d: 2, l: 2, q: 2, on: 1 };
  const parameters = new Float32Array(placesOf(andShape(task)).count);
  for (let i = 0; i < 4; i++) parameters[2 * i] = 1;
  expect(denseShare(task, parameters)).toBe(0.5);
});
