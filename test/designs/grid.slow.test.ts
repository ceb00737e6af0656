import fc from "fast-check";
import { expect, test } from "vitest";
import { gridLargest } from "../../src/designs/grid.js";
import { encoder, LENGTH } from "../../src/designs/reed-solomon.js";
import { errorOfX, expectReluNetwork, measured } from "../support/multi-part-network.js";

test("has 87,616 circuits at D = 1000", () => expect(gridLargest(1000)).toBe(87_616));

test("two words agree in at most four of ten places", () => {
  const digits = fc.array(fc.nat(10), { minLength: 5, maxLength: 5 });
  const encode = encoder(11);
  fc.assert(
    fc.property(digits, digits, fc.nat(4), (one, other, change) => {
      // This includes words of digits that differ in only one of the first five places.
      const near = one.map((digit, k) => (k === change ? (digit + 1) % 11 : digit));
      for (const second of [other, near]) {
        if (second.every((digit, k) => digit === one[k])) continue;
        const [a, b] = [encode(one), encode(second)];
        expect(a).toHaveLength(LENGTH);
        expect(a.filter((digit, place) => digit === b[place]).length).toBeLessThanOrEqual(4);
      }
    }),
    { numRuns: 500, seed: 1 },
  );
});

test("is a ReLU network of at most D neurons", () => {
  expectReluNetwork({ design: "grid", D: 260, T: 2000, z: [1], L: 4, seed: 2 });
});

test("is exact in float32 up to layer 100 (|δx| < 1e-4), and inactive indicators stay within 1/4 (1e-5)", () => {
  const sums = measured({ design: "grid", D: 300, T: gridLargest(300), z: [1], L: 100, seed: 3 }, 48);
  for (const layer of [1, 50, 100]) {
    expect(errorOfX(sums, layer).worst).toBeLessThan(1e-4);
    expect(Math.sqrt(sums.layers[layer]!.errors[0]!.active.max)).toBeLessThan(1e-5);
    expect(Math.sqrt(sums.layers[layer]!.errors[0]!.inactive.max)).toBeLessThan(0.25 + 1e-5);
  }
});

test("all 87,616 circuits of D = 1000 are within the same bounds at layer 6", () => {
  const sums = measured({ design: "grid", T: 87_616, z: [1], L: 6, seed: 4 }, 16);
  expect(errorOfX(sums, 6).worst).toBeLessThan(1e-4);
  expect(Math.sqrt(sums.layers[6]!.errors[0]!.inactive.max)).toBeLessThan(0.25 + 1e-5);
});

test("is for one active circuit: with two in a full grid the error passes 0.25 by layer 3", () => {
  const sums = measured({ design: "grid", D: 300, T: gridLargest(300), z: [2], L: 3, seed: 5 }, 200);
  expect(errorOfX(sums, 3).meanSquare).toBeGreaterThan(0.25);
});
