import { describe, expect, test } from "vitest";
import { losses, meanSquareOf, randomProjection, trainAutoencoder } from "../../../src/studies/storage/autoencoder.js";

describe("embeddings by training", () => {
  test.each([
    [2, 3],
    [2, 5],
    [3, 7],
    [5, 6],
  ])("every orthogonal projection of rank n = %i of m = %i features has mean square (m−n)/m² (1e-12)", (n, m) => {
    for (let seed = 0; seed < 5; seed++) {
      const vectors = randomProjection(n, m, seed);
      expect(meanSquareOf(vectors)).toBeCloseTo((m - n) / m ** 2, 12);
      // EᵀE is a projection of rank n: its trace is n, and so is the trace of its square.
      const dots = vectors.flatMap((a) => vectors.map((b) => a.reduce((dot, value, k) => dot + value * b[k]!, 0)));
      expect(dots.reduce((sum, dot) => sum + dot * dot, 0)).toBeCloseTo(n, 12);
      expect(vectors.flat().reduce((sum, value) => sum + value * value, 0)).toBeCloseTo(n, 12);
    }
  });

  test.each([3, 4, 5])("MSE ends at (m−n)/m² from every start, with different vectors each time: m = %i", (m) => {
    const trained = [1, 2, 3].map((seed) => trainAutoencoder({ n: 2, m, loss: "MSE", seed }));
    for (const { loss, meanSquare } of trained) {
      expect(loss).toBeCloseTo((m - 2) / m ** 2, 6);
      expect(meanSquare).toBeCloseTo(loss, 10);
    }
    const lengths = trained.map(({ vectors }) => vectors.map((v) => Math.hypot(...v)).sort((a, b) => a - b));
    expect(Math.abs(lengths[0]![0]! - lengths[1]![0]!)).toBeGreaterThan(1e-3);
  });

  test.each([3, 4, 5])("L4 spreads all features evenly: lengths equal within 2% for m = %i", (m) => {
    const { vectors } = trainAutoencoder({ n: 2, m, loss: "L4", seed: 1 });
    const lengths = vectors.map((vector) => Math.hypot(...vector));
    expect(Math.max(...lengths) / Math.min(...lengths)).toBeLessThan(1.02);
  });

  test("gives the same numbers twice, and losses fall", () => {
    for (const loss of losses) {
      const input = { n: 2, m: 4, loss, seed: 9, steps: 200 };
      expect(trainAutoencoder(input)).toEqual(trainAutoencoder(input));
      expect(trainAutoencoder(input).loss).toBeLessThan(trainAutoencoder({ ...input, steps: 1 }).loss);
    }
  });
});
