import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Readout } from "../../src/circuits/circuits.js";
import { anglesFromTurns, randomTurns, rotations, rotationsOneIndicator, steps } from "../../src/circuits/rotation.js";
import { findCoordinates, readsDirectly, type Coordinates } from "../../src/network/coordinates.js";
import { deviation } from "../support/deviation.js";
import { networkOf, plans } from "../support/random-networks.js";

type Matrix = readonly (readonly number[])[];

const multiply = (A: Matrix, B: Matrix, columns: number): number[][] =>
  A.map((row) => Array.from({ length: columns }, (_, j) => row.reduce((sum, value, k) => sum + value * B[k]![j]!, 0)));

const square = (values: ArrayLike<number>, d: number, offset = 0): number[][] =>
  Array.from({ length: d }, (_, i) => Array.from({ length: d }, (__, j) => values[offset + i * d + j]!));

/** O·[1 0; 0 mix_t]·K. */
function rebuilt({ K, O, pass, inner, outer, mix }: Coordinates, d: number, t: number): number[][] {
  const middle = Array.from({ length: pass + outer }, (_, i) =>
    K.map((__, j) => {
      if (i < pass) return i === j ? 1 : 0;
      return j >= pass && j < pass + inner ? mix![(t * outer + i - pass) * inner + j - pass]! : 0;
    }),
  );
  return multiply(multiply(O, middle, K.length), K, d);
}

interface Mapped {
  readonly d: number;
  readonly shared: Float64Array;
  readonly own: Float64Array;
  readonly T: number;
  readonly readouts: readonly Readout[];
}

/** Expects shared + own_t = O·[1 0; 0 mix_t]·K and R = Q·K. */
function expectRebuilt({ d, shared, own, T, readouts }: Mapped): Coordinates {
  const coordinates = findCoordinates(d, { shared, own, T }, readouts);
  const { K, Q, O, pass, outer, mix } = coordinates;
  expect(K.length).toBeLessThanOrEqual(d);
  expect(O.length).toBe(d);
  if (mix !== null) {
    expect(pass + outer).toBeLessThanOrEqual(d);
    for (let t = 0; t < T; t++) {
      const wanted = square(shared, d).map((row, i) => row.map((value, j) => value + own[(t * d + i) * d + j]!));
      expect(deviation(rebuilt(coordinates, d, t), wanted)).toBeLessThan(1e-6);
    }
  } else {
    const identity = square(
      Array.from({ length: d * d }, (_, at) => (at % (d + 1) === 0 ? 1 : 0)),
      d,
    );
    expect([K, O, pass, coordinates.inner, outer]).toEqual([identity, identity, 0, d, d]);
  }
  const R = readouts.flatMap(({ matrix }) => matrix);
  expect(deviation(multiply(Q, K, d), R)).toBeLessThan(1e-9);
  return coordinates;
}

const angles = anglesFromTurns(randomTurns(20, 1));

describe("coordinates give back the weights within 1e-6 (mix is float32) and the readouts within 1e-9", () => {
  test("rotations, d = 4: three coordinates in, three directions out, readouts unchanged", () => {
    const circuits = rotations(angles, 1);
    const found = expectRebuilt({ ...circuits, shared: circuits.mean[0]!, own: circuits.delta[0]! });
    const { K, pass, inner, outer } = found;
    expect([K.length, pass, inner, outer]).toEqual([3, 1, 2, 2]);
    expect(readsDirectly(found)).toBe(true);
    expect(K).toEqual([
      [1, -1, 0, 0],
      [-1, 1, 1, 0],
      [-1, 1, 0, 1],
    ]);
  });

  test("rotations, d = 3", () => {
    const circuits = rotationsOneIndicator(angles, 1);
    const found = expectRebuilt({ ...circuits, shared: circuits.mean[0]!, own: circuits.delta[0]! });
    expect([found.K.length, found.pass, found.inner, found.outer]).toEqual([3, 1, 2, 2]);
    expect(readsDirectly(found)).toBe(true);
  });

  test("steps: one coordinate, no individual matrices", () => {
    const circuits = steps(20, 1);
    const found = expectRebuilt({ ...circuits, shared: circuits.mean[0]!, own: circuits.delta[0]! });
    expect([found.K.length, found.pass, found.inner, found.outer]).toEqual([1, 1, 0, 0]);
  });

  test("the last layer: only the readouts", () => {
    const { readouts } = rotations(angles, 1);
    const found = findCoordinates(4, null, readouts);
    expect([found.K.length, found.pass, found.inner, found.outer, found.mix]).toEqual([3, 0, 0, 0, null]);
    expect(readsDirectly(found)).toBe(true);
  });

  test("random circuits of any rank, readouts inside and outside their span", () => {
    const seen = { reduced: 0, whole: 0 };
    fc.assert(
      fc.property(plans({ T: [1, 8], spare: [1, 4], L: 2 }), (plan) => {
        const { circuits } = networkOf(plan);
        const { d, T, mean, delta, readouts } = circuits;
        const { mix } = expectRebuilt({ d, T, readouts, shared: mean[0]!, own: delta[0]! });
        seen[mix === null ? "whole" : "reduced"]++;
      }),
      { numRuns: 500, seed: 1 },
    );
    expect(Math.min(seen.reduced, seen.whole)).toBeGreaterThan(50);
  });

  test("a readout outside the span adds a coordinate", () => {
    const shared = Float64Array.from([1, 0, 0, 1, 0, 0, 1, 0, 0]);
    const readouts = [{ name: "y", matrix: [[0, 1, 1]] }];
    const found = expectRebuilt({ d: 3, T: 2, readouts, shared, own: new Float64Array(18) });
    expect([found.K.length, found.pass, found.inner]).toEqual([2, 1, 0]);
    expect(readsDirectly(found)).toBe(false);
  });

  test("a readout of zeros adds none, and is not one of the coordinates", () => {
    const readouts = [
      { name: "y", matrix: [[1, 0]] },
      { name: "none", matrix: [[0, 0]] },
    ];
    const found = findCoordinates(2, null, readouts);
    expect(found.K).toEqual([[1, 0]]);
    expect(readsDirectly(found)).toBe(false);
  });
});

describe("float32 coordinates keep float32 precision", () => {
  // Expressing the third circuit's row in terms of the first two takes coefficients of a million.
  test("circuits with nearly parallel rows: no coefficient above 100", () => {
    const own = Float64Array.from([1, 0, 1, 0, 1, 1e-6, 1, 1e-6, 0, 1, 0, 1]);
    const readouts = [{ name: "y", matrix: [[1, 0]] }];
    const { mix, O, Q } = expectRebuilt({ d: 2, T: 3, readouts, shared: new Float64Array(4), own });
    const coefficients = [...(mix ?? []), ...O.flat(), ...Q.flat()];
    expect(Math.max(...coefficients.map(Math.abs))).toBeLessThan(100);
  });

  test("nearly parallel readouts: no coefficient above 100", () => {
    const readouts = [{ name: "y", matrix: [[1, 0], [1, 1e-6], [0, 1]] }]; // prettier-ignore
    const { Q } = findCoordinates(2, null, readouts);
    expect(Math.max(...Q.flat().map(Math.abs))).toBeLessThan(100);
  });
});
