import { expect, test } from "vitest";
import { normalPair, RandomSequence } from "../../src/base/random.js";
import { Arena } from "../../src/kernels/memory.js";
import { loadKernels } from "../../src/kernels/node.js";
import { linearFloors, measureLinearFloors, type LinearFloors } from "../../src/engine/linear-floors.js";
import { featureWriter } from "../../src/studies/storage/feature-families.js";

const kernels = loadKernels();

const floorsOf = (features: readonly ArrayLike<number>[]): LinearFloors => linearFloors(features, kernels);

function random(n: number, m: number, repeat: number): LinearFloors {
  const arena = new Arena(kernels.memory, kernels.heapBase());
  return measureLinearFloors(
    kernels,
    arena,
    m,
    featureWriter(kernels, arena, { family: "random", n, m, seed: 1, repeat }),
  );
}

/** Features with independent normal entries, so their lengths are not 1. */
function gaussian(n: number, F: number): Float64Array[] {
  const sequence = new RandomSequence(4, "vectors");
  return Array.from({ length: F }, () => Float64Array.from({ length: n }, () => normalPair(sequence)[0]));
}

test("an orthonormal frame has no floor", () => {
  const { own, welch, geometry, tied, pseudoInverse, n } = floorsOf(
    Array.from({ length: 40 }, (_, i) => Array.from({ length: 40 }, (_, j) => Number(i === j))),
  );
  expect({ n, welch, geometry }).toEqual({ n: 40, welch: 0, geometry: null });
  for (const value of [own, tied.meanSquare, pseudoInverse.meanSquare]) expect(value).toBeLessThan(1e-9);
});

test.each([3, 16, 64])("a simplex of %i + 1 vectors meets Welch's floor with every readout", (n) => {
  // The rows of I − 1/(n+1) span n of the n + 1 dimensions.
  const simplex = Array.from({ length: n + 1 }, (_, i) =>
    Array.from({ length: n + 1 }, (_, j) => Number(i === j) - 1 / (n + 1)),
  );
  const floors = floorsOf(simplex);
  expect(floors.n).toBe(n);
  expect(floors.welch).toBeCloseTo(1 / n ** 2, 12);
  expect(floors.geometry).toBeCloseTo(1, 6);
  expect(floors.tied.ratio).toBeCloseTo(1, 5);
  expect(floors.pseudoInverse.ratio).toBeCloseTo(1, 5);
});

test("equiangular vectors meet it too, written in twice as many coordinates as they span", () => {
  const [n, m] = [31, 62];
  const arena = new Arena(kernels.memory, kernels.heapBase());
  const writer = featureWriter(kernels, arena, { family: "equiangular", n, m, seed: 1, repeat: 0 });
  const floors = measureLinearFloors(kernels, arena, m, writer);
  expect(floors.n).toBe(n);
  expect(floors.geometry).toBeCloseTo(1, 5);
  expect(floors.tied.ratio).toBeCloseTo(1, 4);
});

test("any code: the floors match their definitions, and the scaled pseudo-inverse reaches the code's own floor", () => {
  const [n, F] = [12, 700];
  const features = gaussian(n, F);
  const floors = floorsOf(features);
  let tied = 0;
  for (let i = 0; i < F; i++) {
    const square = features[i].reduce((sum, x) => sum + x * x, 0);
    for (let j = 0; j < F; j++)
      if (i !== j) tied += (features[i].reduce((dot, x, k) => dot + x * features[j][k], 0) / square) ** 2;
  }
  expect(floors.tied.meanSquare / (tied / F / (F - 1))).toBeCloseTo(1, 5);
  expect(floors.pseudoInverse.ratio).toBeCloseTo(1, 5);
  expect(floors.own).toBeGreaterThan(floors.welch);
  // A reflection changes no dot product.
  const mirrored = floorsOf(features.map((feature) => Float64Array.from(feature, (x, k) => (k === 3 ? -x : x))));
  expect(mirrored.own).toBeCloseTo(floors.own, 7);
});

test("random unit vectors, F = 2n: R_geom is the published one, 1.005 to 1.019 for n = 50 to 200", () => {
  const mean = (n: number): number => {
    const draws = Array.from({ length: 12 }, (_, repeat) => random(n, 2 * n, repeat).geometry!);
    return draws.reduce((sum, value) => sum + value, 0) / draws.length;
  };
  // The spread across draws is 0.0027 at n = 50 and 0.0003 at n = 200.
  expect(Math.abs(mean(50) - 1.019)).toBeLessThan((3 * 0.0027) / Math.sqrt(12));
  expect(Math.abs(mean(200) - 1.005)).toBeLessThan((3 * 0.0003) / Math.sqrt(12) + 0.0005);
});

