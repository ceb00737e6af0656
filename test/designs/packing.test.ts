import fc from "fast-check";
import { expect, test } from "vitest";
import { loads } from "../../src/assignment/assignment.js";
import { sharesAtMostOne } from "../../src/assignment/statistics.js";
import { packing, packingBlocks, packingLargest } from "../../src/designs/packing.js";

test("any two rows share at most one cell, and cells are loaded evenly, including first cells", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 8, max: 150 }),
      fc.integer({ min: 2, max: 4 }),
      fc.double({ max: 1, noNaN: true, min: 0 }),
      (P, S, share) => {
        const most = packingLargest(P, S, 500);
        fc.pre(most > 0);
        const T = Math.max(1, Math.round(share * most));
        const rows = packing({ T, P, S });
        expect(rows.neurons).toHaveLength(T * S);
        expect(sharesAtMostOne(rows)).toBe(true);
        const load = loads(rows);
        expect(Math.max(...load) - Math.min(...load)).toBeLessThanOrEqual(S);
        const firsts = loads({ T, P, S: 1, neurons: rows.neurons.filter((_, at) => at % S === 0) });
        expect(Math.max(...firsts) - Math.min(...firsts)).toBeLessThanOrEqual(1);
      },
    ),
    { numRuns: 60 },
  );
});

test("all differences within all blocks are different", () => {
  const P = 250;
  const blocks = packingBlocks(P, 3, 100);
  const differences = blocks.flatMap((block) =>
    block.flatMap((a) => block.filter((b) => b !== a).map((b) => (((a - b) % P) + P) % P)),
  );
  expect(new Set(differences).size).toBe(differences.length);
  expect(differences).toHaveLength(6 * blocks.length);
});

test("557 rows are two full turns of 250 and one of 57, spread evenly", () => {
  const { neurons } = packing({ T: 557, P: 250, S: 3 });
  expect(packingBlocks(250, 3, 3)).toEqual([
    [0, 1, 3],
    [0, 4, 9],
    [0, 6, 13],
  ]);
  expect(Array.from(neurons.subarray(3 * 250, 3 * 251))).toEqual([0, 4, 9]);
  expect(Array.from(neurons.subarray(3 * 556))).toEqual([245, 1, 8]);
});

test("states how many rows fit", () => {
  expect(packingLargest(250, 3, 100_000)).toBe(250 * packingBlocks(250, 3, 1000).length);
  expect(packingLargest(250, 3, 600)).toBe(600);
  expect(packingLargest(5, 4, 600)).toBe(0);
});
