import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { assignmentConstructions, assignmentKinds, type AssignmentKind } from "../../src/assignment/constructions.js";
import { circuitsUpperBound, loadStatistics, sharesAtMostOne } from "../../src/assignment/statistics.js";
import { InputError } from "../../src/base/errors.js";

const largest = (kind: AssignmentKind, P: number, S: number): number => assignmentConstructions[kind].largest({ P, S });

describe.each(assignmentKinds)("%s", (kind) => {
  const { build } = assignmentConstructions[kind];

  test("any P, S, T: distinct neurons of the block, any two circuits share at most one, within the bound", () => {
    let built = 0;
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 130 }),
        fc.integer({ min: 2, max: 9 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (P, S, share) => {
          const most = largest(kind, P, S);
          expect(most).toBeLessThanOrEqual(circuitsUpperBound({ P, S }));
          if (most === 0) return;
          for (const T of new Set([most, Math.max(1, Math.round(share * most))])) {
            const assignment = build({ T, P, S });
            expect(assignment).toMatchObject({ T, P, S });
            expect(assignment.neurons.length).toBe(T * S);
            expect(Math.max(...assignment.neurons)).toBeLessThan(P);
            for (let t = 0; t < T; t++) {
              expect(new Set(assignment.neurons.subarray(t * S, (t + 1) * S)).size).toBe(S);
            }
            expect(sharesAtMostOne(assignment)).toBe(true);
            built++;
          }
        },
      ),
      { seed: 1, numRuns: 60 },
    );
    expect(built).toBeGreaterThan(20);
  });

  test("equal sizes give equal circuits, and the largest T does not depend on earlier calls", () => {
    const T = largest(kind, 61, 4);
    const first = build({ T, P: 61, S: 4 });
    // These are more sizes than the cache holds.
    for (let P = 4; P < 75; P++) largest(kind, P, 3);
    expect(largest(kind, 61, 4)).toBe(T);
    expect(build({ T, P: 61, S: 4 })).toEqual(first);
  });

  test("refuses one circuit too many, and a T that is not a number of circuits", () => {
    const T = largest(kind, 61, 4);
    expect(() => build({ T: T + 1, P: 61, S: 4 })).toThrow(`T = ${T + 1}: at most ${T} circuits fit`);
    for (const wrong of [0, -1, 1.5, NaN]) expect(() => build({ T: wrong, P: 61, S: 4 })).toThrow(InputError);
    expect(() => build({ T: 1e15, P: 61, S: 1 })).toThrow(InputError);
    for (const P of [0, 2.5, 1e9]) expect(() => largest(kind, P, 1)).toThrow(InputError);
  });

  test("S = 1: single neurons in turn, without bound", () => {
    expect(largest(kind, 7, 1)).toBe(Infinity);
    expect([...build({ T: 9, P: 7, S: 1 }).neurons]).toEqual([0, 1, 2, 3, 4, 5, 6, 0, 1]);
  });

  test("no circuit fits in a block smaller than S", () => {
    expect(largest(kind, 5, 6)).toBe(0);
    expect(() => build({ T: 1, P: 5, S: 6 })).toThrow("at most 0 circuits fit");
  });

  test("handles absurd sizes", () => {
    for (const [P, S] of [
      [16_777_216, 6],
      [16_777_216, 16_777_216],
      [16_777_216, 5000],
      [65_536, 255],
    ]) {
      expect(largest(kind, P, S)).toBeLessThanOrEqual(circuitsUpperBound({ P, S }));
    }
  });
});

describe("how many circuits fit", () => {
  // For S = 6 and P = 250 and 500, the upper bounds are 2041 and 8250. Cyclic packings without a multiplier hold 7·250
  // and 15·500 circuits. Transversals with another 41 and 166 circuits in each of their six columns would hold 1927 and
  // 7885.
  test.each<[AssignmentKind, number, number]>([
    ["prime-step", 557, 2101],
    ["transversal", 41 ** 2, 83 ** 2],
    ["cyclic", 8 * 247, 16 * 499],
    ["cyclotomic", (241 * 240) / 30, (421 * 420) / 30],
    ["filled", 41 ** 2 + 6 * 55, 83 ** 2 + 6 * 182],
  ])("%s: %i at P = 250, %i at P = 500, S = 6", (kind, at250, at500) => {
    expect([largest(kind, 250, 6), largest(kind, 500, 6)]).toEqual([at250, at500]);
    for (const [P, T] of [
      [250, at250],
      [500, at500],
    ]) {
      expect(sharesAtMostOne(assignmentConstructions[kind].build({ T, P, S: 6 }))).toBe(true);
    }
  });

  test("greedy reaches 70% of the bound at P = 250 and 500", () => {
    expect(largest("greedy", 250, 6)).toBeGreaterThan(0.7 * 2041);
    expect(largest("greedy", 500, 6)).toBeGreaterThan(0.7 * 8250);
  });

  test("planes are complete: the projective one of order 5 by cyclotomy and cyclically, the affine one of order 5 by filling", () => {
    expect(largest("cyclotomic", 31, 6)).toBe(31);
    expect(largest("cyclic", 31, 6)).toBe(31);
    expect(largest("filled", 25, 5)).toBe(30);
  });

  test("a Steiner system loads all its neurons equally, and every pair of neurons is in one circuit", () => {
    const T = largest("cyclotomic", 121, 6);
    const { build } = assignmentConstructions.cyclotomic;
    const assignment = build({ T, P: 121, S: 6 });
    const pairs = new Set<number>();
    for (let t = 0; t < T; t++) {
      const row = assignment.neurons.subarray(t * 6, t * 6 + 6);
      for (const n of row) for (const m of row) if (n < m) pairs.add(n * 121 + m);
    }
    const v = Math.max(...assignment.neurons) + 1;
    expect(pairs.size).toBe((v * (v - 1)) / 2);
    expect(T).toBe((v * (v - 1)) / 30);
  });
});

describe("loads at the post's size, T = 557, P = 250, S = 6", () => {
  test.each<[AssignmentKind, number]>([
    ["transversal", 1],
    ["filled", 1],
    ["greedy", 1],
    ["cyclic", 3],
    ["cyclotomic", 3],
  ])("%s: within %i of each other on the neurons in use", (kind, spread) => {
    const assignment = assignmentConstructions[kind].build({ T: 557, P: 250, S: 6 });
    const used = Math.max(...assignment.neurons) + 1;
    const { min, max } = loadStatistics({ ...assignment, P: used });
    expect(max - min).toBeLessThanOrEqual(spread);
  });
});
