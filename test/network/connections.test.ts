import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { primeSteps } from "../../src/assignment/prime-steps.js";
import { findLinks, suppression } from "../../src/network/connections.js";
import { RandomSequence } from "../../src/base/random.js";
import { embeddingMatrix, hotRows, linked, meanBetweenCircuits } from "../support/defined-network.js";
import { randomRows } from "../support/random-networks.js";

const pairsOfLayers = fc
  .record({
    T: fc.integer({ min: 1, max: 25 }),
    S: fc.integer({ min: 1, max: 6 }),
    spare: fc.integer({ min: 0, max: 12 }),
    seed: fc.nat(),
  })
  .map(({ T, S, spare, seed }) => {
    const [after, before] = [1, 2].map((item) => randomRows(T, S, S + spare, new RandomSequence(seed, "user", item)));
    return { after: after!, before: before! };
  });

describe("links between two layers", () => {
  test("the excess is the number of circuits that link a pair, beyond one", () => {
    let repeats = 0;
    fc.assert(
      fc.property(pairsOfLayers, ({ after, before }) => {
        const { starts, columns, excess } = findLinks(after, before);
        const [to, from] = [hotRows(after), hotRows(before)];
        for (let n = 0; n < after.P; n++) {
          const found = new Map<number, number>();
          for (let e = starts[n]!; e < starts[n + 1]!; e++) found.set(columns[e]!, excess[e]!);
          expect(found.size).toBe(starts[n + 1]! - starts[n]!);
          for (let m = 0; m < before.P; m++) {
            const circuits = to.filter((row, t) => row[n] === 1 && from[t]![m] === 1).length;
            expect(found.get(m) ?? 0).toBe(Math.max(0, circuits - 1));
            if (circuits > 1) repeats++;
          }
        }
        expect(starts[after.P]).toBe(columns.length);
        expect(excess.length).toBe(columns.length);
      }),
      { numRuns: 200, seed: 1 },
    );
    expect(repeats).toBeGreaterThan(1000);
  });

  test("the unwanted ones are Σ_{t≠u} ⟨e_t|C|e_u⟩ [E12]", () => {
    fc.assert(
      fc.property(pairsOfLayers, ({ after, before }) => {
        const { T } = after;
        const { unwanted } = findLinks(after, before);
        const mean = T === 1 ? 0 : meanBetweenCircuits(linked(after, before), after, before);
        expect(Math.abs(unwanted - mean * T * (T - 1))).toBeLessThan(1e-6);
      }),
      { numRuns: 200, seed: 2 },
    );
  });

  test("many repeats of a pair: 2,000 circuits on 40 neurons", () => {
    const [after, before] = [1, 2].map((item) => randomRows(2000, 3, 40, new RandomSequence(1, "user", item)));
    const { columns, excess } = findLinks(after!, before!);
    expect(columns.length).toBeGreaterThan(1024);
    const pairs = linked(after!, before!)
      .flat()
      .filter((C) => C === 1).length;
    expect(excess.reduce((sum, count) => sum + count, 0)).toBe(2000 * 9 - pairs);
  });

  // The specification gives, for the published network, about 17,238 nonzero entries of C, and 2,556 repeated pairs
  // with a total weight of 2,814.
  test("the post's network: C has T·S² less the excess non-zeros", () => {
    const before = primeSteps({ T: 557, P: 250, S: 6 });
    const order = new RandomSequence(1, "embedding").permutation(557);
    const neurons = Uint32Array.from(
      before.neurons,
      (_, at) => before.neurons[order[Math.floor(at / 6)]! * 6 + (at % 6)]!,
    );
    const { excess } = findLinks({ ...before, neurons }, before);
    const weight = excess.reduce((sum, count) => sum + count, 0);
    expect(Math.abs(weight - 2814)).toBeLessThan(0.1 * 2814);
    expect(Math.abs(557 * 36 - weight - 17_238)).toBeLessThan(0.02 * 17_238);
  });
});

describe("χ in closed form [E12]", () => {
  test("makes the mean of ⟨e_t|𝒲|e_u⟩ over all t ≠ u vanish (1e-12)", () => {
    let positive = 0;
    fc.assert(
      fc.property(pairsOfLayers, ({ after, before }) => {
        const links = findLinks(after, before);
        const { T, S } = after;
        const chi = suppression(links, after);
        expect(chi).toBeGreaterThanOrEqual(0);
        // If every pair of neurons in use is linked, χ multiplies nothing.
        if (T === 1 || links.unwanted === T * (T - 1) * S * S) {
          expect(chi).toBe(0);
          return;
        }
        expect(Math.abs(meanBetweenCircuits(embeddingMatrix(after, before, chi), after, before))).toBeLessThan(
          1e-12 * S,
        );
        if (chi > 0) positive++;
      }),
      { numRuns: 200, seed: 3 },
    );
    expect(positive).toBeGreaterThan(50);
  });

  test("is 0 for one circuit and if circuits share no neurons", () => {
    const rows = { T: 3, S: 2, P: 6, neurons: Uint32Array.from([0, 1, 2, 3, 4, 5]) };
    expect(suppression(findLinks(rows, rows), rows)).toBe(0);
    const one = { T: 1, S: 2, P: 6, neurons: Uint32Array.from([0, 1]) };
    expect(suppression(findLinks(one, one), one)).toBe(0);
  });
});
