import { describe, expect, test } from "vitest";
import { capacityLaws, exponentsText } from "../../../src/studies/capacity/laws.js";
import { fitPower, localExponents, powerLawOfLargest } from "../../../src/studies/capacity/power-law.js";
import { predictedLargest } from "../../../src/studies/capacity/prediction.js";
import { activeRotationError } from "../../../src/theory/rotation.js";

const points = (exponent: number, Ds = [400, 1000, 4000, 20_000]) =>
  Ds.map((D) => ({ D, y: 3 * D ** exponent, logSd: 0.02 }));

describe("the fitted power", () => {
  test("is exact for a power law (1e-9)", () => {
    const fit = fitPower(points(1.7))!;
    expect(fit.exponent).toBeCloseTo(1.7, 9);
    expect(fit.factor).toBeCloseTo(3, 6);
    expect(fit).toMatchObject({ from: 400, points: 4 });
    expect(fit.scatter).toBeCloseTo(0, 9);
    // Even without scatter, the points' own errors give the exponent an error.
    expect(fit.exponentSd).toBeGreaterThan(0.001);
  });

  test("has the jackknife error if points scatter, (n−1)/n times the sum of the squared changes from leaving one out", () => {
    const scattered = points(2).map((point, k) => ({ ...point, y: point.y * (k % 2 ? 1.3 : 1) }));
    const without = [0, 1, 2, 3].map((left) => fitPower(scattered.filter((_, k) => k !== left))!.exponent);
    const mean = without.reduce((a, b) => a + b, 0) / 4;
    const jackknife = Math.sqrt(0.75 * without.reduce((sum, own) => sum + (own - mean) ** 2, 0));
    expect(fitPower(scattered)!.exponentSd).toBeCloseTo(jackknife, 12);
    expect(jackknife).toBeGreaterThan(3 * fitPower(points(2))!.exponentSd);
  });

  test("needs three points", () => expect(fitPower(points(2).slice(0, 2))).toBeNull());

  test("is that of the largest D on a line, and null if no three are", () => {
    const bent = [...points(1.6), { D: 100, y: 3 * 100 ** 1.6 * 0.7, logSd: 0.02 }].sort((a, b) => a.D - b.D);
    expect(powerLawOfLargest(bent)).toMatchObject({ from: 400, points: 4 });
    expect(powerLawOfLargest(bent)!.exponent).toBeCloseTo(1.6, 9);
    expect(powerLawOfLargest(points(2).map((point, k) => ({ ...point, y: point.y * (k % 2 ? 1.3 : 1) })))).toBeNull();
  });
});

test("exponents between neighbours have the errors of both", () => {
  const [first, ...rest] = localExponents(points(1.7));
  expect(rest).toHaveLength(2);
  expect(first!.D).toBeCloseTo(Math.sqrt(400_000), 9);
  expect(first!.exponent).toBeCloseTo(1.7, 9);
  expect(first!.sd).toBeCloseTo((0.02 * Math.SQRT2) / Math.log(2.5), 12);
});

test("the text gives no exponent for fewer than three D, and says why", () => {
  const at = (D: number, censored = false) => ({ D, T: D ** 1.5, logSd: 0.01, censored, assignable: D * D });
  expect(exponentsText(capacityLaws([at(400), at(600), at(1000, true)]))).toBe(
    "none, because only 2 of the widths have a measured T rather than a lower bound; a power law needs three",
  );
  expect(exponentsText(capacityLaws([400, 600, 1000].map((D) => at(D))))).toMatch(
    /^T between neighbours 1\.50 ± 0\.03, 1\.50 ± 0\.03; T·ln T .*; T 1\.500 ± 0\.015 for D ≥ 400 \(3 widths, jackknife\)$/,
  );
});

test("the predicted largest T is where the predicted error reaches the criterion (1e-6), at all z", () => {
  for (const z of [1, 2, 3]) {
    const T = predictedLargest({ D: 1000, S: 6, z, layer: 3, threshold: 0.02 });
    expect(activeRotationError({ D: 1000, d: 4, T, S: 6 }, z, 3)).toBeCloseTo(0.02, 6);
  }
});
