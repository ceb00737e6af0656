import { expect, test } from "vitest";
import { WRONG_SQUARE } from "../../src/engine/sums.js";

test("an error of a quarter, up to rounding, is not over 0.25; one of 0.2502 is", () => {
  for (const error of [0.25, Math.fround(0.25000003), 0.25009]) expect(error ** 2).toBeLessThan(WRONG_SQUARE);
  expect(0.2502 ** 2).toBeGreaterThan(WRONG_SQUARE);
});
