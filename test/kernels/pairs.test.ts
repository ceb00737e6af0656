import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { RandomSequence } from "../../src/random.js";
import { KernelPair } from "../support/kernel-pair.js";

const pair = new KernelPair();

function normalsOf(seed: number): (length: number) => Float64Array {
  const random = new RandomSequence(seed, "user");
  return (length) => Float64Array.from({ length }, () => random.normalPair()[0]);
}

describe("sums over pairs of the core equal their twins bit for bit", () => {
  test("embeddingPairs", () => {
    const shapes = fc.record({
      P: fc.integer({ min: 1, max: 20 }),
      T: fc.integer({ min: 1, max: 40 }),
      S: fc.integer({ min: 1, max: 7 }),
      lanes: fc.constantFrom(4, 8, 16),
      share: fc.double({ min: 0, max: 1, noNaN: true }),
      seed: fc.nat(),
    });
    fc.assert(
      fc.property(shapes, ({ P, T, S, lanes, share, seed }) => {
        pair.reset();
        const normals = normalsOf(seed);
        const W = 4 * lanes;
        const rows = (bytes: number): number =>
          pair.u32(Array.from(normals(T * S), (value) => Math.floor(Math.abs(value * 1000) % P) * bytes));
        const [rowsX, rowsY] = [rows(W), rows(2 * W)];
        const [X, Y] = [P, 2 * P].map((n) => {
          const values = normals(n * lanes);
          return pair.f32(values);
        });
        const plusMinus = normals(T).map((value) => Math.sign(value) || 1);
        const signs = pair.f32(plusMinus);
        const sums = pair.f64([1, 2, 3]);
        const first = Math.floor(share * (T - 1));
        const count = Math.min(lanes, T - first);
        pair.run((kernels) =>
          kernels.embeddingPairs(
            ...([Y!, X!, rowsY, rowsX, signs, T, S, W, first, count, 0.3, 0.1, 0.04, 0.2, sums] as const),
          ),
        );
        pair.same(sums, 24);
      }),
      { numRuns: 200, seed: 1 },
    );
  });

  test("dotPairs, also against every dot product in float64 (1e-5 relative)", () => {
    const shapes = fc.record({
      n: fc.integer({ min: 1, max: 30 }),
      m: fc.integer({ min: 1, max: 40 }),
      seed: fc.nat(),
    });
    fc.assert(
      fc.property(shapes, ({ n, m, seed }) => {
        pair.reset();
        const values = Float32Array.from(normalsOf(seed)(m * n));
        const panels = Math.ceil(m / 8);
        const panelled = new Float32Array(panels * n * 8);
        for (let v = 0; v < m; v++) {
          for (let k = 0; k < n; k++) panelled[((v >> 3) * n + k) * 8 + (v & 7)] = values[v * n + k]!;
        }
        const vectors = pair.f32(panelled);
        const scratch = pair.bytes(256);
        const result = pair.bytes(16);
        for (let panel = 0; panel < panels; panel++) {
          pair.run((kernels) => kernels.dotPairs(vectors, n, m, panel, scratch, result));
        }
        const [largest, sum] = pair.sameF64(result, 2);
        let [wantedLargest, wantedSum] = [0, 0];
        for (let v = 0; v < m; v++) {
          for (let u = 0; u < v; u++) {
            let dot = 0;
            for (let k = 0; k < n; k++) dot += values[v * n + k]! * values[u * n + k]!;
            wantedLargest = Math.max(wantedLargest, Math.abs(dot));
            wantedSum += dot * dot;
          }
        }
        expect(Math.abs(largest! - wantedLargest)).toBeLessThanOrEqual(1e-5 * wantedLargest);
        expect(Math.abs(sum! - wantedSum)).toBeLessThanOrEqual(1e-5 * wantedSum);
      }),
      { numRuns: 150, seed: 2 },
    );
  });
});
