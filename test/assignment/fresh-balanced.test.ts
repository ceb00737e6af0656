import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { freshBalanced } from "../../src/assignment/fresh-balanced.js";
import { pairsNotParted } from "../../src/assignment/spectra.js";
import { loadStatistics, sharesAtMostOne } from "../../src/assignment/statistics.js";
import { InputError } from "../../src/base/errors.js";

describe("fresh balanced draws", () => {
  test("any T, P, S: distinct neurons, loads within one", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 60 }),
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 1, max: 8 }),
        fc.nat(),
        (T, P, redundancy, seed) => {
          const S = Math.min(redundancy, P);
          const draw = freshBalanced({ T, P, S }, { seed });
          for (let t = 0; t < T; t++) expect(new Set(draw.neurons.subarray(t * S, (t + 1) * S)).size).toBe(S);
          const { min, max } = loadStatistics(draw);
          expect(max - min).toBeLessThanOrEqual(1);
        },
      ),
      { seed: 1, numRuns: 200 },
    );
  });

  test("a function of seed, network and layer, different in each", () => {
    const size = { T: 50, P: 30, S: 2 };
    const draw = (seed: number, network: number, layer: number) => freshBalanced(size, { seed, network, layer });
    expect(draw(1, 2, 3)).toEqual(draw(1, 2, 3));
    for (const other of [draw(2, 2, 3), draw(1, 3, 3), draw(1, 2, 4)]) expect(other).not.toEqual(draw(1, 2, 3));
  });

  test.each([
    { T: 557, P: 280, S: 1 },
    { T: 557, P: 267, S: 2 },
    { T: 557, P: 250, S: 4 },
  ])("%o: circuits that share a neuron in one of ten layers share none in the next", (size) => {
    let before = freshBalanced(size, { seed: 5 });
    for (let layer = 1; layer < 10; layer++) {
      const next = freshBalanced(size, { seed: 5, layer, partFrom: before });
      expect(pairsNotParted(next, before)).toBe(0);
      const { min, max } = loadStatistics(next);
      expect(max - min).toBe(1);
      before = next;
    }
    // Without this option, some circuits do meet again.
    expect(pairsNotParted(freshBalanced(size, { seed: 5, layer: 10 }), before)).toBeGreaterThan(0);
  });

  test("on request, any two circuits share at most one neuron, T = 557, P = 250, S = 3", () => {
    const size = { T: 557, P: 250, S: 3 };
    expect(sharesAtMostOne(freshBalanced(size, { seed: 1 }))).toBe(false);
    expect(sharesAtMostOne(freshBalanced(size, { seed: 1, sharesAtMostOne: true }))).toBe(true);
  });

  test("refuses the impossible: more pairs than the neurons allow", () => {
    const size = { T: 40, P: 6, S: 1 };
    const before = freshBalanced(size, { seed: 1 });
    expect(() => freshBalanced(size, { seed: 1, layer: 1, partFrom: before })).toThrow(InputError);
    expect(() => freshBalanced(size, { seed: 1, layer: 1, partFrom: before })).toThrow(
      "no balanced draw without conflicts was found",
    );
    expect(() => freshBalanced({ T: 4, P: 6, S: 1 }, { seed: 1, partFrom: before })).toThrow(
      "T = 4: must be 40, the number of circuits in the previous layer",
    );
    expect(() => freshBalanced({ T: 4, P: 6, S: 7 }, { seed: 1 })).toThrow("S = 7");
    expect(() => freshBalanced({ T: 1e9, P: 6, S: 2 }, { seed: 1 })).toThrow("T = 1000000000");
  });
});
