import { describe, expect, test } from "vitest";
import { cleaners, type CleanerName } from "../../../src/designs/cleaners.js";
import { loadKernels } from "../../../src/kernels/node.js";
import { referenceKernels } from "../../../src/kernels/twin/kernels.js";
import { runCleaner } from "../../../src/studies/cleaning/measure.js";
import { cosSinTurn, RandomSequence } from "../../../src/base/random.js";
import { cleanedIndicator, keptError, snapTolerance } from "../../../src/theory/cleaning.js";

const kernels = loadKernels();
const once = { passes: [1], noise: 0, seed: 1 } as const;
const indicators = (Object.keys(cleaners) as CleanerName[]).filter((name) => cleaners[name].of === "indicator");

const ramps: Partial<Record<CleanerName, { low: number; high: number }>> = {
  ramp: { low: 0.25, high: 0.75 },
  "late ramp": { low: 0.875, high: 0.999 },
  bit: { low: 0.25, high: 0.5 },
};
const tolerance = snapTolerance({ angles: 16, gain: 6 });

/** One of the angles that x can have. */
const angle = (k: number): readonly [number, number] => cosSinTurn((k % 16) / 16);

test.each(indicators)("%s: the output of one pass follows its formula (1e-5)", (cleaner) => {
  const values = Array.from({ length: 301 }, (_, k) => [k / 200 - 0.25]);
  const [out] = runCleaner(kernels, { ...once, cleaner: cleaners[cleaner], values });
  const ramp = ramps[cleaner];
  const formula = (v: number): number => (ramp === undefined ? Math.max(0, v) : cleanedIndicator(ramp, v));
  values.forEach(([v], k) => expect(out![k]![0]).toBeCloseTo(formula(v!), 5));
});

describe("snap", () => {
  const random = new RandomSequence(4, "user");
  const off = (radius: number): { values: number[][]; errors: number[] } => {
    const values = Array.from({ length: 640 }, (_, k) => {
      const [u, v] = cosSinTurn(random.uniform());
      return [angle(k)[0] + radius * u, angle(k)[1] + radius * v];
    });
    const [out] = runCleaner(kernels, { ...once, cleaner: cleaners.snap, values });
    return { values, errors: out!.map(([x, y], k) => Math.hypot(x! - angle(k)[0], y! - angle(k)[1])) };
  };

  test("restores x exactly from anywhere within its tolerance (1e-5), and not always from just beyond it", () => {
    expect(tolerance).toBeCloseTo(0.195 - 1 / 12, 3);
    for (const share of [0, 0.5, 0.9, 0.999]) {
      expect(Math.max(...off(share * tolerance).errors)).toBeLessThan(1e-5);
    }
    expect(Math.max(...off(1.1 * tolerance).errors)).toBeGreaterThan(0.01);
  });

  test("leaves x = 0 unchanged, and amplifies errors there", () => {
    const values = [
      [0, 0],
      [0.01, 0],
    ];
    const [[none, some]] = runCleaner(kernels, { ...once, cleaner: cleaners.snap, values }) as [number[][]];
    expect(Math.hypot(...none!)).toBeLessThan(1e-6);
    expect(Math.hypot(...some!)).toBeGreaterThan(0.05);
  });
});

describe("noise", () => {
  const passes = [1, 10, 50];
  const rms = (cleaner: CleanerName, noise: number): number[] => {
    const isX = cleaners[cleaner].of === "x";
    const values = Array.from({ length: 2000 }, (_, k) => (isX ? [...angle(k)] : [1]));
    return runCleaner(kernels, { cleaner: cleaners[cleaner], values, passes, noise, seed: 9 }).map((out) => {
      const squares = out.map((value, k) => Math.hypot(...value.map((x, i) => x - values[k]![i]!)) ** 2);
      return Math.sqrt(squares.reduce((sum, square) => sum + square, 0) / squares.length);
    });
  };

  test.each(["copied", "moved"] as const)("%s: grows as the root of the passes, within 3 sd + 3%%", (cleaner) => {
    rms(cleaner, 0.01).forEach((error, k) => {
      const theory = keptError(cleaners[cleaner].of, 0.01, passes[k]!);
      expect(Math.abs(error - theory)).toBeLessThan(theory * (3 / Math.sqrt(2 * 2000) + 0.03));
    });
  });

  test.each(["bit", "snap", "ramp"] as const)(
    "%s: after 50 passes is that of one pass, within 6 sd + 3%%",
    (cleaner) => {
      const [first, , last] = rms(cleaner, 0.01);
      expect(Math.abs(last! - first!)).toBeLessThan(first! * (6 / Math.sqrt(2 * 2000) + 0.03));
    },
  );

  test("a ramp that opens late loses a 1", () => {
    expect(rms("late ramp", 0.01)[2]).toBeGreaterThan(0.9);
  });
});

test.each(Object.keys(cleaners) as CleanerName[])("%s: the core and its twin give the same numbers", (cleaner) => {
  const values = Array.from({ length: 21 }, (_, k) => (cleaners[cleaner].of === "x" ? [...angle(k)] : [k / 20]));
  const input = { cleaner: cleaners[cleaner], values, passes: [1, 3], noise: 0.02, seed: 5 };
  expect(runCleaner(kernels, input)).toEqual(runCleaner(referenceKernels(), input));
});

test("a sample's noise does not depend on the number of samples", () => {
  const input = (count: number) => ({
    ...{ cleaner: cleaners.bit, passes: [2], noise: 0.02, seed: 5 },
    values: Array.from({ length: count }, () => [1]),
  });
  expect(runCleaner(kernels, input(40))[0]!.slice(0, 19)).toEqual(runCleaner(kernels, input(19))[0]);
});
