import { describe, expect, test } from "vitest";
import { anglesFromTurns, randomTurns, rotations, rotationsOneIndicator } from "../../src/circuits/rotation.js";
import { InputError } from "../../src/base/errors.js";
import { meanSquaredOverlap } from "../../src/base/shape.js";
import {
  activeError,
  errorTerms,
  inactiveError,
  othersTerm,
  overlapTerm,
  predictErrors,
  predictTerms,
  selfTerm,
} from "../../src/theory/errors.js";
import { circuitExpectations } from "../../src/theory/expectations.js";
import { activeRotationError, inactiveRotationError } from "../../src/theory/rotation.js";
import { randomCircuits } from "./random-circuits.js";

const shape = { D: 1000, d: 4, T: 557, S: 6, L: 5 };
const circuits = rotations(anglesFromTurns(randomTurns(557, 3)), 5);
const rotation = { delta: 1, mean: 8, own: 9 };

describe("formulas one by one, at T = 10, z = 3, q = 0.1 (1e-14)", () => {
  const crowd = { T: 10, z: 3, q: 0.1 };

  test("[E20] inactive: z·q·E|R a|²", () => {
    expect(inactiveError(crowd, { output: 2 })).toBeCloseTo(0.6, 14);
  });

  test("[E21b] self T·q²·1, overlap 2·q·9, others 2·(T·q²·(1 + 8)) + overlap", () => {
    expect(selfTerm(crowd, rotation)).toBeCloseTo(0.1, 14);
    expect(overlapTerm(crowd, rotation)).toBeCloseTo(1.8, 14);
    expect(othersTerm(crowd, rotation)).toBeCloseTo(1.8 + 1.8, 14);
  });

  test("[E21] active at layer 3: 2·T·q²·(3 + 2·8) + 3·q·2·9", () => {
    expect(activeError(crowd, rotation, 3)).toBeCloseTo(3.8 + 5.4, 14);
    expect(activeError(crowd, rotation, 1)).toBeCloseTo(1.8, 14);
  });
});

test("summing the terms of [E21b] over layers gives [E21] when layers are alike (relative 1e-14)", () => {
  for (const z of [1, 2, 7]) {
    const crowd = { T: 557, z, q: meanSquaredOverlap(shape) };
    const terms = errorTerms(
      crowd,
      Array.from({ length: 6 }, () => ({ ...rotation, output: 1 })),
    );
    terms.forEach(({ self, others, previous }, k) => {
      const wanted = activeError(crowd, rotation, k + 1);
      expect(Math.abs(previous + self + others - wanted)).toBeLessThanOrEqual(1e-14 * wanted);
    });
  }
});

test("rotations: the general prediction is the closed form, x and alpha, active and inactive (relative 1e-12)", () => {
  for (const z of [1, 2, 3, 4]) {
    const { x, alpha } = predictErrors(shape, circuits, z);
    expect(x[0]).toEqual({ active: 0, inactive: 0 });
    expect(alpha[0]).toEqual({ active: 0, inactive: 0 });
    expect(x.length).toBe(6);
    for (let layer = 1; layer <= 5; layer++) {
      const active = activeRotationError(shape, z, layer);
      const inactive = inactiveRotationError(shape, z);
      expect(Math.abs(x[layer].active - active)).toBeLessThanOrEqual(1e-12 * active);
      expect(Math.abs(x[layer].inactive - inactive)).toBeLessThanOrEqual(1e-12 * inactive);
      expect(alpha[layer].active).toBeLessThan(1e-20);
      expect(Math.abs(alpha[layer].inactive - inactive)).toBeLessThanOrEqual(1e-12 * inactive);
    }
  }
});

test("d = 3: the indicator of active circuits is hit by others, unlike d = 4", () => {
  const three = rotationsOneIndicator(anglesFromTurns(randomTurns(557, 3)), 5);
  const { alpha } = predictErrors({ ...shape, D: 750, d: 3 }, three, 2);
  expect(alpha[1].active).toBeCloseTo(4 * meanSquaredOverlap({ ...shape, D: 750, d: 3 }), 12);
  expect(alpha[2].active).toBeGreaterThan(alpha[1].active);
});

describe("weights that differ between layers", () => {
  const inputs = { kind: "uniform", low: [0, 0, 0], high: [1, 1, 1] } as const;
  const custom = randomCircuits({ d: 3, T: 80, L: 4, inputs, seed: 4 });
  const small = { D: 120, d: 3, T: 80, S: 3, L: 4 };
  const expectations = circuitExpectations(custom);

  test("every layer adds its own terms, layer 1 the overlap alone (relative 1e-13)", () => {
    const z = 3;
    const q = meanSquaredOverlap(small);
    const predicted = predictErrors(small, custom, z, expectations);
    custom.readouts.forEach(({ name }, r) => {
      let active = 0;
      for (let layer = 1; layer <= 4; layer++) {
        const { delta, mean, own, output } = expectations[r][layer - 1];
        active += q * 2 * own;
        if (layer > 1) active += 80 * q * q * (3 * delta + 2 * mean);
        expect(Math.abs(predicted[name][layer].active / active - 1)).toBeLessThan(1e-13);
        expect(Math.abs(predicted[name][layer].inactive / (z * q * output) - 1)).toBeLessThan(1e-13);
      }
    });
  });

  test("terms add up to the active error, and the previous term is the error of the layer before (relative 1e-13)", () => {
    const errors = predictErrors(small, custom, 2);
    const terms = predictTerms(small, custom, 2);
    for (const { name } of custom.readouts) {
      expect(terms[name].length).toBe(4);
      expect(terms[name][0].self).toBe(0);
      terms[name].forEach(({ self, others, previous }, k) => {
        expect(Math.abs(self + others + previous - errors[name][k + 1].active)).toBeLessThanOrEqual(1e-13);
        expect(Math.abs(previous - errors[name][k].active)).toBeLessThanOrEqual(1e-13);
      });
    }
  });

  test("a network shallower than the circuits stops at its own depth", () => {
    expect(predictErrors({ ...small, L: 2 }, custom, 2)["first"].length).toBe(3);
  });
});

test("no overlap, no error: T·S ≤ P predicts 0 everywhere", () => {
  const few = rotations(anglesFromTurns(randomTurns(41, 3)), 3);
  for (const readout of Object.values(predictErrors({ ...shape, T: 41, L: 3 }, few, 4))) {
    for (const error of readout) expect(error).toEqual({ active: 0, inactive: 0 });
  }
});

test.each([
  [shape, 0, "z = 0: must be a whole number from 1 to 557."],
  [shape, 558, "z = 558"],
  [shape, 1.5, "z = 1.5"],
  [{ ...shape, T: 500 }, 1, "T = 500: there are 557 circuits."],
  [{ ...shape, d: 5 }, 1, "d = 5: these circuits have d = 4."],
  [{ ...shape, L: 6 }, 1, "L = 6: must be a whole number from 1 to 5."],
])("refuses %o with z = %d", (wrong, z, message) => {
  expect(() => predictErrors(wrong, circuits, z)).toThrow(InputError);
  expect(() => predictErrors(wrong, circuits, z)).toThrow(message);
});
