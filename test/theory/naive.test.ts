import { expect, test } from "vitest";
import { applyReadout, runAlone } from "../../src/circuits/circuits.js";
import { inputsOf } from "../../src/circuits/inputs.js";
import { anglesFromTurns, randomTurns, rotations, steps } from "../../src/circuits/rotation.js";
import { beatsNaive } from "../../src/results/beats-naive.js";
import type { ErrorRow, Statistic } from "../../src/results/rows.js";
import { buildCircuits } from "../../src/config/build.js";
import { parseSpec } from "../../src/config/parse-spec.js";
import { runNaiveErrors } from "../../src/runs/rows.js";
import { runSpec } from "../../src/runs/run.js";
import { circuitExpectations } from "../../src/theory/expectations.js";
import { naiveErrors, shareLeftOut } from "../../src/theory/naive.js";

test("the share of circuits that do not fit side by side [L4]", () => {
  expect(shareLeftOut({ D: 1000, d: 4, T: 557 })).toBeCloseTo(0.5512, 4);
  expect(shareLeftOut({ D: 1000, d: 4, T: 250 })).toBe(0);
  expect(shareLeftOut({ D: 1000, d: 4, T: 10 })).toBe(0);
});

test("rotations: x has mean 0 and length 1, alpha is 1; a constant answers alpha exactly", () => {
  const [alpha, x] = circuitExpectations(rotations(anglesFromTurns(randomTurns(50, 7)), 2));
  const size = { D: 1000, d: 4, T: 557 };
  for (const value of [
    ...naiveErrors(size, x).naive,
    ...naiveErrors(size, x).bestConstant,
    ...naiveErrors(size, alpha).naive,
  ])
    expect(value).toBeCloseTo(1 - 250 / 557, 12);
  for (const value of naiveErrors(size, alpha).bestConstant) expect(value).toBeCloseTo(0, 12);
  for (const { variance } of circuitExpectations(steps(30, 4))[0]) expect(variance).toBeCloseTo(0, 12);
});

test("gates, one input after another: E|y|² and the error of each best constant", () => {
  const spec = parseSpec({ circuits: "gates", D: 64, T: 16, S: 2, L: 1, samples: 1 });
  const circuits = buildCircuits(spec, 0);
  let [square, variance] = [0, 0];
  for (let t = 0; t < 16; t++) {
    const inputs = inputsOf(circuits.inputs, t);
    if (inputs.kind !== "choice") throw new Error("Gates have a list of inputs.");
    const ys = inputs.vectors.map((vector) => applyReadout(circuits.readouts[0], runAlone(circuits, t, vector)[1])[0]);
    const mean = ys.reduce((sum, y) => sum + y, 0) / ys.length;
    square += ys.reduce((sum, y) => sum + y * y, 0) / ys.length / 16;
    variance += ys.reduce((sum, y) => sum + (y - mean) ** 2, 0) / ys.length / 16;
  }
  const { naive, bestConstant } = runNaiveErrors(spec)[circuits.readouts[0].name];
  const share = 1 - 64 / circuits.d / 16;
  expect(share).toBeGreaterThan(0);
  expect(naive[0]).toBeCloseTo(share * square, 12);
  expect(bestConstant[0]).toBeCloseTo(share * variance, 12);
});

test("the published network beats the naive one through layer 3, z = 1", async () => {
  const { rows, naive } = await runSpec(parseSpec({ samples: 400 }));
  expect(naive["x"].naive).toHaveLength(5);
  expect(beatsNaive(rows, naive)).toEqual([
    { z: 1, readout: "alpha", throughLayer: 5, throughLayerConstant: 0 },
    { z: 1, readout: "x", throughLayer: 3, throughLayerConstant: 3 },
  ]);
});

test("the first failing layer ends it; NaN fails; an exact naive network is not beaten", () => {
  const statistic = (meanSquare: number): Statistic => ({ meanSquare, sd: null, worst: 0, wrong: 0, theory: null });
  const row = (layer: number, meanSquare: number): ErrorRow => ({
    ...{ z: 1, layer, samples: 1, networks: 1, activeFraction: [], activeFractionSd: null, expectedActiveFraction: 0 },
    readouts: { y: { active: statistic(meanSquare), inactive: statistic(0) } },
  });
  const through = (errors: readonly number[], bound: number): number =>
    beatsNaive(
      errors.map((error, k) => row(k, error)),
      { y: { naive: errors.map(() => bound), bestConstant: errors.map(() => bound) } },
    )[0].throughLayer;
  expect(through([0, 0.1, 0.6, 0.1], 0.5)).toBe(1);
  expect(through([0, 0.1, NaN, 0.1], 0.5)).toBe(1);
  expect(through([0, 0.1, 0.1, 0.1], 0.5)).toBe(3);
  expect(through([0, 0, 0], 0)).toBe(0);
  expect(() => beatsNaive([row(1, 0)], {})).toThrow('readout "y": its naive errors are missing');
});
