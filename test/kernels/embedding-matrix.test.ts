import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { normalPair, RandomSequence } from "../../src/base/random.js";
import { KernelPair } from "../support/kernel-pair.js";

const pair = new KernelPair();

function normalsOf(seed: number): (length: number) => Float64Array {
  const random = new RandomSequence(seed, "user");
  return (length) => Float64Array.from({ length }, () => normalPair(random)[0]);
}

describe("the check of the embedding matrix equals its twin bit for bit", () => {
  test("embedLinks, also against sums written out (exact)", () => {
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
        const random = new RandomSequence(seed, "user");
        const below = (bound: number, length: number): number[] => Array.from({ length }, () => random.below(bound));
        const W = 4 * lanes;
        const lists = Array.from({ length: P }, () => below(P, random.below(6)));
        const weightLists = lists.map(({ length }) => below(9, length).map((value) => value - 4));
        const starts = [0];
        for (const { length } of lists) starts.push(starts.at(-1)! + length);
        const neurons = below(P, T * S);
        const first = Math.floor(share * (T - 1));
        const count = Math.min(lanes, T - first);
        const [Y, X] = [pair.bytes(2 * P * W), pair.bytes(P * W)];
        const tables = [neurons, starts, lists.flat().map((n) => 2 * n * W)].map((values) => pair.u32(values));
        const weights = pair.f32(weightLists.flat());
        const [at, startsAt, rows] = tables as [number, number, number];
        const descriptor = pair.descriptor("embedLinks", { Y, X, W, neurons: at, S, starts: startsAt, rows, weights });
        pair.run((kernels) => kernels.embedLinks(descriptor, first, count));
        const wantedY = new Float32Array(2 * P * lanes);
        const wantedX = new Float32Array(P * lanes);
        for (let b = 0; b < count; b++) {
          for (const m of neurons.slice((first + b) * S, (first + b + 1) * S)) {
            wantedX[m * lanes + b] = 1;
            lists[m]!.forEach((n, e) => {
              wantedY[2 * n * lanes + b]!++;
              wantedY[(2 * n + 1) * lanes + b]! += weightLists[m]![e]!;
            });
          }
        }
        expect(pair.sameF32(Y, 2 * P * lanes)).toEqual(wantedY);
        expect(pair.sameF32(X, P * lanes)).toEqual(wantedX);
      }),
      { numRuns: 200, seed: 4 },
    );
  });

  test("embeddingErrors", () => {
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
        const factors = { linked: 0.3, constant: 0.1, own: 0.04, overlap: 0.2 };
        const at = { Y: Y!, X: X!, rowsY, rowsX, signs, S, W, sums };
        const descriptor = pair.descriptor("embeddingErrors", { ...factors, ...at });
        pair.run((kernels) => kernels.embeddingErrors(descriptor, first, count));
        pair.same(sums, 24);
      }),
      { numRuns: 200, seed: 1 },
    );
  });
});
