import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { logOfFraction, normalPair, RandomSequence, seedKey } from "../../src/base/random.js";
import { KernelPair } from "../support/kernel-pair.js";

const pair = new KernelPair();

function normalsOf(seed: number): (length: number) => Float64Array {
  const random = new RandomSequence(seed, "user");
  return (length) => Float64Array.from({ length }, () => normalPair(random)[0]);
}

describe("random vectors and their dot products equal their twins bit for bit", () => {
  test("dotProducts, also against every dot product in float64 (1e-5 relative)", () => {
    const shapes = fc.record({
      n: fc.oneof(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 250, max: 530 })),
      m: fc.integer({ min: 1, max: 40 }),
      rows: fc.integer({ min: 1, max: 3 }),
      columns: fc.integer({ min: 1, max: 3 }),
      seed: fc.nat(),
    });
    fc.assert(
      fc.property(shapes, ({ n, m, rows, columns, seed }) => {
        pair.reset();
        const values = Float32Array.from(normalsOf(seed)(m * n));
        const panels = Math.ceil(m / 8);
        const panelled = new Float32Array(panels * n * 8);
        for (let v = 0; v < m; v++) {
          for (let k = 0; k < n; k++) {
            const first = k - (k % 256);
            const at = first * panels + (v >> 3) * Math.min(256, n - first) + (k - first);
            panelled[at * 8 + (v & 7)] = values[v * n + k]!;
          }
        }
        const vectors = pair.f32(panelled);
        const scratch = pair.bytes(256 * rows * columns);
        const result = pair.bytes(16);
        const descriptor = pair.descriptor("dotProducts", { vectors, n, all: panels, scratch, result });
        for (let row = 0; row < panels; row += rows) {
          for (let column = row; column < panels; column += columns) {
            const counts = [Math.min(rows, panels - row), Math.min(columns, panels - column)] as const;
            pair.run((kernels) => kernels.dotProducts(descriptor, row, counts[0], column, counts[1]));
          }
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
        expect(Math.abs(largest! - wantedLargest)).toBeLessThanOrEqual(1e-5 * wantedLargest + 1e-6);
        expect(Math.abs(sum! - wantedSum)).toBeLessThanOrEqual(1e-5 * wantedSum + 1e-6);
      }),
      { numRuns: 100, seed: 2 },
    );
  });

  test("unitVector, also against RandomSequence's normal numbers in float64 (1e-7)", () => {
    const shapes = fc.record({
      n: fc.integer({ min: 1, max: 70 }),
      step: fc.constantFrom(4, 32),
      item: fc.nat(),
      sub: fc.nat(5),
      seed: fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }),
    });
    fc.assert(
      fc.property(shapes, ({ n, step, item, sub, seed }) => {
        pair.reset();
        const out = pair.bytes(n * step);
        const scratch = pair.bytes((n + 15) * 8);
        const [low, high] = seedKey(seed);
        pair.run((kernels) => kernels.unitVector(out, step, n, scratch, low, high, item, sub));
        const ours = pair.sameF32(out, (n * step) / 4);
        const random = new RandomSequence(seed, "vectors", item, sub);
        const normals = Array.from({ length: Math.ceil(n / 2) }, () => normalPair(random))
          .flat()
          .slice(0, n);
        const length = Math.hypot(...normals);
        normals.forEach((value, k) => expect(Math.abs(ours[(k * step) / 4]! - value / length)).toBeLessThan(1e-7));
      }),
      { numRuns: 200, seed: 3 },
    );
  });

  test("logOfFraction agrees with Math.log (2 units in the last place)", () => {
    const words = [1, 2, 3, 2 ** 31, 2 ** 32 - 1, 2 ** 32, 3037000499, 3037000500];
    const random = new RandomSequence(4, "user");
    for (let k = 0; k < 1000; k++) words.push(1 + random.word());
    for (const word of words) {
      const exact = Math.log(word / 2 ** 32);
      expect(Math.abs(logOfFraction(word) - exact)).toBeLessThanOrEqual(5e-16 * Math.abs(exact));
    }
  });
});
