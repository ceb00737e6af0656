import { specHash } from "../../config/hash.js";
import type { RunSpec } from "../../config/run-spec.js";
import type { ErrorRow } from "../../results/rows.js";
import type { Executor } from "../../jobs/execute.js";
import { mergeRuns, runRows } from "../../runs/rows.js";
import { tasksOfAll } from "../../runs/tasks.js";
import { parseLabSpec } from "../spec/lab-spec.js";
import type { LoadedSweep } from "./sweep-file.js";

/** The contents of examples/sweeps/load.json. */
export const exampleRuns = [50, 100, 200, 300, 400, 500, 557].map((T) => parseLabSpec({ z: [1, 2], samples: 200, T }));

export const exampleCommand = "superpose sweep examples/sweeps/load.json --out load";

/** The rows of one run. */
export async function rowsOfRun(executor: Executor, spec: RunSpec): Promise<readonly ErrorRow[]> {
  const [sums] = await mergeRuns([spec], executor.results(tasksOfAll([spec])));
  return runRows(spec, sums);
}

/** Runs a small sweep in the page and returns the lines that the command would write. */
export async function exampleSweep(executor: Executor): Promise<LoadedSweep> {
  const sums = await mergeRuns(exampleRuns, executor.results(tasksOfAll(exampleRuns)));
  const lines = exampleRuns.map(async (spec, index) => {
    return { index, hash: await specHash(spec), spec, rows: runRows(spec, sums[index]) };
  });
  return {
    name: "An example, computed here",
    command: exampleCommand,
    lines: await Promise.all(lines),
    figure: { kind: "errors-by-load", readout: "x", circuits: "active" },
    runs: exampleRuns.length,
    torn: 0,
  };
}
