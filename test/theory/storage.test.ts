import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import {
  distinguishableLevels,
  largestDot,
  largestDotLaw,
  largestDotOf,
  meanSquaredDot,
  mostActive,
  mostFeatures,
  noiseBound,
  noiseOfActive,
} from "../../src/theory/storage.js";

const { max_dot, mean_squared } = JSON.parse(
  readFileSync(new URL("../reference/random-vectors.json", import.meta.url), "utf8"),
) as {
  max_dot: { D: number; n: number; two_x: number; mean_max_abs_dot: number }[];
  mean_squared: { D: number; theory: number; mean_squared_dot: number }[];
};

describe("random unit vectors [E25] (the file's D and n are our n and m)", () => {
  test("2·sqrt(ln m / n) equals the authors' line within its 6 digits, and is 10–40% above the measured largest dot", () => {
    for (const { D, n, two_x, mean_max_abs_dot } of max_dot) {
      const ours = largestDot({ m: n, n: D });
      expect(Math.abs(ours / two_x - 1)).toBeLessThan(5e-6);
      expect(ours / mean_max_abs_dot).toBeGreaterThan(1.1);
      expect(ours / mean_max_abs_dot).toBeLessThan(1.4);
    }
  });

  test("the law of one pair gives the authors' measured largest dot within 5% (they average draws; it is a median)", () => {
    for (const { D, n, mean_max_abs_dot } of max_dot) {
      expect(Math.abs(largestDotLaw({ m: n, n: D }) / mean_max_abs_dot - 1)).toBeLessThan(0.05);
    }
  });

  test("the law in three dimensions is that of a uniform dot product: 1 − ln 2 / pairs (1e-9)", () => {
    for (const m of [10, 100, 1000])
      expect(largestDotLaw({ m, n: 3 })).toBeCloseTo(1 - Math.LN2 / ((m * (m - 1)) / 2), 9);
  });

  test("1/n equals the authors' line within its 6 digits, and the measured mean square within 1%", () => {
    for (const { D, theory, mean_squared_dot } of mean_squared) {
      expect(Math.abs(meanSquaredDot(D) / theory - 1)).toBeLessThan(5e-6);
      expect(Math.abs(meanSquaredDot(D) / mean_squared_dot - 1)).toBeLessThan(0.01);
    }
  });

  test("the estimate for some of the pairs is that for all of them at m²/2 pairs (1e-14)", () => {
    expect(largestDotOf(1000 ** 2 / 2, 80) / largestDot({ m: 1000, n: 80 })).toBeCloseTo(1, 14);
    expect(largestDotOf(100, 80)).toBeLessThan(largestDot({ m: 1000, n: 80 }));
  });

  test("the noise bound is sqrt(2) times the largest dot (1e-14)", () => {
    expect(noiseBound({ m: 1000, n: 80 }) / largestDot({ m: 1000, n: 80 })).toBeCloseTo(Math.SQRT2, 14);
  });
});

describe("limits that follow, at e⁵ features in 400 dimensions: 8·ln m = 40", () => {
  const storage = { m: Math.exp(5), n: 400 };

  test("[E26] noise with l active reaches 1 at the largest number active", () => {
    expect(noiseBound(storage)).toBeCloseTo(Math.sqrt(0.1), 14);
    expect(mostActive(storage)).toBeCloseTo(10, 12);
    expect(noiseOfActive(storage, mostActive(storage))).toBeCloseTo(1, 12);
  });

  test("[E26] the two forms of the limit agree: 10 active allow e⁵ features", () => {
    expect(mostFeatures(400, 10)).toBeCloseTo(Math.exp(5), 10);
  });

  test("[E27] one level is left at that limit, two with a quarter active", () => {
    expect(distinguishableLevels(storage, 10)).toBeCloseTo(1, 12);
    expect(distinguishableLevels(storage, 2.5)).toBeCloseTo(2, 12);
  });
});
