import { describe, expect, test } from "vitest";
import { specHash } from "../../../src/config/hash.js";
import { estimate } from "../../../src/batch/estimate.js";
import { parseShard, parseSweep, shardRuns } from "../../../src/batch/sweep/plan.js";

const base = { D: 200, S: 3, L: 2, samples: 100, T: 10 };
const settings = async (value: object) => (await parseSweep(value)).runs.map(({ spec }) => spec);

describe("a sweep's runs", () => {
  test("grid: all combinations, the last key fastest; z takes lists", async () => {
    const specs = await settings({ base, grid: { T: [10, 20], z: [1, [2, 3]] } });
    expect(specs.map(({ T, z }) => [T, z])).toEqual([
      [10, [1]],
      [10, [2, 3]],
      [20, [1]],
      [20, [2, 3]],
    ]);
  });

  test("grid: whole numbers from, to, step", async () => {
    const specs = await settings({ base, grid: { seed: { from: 3, to: 8, step: 2 } } });
    expect(specs.map(({ seed }) => seed)).toEqual([3, 5, 7]);
  });

  test("list: each entry over the base", async () => {
    const specs = await settings({ base, list: [{ T: 5 }, { construction: "balanced" }] });
    expect(specs.map(({ T, construction }) => [T, construction])).toEqual([
      [5, "capped"],
      [10, "balanced"],
    ]);
  });

  test("random: draws within the ranges, on their steps, the same for the same seed", async () => {
    const random = {
      runs: 300,
      seed: 7,
      ranges: {
        D: { from: 400, to: 800, step: 8 },
        T: { from: 3, to: 30, scale: "log" },
        chiFactor: { from: 0.5, to: 2 },
        gate: { among: ["relu", "oracle"] },
      },
    };
    const specs = await settings({ base, random });
    expect(specs).toHaveLength(300);
    for (const { D, T, chiFactor } of specs) {
      expect(D % 8 === 0 && D >= 400 && D <= 800 && T >= 3 && T <= 30 && chiFactor >= 0.5 && chiFactor <= 2).toBe(true);
    }
    expect(new Set(specs.map(({ D }) => D)).size).toBe(51);
    expect(specs.some(({ T }) => T === 3) && specs.some(({ T }) => T > 25)).toBe(true);
    expect(new Set(specs.map(({ gate }) => gate)).size).toBe(2);
    expect(await settings({ base, random })).toEqual(specs);
    expect(await settings({ base, random: { ...random, seed: 8 } })).not.toEqual(specs);
  });
});

describe("wrong sweep files are refused in one line", () => {
  test.each<[object, string]>([
    [{ base }, "the sweep: must have exactly one of the keys grid, list and random; none is given."],
    [
      { base, grid: { T: [1] }, list: [{}] },
      "the sweep: must have exactly one of the keys grid, list and random; grid and list are given.",
    ],
    [{ bse: base, grid: { T: [1] } }, 'the sweep: unknown key "bse"; did you mean base?'],
    [{ base, grid: { samplse: [1] } }, 'grid: unknown key "samplse"; did you mean samples?'],
    [
      { base: { ...base, experiment: "storage" }, grid: { T: [1] } },
      'base.experiment: sweeps and searches run only the "errors" experiment; omit this key.',
    ],
    [{ base, grid: { T: [] } }, "grid.T = []: must list at least one value."],
    [{ base, grid: { T: 5 } }, "grid.T = 5: must be a list of values, or {from, to, step}."],
    [{ base, grid: {} }, "grid has no runs."],
    [{ base, list: [] }, "list has no runs."],
    [{ base, list: { T: 3 } }, "list = an object: must be a list of runs."],
    [
      { base, grid: { T: [10, 1e9] } },
      "run 1 (T = 1000000000): T = 1000000000: must be a whole number from 1 to 16777216.",
    ],
    [
      { base, grid: { T: [10, "$(reboot)"] } },
      'run 1 (T = "$(reboot)"): T = "$(reboot)": must be a whole number from 1 to 16777216.',
    ],
    [{ base, grid: { T: [10, 20, 10] } }, "run 2 (T = 10) is the same as run 0; leave one out."],
    [{ base, grid: { seed: { from: 1, to: 1e9 } } }, "grid.seed has 1000000000 runs; it must have at most 100000."],
    [
      { base, grid: { T: [1, 2], seed: { from: 1, to: 60_000 } } },
      "grid has 120000 runs; it must have at most 100000.",
    ],
    [
      { base, random: { runs: 0, ranges: { T: { from: 1, to: 2 } } } },
      "random.runs = 0: must be a whole number from 1 to 100000.",
    ],
    [{ base, random: { runs: 2, ranges: {} } }, "random.ranges = {}: must name at least one field."],
    [
      { base, random: { runs: 2, ranges: { T: { from: 9, to: 2 } } } },
      "random.ranges.T.to = 2: must be at least 9, the value of from.",
    ],
    [
      { base, random: { runs: 2, ranges: { gate: { from: 1, to: 2 } } } },
      "random.ranges.gate: gate is not a single number; write {among: [values]}.",
    ],
    [
      { base, random: { runs: 2, ranges: { chiFactor: { from: 0, to: 2, scale: "log" } } } },
      "random.ranges.chiFactor.from = 0: must be above 0 on a log scale.",
    ],
    [{ base, grid: { T: [1] }, figure: "pie" }, 'figure.kind = "pie": must be one of errors-by-layer, errors-by-load.'],
  ])("%j", async (value, message) => {
    await expect(parseSweep(value)).rejects.toMatchObject({ name: "InputError", message });
  });

  test("a run with a network that does not fit its code is refused before the first run", async () => {
    const tight = { design: "windows", D: 60, T: 20, L: 3, codeNeurons: 6, networks: 4 };
    await expect(parseSweep({ base: tight, grid: { codeNeurons: [40, 6], codeSize: [3] } })).rejects.toThrow(
      "run 1 (codeNeurons = 6, codeSize = 3): codeSize = 3, codeNeurons = 6: too few to tell the T = 20 circuits",
    );
  });

  test.each([
    ["3", 'shard = "3": must have the form 3/16, for the third of 16 parts.'],
    ["0/4", "shard = 0: must be a whole number from 1 to 4."],
    ["5/4", "shard = 5: must be a whole number from 1 to 4."],
  ])("--shard %s", (text, message) => {
    expect(() => parseShard(text)).toThrow(message);
  });
});

