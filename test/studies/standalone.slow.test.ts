import { describe, expect, test } from "vitest";
import { standaloneStudies } from "../../src/studies/standalone-studies.js";
import {
  standaloneJson,
  parseStandaloneSettings,
  runStandalone,
  type StandaloneResult,
} from "../../src/studies/standalone.js";
import { localExecutor } from "../../src/workers/local.js";
import { loadKernels } from "../../src/kernels/node.js";

const byId = (id: string) => standaloneStudies.find((study) => study.id === id)!.load();
const executor = localExecutor(loadKernels());

async function run(id: string, given: object): Promise<StandaloneResult> {
  const experiment = await byId(id);
  return runStandalone(experiment, parseStandaloneSettings(experiment, given), { executor });
}

/** Small settings for every experiment. */
const small: Readonly<Record<string, object>> = {
  capacity: { D: [80, 120, 160], S: 3, threshold: 0.2, samples: 32 },
  storage: { n: [32, 64], m: 128, samples: 4, repeats: 2 },
  "random-vectors": { n: 16, m: [40, 80], repeats: 2 },
  "re-embedding": { n: 64, m: 128, l: [1, 2], layers: 2, samples: 4, repeats: 2 },
  "stored-features": { n: [64], l: 2, layers: 2, most: 300, samples: 6 },
  "universal-and": { m: [12], d: [40], samples: 4, networks: 2 },
  floors: { n: [12], F: [24, 100], repeats: 2 },
  "storage-law": { n: [64, 128], m: [16_384, 1e60], samples: 200 },
  "compressed-computation": {
    F: [12],
    N: [6],
    K: [2],
    refit: "all",
    rounds: 1,
    fitted: 200,
    samples: 4096,
    swaps: 500,
  },
  embeddings: { m: 3, steps: 200 },
};

describe.each(standaloneStudies.map(({ id }) => id))("the %s experiment", (id) => {
  test("gives rows, a table as wide as its header, and the same bytes twice; progress ends at 1", async () => {
    const experiment = await byId(id);
    const settings = parseStandaloneSettings(experiment, small[id]);
    const shares: number[] = [];
    const first = await runStandalone(experiment, settings, { executor, onProgress: (share) => shares.push(share) });
    const again = await run(id, small[id]!);
    const json = await standaloneJson(experiment, settings, first.rows, "1");
    expect(await standaloneJson(experiment, settings, again.rows, "1")).toBe(json);
    const read = JSON.parse(json) as { experiment: string; settings: unknown; rows: unknown[]; hash: string };
    expect(read).toMatchObject({ experiment: id, settings });
    expect(read.hash).toMatch(/^[0-9a-f]{64}$/);
    expect(read.rows.length).toBeGreaterThan(0);
    for (const row of first.table.rows) expect(row).toHaveLength(first.table.columns.length);
    expect(shares).toEqual([...shares].sort((a, b) => a - b));
    if (experiment.isAdaptive !== true && shares.length > 0) expect(shares.at(-1)).toBe(1);
  });

  test("has valid defaults, and refuses unknown settings", async () => {
    const experiment = await byId(id);
    expect(parseStandaloneSettings(experiment, {})).toBeDefined();
    expect(() => parseStandaloneSettings(experiment, { sed: 1 })).toThrow(/unknown key "sed"; did you mean seed/);
    expect(() => parseStandaloneSettings(experiment, { seed: -1 })).toThrow("seed = -1: must be a whole number");
    expect(() => parseStandaloneSettings(experiment, [])).toThrow("must be an object");
  });
});

test("the families of floors have possible default sizes", async () => {
  const experiment = await byId("floors");
  for (const family of ["random", "equiangular", "trained"])
    expect(parseStandaloneSettings(experiment, { family })).toBeDefined();
});

test("every study in the help is the one that runs", async () => {
  for (const { id, load } of standaloneStudies) expect((await load()).id).toBe(id);
});

