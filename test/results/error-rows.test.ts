import { describe, expect, test } from "vitest";
import { errorRows, onePartRows } from "../../src/results/error-rows.js";
import { fileRow, flatRow, rowsFrom } from "../../src/results/file-rows.js";
import { rowsText } from "../../src/cli/run.js";
import { runSpec } from "../../src/runs/run.js";
import { engineNames } from "../../src/runs/engines.js";
import { emptySums } from "../../src/engine/sums.js";
import { parseSpec } from "../../src/config/parse-spec.js";

describe("rows of errors", () => {
  // Two circuits that share one of S = 4 neurons disturb each other by exactly a quarter.
  test.each(engineNames)("errors of exactly a quarter are not over it by rounding: %s", async (engine) => {
    const spec = parseSpec({ circuits: "rotation5", D: 205, T: 28, S: 4, L: 1, z: [2], samples: 2000, seed: 41271 });
    const { rows } = await runSpec(spec, { engine });
    const { worst, wrong } = rows[1]!.readouts["x"]!.active;
    expect(worst).toBeCloseTo(0.25, 5);
    expect(wrong).toBe(0);
  });

  test("if all circuits are active, inactive ones have no theory", async () => {
    const { rows } = await runSpec(parseSpec({ D: 4, T: 3, S: 1, L: 1, z: [2, 3], samples: 10 }));
    const theories = rows.filter(({ layer }) => layer === 1).map(({ readouts }) => readouts["alpha"]!.inactive.theory);
    expect(theories).toEqual([expect.any(Number), null]);
  });

  test("active neurons are counted by block, also with a fitted embedding matrix and with noise", async () => {
    const small = { D: 80, T: 10, S: 3, L: 1, samples: 10 };
    for (const more of [{}, { construction: "load-aware" }, { noise: 0.01 }]) {
      const { rows } = await runSpec(parseSpec({ ...small, ...more }));
      expect(rows[1]!.activeFraction).toHaveLength(4);
      // The indicator takes one more neuron than x.
      expect(rows[1]!.activeFraction[0]).toBeGreaterThan(0.1);
    }
  });

  test("rows state the number of samples whose inactive circuits were read, unless it is all", () => {
    const shape = { D: 80, d: 4, T: 10, S: 3, L: 1 };
    const readouts = [{ name: "x", matrix: [[1, 0, 0, 0]] }];
    const of = onePartRows(shape, { readouts, predicted: null, z: 2 });
    const sums = (read: number) => [
      { ...emptySums(readouts, 4, 1), samples: 9, activeCount: 18, inactiveCount: 8 * read },
    ];
    const [all] = errorRows(of, sums(9));
    expect(all).not.toHaveProperty("inactiveSamples");
    const some = errorRows(of, sums(3));
    expect(some[1]!.inactiveSamples).toBe(3);
    expect(Object.keys(flatRow(some[1]!)).slice(0, 5)).toEqual([
      "z",
      "layer",
      "samples",
      "networks",
      "inactiveSamples",
    ]);
    expect(rowsText(some)).toMatch(/^z = 2: 9 samples; inactive circuits are read out in the first 3 only\n/);
    expect(rowsFrom(some.map(fileRow))).toEqual(some);
    expect(rowsFrom([{ ...fileRow(some[0]!), inactiveSamples: "3" }])).toBe(null);
  });
});
