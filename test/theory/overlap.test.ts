import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { InputError } from "../../src/base/errors.js";
import { meanSquaredOverlap } from "../../src/base/shape.js";
import {
  capacityLoad,
  circuitsPerParameter,
  correctionKappa,
  embeddingMatrixError,
  expectedActiveFraction,
  expectedOverlap,
  expectedSquaredOverlap,
  sharingProbability,
  type EmbeddingMatrixVariant,
} from "../../src/theory/overlap.js";

const post = { D: 1000, d: 4, T: 557, S: 6 };

function reference(name: string) {
  return JSON.parse(readFileSync(new URL(`../reference/${name}`, import.meta.url), "utf8"));
}

describe("overlaps [E9]", () => {
  test("the post's network: one value derived by hand, (557·6/250 − 1)/556", () => {
    expect(expectedOverlap(post)).toBeCloseTo(12.368 / 556, 14);
    expect(sharingProbability(post)).toBeCloseTo((6 * 12.368) / 556, 14);
    expect(expectedSquaredOverlap(post)).toBeCloseTo(12.368 / 556 / 6, 14);
  });

  test("none while the circuits' neurons fit side by side, T·S ≤ P", () => {
    const sparse = { D: 1000, d: 4, T: 41, S: 6 };
    expect([expectedOverlap(sparse), sharingProbability(sparse), correctionKappa(sparse)]).toEqual([0, 0, 0]);
    expect(expectedOverlap({ ...sparse, T: 42 })).toBeGreaterThan(0);
    expect(expectedOverlap({ D: 4, d: 4, T: 1, S: 1 })).toBe(0);
  });

  test("q approximates the mean squared overlap: relative difference below 1/T", () => {
    for (const T of [100, 557, 2000]) {
      const shape = { ...post, T };
      expect(Math.abs(meanSquaredOverlap(shape) / expectedSquaredOverlap(shape) - 1)).toBeLessThanOrEqual(1.0001 / T);
    }
  });
});

describe("κ of the balanced construction [E13]", () => {
  test("the authors' value at D = 1000, T = 500, S = 6, within its 6 digits", () => {
    const { meta } = reference("variants.json");
    const kappa = correctionKappa({ D: meta.D, d: meta.d, T: meta.T, S: meta.S });
    expect(Math.abs(kappa / meta.u_correction_used_by_W1_W2 - 1)).toBeLessThan(2e-6);
  });

  test("makes another circuit's readout vanish on average: p(1/S + κ) = κ·S", () => {
    const p = sharingProbability(post);
    const kappa = correctionKappa(post);
    expect(p * (1 / 6 + kappa)).toBeCloseTo(kappa * 6, 14);
  });

  test("with P = S circuits cannot be told apart", () => {
    expect(() => correctionKappa({ D: 4, d: 4, T: 3, S: 1 })).toThrow(InputError);
    expect(correctionKappa({ D: 4, d: 4, T: 1, S: 1 })).toBe(0);
  });
});

test("expected active fraction z·S·d/D [E19]", () => {
  expect(expectedActiveFraction(post, 3)).toBeCloseTo(0.072, 14);
});

test("circuits per parameter and capacity [E24]", () => {
  expect(circuitsPerParameter(post)).toBeCloseTo(557 * 1.6e-5, 14);
  expect(capacityLoad(post)).toBeCloseTo(557 * 1.6e-5 * Math.log(557), 14);
});

describe("embedding-matrix check [E23]: the authors' predictions within their 6 digits (relative 5e-6)", () => {
  const data = reference("embedding-matrix-check.json");
  const names: [string, EmbeddingMatrixVariant][] = [
    ["rand", "delta"],
    ["capped", "mean"],
    ["combined", "both"],
  ];
  for (const [theirs, variant] of names) {
    test(`${variant}, S = 1…10, q not clipped at 0`, () => {
      let negative = 0;
      for (const [S, rows] of Object.entries<{ D: number; T: number; x: number }[]>(data[theirs])) {
        for (const { D, T, x } of rows) {
          const q = meanSquaredOverlap({ D, d: 4, T, S: Number(S) }, false);
          const ours = embeddingMatrixError({ T, q }, variant);
          expect(Math.abs(ours - x), `S = ${S}, D = ${D}, T = ${T}`).toBeLessThanOrEqual(5e-6 * Math.abs(x) + 1e-15);
          if (x < 0) negative++;
        }
      }
      expect(negative).toBeGreaterThan(0);
    });
  }
});
