import { expect, test } from "vitest";
import { changeWeights, toBfloat16, type WeightChange } from "../../../src/studies/stress/weights.js";

const matrix = {
  rows: 2,
  starts: Uint32Array.of(0, 3, 4),
  columns: Uint32Array.of(0, 1, 2, 0),
  values: Float32Array.of(1, -0.5, 0.01, 100),
};
const changed = (change: WeightChange | null): number[] => {
  const into = new Float32Array(4);
  changeWeights(matrix, change, Float32Array.of(1, -1, 2, 0), into);
  return Array.from(into);
};

test("weights change in proportion to their size, int8 by row, and not at all by default", () => {
  expect(changed(null)).toEqual(Array.from(matrix.values));
  expect(changed({ kind: "noise", size: 0.1 })).toEqual([1.1, -0.45, 0.012, 100].map(Math.fround));
  expect(changed({ kind: "noise", size: 0.1, bfloat16: true })).toEqual([
    1.1015625, -0.44921875, 0.01202392578125, 100,
  ]);
  expect(changed({ kind: "scale", size: -0.5 })).toEqual([0.5, -0.25, 0.005, 50].map(Math.fround));
  // In the first row, whose largest value is 1, the steps are 1/127.
  expect(changed({ kind: "int8", scaleOf: "row" })).toEqual([1, -63 / 127, 1 / 127, 100].map(Math.fround));
  // For the whole matrix, the steps are 100/127 in every row.
  expect(changed({ kind: "int8", scaleOf: "matrix" })).toEqual([100 / 127, -100 / 127, 0, 100].map(Math.fround));
});

test("bfloat16 keeps 8 bits of mantissa, ties to even, and NaN", () => {
  const values = Float32Array.of(1, 1 + 2 ** -8, 1 + 3 * 2 ** -8, 1 + 2 ** -9, -3.14159265, Infinity, NaN, 0);
  toBfloat16(values);
  expect(Array.from(values)).toEqual([1, 1, 1 + 2 ** -6, 1, -3.140625, Infinity, NaN, 0]);
});
