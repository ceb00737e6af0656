import { describe, expect, test } from "vitest";
import { loadKernels } from "../../../src/kernels/node.js";
import { referenceKernels } from "../../../src/kernels/twin/kernels.js";
import { measureReEmbedding } from "../../../src/studies/storage/re-embedding.js";
import { measureStorage, type StorageTask } from "../../../src/studies/storage/measure.js";
import { countStoredFeatures } from "../../../src/studies/storage/stored-features.js";
import { mostActive, welchBound } from "../../../src/theory/storage.js";

const kernels = loadKernels();

describe("storing features [E25]–[E27]", () => {
  test.each<Omit<Omit<StorageTask, "kind">, "ls" | "samples" | "seed" | "repeat">>([
    { family: "random", n: 20, m: 40 },
    { family: "assignment", n: 31, m: 25, S: 3 },
    { family: "equiangular", n: 7, m: 14 },
  ])("core and twin agree bit for bit: $family", (set) => {
    const input = { ...set, ls: [1, 3, 5], samples: 3, seed: 1, repeat: 1 };
    expect(measureStorage(referenceKernels(), input)).toEqual(measureStorage(kernels, input));
  });

  test("core and twin agree bit for bit for random vectors drawn in the span of the sums", () => {
    const set = { family: "random", n: 40, m: 60, ls: [1, 2], gradedLs: [2], samples: 3, seed: 1, repeat: 1 } as const;
    const input = { ...set, vectors: "projected", bins: 12 } as const;
    expect(measureStorage(referenceKernels(), input)).toEqual(measureStorage(kernels, input));
  });

  test("vectors drawn in full or in the span of the sums: the same within 3 standard errors + 3%, over 40 draws", () => {
    const draws = (vectors: "whole" | "projected") =>
      Array.from({ length: 40 }, (_, repeat) =>
        measureStorage(kernels, {
          ...{ family: "random", n: 64, m: 400, ls: [1, 2, 3], gradedLs: [2], samples: 4, seed: 11, repeat, vectors },
        }),
      );
    const [whole, projected] = [draws("whole"), draws("projected")];
    const meanAndError = (values: readonly number[]): [number, number] => {
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
      const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
      return [mean, Math.sqrt(variance / values.length)];
    };
    for (let k = 0; k < 4; k++) {
      for (const what of ["inactive", "worst", "largest", "wrong", "wrongSamples"] as const) {
        const [a, errorA] = meanAndError(whole.map((noise) => noise[k]![what]));
        const [b, errorB] = meanAndError(projected.map((noise) => noise[k]![what]));
        expect(Math.abs(a - b), `${what} of row ${k}`).toBeLessThanOrEqual(3 * Math.hypot(errorA, errorB) + 0.03 * a);
      }
      // Active features have the same vectors in both cases.
      expect(projected.map((noise) => noise[k]!.active)).toEqual(whole.map((noise) => noise[k]!.active));
    }
  });

  test("linearly dependent sums are read correctly: one feature, Boolean and graded, in every sample", () => {
    const input = { family: "random", n: 30, m: 500, ls: [1], samples: 2, seed: 3, repeat: 0 } as const;
    const noise = measureStorage(kernels, { ...input, vectors: "projected" });
    for (const { inactive, amplitudes } of noise) expect(inactive).toBeGreaterThan(amplitudes === "boolean" ? 0.02 : 0);
    expect(noise[1]!.largest / noise[0]!.largest).toBeLessThan(1);
  });

  test("bins count every readout once", () => {
    const [n, m, samples] = [64, 200, 5];
    for (const vectors of ["whole", "projected"] as const) {
      const input = { family: "random", n, m, ls: [1, 3], samples, seed: 2, repeat: 0, vectors, bins: 30 } as const;
      for (const { l, histogram } of measureStorage(kernels, input)) {
        const count = (bins: readonly number[]): number => bins.reduce((sum, value) => sum + value, 0);
        expect([count(histogram!.inactive), count(histogram!.active)]).toEqual([samples * (m - l), samples * l]);
      }
    }
  });

  test("re-embedding and counts of stored features: core and twin agree bit for bit", () => {
    const again = { n: 12, m: 20, l: 2, layers: 2, samples: 3, seed: 2, repeat: 0 };
    expect(measureReEmbedding(referenceKernels(), again)).toEqual(measureReEmbedding(kernels, again));
    const stored = { n: 20, l: 2, most: 30, samples: 4, seed: 3, repeat: 0 };
    expect(countStoredFeatures(referenceKernels(), stored)).toEqual(countStoredFeatures(kernels, stored));
  });

  test("random: mean squared noise is l/n of inactive features, (l−1)/n of active ones (10%), a third when graded", () => {
    const [n, m] = [128, 512];
    const noise = measureStorage(kernels, { family: "random", n, m, ls: [1, 4, 8], samples: 96, seed: 4, repeat: 0 });
    for (const { l, amplitudes, inactive, active } of noise) {
      const square = amplitudes === "boolean" ? 1 : 1 / 3;
      expect(Math.abs(inactive / ((l * square) / n) - 1)).toBeLessThan(amplitudes === "boolean" ? 0.1 : 0.25);
      if (l > 1) expect(Math.abs(active / (((l - 1) * square) / n) - 1)).toBeLessThan(0.3);
      else expect(active).toBeLessThan(1e-12);
    }
  });

  test("equiangular: every noise of one active feature is the Welch bound (1e-6)", () => {
    const [n, m] = [51, 102]; // q = 101
    const [one] = measureStorage(kernels, { family: "equiangular", n, m, ls: [1], samples: 8, seed: 5, repeat: 0 });
    expect(Math.abs(Math.sqrt(one!.inactive) - welchBound({ n, m }))).toBeLessThan(1e-6);
    expect(Math.abs(one!.worst - welchBound({ n, m }))).toBeLessThan(1e-6);
  });

  test("Boolean readout is right at a third of n/(8 ln m) and wrong at three times it", () => {
    const [n, m] = [256, 512];
    const ls = [Math.floor(mostActive({ n, m }) / 3), Math.ceil(3 * mostActive({ n, m }))];
    const noise = measureStorage(kernels, { family: "random", n, m, ls, samples: 40, seed: 6, repeat: 0 });
    expect(noise[0]!.wrongSamples).toBe(0);
    expect(noise[1]!.wrongSamples).toBe(1);
  });

  test("noise compounds as (l/m)((1 + m/n)^k − 1) without a threshold, within 15%, and stays l/n with one", () => {
    const [n, m, l] = [128, 256, 1];
    const { plain, thresholded } = measureReEmbedding(kernels, { n, m, l, layers: 4, samples: 64, seed: 7, repeat: 0 });
    plain.forEach((value, k) =>
      expect(Math.abs(value / ((l / m) * ((1 + m / n) ** (k + 1) - 1)) - 1)).toBeLessThan(0.15),
    );
    thresholded.forEach((value) => expect(Math.abs(value / (l / n) - 1)).toBeLessThan(0.15));
  });

  test("impossible families are refused with a reason", () => {
    const input = { n: 8, m: 16, ls: [1], samples: 1, seed: 1, repeat: 0 };
    expect(() => measureStorage(kernels, { ...input, family: "equiangular" })).toThrow("m = 16, n = 8: equiangular");
    expect(() => measureStorage(kernels, { ...input, family: "random", gradedLs: [2] })).toThrow(
      "gradedLs has 2: every value must be in ls = 1",
    );
    expect(() =>
      measureStorage(kernels, { ...input, family: "assignment", S: 2, n: 20, vectors: "projected" }),
    ).toThrow('vectors = "projected": possible only with random vectors');
    expect(() => measureStorage(kernels, { ...input, family: "random", ls: [17] })).toThrow("l = 17: at most m = 16");
  });
});
