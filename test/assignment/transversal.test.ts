import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { loads } from "../../src/assignment/assignment.js";
import { primePowers } from "../../src/assignment/galois.js";
import { maxTransversal, transversal } from "../../src/assignment/transversal.js";

describe("transversal designs", () => {
  test("known sizes at S = 6: 41² at P = 250, 83² at P = 500", () => {
    expect(maxTransversal({ P: 250, S: 6 })).toBe(1681);
    expect(maxTransversal({ P: 500, S: 6 })).toBe(6889);
  });

  test("any P, S: loads differ by at most one among the neurons in use, unless the free column is", () => {
    const seen = { even: 0, free: 0 };
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 10 }),
        fc.integer({ min: 10, max: 120 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (S, P, share) => {
          const largest = maxTransversal({ P, S });
          const n = Math.sqrt(largest);
          const assignment = transversal({ T: Math.max(1, Math.round(share * largest)), P, S });
          const isFree = n > 1 && Math.min(...primePowers(n).map(({ q }) => q)) < S;
          seen[isFree ? "free" : "even"]++;
          const used = Array.from(loads(assignment)).slice(0, n * (isFree ? S - 1 : S));
          if (n > 1) expect(Math.max(...used) - Math.min(...used)).toBeLessThanOrEqual(1);
        },
      ),
      { seed: 1, numRuns: 200 },
    );
    expect(Math.min(seen.even, seen.free)).toBeGreaterThan(5);
  });

  test("prime powers and their products are columns too: 8 and 9, 5·7, 5 with the free column", () => {
    expect(maxTransversal({ P: 48, S: 6 })).toBe(64);
    expect(maxTransversal({ P: 54, S: 6 })).toBe(81);
    expect(maxTransversal({ P: 180, S: 5 })).toBe(35 ** 2);
    expect(maxTransversal({ P: 36, S: 6 })).toBe(25);
  });

  test("rows over a prime field are a + b·s modulo 41", () => {
    const { neurons } = transversal({ T: 1681, P: 250, S: 6 });
    const row = (a: number, b: number) => [...neurons.subarray((b * 41 + a) * 6, (b * 41 + a + 1) * 6)];
    expect(row(3, 40)).toEqual([0, 1, 2, 3, 4, 5].map((s) => s * 41 + ((3 + 40 * s) % 41)));
  });

  test("one circuit more than fits is refused with the largest T", () => {
    expect(() => transversal({ T: 1682, P: 250, S: 6 })).toThrow("T = 1682: at most 1681 circuits fit");
  });
});