test("shards divide the runs, each going to one shard", async () => {
  const { runs } = await parseSweep({ base, grid: { seed: { from: 1, to: 23 } } });
  const parts = [1, 2, 3, 4, 5].map((index) => shardRuns(runs, { index, count: 5 }));
  expect(parts.map(({ length }) => length)).toEqual([5, 5, 5, 4, 4]);
  expect(parts.flat().sort((a, b) => a.index - b.index)).toEqual(runs);
});

test("the estimate grows with samples and networks, and shrinks with workers", async () => {
  const [spec] = await settings({ base, list: [{}] });
  const { seconds } = estimate([spec!], 1);
  expect(estimate([{ ...spec!, samples: 1_000_000 }], 1).seconds).toBeGreaterThan(5 * seconds);
  expect(estimate([{ ...spec!, networks: 2 }], 1).seconds).toBeCloseTo(2 * seconds, 12);
  expect(estimate([spec!], 2).seconds).toBeCloseTo(seconds / 2, 12);
});

test("impossible settings are skipped and listed on request; otherwise they are named with advice", async () => {
  const value = { base: { D: 1000, T: 400, L: 1, samples: 10 }, grid: { S: [6, 7, 300], seed: [1, 2] } };
  await expect(parseSweep(value)).rejects.toThrow(
    /^run 2 \(S = 7, seed = 1\): T = 400: at most 300 circuits fit .* Or use assignment = transversal, which holds \d+ circuits\. --skip-impossible leaves such runs out\.$/,
  );
  const { runs, skipped } = await parseSweep(value, { skips: true });
  expect(runs.map(({ index, spec }) => [index, spec.S, spec.seed])).toEqual([
    [0, 6, 1],
    [1, 6, 2],
  ]);
  expect(skipped.map(({ setting }) => setting)).toEqual(
    [7, 300].flatMap((S) => [1, 2].map((seed) => `S = ${S}, seed = ${seed}`)),
  );
  expect(skipped[2]!.reason).toBe("S = 300: must be at most P = D/d = 250, the number of neurons in a block.");
  // A value that is invalid in every run is an error, not a combination to skip.
  for (const S of [0, "six", 1e9]) {
    await expect(parseSweep({ ...value, grid: { S: [6, S] } }, { skips: true })).rejects.toThrow(
      /^run 1 \(S = .*: must be a whole number/,
    );
  }
  await expect(parseSweep({ ...value, grid: { S: [7] } }, { skips: true })).rejects.toThrow(
    "the sweep: no run is possible. T = 400:",
  );
});

test("weights are checked once for all runs, and hashes are those of the specs", async () => {
  const weights = [[[[1]], [[2]]]];
  const { runs } = await parseSweep({
    base: { D: 20, S: 2, circuits: { weights, biases: [[0]] } },
    grid: { seed: { from: 1, to: 3 } },
  });
  expect(new Set(runs.map(({ spec }) => spec.circuits)).size).toBe(1);
  expect(runs.map(({ hash }) => hash)).toEqual(await Promise.all(runs.map(({ spec }) => specHash(spec))));
  await expect(parseSweep({ base: { circuits: { weights: [] } }, grid: { seed: [1] } })).rejects.toThrow(/^base: /);
});
