import fc from "fast-check";
import { expect, test } from "vitest";
import { multiplier, packDifferences } from "../../src/assignment/difference-packing.js";

test("multipliers: of order r, with u − 1, …, u^(r−1) − 1 invertible; none where a prime of v does not allow one", () => {
  const divisor = (a: number, b: number): number => (b === 0 ? a : divisor(b, a % b));
  for (const [v, r] of [
    [247, 3],
    [499, 3],
    [31, 5],
    [49, 3],
    [241, 5],
  ]) {
    // prettier-ignore
    const u = multiplier(v, r)!;
    let power = 1;
    for (let i = 1; i <= r; i++) {
      power = (power * u) % v;
      expect(divisor(power - 1, v)).toBe(i < r ? 1 : v);
    }
  }
  expect([multiplier(250, 3), multiplier(35, 3), multiplier(47, 5)]).toEqual([null, null, null]);
});

test("any v, S, multiplier and reserved differences: all differences are distinct, none is reserved, and results are reproducible", () => {
  let blocksSeen = 0;
  fc.assert(
    fc.property(
      fc.integer({ min: 4, max: 140 }),
      fc.integer({ min: 2, max: 7 }),
      fc.constantFrom(1, 3, 5, 7),
      fc.boolean(),
      (v, S, order, spare) => {
        const r = S % order === 0 || S % order === 1 ? order : 1;
        const u = r === 1 ? 1 : multiplier(v, r);
        if (u === null) return;
        const spared = spare && v % S === 0 && r === 1 ? v / S : v;
        const problem = { v, S, u, r, wanted: Math.floor((v - 1) / (S * (S - 1))), spared, budget: 20_000 };
        const blocks = packDifferences(problem);
        expect(packDifferences(problem)).toEqual(blocks);
        expect(blocks.length).toBeLessThanOrEqual(problem.wanted);
        const seen = new Set<number>();
        for (const block of blocks) {
          expect(block.length).toBe(S);
          for (const x of block) {
            for (const y of block) {
              const difference = (x - y + v) % v;
              if (x === y) continue;
              expect(seen.has(difference) || difference % spared === 0, `${difference} mod ${v}`).toBe(false);
              seen.add(difference);
            }
          }
          blocksSeen++;
        }
      },
    ),
    { seed: 1, numRuns: 200 },
  );
  expect(blocksSeen).toBeGreaterThan(200);
});

test("a larger budget finds no fewer blocks", () => {
  const problem = { v: 247, S: 6, u: multiplier(247, 3)!, r: 3, wanted: 8, spared: 247 };
  expect(packDifferences({ ...problem, budget: 1000 }).length).toBeLessThan(8);
  expect(packDifferences({ ...problem, budget: 1_400_000 }).length).toBe(8);
});
