import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { loads, type Assignment } from "../../src/assignment/assignment.js";
import { maxCircuits, primeSteps } from "../../src/assignment/prime-steps.js";
import {
  circuitsUpperBound,
  loadStatistics,
  meanSharedNeurons,
  measureOverlaps,
  predictOverlaps,
  sharesAtMostOne,
} from "../../src/assignment/statistics.js";
import { parseSizes, referenceAssignments } from "./reference.js";

describe("loads and overlaps against the authors' code: counts exact, their float32 means within 1e-6 relative", () => {
  for (const [sizes, wanted] of Object.entries(referenceAssignments().cases)) {
    if ("error" in wanted) continue;
    test(sizes, () => {
      const assignment = primeSteps(parseSizes(sizes));
      const load = loadStatistics(assignment);
      expect(load.min).toBe(wanted.load_min);
      expect(load.max).toBe(wanted.load_max);
      expectClose(load.mean, wanted.load_mean, 1e-6);
      expectClose(load.sd, wanted.load_std_pop, 1e-6);
      const weighted = loads(assignment).reduce((sum, k, n) => sum + (n + 1) * k, 0);
      expect(weighted).toBe(wanted["load_sum_n_(n+1)*load[n]"]);

      const measured = measureOverlaps(assignment);
      expect(measured.largest).toBe(wanted.max_pairwise_overlap);
      expectClose(measured.sharing, wanted.measured_overlap_frequency, 1e-6);
      expectClose(predictOverlaps(assignment).sharing, wanted.probability_of_overlap_formula, 1e-6);
    });
  }
});

describe("overlap statistics", () => {
  /** Arbitrary rows of distinct neurons, so circuits may share several. */
  const assignments: fc.Arbitrary<Assignment> = fc
    .record({ P: fc.integer({ min: 1, max: 14 }), S: fc.integer({ min: 1, max: 5 }) })
    .filter(({ P, S }) => S <= P)
    .chain(({ P, S }) =>
      fc
        .array(fc.uniqueArray(fc.integer({ min: 0, max: P - 1 }), { minLength: S, maxLength: S }), {
          minLength: 1,
          maxLength: 12,
        })
        .map((rows) => ({ T: rows.length, P, S, neurons: Uint32Array.from(rows.flat()) })),
    );

  test("any rows, valid or not: equal to a count over every pair (relative 1e-12)", () => {
    const seen = { valid: 0, invalid: 0 };
    fc.assert(
      fc.property(assignments, (assignment) => {
        const pairwise = countEveryPair(assignment);
        seen[pairwise.largest <= 1 ? "valid" : "invalid"]++;
        expect(sharesAtMostOne(assignment)).toBe(pairwise.largest <= 1);
        const measured = measureOverlaps(assignment);
        expect(measured.largest).toBe(pairwise.largest);
        expectClose(measured.mean, pairwise.mean, 1e-12);
        expectClose(measured.sharing, pairwise.sharing, 1e-12);
        expectClose(measured.meanSquare, pairwise.meanSquare, 1e-12);
        expectClose(meanSharedNeurons(assignment), pairwise.mean * assignment.S, 1e-12);
      }),
      { numRuns: 500, seed: 3 },
    );
    expect(Math.min(seen.valid, seen.invalid)).toBeGreaterThan(50);
  });

  test("one repeated pair of neurons among many circuits is found", () => {
    const assignment = primeSteps({ T: 557, P: 250, S: 6 });
    expect(sharesAtMostOne(assignment)).toBe(true);
    const spoilt = { ...assignment, neurons: assignment.neurons.slice() };
    spoilt.neurons.set([0, 5], 556 * 6);
    expect(sharesAtMostOne(spoilt)).toBe(false);
    expect(measureOverlaps(spoilt).largest).toBe(2);
  });

  test("prediction [E9] is the measured mean exactly when loads are even, and a lower bound otherwise (1e-12)", () => {
    const even = primeSteps({ T: 40, P: 20, S: 1 });
    expectClose(predictOverlaps(even).mean, measureOverlaps(even).mean, 1e-12);
    for (const [T, P, S] of [
      [557, 250, 6],
      [200, 200, 5],
      [2000, 500, 5],
    ]) {
      const assignment = primeSteps({ T, P, S });
      expect(predictOverlaps(assignment).mean).toBeLessThan(measureOverlaps(assignment).mean);
    }
  });

  test("too few circuits to overlap, and a single one: all zeros", () => {
    const zero = { mean: 0, sharing: 0, meanSquare: 0 };
    expect(predictOverlaps({ T: 41, P: 250, S: 6 })).toEqual(zero);
    expect(measureOverlaps(primeSteps({ T: 41, P: 250, S: 6 }))).toEqual({ ...zero, largest: 0 });
    expect(predictOverlaps({ T: 1, P: 5, S: 5 })).toEqual(zero);
    expect(measureOverlaps(primeSteps({ T: 1, P: 5, S: 5 }))).toEqual({ ...zero, largest: 0 });
  });

  test("half a million circuits are verified and measured without a table of pairs", () => {
    const assignment = primeSteps({ T: 500_000, P: 25_000, S: 6 });
    expect(measureOverlaps(assignment).largest).toBe(1);
  });
});

describe("upper bound on circuits, ⌊P/S·⌊(P−1)/(S−1)⌋⌋", () => {
  test.each([
    [250, 6, 2041], // ⌊250/6·49⌋
    [7, 3, 7], // the Fano plane
    [9, 3, 12], // the affine plane of order 3
    [5, 5, 1],
    [3, 5, 0],
    [10, 2, 45],
  ])("P = %i, S = %i: %i", (P, S, bound) => {
    expect(circuitsUpperBound({ P, S })).toBe(bound);
    expect(maxCircuits({ P, S })).toBeLessThanOrEqual(bound);
  });

  test("S = 1: unbounded", () => {
    expect(circuitsUpperBound({ P: 5, S: 1 })).toBe(Infinity);
  });
});

function countEveryPair({ T, S, neurons }: Assignment) {
  let shared = 0;
  let sharing = 0;
  let squares = 0;
  let largest = 0;
  for (let t = 0; t < T; t++) {
    const mine = new Set(neurons.subarray(t * S, (t + 1) * S));
    for (let u = 0; u < T; u++) {
      if (u === t) continue;
      const count = neurons.subarray(u * S, (u + 1) * S).filter((n) => mine.has(n)).length;
      shared += count;
      if (count > 0) sharing++;
      squares += count * count;
      largest = Math.max(largest, count);
    }
  }
  const pairs = Math.max(1, T * (T - 1));
  return { mean: shared / S / pairs, sharing: sharing / pairs, meanSquare: squares / (S * S) / pairs, largest };
}

function expectClose(actual: number, wanted: number, relative: number): void {
  expect(Math.abs(actual - wanted), `${actual} against ${wanted}`).toBeLessThanOrEqual(relative * Math.abs(wanted));
}
