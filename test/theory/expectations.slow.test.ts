import { describe, expect, test } from "vitest";
import { applyReadout, runAlone, weightOf, type Circuits, type SharedInputs } from "../../src/circuits/circuits.js";
import { inputsOf } from "../../src/circuits/inputs.js";
import { anglesFromTurns, randomTurns, rotations, rotationsOneIndicator, steps } from "../../src/circuits/rotation.js";
import { InputError } from "../../src/base/errors.js";
import { RandomSequence } from "../../src/base/random.js";
import { circuitExpectations, type Expectations } from "../../src/theory/expectations.js";
import { randomCircuits } from "./random-circuits.js";

const EXACT = 1e-12;

/** The variance is tested in naive.test.ts. */
type Known = Omit<Expectations, "variance">;

function expectAll(actual: readonly Expectations[], wanted: Known, tolerance: number): void {
  for (const ofLayer of actual) {
    for (const key of ["delta", "mean", "own", "output"] as const) {
      expect(Math.abs(ofLayer[key] - wanted[key]), `${key} ${ofLayer[key]}`).toBeLessThanOrEqual(tolerance);
    }
  }
}

/** Circuits with extra neurons that stay 0, so that each circuit has d neurons. Their inputs are of kind "angle". */
function padded(circuits: Circuits, d: number): Circuits {
  const vector = (values: ArrayLike<number>): number[] => Array.from({ length: d }, (_, i) => values[i] ?? 0);
  const matrices = (values: Float64Array): Float64Array => {
    const all = new Float64Array((values.length / circuits.d ** 2) * d * d);
    values.forEach((value, at) => {
      const [row, j] = [Math.floor(at / circuits.d), at % circuits.d];
      all[(Math.floor(row / circuits.d) * d + (row % circuits.d)) * d + j] = value;
    });
    return all;
  };
  const { mean, delta, bias, readouts, inputs } = circuits;
  if (inputs.kind !== "angle") throw new Error("inputs of kind angle are needed");
  return {
    ...circuits,
    d,
    mean: mean.map(matrices),
    delta: delta.map(matrices),
    bias: bias.map((values) => Float64Array.from(vector(values))),
    readouts: readouts.map(({ name, matrix }) => ({ name, matrix: matrix.map(vector) })),
    inputs: { kind: "angle", center: vector(inputs.center), cos: vector(inputs.cos), sin: vector(inputs.sin) },
  };
}

describe("circuits whose expectations are known, within 1e-12", () => {
  const angles = anglesFromTurns(randomTurns(50, 7));

  test("conditional rotations, d = 4: 1, 8 and 9 for x, nothing for alpha [E22]", () => {
    const [alpha, x] = circuitExpectations(rotations(angles, 5));
    expect(x.length).toBe(5);
    expectAll(x, { delta: 1, mean: 8, own: 9, output: 1 }, EXACT);
    expectAll(alpha, { delta: 0, mean: 0, own: 0, output: 1 }, EXACT);
  });

  test("more circuits than are sampled give the same result", () => {
    const [, x] = circuitExpectations(rotations(anglesFromTurns(randomTurns(20_000, 7)), 2));
    expectAll(x, { delta: 1, mean: 8, own: 9, output: 1 }, EXACT);
  });

  test("circuits so large and deep that they get fewer inputs give the same result", () => {
    const [, x] = circuitExpectations(padded(rotations(anglesFromTurns(randomTurns(2, 7)), 50), 40));
    expect(x.length).toBe(50);
    expectAll(x, { delta: 1, mean: 8, own: 9, output: 1 }, EXACT);
  });

  // w̄ carries only the indicator, equally on all neurons, so it does not affect x; for alpha, its mean square is
  // (2·alpha)² = 4.
  test("conditional rotations, d = 3 [E5]", () => {
    const [alpha, x] = circuitExpectations(rotationsOneIndicator(angles, 3));
    expectAll(x, { delta: 1, mean: 0, own: 1, output: 1 }, EXACT);
    expectAll(alpha, { delta: 0, mean: 4, own: 4, output: 1 }, EXACT);
  });

  test("steps: both neurons have the same pre-activation except for the bias [E6]", () => {
    const [alpha] = circuitExpectations(steps(30, 4));
    expectAll(alpha, { delta: 0, mean: 0, own: 0, output: 1 }, EXACT);
  });
});

