import { expect, test } from "vitest";
import { rowsText } from "../../src/cli/run.js";
import { parseSpec } from "../../src/config/parse-spec.js";
import { errorsSection } from "../../src/exchange/card-errors.js";
import { runCsv } from "../../src/results/run-file.js";
import { isVoid, theoryEnds } from "../../src/results/theory-ends.js";
import { runSpec } from "../../src/runs/run.js";

test("the full published network: the theory fails from layer 2 on, where far more indicators are on than there are active circuits", async () => {
  const { rows, naive } = await runSpec(parseSpec({ L: 3, z: [1, 2], samples: 60 }));
  const ends = theoryEnds(rows);
  expect(ends).toEqual([
    { z: 1, layer: 2 },
    { z: 2, layer: 2 },
  ]);
  expect(rows.map((row) => isVoid(ends, row))).toEqual([false, false, true, true, false, false, true, true]);

  const [header, ...lines] = runCsv(rows, naive).trim().split("\r\n").map((line) => line.split(",")); // prettier-ignore
  const column = (name: string): string[] => lines.map((line) => line[header!.indexOf(name)]!);
  expect(column("theoryHolds").slice(0, 4)).toEqual(["true", "true", "false", "false"]);
  expect(column("naive.x").slice(0, 2)).toEqual(["0", String(naive["x"]!.naive[0])]);
  expect(column("bestConstant.alpha")[3]).toBe(String(naive["alpha"]!.bestConstant[2]));

  const text = rowsText(rows, naive);
  expect(text.match(/theory in brackets does not apply from layer 2 onwards/g)).toHaveLength(2);
  expect(text).toMatch(/\n {4}1 {2}x, inactive .* 0\.0037\d* /);
  expect(text).toMatch(/\n {4}2 {2}x, inactive .* \(0\.0037\d*\) /);
  expect(errorsSection(rows, naive)).toMatch(
    /\n\| 2 \| x, active \| \(0\.\d+\) \| [^|]+ \| [^|]+ \| 0\.551 \| 0\.551 \|\n/,
  );
});

test("with the oracle gate the assumption holds; without a theory nothing fails", async () => {
  const oracle = await runSpec(parseSpec({ L: 3, z: 2, samples: 40, gate: "oracle" }));
  expect(theoryEnds(oracle.rows)).toEqual([{ z: 2, layer: null }]);
  expect(rowsText(oracle.rows, oracle.naive)).not.toContain("void");
  const noisy = await runSpec(parseSpec({ D: 200, T: 50, S: 3, L: 2, samples: 20, noise: 0.1 }));
  expect(theoryEnds(noisy.rows)).toEqual([]);
  expect(isVoid([], noisy.rows[2]!)).toBe(null);
  expect(errorsSection(noisy.rows, noisy.naive)).toContain("There is no theory for such a network");
});
