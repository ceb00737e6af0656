import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { loads } from "../../src/assignment/assignment.js";
import { assignmentConstructions } from "../../src/assignment/constructions.js";
import { circuitsUpperBound, sharesAtMostOne } from "../../src/assignment/statistics.js";
import { maxTransversal, transversal } from "../../src/assignment/transversal.js";

describe("transversal designs", () => {
  test("known sizes at S = 6: 41² at P = 250, 83² at P = 500", () => {
    expect(maxTransversal({ P: 250, S: 6 })).toBe(1681);
    expect(maxTransversal({ P: 500, S: 6 })).toBe(6889);
  });

  test("any two circuits share at most one neuron, loads differ by at most one among the neurons in use", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 7 }),
        fc.integer({ min: 7, max: 80 }),
        fc.double({ min: 0, max: 1 }),
        (S, P, share) => {
          const largest = Math.min(maxTransversal({ P, S }), 3 * P);
          const T = Math.max(1, Math.round(share * largest));
          const assignment = transversal({ T, P, S });
          if (S > 1) expect(sharesAtMostOne(assignment)).toBe(true);
          const used = Array.from(loads(assignment)).slice(0, S === 1 ? P : S * Math.sqrt(maxTransversal({ P, S })));
          expect(Math.max(...used) - Math.min(...used)).toBeLessThanOrEqual(1);
          expect(maxTransversal({ P, S })).toBeLessThanOrEqual(circuitsUpperBound({ P, S }));
        },
      ),
      { seed: 1, numRuns: 200 },
    );
  });

  test("one circuit more than fits is refused with the largest T", () => {
    expect(() => transversal({ T: 1682, P: 250, S: 6 })).toThrow("T = 1682: at most 1681 circuits fit");
  });

  test("every construction keeps its word: the largest T builds, one more does not", () => {
    for (const { largest, build } of Object.values(assignmentConstructions)) {
      const T = largest({ P: 60, S: 4 });
      expect(sharesAtMostOne(build({ T, P: 60, S: 4 }))).toBe(true);
      expect(() => build({ T: T + 1, P: 60, S: 4 })).toThrow("at most");
    }
  });
});
