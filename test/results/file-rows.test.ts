import { expect, test } from "vitest";
import { fileRow, flatRow, nameInFiles, rowsFrom } from "../../src/results/file-rows.js";
import { named } from "../../src/results/numbers-in-json.js";
import type { ErrorRow } from "../../src/results/rows.js";

const statistic = { meanSquare: 0.5, sd: null, worst: Infinity, wrong: 0.25, theory: NaN };
const other = { meanSquare: 0.1, sd: 0.01, worst: 1, wrong: null, theory: null };
const row: ErrorRow = {
  ...{ z: 1, layer: 2, samples: 10, networks: 3, inactiveSamples: 4 },
  readouts: { x: { active: statistic, inactive: other }, Inactive: { active: other, inactive: other } },
  ...{ activeFraction: [0.1, -Infinity], activeFractionSd: [0, 0], expectedActiveFraction: 0.2 },
};

test("in files, a row's statistics lie side by side in the place of its readouts", () => {
  expect(nameInFiles({ readout: "x", activity: "inactive" })).toBe("xInactive");
  const errors = { xActive: statistic, xInactive: other, InactiveActive: other, InactiveInactive: other };
  const { readouts, ...fields } = row;
  expect(fileRow(row)).toEqual({ ...fields, errors });
  const keys = ["z", "layer", "samples", "networks", "inactiveSamples"];
  const shares = ["activeFraction", "activeFractionSd", "expectedActiveFraction"];
  expect(Object.keys(fileRow(row))).toEqual([...keys, "errors", ...shares]);
  expect(Object.keys(flatRow(row))).toEqual([...keys, ...Object.keys(errors), ...shares]);
  expect(Object.keys(readouts)).toEqual(["x", "Inactive"]);
});

test("rows are read back from JSON unchanged, including infinite numbers", () => {
  expect(rowsFrom(JSON.parse(JSON.stringify([row, row].map(fileRow), named)))).toEqual([row, row]);
});

const file = fileRow(row);
test.each<[string, unknown]>([
  ["no list", file],
  ["no rows", []],
  ["an invalid row", [file, null]],
  ["no errors", [{ ...file, errors: undefined }]],
  ["active circuits alone", [{ ...file, errors: { xActive: other } }]],
  ["inactive circuits alone", [{ ...file, errors: { xInactive: other } }]],
  ["circuits of two readouts", [{ ...file, errors: { xActive: other, yInactive: other } }]],
  ["a readout without a name", [{ ...file, errors: { Active: other, Inactive: other } }]],
  ["another name", [{ ...file, errors: { xActive: other, xInactive: other, x: other, y: other } }]],
  ["a script for a name", [{ ...file, errors: { "<script>Active": other, "<script>Inactive": other } }]],
  ["text for a number", [{ ...file, errors: { xActive: other, xInactive: { ...other, worst: "1" } } }]],
  ["half a sample", [{ ...file, samples: 0.5 }]],
  ["text for shares", [{ ...file, activeFraction: "0.1" }]],
])("%s: not the rows of a measurement", (_, value) => {
  expect(rowsFrom(value)).toBe(null);
});

test("names of built-in objects are ordinary names", () => {
  const errors = { constructorActive: other, constructorInactive: other };
  expect(rowsFrom([{ ...file, errors }])![0]!.readouts).toEqual({ constructor: { active: other, inactive: other } });
});
