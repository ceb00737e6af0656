import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { InputError } from "../../src/base/errors.js";
import { denseWeights } from "../../src/network/dense.js";
import { buildNetwork } from "../../src/network/network.js";
import { definedWeights } from "../support/defined-network.js";
import { deviation } from "../support/deviation.js";
import { networkOf, optionsOf, plans } from "../support/random-networks.js";

describe("W^l written out equals its definition within 1e-12 (relative above 1)", () => {
  const options = fc.record(
    { chiFactor: fc.double({ min: 0, max: 2, noNaN: true }), kappa: fc.double({ min: 0, max: 0.5, noNaN: true }) },
    { requiredKeys: [] },
  );

  test("in every construction, for random circuits and assignments [E10] [E11] [E13] [E14]", () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(plans({ T: [1, 12], spare: [1, 8], L: 3 }), options, (plan, change) => {
        const network = buildNetwork({ ...optionsOf(plan), ...change });
        const { D, L } = network.shape;
        seen.add(network.construction);
        for (let l = 1; l <= L; l++) {
          const W = denseWeights(network, l);
          const rows = Array.from({ length: D }, (_, n) => Array.from(W.subarray(n * D, (n + 1) * D)));
          expect(deviation(rows, definedWeights(network, l))).toBeLessThan(1e-12);
        }
      }),
      { numRuns: 150, seed: 1 },
    );
    expect(seen.size).toBe(3);
  });

  test("layer 1 is the identity", () => {
    const [plan] = fc.sample(plans({ T: [3, 3], spare: [2, 2] }), { numRuns: 1, seed: 2 });
    const network = networkOf(plan!);
    const { D } = network.shape;
    denseWeights(network, 1).forEach((value, at) => expect(value).toBe(at % (D + 1) === 0 ? 1 : 0));
  });

  test("refuses networks too large to write out, without trying", () => {
    const [plan] = fc.sample(plans({ T: [3, 3], spare: [20_000, 20_000] }), { numRuns: 1, seed: 2 });
    const network = networkOf({ ...plan!, kind: "step", S: 1, L: 2, rows: "prime steps" });
    expect(() => denseWeights(network, 2)).toThrow(InputError);
    expect(() => denseWeights(network, 2)).toThrow(
      "D = 40002: a dense weight matrix has 1600160004 entries; at most D = 16384 can be written out.",
    );
  });
});
