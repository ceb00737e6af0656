import { describe, expect, test } from "vitest";
import { computingDesigns } from "../../../src/studies/capacity/computing-designs.js";
import type { Plan } from "../../../src/studies/study.js";
import { storageRatioRows } from "../../../src/studies/storage/figures.js";
import { activeCounts, emptySize, nearestTo, sizeRow } from "../../../src/studies/storage/statistics.js";
import { storage } from "../../../src/studies/storage/plan.js";
import type { RandomVectorsTask } from "../../../src/studies/random-vectors/measure.js";
import type { StorageTask } from "../../../src/studies/storage/measure.js";
import { parseSpec } from "../../../src/config/parse-spec.js";
import { largestDotOf, mostActive } from "../../../src/theory/storage.js";

const tasksOf = (wide: boolean) => [...(storage.plan({ seed: 1, quick: false, wide }) as Plan).tasks];

describe("measurements of storage in the report", () => {
  const stored = tasksOf(false).filter((task): task is StorageTask => task.kind === "storage");
  const random = stored.filter(({ family }) => family === "random");

  test("random vectors from n = 64 to 4096, each up to m = 64 n, three draws of each", () => {
    for (const n of [64, 256, 1024, 4096]) {
      const own = random.filter((task) => task.n === n && task.m === 64 * n);
      expect(own.map(({ repeat }) => repeat)).toEqual([0, 1, 2]);
    }
  });

  test("better and worse layouts, Boolean and graded amplitudes, l on both sides of n/(8 ln m)", () => {
    expect(new Set(stored.map(({ family }) => family))).toEqual(new Set(["random", "assignment", "equiangular"]));
    for (const task of random) {
      const by = mostActive(task);
      expect(task.ls.at(-1)! / by).toBeGreaterThan(2);
      if (by > 4) expect(task.ls.filter((l) => l > 1)[0]! / by).toBeLessThan(0.6);
      for (const l of task.gradedLs!) expect(task.ls).toContain(l);
    }
  });

  test("--wide examines all pairs of m = 20,000 at n = 4096 and of m = 100,000 at n = 256", () => {
    const pairs = tasksOf(true).filter((task): task is RandomVectorsTask => task.kind === "random-vectors");
    for (const [n, m] of [
      [4096, 20_000],
      [256, 100_000],
    ]) {
      expect(pairs.some((task) => task.n === n && task.m === m)).toBe(true);
    }
  });
});

test("if not all pairs were examined, the sample is compared with the estimate for that number of pairs", () => {
  const [n, m] = [1024, 65_536];
  const sampled = { sampledPairs: 1e6, sampledLargest: largestDotOf(1e6, n), sampledLargestSd: 0 };
  const size = { ...emptySize("random", n, m, 3), ...sampled };
  const ratios = storageRatioRows({ rows: [], sizes: [size] });
  const of = (estimate: string) => ratios.find((row) => row.estimate === estimate)!;
  expect(of("largest / 2·sqrt(ln m / n)").ratio).toBeCloseTo(1, 12);
  expect(of("largest / ε").ratio).toBeCloseTo(Math.SQRT1_2, 12);
  expect(of("largest / ε").sampledPairs).toBe(1e6);
  const whole = storageRatioRows({ rows: [], sizes: [{ ...size, largest: 0.1, largestSd: 0.01 }] });
  expect(whole.find(({ estimate }) => estimate === "largest / ε")!.sampledPairs).toBe(null);
});

test("the largest dot product is that of all pairs for random vectors, and the known one for other families", () => {
  const ofFamily = (family: StorageTask["family"], S?: number): StorageTask =>
    ({ family, n: 256, m: 512, samples: 4, ...(S === undefined ? {} : { S }) }) as StorageTask;
  const pairs = [0.25, 0.35];
  expect(sizeRow(ofFamily("random"), [[], []], pairs)).toMatchObject({ largest: expect.closeTo(0.3, 12) as number });
  expect(sizeRow(ofFamily("random"), [[], []], null)).toMatchObject({ largest: null, largestSd: null });
  for (const largest of [pairs, null]) {
    expect(sizeRow(ofFamily("assignment", 6), [[], []], largest)).toMatchObject({ largest: 1 / 6, largestSd: 0 });
    const known = { largest: 1 / Math.sqrt(511), largestSd: 0 };
    expect(sizeRow(ofFamily("equiangular"), [[], []], largest)).toMatchObject(known);
  }
});

test("meaningless points are marked", () => {
  const found = { largest: 0.5, largestSd: 0.01 };
  const sizes = [64 * 16, 64 * 64].map((m) => ({ ...emptySize("random", 64, m, 3), ...found }));
  const ratios = storageRatioRows({ rows: [], sizes });
  expect(ratios.filter(({ m }) => m === 4096).every(({ isFitted }) => !isFitted)).toBe(true);
  expect(ratios.filter(({ m }) => m === 1024).every(({ isFitted }) => isFitted)).toBe(true);
});

test("the measured l, and the nearest by ratio", () => {
  expect(activeCounts({ n: 256, m: 1024 })).toEqual([1, 2, 3, 5, 7, 9, 13]);
  expect(nearestTo(3, [1, 2, 4, 8])).toBe(4);
});

test("designs of figure S5 are fields of a run's spec", () => {
  for (const { fields, Ds } of computingDesigns) {
    expect(() => parseSpec({ ...fields, D: Ds[0], T: 20, L: 3, z: [1] })).not.toThrow();
  }
});
