import { describe, expect, test } from "vitest";
import { primeSteps } from "../../../src/assignment/prime-steps.js";
import { loadKernels } from "../../../src/kernels/node.js";
import { referenceKernels } from "../../../src/kernels/twin/kernels.js";
import { measureEmbeddingMatrix, type EmbeddingMatrixTask } from "../../../src/studies/embedding-matrix/measure.js";
import { permutedEmbedding } from "../../../src/network/embedding.js";
import { findLinks, suppression } from "../../../src/network/connections.js";
import { RandomSequence } from "../../../src/base/random.js";
import { embeddingMatrix, hotRows } from "../../support/defined-network.js";

/** [E23] written out: a_tv and c_tv of every pair, from dense matrices in float64. */
function pairByPair({ P, T, S, seed, network }: Omit<EmbeddingMatrixTask, "kind">): {
  delta: number;
  mean: number;
  both: number;
} {
  const [before, after] = permutedEmbedding(primeSteps({ T, P, S }), 2, seed, network);
  const random = new RandomSequence(seed, "signs", network);
  const signs = Array.from({ length: T }, () => (random.word() & 1 ? 1 : -1));
  const chi = suppression(findLinks(after!, before!), { T, S });
  const [to, from] = [hotRows(after!), hotRows(before!)];
  const shared = embeddingMatrix(after!, before!, chi);
  // (1/S) Σ_u Δw_u |e_u⟩⟨e_u|
  const own = Array.from({ length: P }, (_, n) =>
    Array.from({ length: P }, (__, m) => to.reduce((sum, row, u) => sum + (signs[u]! * row[n]! * from[u]![m]!) / S, 0)),
  );
  const times = (M: readonly number[][], t: number, v: number): number => {
    let sum = 0;
    for (const n of after!.neurons.subarray(t * S, (t + 1) * S)) {
      for (const m of before!.neurons.subarray(v * S, (v + 1) * S)) sum += M[n]![m]!;
    }
    return sum / S;
  };
  const sums = { delta: 0, mean: 0, both: 0 };
  for (let v = 0; v < T; v++) {
    for (let t = 0; t < v; t++) {
      const overlap = from[t]!.reduce((sum, hot, m) => sum + hot * from[v]![m]!, 0) / S;
      const delta = times(own, t, v);
      const mean = times(shared, t, v);
      sums.delta += (delta - overlap * signs[t]!) ** 2;
      sums.mean += (mean - overlap) ** 2;
      sums.both += (delta + mean - overlap * (1 + signs[t]!)) ** 2;
    }
  }
  const pairs = (T * (T - 1)) / 2;
  return { delta: sums.delta / pairs, mean: sums.mean / pairs, both: sums.both / pairs };
}

describe("the embedding-matrix check equals every pair written out, within 1e-6 relative [E23]", () => {
  test.each([
    { P: 40, T: 43, S: 4 },
    { P: 30, T: 50, S: 3 },
    { P: 25, T: 30, S: 1 },
    { P: 12, T: 5, S: 2 },
    { P: 60, T: 2, S: 6 },
    { P: 110, T: 100, S: 6 },
  ])("P = $P, T = $T, S = $S", (sizes) => {
    for (const [seed, network] of [
      [1, 0],
      [1, 2],
      [9, 0],
    ] as const) {
      const input = { ...sizes, seed, network };
      const wanted = pairByPair(input);
      const ours = measureEmbeddingMatrix(loadKernels(), input);
      for (const key of ["delta", "mean", "both"] as const) {
        expect(Math.abs(ours[key] - wanted[key])).toBeLessThanOrEqual(1e-6 * wanted[key] + 1e-12);
      }
    }
  });

  test("the core equals its twin bit for bit, and itself in memory that was used before", () => {
    const kernels = loadKernels();
    for (const sizes of [
      { P: 40, T: 43, S: 4 },
      { P: 50, T: 9, S: 7 },
      { P: 50, T: 270, S: 2 },
    ]) {
      const input = { ...sizes, seed: 3, network: 1 };
      const ours = measureEmbeddingMatrix(kernels, input);
      expect(measureEmbeddingMatrix(referenceKernels(), input)).toEqual(ours);
      expect(measureEmbeddingMatrix(kernels, input)).toEqual(ours);
    }
  });

  test("networks and seeds differ", () => {
    const input = { P: 40, T: 43, S: 4, seed: 3, network: 0 };
    const errors = [input, { ...input, seed: 4 }, { ...input, network: 1 }].map((each) =>
      JSON.stringify(measureEmbeddingMatrix(loadKernels(), each)),
    );
    expect(new Set(errors).size).toBe(3);
  });
});