describe("contradictory settings are refused with a reason", () => {
  test.each([
    ["capacity", { D: [402] }, "D = 402: must be a multiple of d = 4"],
    ["capacity", { D: [16], S: 4 }, "D = 16: only 1 circuit fits with S = 4, but at least 2z = 2 must fit."],
    ["capacity", { S: 1 }, "S = 1: must be at least 2"],
    ["storage", { m: 10, l: [10] }, "l = 10: must be less than m = 10"],
    ["storage", { S: 5 }, "S = 5: used only if family = assignment; leave it out."],
    ["floors", { steps: 10 }, "steps = 10: used only if family = trained; leave it out."],
    ["floors", { loss: "MSE" }, "loss = MSE: used only if family = trained"],
    ["floors", { S: 3, family: "trained" }, "S = 3: used only if family = assignment"],
    ["floors", { repeats: 5, family: "equiangular" }, "repeats = 5: not used if family = equiangular"],
    [
      "floors",
      { n: [50], family: "equiangular" },
      "F = 100, n = 50: equiangular vectors need F = 2n, with 2n − 1 a prime",
    ],
    ["floors", { n: [50], family: "equiangular" }, "The nearest valid values are n = 49, F = 98."],
    ["storage", { family: "equiangular" }, "m = 1024, n = 256: equiangular vectors need m = 2n"],
    ["storage", { family: "equiangular" }, "The nearest valid values are n = 255, m = 510."],
    ["universal-and", { S: 4 }, "S = 4: not used if code = bernoulli"],
    ["compressed-computation", { candidates: 5 }, "candidates = 5: used only if code = translates"],
    ["compressed-computation", { swaps: 5, code: "cyclic" }, "swaps = 5: used only if code = swaps"],
    ["compressed-computation", { rounds: 5 }, "rounds = 5: used only if refit = all"],
    ["compressed-computation", { rounds: 5, refit: "decoder" }, "rounds = 5: used only if refit = all"],
    ["storage", { l: [1.5] }, "l = 1.5: must be a whole number"],
    ["storage", { family: "assignment", n: 30, m: 1000 }, "features fit with n = 30, S = 6"],
    ["storage", { n: 65_536, m: 1_000_000 }, "n·m must be at most"],
    ["compressed-computation", { q: 3 }, "q = 3: must be even"],
    ["compressed-computation", { N: [100] }, "F = 100: must be more than N = 100"],
    ["compressed-computation", { N: [40], code: "translates" }, "F = 100: must be a multiple of N = 40"],
    ["compressed-computation", { N: [5] }, "K = 5: must be less than N = 5"],
    ["compressed-computation", { F: [1000], refit: "decoder" }, "F·N must be at most 20000 unless refit = none"],
    ["random-vectors", { n: 65_536, m: 100_000 }, "n·m must be at most"],
    ["re-embedding", { m: 4, l: [8] }, "l = 8: at most m = 4"],
    ["stored-features", { l: 16, most: 10 }, "most = 10: must be more than l = 16"],
    [
      "universal-and",
      { m: 10_000 },
      'm = 10000: there are 49995000 gates, more than 4000000; set "gates" to choose fewer',
    ],
    ["universal-and", { m: [4], gates: 7 }, "gates = 7: there are only 6 with m = 4"],
    ["universal-and", { code: "cyclic", p: 0.1 }, "p = 0.1: used only if code = bernoulli"],
    ["universal-and", { code: "prime-step", S: 40 }, "m = 100: at most"],
    ["universal-and", { k: 3, output: "xor" }, "k = 3: must be 2 for xor"],
    ["universal-and", { copies: 2 }, "copies = 2: not used if code = bernoulli"],
  ])("%s %o", async (id, given, message) => {
    const study = await byId(id);
    expect(() => parseStandaloneSettings(study, given)).toThrow(message);
  });
});

describe("results", () => {
  test("storage: says where half of the samples are wrong, or on which side of all l tried", async () => {
    const sentenceOf = async (l: number[]) => (await run("storage", { n: 64, m: 128, l, samples: 16 })).sentence;
    expect(await sentenceOf([20])).toContain("read incorrectly already at l = 20, the only one tried; ");
    expect(await sentenceOf([20, 40])).toContain("read incorrectly already at l = 20, the smallest one tried; ");
    expect(await sentenceOf([1])).toContain("read incorrectly not even at l = 1, the only one tried; ");
    expect(await sentenceOf([1, 20])).toMatch(/read incorrectly at l = [\d.]+ ± [\d.]+; /);
    const few = await run("storage", { n: 256, m: 512, l: [1, 2], samples: 16 });
    expect(few.sentence).toContain("read incorrectly not even at l = 2, the largest one tried; ");
  });

  test("storage: typical noise is sqrt(l/n) within 5%, its boundary near n/(8 ln m)", async () => {
    const { rows, sentence } = await run("storage", { n: 256, m: 1024, samples: 48 });
    for (const row of rows as { rms: number; rmsTheory: number; amplitudes: string }[]) {
      if (row.amplitudes === "boolean") expect(Math.abs(row.rms / row.rmsTheory - 1)).toBeLessThan(0.05);
    }
    const [, found, estimate] = /at l = ([\d.]+).*n\/\(8 ln m\) = ([\d.]+);/.exec(sentence)!;
    expect(Number(found) / Number(estimate)).toBeGreaterThan(1);
    expect(Number(found) / Number(estimate)).toBeLessThan(1.8);
  });

  test("random vectors: all pairs, mean dot² 1/n within 5 standard errors, largest below ε", async () => {
    const { rows } = await run("random-vectors", { n: 64, m: 512, repeats: 1 });
    const [row] = rows as [{ pairs: number; meanSquare: number; largest: number; bound: number; welch: number }];
    expect(row.pairs).toBe((512 * 511) / 2);
    expect(Math.abs(row.meanSquare * 64 - 1)).toBeLessThan(5 * Math.sqrt(2 / row.pairs));
    expect(row.largest).toBeLessThan(row.bound);
    expect(row.largest).toBeGreaterThan(row.welch);
  });

  test("capacity: the published design has an exponent near 2", async () => {
    const { sentence, rows } = await run("capacity", { D: [400, 600, 1000], samples: 96 });
    expect(rows).toHaveLength(3);
    const [, exponent] = /between neighbours ([\d.]+) ±/.exec(sentence)!;
    expect(Number(exponent)).toBeGreaterThan(1.4);
    expect(Number(exponent)).toBeLessThan(2.2);
  });
});
