import { describe, expect, test } from "vitest";
import { loadKernels } from "../../../src/kernels/node.js";
import { referenceKernels } from "../../../src/kernels/twin/kernels.js";
import {
  measureRandomVectors,
  mergeDotProducts,
  type RandomVectorsTask,
} from "../../../src/studies/random-vectors/measure.js";
import { normalPair, RandomSequence } from "../../../src/base/random.js";

/** Unit vector v of a draw: pairs of normal numbers from the stream "vectors", normalised. */
function unitVector({ n, seed, repeat }: Omit<RandomVectorsTask, "kind">, v: number): number[] {
  const random = new RandomSequence(seed, "vectors", v, repeat);
  const normals = Array.from({ length: Math.ceil(n / 2) }, () => normalPair(random))
    .flat()
    .slice(0, n);
  const length = Math.hypot(...normals);
  return normals.map((value) => value / length);
}

const kernels = loadKernels();

describe("dot products of random unit vectors [E25]", () => {
  test.each([
    { n: 1, m: 3 },
    { n: 2, m: 2 },
    { n: 3, m: 8 },
    { n: 5, m: 9 },
    { n: 20, m: 100 },
    { n: 33, m: 61 },
  ])("n = $n, m = $m: equal to every pair in float64 within 1e-6", (sizes) => {
    for (const repeat of [0, 1]) {
      const input = { ...sizes, seed: 4, repeat };
      const vectors = Array.from({ length: input.m }, (_, v) => unitVector(input, v));
      const dots = vectors.flatMap((a, v) =>
        vectors.slice(0, v).map((b) => a.reduce((sum, value, k) => sum + value * b[k]!, 0)),
      );
      const ours = measureRandomVectors(kernels, input);
      expect(Math.abs(ours.largest - Math.max(...dots.map(Math.abs)))).toBeLessThan(1e-6);
      const meanSquare = dots.reduce((sum, dot) => sum + dot * dot, 0) / dots.length;
      expect(Math.abs(ours.meanSquare - meanSquare)).toBeLessThan(1e-6);
      expect(measureRandomVectors(referenceKernels(), input)).toEqual(ours);
    }
  });

  // dot² has mean 1/n and variance 2(n−1)/(n²(n+2)); pairs of one draw are uncorrelated.
  test.each([20, 40, 80])("n = %i: the mean square is 1/n within 5 standard errors of 640 vectors", (n) => {
    const m = 640;
    const { meanSquare } = measureRandomVectors(kernels, { n, m, seed: 5, repeat: 0 });
    const standardError = Math.sqrt((2 * (n - 1)) / (n * n * (n + 2)) / ((m * (m - 1)) / 2));
    expect(Math.abs(meanSquare - 1 / n)).toBeLessThan(5 * standardError);
  });

  test("shares of the pairs add up to the whole", () => {
    const input = { n: 5, m: 400, seed: 7, repeat: 0 };
    const whole = measureRandomVectors(kernels, input);
    expect(whole.pairs).toBe((400 * 399) / 2);
    for (const of of [2, 3, 7]) {
      const shares = Array.from({ length: of }, (_, index) =>
        measureRandomVectors(kernels, { ...input, share: { index, of } }),
      );
      const merged = mergeDotProducts(shares);
      expect({ ...merged, meanSquare: 0 }).toEqual({ ...whole, meanSquare: 0 });
      expect(merged.meanSquare).toBeCloseTo(whole.meanSquare, 12);
    }
  });

  test("repeats differ; vectors do not depend on their number", () => {
    const input = { n: 10, m: 40, seed: 6, repeat: 0 };
    const { largest } = measureRandomVectors(kernels, input);
    expect(measureRandomVectors(kernels, { ...input, repeat: 1 }).largest).not.toBe(largest);
    expect(measureRandomVectors(kernels, { ...input, m: 80 }).largest).toBeGreaterThanOrEqual(largest);
  });
});
