import { expect, test } from "vitest";
import { InputError } from "../../src/base/errors.js";
import { keptLength, LossCurve } from "../../src/training/curve.js";
import { mixingMatrix } from "../../src/training/labels.js";
import { parseTraining } from "../../src/training/settings.js";
import type { LearnedTask } from "../../src/training/learned.js";
import { isDiverged } from "../../src/training/trainer.js";
import {
  baselineLosses,
  constantLoss,
  naiveLoss,
  pseudoInverseOf,
  verdictOf,
  zeroLoss,
} from "../../src/training/verdict.js";

test.each([
  [{ q: 2.2 }, "q = 2.2: must be a multiple of 0.5, such as 2.5."],
  [{ q: 9 }, "q = 9: must be a finite number from 1 to 8."],
  [{ F: 20_000, N: 4000 }, "F = 20000, N = 4000: F·N must be at most 20000000."],
  [{ warmUp: 7, steps: 7 }, "warmUp = 7: must be less than steps = 7."],
  [{ start: "constructed", N: 5 }, "K = 5: must be less than N = 5 if start = constructed."],
  [{ N: 100 }, "F = 100: must be more than N = 100, because F neurons can compute all F ReLUs exactly."],
  [{ start: "weights" }, 'start = "weights": must be random, constructed, or a .safetensors or .npz file'],
  [{ start: 3 }, "start = 3: must be random, constructed, or a .safetensors or .npz file"],
  [{ F: 5000, mixing: "normal" }, "mixing = normal: F must be at most 4000; here F = 5000."],
  [{ task: "circuit" }, 'task = "circuit": must be'],
  [{ task: "circuits", spec: { L: 1 } }, "spec: L = 1: must be at least 2, because layers 2 to L are trained."],
  [{ task: "circuits", spec: { T: 0 } }, "T = 0: must be"],
  [{ task: "circuits", spec: { noise: 0.1 } }, "spec: noise = 0.1: training needs noise = 0; omit noise."],
  [{ task: "circuits", spec: { gate: "oracle" } }, "spec: gate = oracle: training needs gate = relu."],
  [{ start: "resume" }, "To resume a training run that was stopped, repeat the same command."],
  [{ q: null }, "q = null: must be a finite number from 1 to 8."],
  [{ task: null }, "task = null: must be"],
  [{ task: "circuits", spec: null }, "the spec"],
  [{ task: "circuits", network: 1 }, "network = 1: must be below networks = 1 of the spec."],
  [
    { task: "circuits", layers: [3, 2] },
    "layers = [3, 2]: must be a list of layers in ascending order, such as [2, 3].",
  ],
  [{ task: "circuits", start: "a.npz", spec: {} }, "spec: the file to start from already has circuits"],
  [{ task: "circuits", steps: 1e9 }, "steps = 1000000000: steps·batch must be below 2^32; here batch = 256."],
  [{ task: "universal-and", start: "constructed" }, "start = constructed: universal-and starts from random"],
  [{ task: "universal-and", m: 10, l: 11 }, "l = 11: must be at most m = 10."],
  [{ task: "universal-and", m: 400, d: 4000 }, "m = 400, d = 4000: m²·d must be at most 40000000."],
  [{ task: "universal-and", F: 4 }, 'a training: unknown key "F"'],
  [{ rates: 1 }, 'a training: unknown key "rates"; did you mean rate?'],
  [{ batch: 0 }, "batch = 0: must be a whole number from 1 to 1000000."],
])("%j is refused by name", (value, message) => {
  expect(() => parseTraining(value)).toThrow(InputError);
  expect(() => parseTraining(value)).toThrow(message);
});

test("the matrix that mixes labels has the given deviation; that of embeddings is symmetric with 0 on its diagonal", () => {
  expect(mixingMatrix("none", 5, 0.1, 1)).toBeNull();
  expect(mixingMatrix("normal", 5, 0, 1)).toBeNull();
  for (const kind of ["normal", "embedding"] as const) {
    const [F, sigma] = [60, 0.05];
    const M = mixingMatrix(kind, F, sigma, 3) ?? new Float32Array();
    const square = M.reduce((sum, value) => sum + value * value, 0) / (kind === "normal" ? F * F : F * (F - 1));
    expect(Math.abs(Math.sqrt(square) / sigma - 1)).toBeLessThan(0.06);
    const isSymmetric = M.every((value, at) => value === M[(at % F) * F + Math.floor(at / F)]);
    expect([isSymmetric, M[0] === 0]).toEqual(kind === "normal" ? [false, false] : [true, true]);
  }
});