/** Sums over every pair u ≠ v and every vector of a "choice". */
function enumerate(circuits: Circuits, vectors: readonly (readonly number[])[], readout: number): Known[] {
  const { T, L } = circuits;
  return Array.from({ length: L }, (_, k) => {
    const sums = { delta: 0, mean: 0, own: 0, output: 0 };
    for (let v = 0; v < T; v++) {
      for (const vector of vectors) {
        const activations = runAlone(circuits, v, vector);
        const one = sampleOf(circuits, readout, k + 1, v, activations);
        sums.mean += one.mean / T / vectors.length;
        sums.own += one.own / T / vectors.length;
        sums.output += one.output / T / vectors.length;
        for (let u = 0; u < T; u++) {
          if (u === v) continue;
          const delta = squareOfDelta(circuits, readout, k + 1, u, activations[k]);
          sums.delta += delta / T / (T - 1) / vectors.length;
        }
      }
    }
    return sums;
  });
}

function squareThrough(circuits: Circuits, readout: number, w: ArrayLike<number>, a: ArrayLike<number>): number {
  const { d } = circuits;
  const product = Array.from({ length: d }, (_, i) => {
    let sum = 0;
    for (let j = 0; j < d; j++) sum += w[i * d + j] * a[j];
    return sum;
  });
  return squareNorm(applyReadout(circuits.readouts[readout], product));
}

function squareNorm(y: readonly number[]): number {
  return y.reduce((sum, value) => sum + value * value, 0);
}

function squareOfDelta(circuits: Circuits, readout: number, layer: number, u: number, a: ArrayLike<number>): number {
  const size = circuits.d ** 2;
  return squareThrough(circuits, readout, circuits.delta[layer - 1].slice(u * size, (u + 1) * size), a);
}

function sampleOf(circuits: Circuits, readout: number, layer: number, v: number, activations: Float64Array[]) {
  return {
    mean: squareThrough(circuits, readout, circuits.mean[layer - 1], activations[layer - 1]),
    own: squareThrough(circuits, readout, weightOf(circuits, layer, v), activations[layer - 1]),
    output: squareNorm(applyReadout(circuits.readouts[readout], activations[layer])),
  };
}

test("random circuits, weights different in every layer, three possible inputs: equal to enumerating all pairs (relative 1e-12)", () => {
  const vectors = [
    [1, 0, 0.5],
    [0.2, 0.9, 1.3],
    [0, 0, 2],
  ];
  const circuits = randomCircuits({ d: 3, T: 9, L: 4, inputs: { kind: "choice", vectors }, seed: 1 });
  const ours = circuitExpectations(circuits);
  expect(ours.length).toBe(2);
  ours.forEach((ofReadout, r) => {
    const wanted = enumerate(circuits, vectors, r);
    expect(ofReadout.length).toBe(4);
    ofReadout.forEach((ofLayer, k) => {
      for (const key of ["delta", "mean", "own", "output"] as const) {
        expect(wanted[k][key]).toBeGreaterThan(0);
        expect(Math.abs(ofLayer[key] / wanted[k][key] - 1), `readout ${r}, layer ${k + 1}, ${key}`).toBeLessThan(1e-12);
      }
    });
  });
});

const DRAWS = 10_000;

describe("random circuits against 10,000 Monte-Carlo draws of v, u ≠ v and input: within 4 standard errors of both + 0.5%", () => {
  const distributions: [string, SharedInputs][] = [
    ["angle", { kind: "angle", center: [1, 0.5, 0.2], cos: [0, 0.8, 0.1], sin: [0.3, 0, 0.7] }],
    ["uniform", { kind: "uniform", low: [0, 0.5, -1], high: [1, 0.5, 1] }],
    ["choice", { kind: "choice", vectors: Array.from({ length: 300 }, (_, i) => [i / 300, 1 - i / 300, (i % 7) / 7]) }],
  ];
  for (const [name, inputs] of distributions) {
    for (const T of [12, 3000]) {
      test(`inputs of kind "${name}", T = ${T}`, () => {
        const circuits = randomCircuits({ d: 3, T, L: 3, inputs, seed: 2 });
        const ours = circuitExpectations(circuits);
        const estimates = monteCarlo(circuits, DRAWS);
        ours.forEach((ofReadout, r) =>
          ofReadout.forEach((ofLayer, k) => {
            for (const key of ["delta", "mean", "own", "output"] as const) {
              const { mean, error } = estimates[r][k][key];
              // The theory samples 1024 of 3000 circuits, which adds an error.
              const both = T > 1024 ? error * Math.sqrt(1 + DRAWS / 1024) : error;
              const where = `readout ${r}, layer ${k + 1}, ${key}: ${ofLayer[key]} against ${mean}`;
              expect(Math.abs(ofLayer[key] - mean), where).toBeLessThanOrEqual(4 * both + 0.005 * mean);
            }
          }),
        );
      });
    }
  }
});

