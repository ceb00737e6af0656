import { expect, test } from "vitest";
import { applyReadout, runAlone } from "../../src/circuits/circuits.js";
import { inputsOf } from "../../src/circuits/inputs.js";
import { anglesFromTurns, randomTurns, rotations, steps } from "../../src/circuits/rotation.js";
import { rowsText } from "../../src/cli/run.js";
import { errorsSection } from "../../src/exchange/card-errors.js";
import { beatsNaive, describeLayers } from "../../src/results/beats-naive.js";
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

test("the published network beats the naive one up to layer 3, z = 1", async () => {
  const { rows, naive } = await runSpec(parseSpec({ samples: 400 }));
  expect(naive["x"].naive).toHaveLength(5);
  expect(beatsNaive(rows, naive)).toEqual([
    { z: 1, readout: "alpha", throughLayer: 5, throughLayerConstant: 0, layers: [1, 2, 3, 4, 5], layersConstant: [] },
    { z: 1, readout: "x", throughLayer: 3, throughLayerConstant: 3, layers: [1, 2, 3], layersConstant: [1, 2, 3] },
  ]);
});

const statistic = (meanSquare: number): Statistic => ({ meanSquare, sd: null, worst: 0, wrong: 0, theory: null });
/** Rows of layers 0, 1, … in which readout y has the given mean squares over active circuits. */
const rowsOf = (errors: readonly number[]): ErrorRow[] =>
  errors.map((error, layer) => ({
    ...{ z: 1, layer, samples: 1, networks: 1, activeFraction: [0.5], activeFractionSd: null },
    ...{ expectedActiveFraction: 0.5, readouts: { y: { active: statistic(error), inactive: statistic(0) } } },
  }));

test("the first failing layer ends it; NaN fails; an exact naive network is not beaten", () => {
  const beaten = (errors: readonly number[], bound: number): object =>
    beatsNaive(rowsOf(errors), { y: { naive: errors.map(() => bound), bestConstant: errors.map(() => bound / 2) } })[0];
  expect(beaten([0, 0.1, 0.6, 0.1], 0.5)).toMatchObject({ throughLayer: 1, layers: [1, 3] });
  expect(beaten([0, 0.1, NaN, 0.1], 0.5)).toMatchObject({ throughLayer: 1, layers: [1, 3] });
  expect(beaten([0, 0.1, 0.1, 0.1], 0.5)).toMatchObject({ throughLayer: 3, layers: [1, 2, 3] });
  expect(beaten([0, 0.6, 0.3, 0.1], 0.5)).toEqual({
    ...{ z: 1, readout: "y", throughLayer: 0, throughLayerConstant: 0, layers: [2, 3], layersConstant: [3] },
  });
  expect(beaten([0, 0, 0], 0)).toMatchObject({ throughLayer: 0, layers: [] });
  expect(() => beatsNaive(rowsOf([0, 0]), {})).toThrow('readout "y": its naive errors are missing');
});

test.each([
  [[], "in no layer"],
  [[1], "up to layer 1"],
  [[1, 2, 3], "up to layer 3"],
  [[2], "at layer 2"],
  [[2, 3], "at layers 2 and 3"],
  [[2, 3, 4, 5], "at layers 2 to 5"],
  [[1, 2, 4], "at layers 1, 2 and 4"],
  [[1, 2, 3, 5, 7, 8, 9], "at layers 1 to 3, 5 and 7 to 9"],
])("layers %j in words: %s", (layers, words) => {
  expect(describeLayers(layers)).toBe(words);
});

test("a network that loses only in layer 1, as one trained from random weights, is said to win in the others", () => {
  const rows = rowsOf([0, 1.2, 0.3, 0.2]);
  const naive = { y: { naive: [0.5, 0.5, 0.5], bestConstant: [0.25, 0.25, 0.25] } };
  expect(rowsText(rows, naive)).toContain("[L4]: y at layers 2 and 3, with its best constants at layer 3\n");
  expect(errorsSection(rows, naive)).toMatch(/\nBetter than the naive network: y at layers 2 and 3\.$/);
  const same = { y: { naive: [0.5, 0.5, 0.5], bestConstant: [0.4, 0.4, 0.4] } };
  expect(rowsText(rows, same)).toContain("[L4]: y at layers 2 and 3\n");
});
