import { expect, test } from "vitest";
import {
  bestProbability,
  expectedWrongGates,
  mostUniversalInputs,
  universalAndErrors,
  universalAndOverZero,
} from "../../src/theory/universal-and.js";
import { measureUniversalAnd } from "../../src/studies/universal-and/measure.js";

/** The coefficients of the product of two polynomials. */
function product(a: readonly number[], b: readonly number[]): number[] {
  const out = new Array<number>(a.length + b.length - 1).fill(0);
  a.forEach((x, i) => b.forEach((y, j) => (out[i + j]! += x * y)));
  return out;
}

test("three neurons: errors by hand", () => {
  // One input of the pair and one other input are on: h is 1 where this other input drives the neuron as well.
  const [d, p] = [3, 0.5];
  const [none, one, both] = universalAndErrors({ m: 10, d, p, active: 2 });
  const shared = [27, 27, 9, 1].map((share) => share / 64);
  const expected = (mean: number): number =>
    shared.reduce((sum, share, n) => sum + (n === 0 ? 0 : share * (mean ** 2 + (mean * (1 - mean)) / n)), 0);
  expect(one).toBeCloseTo(expected(0.5), 12);
  expect(none).toBeCloseTo(expected(0.25), 12);
  expect(both).toBeCloseTo(27 / 64, 12);
});

test("expected wrong pairs equal the law of all neurons at once within 1e-9", () => {
  const size = { m: 60, d: 150, p: 0.25, active: 2 };
  const { m, d, p } = size;
  /** P(Σ (2h − 1) > 0) over neurons that are shared with probability p² and, if shared, on with probability q. */
  const above = (q: number): number => {
    // Coefficients 0 to 2 belong to the powers −1 to 1 of z.
    const one = [p * p * (1 - q), 1 - p * p, p * p * q];
    let law = [1];
    for (let neuron = 0; neuron < d; neuron++) law = product(law, one);
    return law.slice(d + 1).reduce((sum, share) => sum + share, 0);
  };
  const exact = 2 * (m - 2) * above(p) + (((m - 2) * (m - 3)) / 2) * above(p * p) + (1 - p * p) ** d;
  expect(Math.abs(expectedWrongGates(size) / exact - 1)).toBeLessThan(1e-9);
});

test("measured errors of gates of three inputs are those of theory within 10%", () => {
  const size = { m: 20, d: 600, p: 0.4, active: 4, k: 3 };
  const networks = Array.from({ length: 6 }, (_, repeat) =>
    measureUniversalAnd({
      ...{ ...size, gates: null, code: "bernoulli", S: 1, copies: 1, output: "and", n: null },
      ...{ samples: 20, seed: 2, repeat },
    }),
  );
  universalAndErrors(size).forEach((expected, on) => {
    const sum = networks.reduce((all, { squares }) => all + squares[on]!, 0);
    const count = networks.reduce((all, { counts }) => all + counts[on]!, 0);
    expect(Math.abs(sum / count / expected - 1)).toBeLessThan(0.1);
  });
});

test("one more wrong gate is expected just above the largest m", () => {
  const size = { d: 1000, p: 0.22, active: 2 };
  const m = mostUniversalInputs(size, 0.01);
  expect(expectedWrongGates({ ...size, m })).toBeLessThanOrEqual(0.01);
  expect(expectedWrongGates({ ...size, m: m + 1 })).toBeGreaterThan(0.01);
  expect(mostUniversalInputs({ ...size, d: 50 }, 0.01)).toBe(0);
});

test("sizes that would take minutes are refused by name, and results are bounded", () => {
  const size = { d: 1e6, active: 2, p: 0.24 };
  expect(() => mostUniversalInputs(size, 0.01)).toThrow(
    "d = 1000000: with p = 0.24, k = 2 and active = 2, evaluating the law takes about 7e+9 multiplications",
  );
  expect(() => expectedWrongGates({ m: 1000, d: 1000, p: 0.9, active: 1000 })).toThrow("d = 1000: with p = 0.9");
  expect(() => universalAndErrors({ m: 10, d: 1e9, p: 1, active: 2 })).toThrow(
    "d = 1000000000: a gate has up to 1,000,000,000 neurons",
  );
  // About exp(0.0042·d) inputs fit.
  expect(mostUniversalInputs({ ...size, d: 100_000 }, 0.01)).toBe(1e100);
});

test("with two inputs on, about 0.24 is the best p, as min over s of 1 − p²(1 − 2√(p(1−p))) says", () => {
  expect(bestProbability({ d: 10_000, active: 2 })).toBeCloseTo(0.24, 1);
  expect(universalAndOverZero({ m: 200, d: 1000, p: 0.2, active: 2 })).toBeCloseTo(66.9, -1);
});

test.each([
  [{ d: 0 }, "d = 0"],
  [{ p: 2 }, "p = 2"],
  [{ m: 1 }, "m = 1"],
  [{ active: 0 }, "active = 0"],
  [{ k: 1 }, "k = 1"],
])("refuses %j", (given, message) => {
  expect(() => expectedWrongGates({ m: 10, d: 10, p: 0.5, active: 2, ...given })).toThrow(message);
});