function drawInput(inputs: SharedInputs, random: RandomSequence): number[] {
  switch (inputs.kind) {
    case "angle": {
      const phi = 2 * Math.PI * random.uniform();
      return inputs.center.map((c, i) => c + Math.cos(phi) * inputs.cos[i] + Math.sin(phi) * inputs.sin[i]);
    }
    case "uniform":
      return inputs.low.map((low, i) => low + random.uniform() * (inputs.high[i] - low));
    case "choice":
      return [...inputs.vectors[random.below(inputs.vectors.length)]];
  }
}

type Estimate = Record<keyof Known, { mean: number; error: number }>;

function monteCarlo(circuits: Circuits, draws: number): Estimate[][] {
  const random = new RandomSequence(11, "user");
  const { T, L } = circuits;
  const sums = circuits.readouts.map(() =>
    Array.from({ length: L }, () => ({ delta: [0, 0], mean: [0, 0], own: [0, 0], output: [0, 0] })),
  );
  for (let draw = 0; draw < draws; draw++) {
    const v = random.below(T);
    const u = (v + 1 + random.below(T - 1)) % T;
    const activations = runAlone(circuits, v, drawInput(inputsOf(circuits.inputs, v), random));
    sums.forEach((ofReadout, r) =>
      ofReadout.forEach((sum, k) => {
        const values = {
          ...sampleOf(circuits, r, k + 1, v, activations),
          delta: squareOfDelta(circuits, r, k + 1, u, activations[k]),
        };
        for (const key of ["delta", "mean", "own", "output"] as const) {
          sum[key][0] += values[key];
          sum[key][1] += values[key] ** 2;
        }
      }),
    );
  }
  const estimate = ([sum, squares]: number[]) => {
    const mean = sum / draws;
    return { mean, error: Math.sqrt((squares / draws - mean * mean) / draws) };
  };
  return sums.map((ofReadout) =>
    ofReadout.map((sum) => ({
      delta: estimate(sum.delta),
      mean: estimate(sum.mean),
      own: estimate(sum.own),
      output: estimate(sum.output),
    })),
  );
}

test("a single circuit has no other: delta is 0", () => {
  const [alpha, x] = circuitExpectations(rotations(anglesFromTurns([0.3]), 2));
  expect([alpha[1].delta, x[1].delta]).toEqual([0, 0]);
  expect(x[1].own).toBeCloseTo(9, 12);
});

test("reproducible bit for bit", () => {
  const circuits = randomCircuits({
    d: 4,
    T: 2000,
    L: 3,
    inputs: { kind: "uniform", low: [0, 0, 0, 0], high: [1, 1, 1, 1] },
    seed: 5,
  });
  expect(circuitExpectations(circuits)).toEqual(circuitExpectations(circuits));
});

test("a readout of the wrong width is refused by name", () => {
  const circuits = steps(3, 1);
  expect(() => circuitExpectations(circuits, [{ name: "wide", matrix: [[1, 0, 0]] }])).toThrow(InputError);
  expect(() => circuitExpectations(circuits, [{ name: "wide", matrix: [[1, 0, 0]] }])).toThrow(
    "readouts[0].matrix[0] has 3 entries: must have d = 2.",
  );
});

test("half a million rotations have the expectations of a few: 1, 8 and 9 within 3%  [E22]", () => {
  const [, x] = circuitExpectations(rotations(anglesFromTurns(randomTurns(500_000, 1)), 5));
  for (const { delta, mean, own } of x!) {
    expect(Math.abs(delta - 1)).toBeLessThan(0.03);
    expect(Math.abs(mean / 8 - 1)).toBeLessThan(0.03);
    expect(Math.abs(own / 9 - 1)).toBeLessThan(0.03);
  }
});