test("n = 128, F = 2048, published: tied 1.0662, pseudo-inverse 1.0010 times Welch's floor", () => {
  const { welch, tied, pseudoInverse } = random(128, 2048, 0);
  expect(Math.abs(tied.meanSquare / welch - 1.0662)).toBeLessThan(0.002);
  expect(Math.abs(pseudoInverse.meanSquare / welch - 1.001)).toBeLessThan(0.0002);
});

test.each([
  ["doubles", 12, 100, 30],
  ["single precision", 320, 2000, 0.3],
])("in %s the code's own floor does not depend on the coordinates", (_, n, F, stretch) => {
  const features = gaussian(n, F);
  // Maps x to x + stretch·(Σx)·v, which stretches one direction by a large factor, and then makes every second
  // coordinate small.
  const skewed = features.map((feature) => {
    const sum = feature.reduce((a, b) => a + b, 0);
    return feature.map((x, i) => (x + stretch * sum * Math.sin(i + 1)) * (i % 2 === 0 ? 1 : 1e-4));
  });
  const [plain, other] = [linearFloors(features, kernels), linearFloors(skewed, kernels)];
  expect(other.n).toBe(n);
  expect(other.own / plain.own).toBeCloseTo(1, 4);
  expect(other.pseudoInverse.ratio).toBeCloseTo(1, 4);
  expect(other.tied.meanSquare).toBeGreaterThan(2 * other.own);
});

test("a given readout: its rows in any scale, and never below the floor", () => {
  const features = gaussian(12, 40);
  const { given, tied } = linearFloors(
    features,
    kernels,
    features.map((feature, j) => feature.map((x) => -(j + 1) * x)),
  );
  expect(given!.meanSquare / tied.meanSquare).toBeCloseTo(1, 6);
  const bent = features.map((feature) => feature.map((x, i) => x + (i === 0 ? 0.3 : 0)));
  expect(linearFloors(features, kernels, bent).given!.ratio).toBeGreaterThan(1);
  expect(linearFloors(features, kernels).given).toBeNull();
});

test("numbers far from 1 change nothing", () => {
  const features = gaussian(5, 9);
  const { own, tied } = linearFloors(features, kernels);
  for (const factor of [2 ** 600, 2 ** -600]) {
    const scaled = linearFloors(
      features.map((feature) => feature.map((x) => factor * x)),
      kernels,
    );
    expect({ own: scaled.own, tied: scaled.tied }).toEqual({ own, tied });
  }
});

test("refuses what cannot be measured, by name", () => {
  const features = gaussian(4, 8);
  const with5 = (change: (feature: Float64Array) => ArrayLike<number>) =>
    features.map((feature, j) => (j === 5 ? change(feature.slice()) : feature));
  expect(() =>
    linearFloors(
      with5((feature) => feature.fill(0)),
      kernels,
    ),
  ).toThrow("feature 5: its vector is 0");
  expect(() =>
    linearFloors(
      with5((feature) => feature.fill(NaN, 2)),
      kernels,
    ),
  ).toThrow("vectors[5][2] = NaN: must be a finite number");
  expect(() =>
    linearFloors(
      with5((feature) => feature.subarray(1)),
      kernels,
    ),
  ).toThrow("vectors[5] has 3 entries: must have n = 4.");
  expect(() =>
    linearFloors(
      with5((feature) => feature.map((x) => 1e-12 * x)),
      kernels,
    ),
  ).toThrow("feature 5: its vector is too short compared with the others");
  expect(() => linearFloors(features.slice(0, 1), kernels)).toThrow("F = 1: must be a whole number from 2 to 1000000");
  expect(() => linearFloors([], kernels)).toThrow("F = 0: must be");
  expect(() => linearFloors([[], []], kernels)).toThrow("n = 0: must be a whole number from 1 to 4096");
  expect(() => linearFloors(features, kernels, features.slice(1))).toThrow("readout has 7 entries: must have F = 8.");
  expect(() =>
    linearFloors(
      features,
      kernels,
      with5((feature) => feature.fill(0)),
    ),
  ).toThrow("feature 5: its readout reads it as 0");
});
