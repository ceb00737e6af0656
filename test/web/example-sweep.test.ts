import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { parseSweep } from "../../src/batch/sweep/plan.js";
import { loadKernels } from "../../src/kernels/node.js";
import { exampleSweep } from "../../src/web/files/example-sweep.js";
import { localExecutor } from "../../src/workers/local.js";

test("the example of the sweep view equals examples/sweeps/load.json", async () => {
  const text = readFileSync(new URL("../../examples/sweeps/load.json", import.meta.url), "utf8");
  const { runs, figure } = await parseSweep(JSON.parse(text));
  const sweep = await exampleSweep(localExecutor(loadKernels()));
  expect(sweep.lines.map(({ index, hash, spec }) => ({ index, hash, spec }))).toEqual(runs);
  expect(sweep.figure).toEqual(figure);
  expect(sweep.lines.every(({ rows }) => rows.length === 12)).toBe(true);
});
