import { expect, test } from "vitest";
import { frame } from "../../src/designs/simplex.js";
import { RandomSequence } from "../../src/base/random.js";
import { collisionError, collisionLimit, planesOverlap, sharedGroupError } from "../../src/theory/collisions.js";

test("planes overlap as much as the cells' frames, for 1 to 4 and 6 circuits (1e-12)", () => {
  for (const K of [3, 5] as const) {
    for (const n of [2, 3, 4, 6]) {
      let sum = 0;
      for (let a = 0; a < n; a++) {
        for (let b = 0; b < n; b++) {
          if (a === b) continue;
          // The mean square of circuit b's unit vectors when they are read in a's plane.
          const [one, other] = [frame(K, a, n), frame(K, b, n)];
          for (const row of one)
            for (const column of other) sum += row.reduce((s, x, k) => s + x * column[k]!, 0) ** 2 / 2;
        }
      }
      expect(sum / (n * (n - 1))).toBeCloseTo(planesOverlap(n, K), 12);
    }
  }
});

test("collisions at D = 1000, T = 557: three-neuron cells allow 96 layers at most, five-neuron cells 186 (z = 2)", () => {
  const depth = (P: number, cellNeurons: 3 | 5): number => {
    let layer = 0;
    while (collisionError({ T: 557, P, cellNeurons, z: 2 }, layer + 1) <= 0.25) layer++;
    return layer;
  };
  // These depths hold even if no neurons are spent on indicators.
  expect(depth(333, 3)).toBe(96);
  expect(depth(186, 5)).toBe(186);
  expect(collisionError({ T: 557, P: 186, cellNeurons: 5, z: 1 }, 100)).toBe(0);
});

test("two circuits in P = T/2 cells of three neurons: 1/(T − 1) per layer, twice that from layer 2 on (1e-12)", () => {
  expect(collisionError({ T: 10, P: 5, cellNeurons: 3, z: 2 }, 1)).toBeCloseTo(1 / 9, 12);
  expect(collisionError({ T: 10, P: 5, cellNeurons: 3, z: 2 }, 3)).toBeCloseTo(5 / 9, 12);
});

test("the frequency of sharing a group matches random draws, within 3 sd", () => {
  const random = new RandomSequence(2, "user");
  const [T, z, draws] = [36, 4, 20_000];
  let met = 0;
  for (let k = 0; k < draws; k++) {
    const active = random.permutation(T).slice(0, z);
    if (active.slice(1).some((t) => t % 4 === active[0]! % 4)) met++;
  }
  const expected = sharedGroupError({ T, groupSize: 9, z });
  expect(Math.abs(met / draws - expected)).toBeLessThan(3 * Math.sqrt((expected * (1 - expected)) / draws));
  // The expected values are 0.014, 0.027 and 0.196.
  expect(sharedGroupError({ T: 558, groupSize: 9, z: 2 })).toBeCloseTo(8 / 557, 12);
  expect(sharedGroupError({ T: 558, groupSize: 9, z: 16 })).toBeCloseTo(0.196, 2);
});

test("the largest T by collisions alone is at the threshold, or the maximum", () => {
  const cells = { P: 250, cellNeurons: 3, z: 2 };
  const T = collisionLimit({ ...cells, most: 10_000, threshold: 0.25 }, 5);
  expect(collisionError({ ...cells, T }, 5)).toBeLessThanOrEqual(0.25);
  expect(collisionError({ ...cells, T: T + 1 }, 5)).toBeGreaterThan(0.25);
  expect(collisionLimit({ ...cells, most: 600, threshold: 0.25 }, 5)).toBe(600);
});
