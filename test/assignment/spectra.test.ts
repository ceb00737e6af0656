import fc from "fast-check";
import { expect, test } from "vitest";
import type { Assignment } from "../../src/assignment/assignment.js";
import { linkSpectrum, overlapSpectrum, pairsNotParted } from "../../src/assignment/spectra.js";

/** Two layers of the same circuits, with arbitrary rows of distinct neurons. */
const layers = fc
  .record({ P: fc.integer({ min: 3, max: 9 }), S: fc.integer({ min: 1, max: 3 }), T: fc.integer({ min: 1, max: 9 }) })
  .chain(({ P, S, T }) => {
    const row = fc.uniqueArray(fc.integer({ min: 0, max: P - 1 }), { minLength: S, maxLength: S });
    const layer = fc
      .array(row, { minLength: T, maxLength: T })
      .map((rows): Assignment => ({ T, P, S, neurons: Uint32Array.from(rows.flat()) }));
    return fc.tuple(layer, layer);
  });

const shared = ({ S, neurons }: Assignment, t: number, u: number): number =>
  neurons.subarray(t * S, (t + 1) * S).filter((n) => neurons.subarray(u * S, (u + 1) * S).includes(n)).length;

function histogram(values: readonly number[]): number[] {
  const counts = [0];
  for (const value of values) {
    while (counts.length <= value) counts.push(0);
    counts[value]++;
  }
  return counts;
}

test("any rows: spectra and the pairs that do not part equal a direct count", () => {
  let notParted = 0;
  fc.assert(
    fc.property(layers, ([before, after]) => {
      const { T, P, S } = before;
      const pairs = Array.from({ length: T }, (_, t) => Array.from({ length: t }, (_, u) => [t, u] as const)).flat();
      expect(overlapSpectrum(before)).toEqual(histogram(pairs.map(([t, u]) => shared(before, t, u))));
      const wanted = pairs.filter(([t, u]) => shared(before, t, u) > 0 && shared(after, t, u) > 0).length;
      expect(pairsNotParted(after, before)).toBe(wanted);
      notParted += wanted;
      const links = Array.from({ length: P * P }, (_, k) => {
        const uses = ({ neurons }: Assignment, t: number, n: number) =>
          neurons.subarray(t * S, (t + 1) * S).includes(n);
        return Array.from({ length: T }, (_, t) => t).filter((t) => uses(after, t, k % P) && uses(before, t, Math.floor(k / P))).length; // prettier-ignore
      });
      expect(linkSpectrum(after, before)).toEqual(histogram(links));
    }),
    { seed: 1, numRuns: 200 },
  );
  expect(notParted).toBeGreaterThan(100);
});
