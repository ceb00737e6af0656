import { expect, test } from "vitest";
import { spread, standardDeviation } from "../../src/results/statistics.js";

test("the standard deviation of equal values is exactly 0, and of fewer than two there is none", () => {
  // The sum of three such values, divided by 3, does not equal the value.
  for (const value of [45 * (63 / 45) ** 1, 0.1, 1e300 / 7, 63])
    for (const count of [2, 3, 6, 7]) expect(standardDeviation(new Array<number>(count).fill(value))).toBe(0);
  expect(spread([0.1])).toEqual({ mean: 0.1, sd: null });
  expect(standardDeviation([])).toBe(null);
});

test("the standard deviation of others, and NaN for values that are not numbers", () => {
  expect(standardDeviation([1, 2, 3, 4])).toBeCloseTo(Math.sqrt(5 / 3), 14);
  expect(standardDeviation([NaN, NaN])).toBe(NaN);
});
