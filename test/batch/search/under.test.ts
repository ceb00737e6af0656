import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { runAllUnder } from "../../../src/batch/search/under.js";
import { buildLikeMultiPart } from "../../../src/config/build.js";
import { parseSpec } from "../../../src/config/parse-spec.js";
import { SingleExecutor } from "../../../src/jobs/execute.js";
import { taskKindsOf } from "../../../src/jobs/task.js";
import { loadKernels } from "../../../src/kernels/node.js";
import { parseLine, resultLine } from "../../../src/results/result-line.js";
import { stressDetailsKind, stressKind } from "../../../src/studies/stress/measure.js";
import { stress } from "../../../src/studies/stress/panel.js";
import { testFolder } from "../../support/folder.js";
import { superpose } from "../../support/in-process.js";

const executor = new SingleExecutor(taskKindsOf([stressKind, stressDetailsKind]), loadKernels());
const folder = testFolder("search-under");

test("rows under a line of the panel are those of stress for every step, and fit into lines of results", async () => {
  const specs = [4, 3].map((S) => parseSpec({ D: 160, T: 40, S, L: 4, z: [1, 2], networks: 2, samples: 8 }));
  const line = { kind: "all", level: null } as const;
  let at = 0;
  for await (const rows of runAllUnder(line, specs, { executor })) {
    const spec = specs[at++]!;
    const circuits = { ...buildLikeMultiPart(spec).circuits, T: spec.T, L: spec.L };
    const report = await stress(
      { networks: { run: spec }, numbers: [0, 1], circuits, z: spec.z, samples: 8, seed: 1, only: ["all"] },
      (tasks) => executor.results(tasks),
    );
    for (const { z, depth, step, meanSquare, wrong } of report.rows.filter(({ kind }) => kind === "all")) {
      const own = rows.filter((row) => row.z === z && row.layer > 0).map((row) => row.readouts["x"]!.active);
      expect(own.length).toBe(4);
      expect(own.findIndex((statistic) => !(statistic.meanSquare <= 0.25))).toBe(depth === 4 ? -1 : depth);
      expect(own[step - 1]).toMatchObject({ meanSquare, wrong });
      expect(own[step - 1]!.worst ** 2).toBeGreaterThanOrEqual(meanSquare);
    }
    expect(rows[0]).toMatchObject({ layer: 0, samples: 8, inactiveSamples: 0, under: "all" });
    const of = { index: 0, hash: "0".repeat(64), spec, rows };
    expect(parseLine(resultLine(of))).toEqual(of);
  }
  expect(at).toBe(2);
});

const asked = {
  base: { D: 160, T: 40, L: 3 },
  vary: { S: [3, 4, 5], ramp: { each: [{ from: 0.2, to: 0.6 }, 0.9] } },
  objective: { maximise: "depth", under: "noiseAfter", level: 0.1, z: 1 },
  budget: 4,
  screen: { samples: 8 },
  final: { best: 1, samples: 8, networks: 2 },
};
const search = (file: string, change: object, ...more: string[]) => {
  writeFileSync(join(folder, file), JSON.stringify({ ...asked, ...change }));
  return superpose("search", join(folder, file), "--workers", "1", ...more);
};

test("a search under the panel that is cut off gives the same result, and says how stress measures its best again", async () => {
  const [whole, cut] = ["whole", "cut"].map((name) => join(folder, name));
  const { out, err, code } = await search("search.json", {}, "--out", whole!);
  expect(code, err).toBe(0);
  expect(out).toMatch(
    /^depth with x's mean square at most 0\.25, noise after the ReLU: 0\.1, z = 1; held out: seed 1001, /,
  );
  const read = (of: string, name: string): string => readFileSync(join(of, name), "utf8");
  mkdirSync(cut!);
  const results = read(whole!, "results.jsonl");
  writeFileSync(join(cut!, "results.jsonl"), results.slice(0, results.length / 2));
  writeFileSync(join(cut!, "search.json"), read(whole!, "search.json"));
  expect((await search("search.json", {}, "--out", cut!)).out).toBe(out);
  for (const name of ["results.jsonl", "best.yaml"]) expect(read(cut!, name), name).toBe(read(whole!, name));

  const best = read(whole!, "best.yaml");
  const options = /^# To measure this spec again: superpose stress best\.yaml (.*)$/m.exec(best)![1]!.split(" ");
  const again = await superpose("stress", join(whole!, "best.yaml"), ...options, "--workers", "1", "--json");
  const rows = (JSON.parse(again.out) as { rows: { kind: string; step: number; meanSquare: number }[] }).rows;
  const { step, meanSquare } = rows.find(({ kind }) => kind === "noiseAfter")!;
  const lines = results
    .trimEnd()
    .split("\n")
    .map((line) => parseLine(line)!);
  const held = lines.find(({ spec }) => spec.seed === 1001)!;
  expect(held.rows.find(({ layer }) => layer === step)!.readouts["x"]!.active.meanSquare).toBe(meanSquare);
});

test.each<[object, string]>([
  [{ under: "none" }, 'objective.under = "none": must be one of weightNoise, '],
  [{ under: "all", level: 0.1 }, "objective.under: all has no level; leave the level out."],
  [{ under: "noiseAfter" }, "objective.under: noiseAfter needs a level, such as 0.001, "],
  [{ under: "cell" }, "objective.under: cell: the panel of these circuits has no line of this kind with z = 1."],
  [{ level: 0.1 }, "objective.level: used only together with objective.under; leave level out."],
  [
    { under: "all", readout: "alpha" },
    'objective.readout = "alpha": for these circuits the panel measures x; use that readout.',
  ],
])("an objective of %j is refused", async (objective, message) => {
  const { code, err } = await search("refused.json", { objective: { maximise: "depth", ...objective } }, "--dry-run");
  expect(code).toBe(2);
  expect(err).toContain(message);
});

test("noise besides the panel's, too many samples, and oracle gates are refused", async () => {
  const refused = async (change: object): Promise<string> => (await search("refused.json", change, "--dry-run")).err;
  expect(await refused({ base: { ...asked.base, noise: 0.1 } })).toContain(
    "base.noise: objective.under determines the noise; leave noise out.",
  );
  expect(await refused({ screen: { samples: 20_000 } })).toContain(
    "screen.samples = 20000: must be at most 16384 per network",
  );
  const oracle = await search(
    "refused.json",
    { base: { ...asked.base, gate: "oracle" } },
    "--out",
    join(folder, "oracle"),
  );
  expect(oracle.err).toMatch(/vary: no combination is a valid spec; .*only networks with ReLUs can be stress-tested/);
});
