import { expect, test } from "vitest";
import { rowsToCsv, rowsToJson } from "../../src/results/table.js";
import { layerErrorRows } from "../studies/layer-errors/fixed-rows.js";

test("JSON keeps every digit and every row", () => {
  const rows = layerErrorRows();
  expect(JSON.parse(rowsToJson(rows))).toEqual(rows);
  expect(rowsToJson([{ a: 0.1 + 0.2 }])).toBe('[\n{"a":0.30000000000000004}\n]\n');
  expect(rowsToJson([])).toBe("[]\n");
});

test("JSON spells out numbers that it cannot hold instead of writing null", () => {
  expect(rowsToJson([{ a: Infinity, b: [NaN], c: null }])).toBe('[\n{"a":"Infinity","b":["NaN"],"c":null}\n]\n');
});

test("CSV flattens nested fields, in order of first appearance", () => {
  const csv = rowsToCsv([
    { z: 1, errors: { xActive: { meanSquare: 0.5, sd: null } }, share: [0.1, 0.2] },
    { z: 2, errors: { xActive: { meanSquare: 0.25, sd: 0.01 } }, share: null },
  ]);
  expect(csv).toBe(
    "z,errors.xActive.meanSquare,errors.xActive.sd,share.0,share.1\r\n1,0.5,,0.1,0.2\r\n2,0.25,0.01,,\r\n",
  );
});

test("CSV quotes commas, quotes and line breaks", () => {
  expect(rowsToCsv([{ 'a"b': "x,y", c: 'say "hi"', d: "two\nlines", e: "plain" }])).toBe(
    '"a""b",c,d,e\r\n"x,y","say ""hi""","two\nlines",plain\r\n',
  );
});