test("losses of answering 0 and of the best constant, against explicit sums", () => {
  for (const [p, q] of [
    [0.02, 4],
    [0.02, 2],
    [0.3, 2.5],
    [1, 8],
  ] as const) {
    // prettier-ignore
    const of = (c: number): number => {
      let sum = 0;
      for (let k = 0; k < 1000; k++) sum += Math.abs((k + 0.5) / 1000 - c) ** q / 1000;
      return (1 - p / 2) * c ** q + (p / 2) * sum;
    };
    expect(zeroLoss(p, q)).toBeCloseTo(of(0), 6);
    expect(naiveLoss({ F: 100, N: 60 }, p, q)).toBeCloseTo(0.4 * of(0), 6);
    expect(baselineLosses({ F: 100, N: 60, p, q })).toEqual({
      ...{ zero: zeroLoss(p, q), naive: naiveLoss({ F: 100, N: 60 }, p, q), bestConstant: constantLoss(p, q) },
    });
    const least = Math.min(...Array.from({ length: 1001 }, (_, k) => of(k / 1000)));
    expect(constantLoss(p, q) / least).toBeCloseTo(1, 4);
  }
});

test("the pseudo-inverse times the matrix is 1; linearly dependent neurons have no pseudo-inverse", () => {
  const [F, N] = [7, 3];
  const encoder = Float64Array.from({ length: F * N }, (_, at) => ((5 * at * at + at) % 13) - 6);
  const inverse = pseudoInverseOf(encoder, { F, N }) ?? new Float64Array();
  for (let i = 0; i < N; i++)
    for (let j = 0; j < N; j++) {
      let sum = 0;
      for (let f = 0; f < F; f++) sum += encoder[f * N + i]! * inverse[f * N + j]!;
      expect(sum).toBeCloseTo(i === j ? 1 : 0, 10);
    }
  expect(
    pseudoInverseOf(
      encoder.map((value, at) => (at % N === 2 ? encoder[at - 1]! : value)),
      { F, N },
    ),
  ).toBeNull();
});

test("a network is superposed, dedicated or dense according to the published classifier", () => {
  const good = { coherence: 0.4, featuresPerNeuron: 10, variation: 0.05, overNaive: 0.1 };
  expect(verdictOf(good)).toBe("superposed");
  for (const other of [{ coherence: 0.5 }, { variation: 0.15 }, { overNaive: 1 }])
    expect(verdictOf({ ...good, ...other })).toBe("dense");
  expect(verdictOf({ ...good, variation: 1, featuresPerNeuron: 1.4 })).toBe("dedicated");
});

test("a curve has at most 500 means over equal numbers of steps, and continues from saved numbers", () => {
  const losses = Array.from({ length: 1203 }, (_, k) => 1 / (k + 1));
  const curve = new LossCurve(losses.length);
  losses.forEach((loss) => curve.add(loss));
  expect([curve.every, curve.means.length, curve.first]).toEqual([3, 401, 1]);
  expect(curve.means[400]).toBeCloseTo((1 / 1201 + 1 / 1202 + 1 / 1203) / 3, 15);
  let other = new LossCurve(losses.length);
  losses.forEach((loss, k) => {
    if (k % 100 === 71) other = new LossCurve(losses.length, JSON.parse(JSON.stringify(other.kept())) as number[]);
    other.add(loss);
    expect(other.kept().length).toBe(keptLength(losses.length, k + 1));
  });
  expect(new LossCurve(9).kept().length).toBe(keptLength(9, 0));
  expect(other.kept()).toEqual(curve.kept());
});

test("a run has diverged when its loss is NaN or a million times the first, or the usual if the first is tiny", () => {
  const and = parseTraining({ task: "universal-and", m: 10, l: 1, on: 10 });
  const circuits = { ...and, task: "circuits" } as unknown as LearnedTask;
  const compressed = parseTraining({ task: "compressed", p: 0.1, q: 4 });
  const losses = [NaN, Infinity, 2e6, 1e6, 0];
  expect(losses.map((loss) => isDiverged(loss, 1, compressed))).toEqual([true, true, true, false, false]);
  expect(isDiverged(Infinity, Infinity, compressed)).toBe(true);
  for (const [task, usual] of [
    [compressed, 0.01],
    [and, 0.1],
    [circuits, 1],
  ] as const)
    // prettier-ignore
    expect([9e5, 1.1e6].map((times) => isDiverged(times * usual, 1e-14, task as LearnedTask))).toEqual([false, true]);
});
