import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { countDrives, partingLines } from "../../src/assignment/parting.js";
import { pairsNotParted } from "../../src/assignment/spectra.js";
import { loadStatistics, sharesAtMostOne } from "../../src/assignment/statistics.js";
import { InputError } from "../../src/base/errors.js";

describe("parting lines", () => {
  test("any field, windows and slopes: at most one shared neuron, none in two windows, loads within one", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(4, 7, 8, 9, 11, 13, 25),
        fc.integer({ min: 1, max: 4 }),
        fc.integer({ min: 1, max: 4 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (q, S, most, share) => {
          const windows = Math.min(most, Math.floor(q / S));
          const T = Math.max(1, Math.round(share * q * q));
          const { assignments, slopes } = partingLines({ T, q, S, windows });
          expect(assignments.length).toBe(windows);
          expect(new Set(slopes).size).toBe(Math.ceil(T / q));
          assignments.forEach((assignment, k) => {
            if (S > 1) expect(sharesAtMostOne(assignment)).toBe(true);
            const { min, max } = loadStatistics(assignment);
            expect(max - min).toBeLessThanOrEqual(1);
            for (const other of assignments.slice(0, k)) expect(pairsNotParted(assignment, other)).toBe(0);
          });
        },
      ),
      { seed: 1, numRuns: 100 },
    );
  });

  test("574 circuits over GF(41), S = 6: 14 slopes with drives of at most 5 of 6 neurons", () => {
    const { assignments, slopes } = partingLines({ T: 574, q: 41, S: 6, P: 250 });
    expect(assignments.map(({ T, P, S }) => [T, P, S])).toEqual([[574, 250, 6], [574, 250, 6]]); // prettier-ignore
    expect(slopes.length).toBe(14);
    const drives = countDrives({ q: 41, S: 6, slopes });
    expect(drives[6]).toBe(0);
    // Every combination of a slope in use, a column and a distance is counted, in both directions.
    expect(drives.reduce((sum, count) => sum + count, 0)).toBe(14 * 12 * 40);
    // Consecutive slopes would be worse.
    const neighbours = countDrives({ q: 41, S: 6, slopes: Array.from({ length: 14 }, (_, b) => b) });
    expect(neighbours.slice(5)).not.toEqual([0, 0]);
    expect(drives[5]).toBeLessThan(neighbours[5] + neighbours[6]);
  });

  test("drives equal a count over circuits: how many neurons of a circuit lead to each neuron of the next window", () => {
    const [q, S] = [7, 2];
    const slopes = [0, 1, 3, 4];
    const { assignments } = partingLines({ T: q * slopes.length, q, S, slopes });
    const counts = new Array<number>(S + 1).fill(0);
    for (const [before, after] of [assignments, [...assignments].reverse()]) {
      for (let b = 0; b < slopes.length; b++) {
        const active = b * q;
        const own = (of: typeof before, t: number) => of.neurons.subarray(t * S, (t + 1) * S);
        for (let n = 0; n < S * q; n++) {
          if (own(after, active).includes(n)) continue;
          const leading = new Set<number>();
          for (let t = 0; t < before.T; t++) {
            if (!own(after, t).includes(n)) continue;
            for (const m of own(before, t)) if (own(before, active).includes(m)) leading.add(m);
          }
          counts[leading.size]++;
        }
      }
    }
    expect(countDrives({ q, S, slopes })).toEqual(counts);
  });

  test.each([
    [{ T: 10, q: 6, S: 2 }, "q = 6"],
    [{ T: 10, q: 7, S: 4 }, "windows = 2"],
    [{ T: 50, q: 7, S: 2 }, "T = 50"],
    [{ T: 15, q: 7, S: 2, slopes: [1, 2] }, "T = 15"],
    [{ T: 5, q: 7, S: 2, slopes: [1, 1] }, "slopes[1] = 1: listed twice"],
    [{ T: 5, q: 7, S: 2, slopes: [7] }, "slopes[0] = 7"],
    [{ T: 5, q: 7, S: 2, P: 13 }, "P = 13"],
  ])("refuses %o", (size, message) => {
    expect(() => partingLines(size)).toThrow(InputError);
    expect(() => partingLines(size)).toThrow(message);
  });
});
