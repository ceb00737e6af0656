import { expect, test } from "vitest";
import { Adam } from "../../src/base/adam.js";

test("the first step has the length of the rate in every coordinate, opposite to the gradient", () => {
  const parameters = Float64Array.of(1, 1, 1);
  new Adam(3).step(parameters, Float64Array.of(1e-3, -50, 0), 0.02);
  expect(parameters[0]).toBeCloseTo(0.98, 6);
  expect(parameters[1]).toBeCloseTo(1.02, 6);
  expect(parameters[2]).toBe(1);
});

test("finds the minimum of a badly scaled parabola, within 1e-3", () => {
  const parameters = Float64Array.of(3, -2);
  const adam = new Adam(2);
  for (let step = 0; step < 2000; step++) {
    const gradient = Float64Array.of(2 * (parameters[0]! - 1), 2000 * (parameters[1]! - 0.5));
    adam.step(parameters, gradient, 0.05 * (1 - step / 2000));
  }
  expect(Math.abs(parameters[0]! - 1)).toBeLessThan(1e-3);
  expect(Math.abs(parameters[1]! - 0.5)).toBeLessThan(1e-3);
});
