import { copyFileSync, mkdirSync, readdirSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { readSpecFile } from "../../../src/cli/circuits-file.js";
import { parseSpec } from "../../../src/config/parse-spec.js";
import { runSpec } from "../../../src/runs/run.js";
import { parseLine, resultLine } from "../../../src/results/result-line.js";
import { testFolder } from "../../support/folder.js";
import { start, superpose } from "../../support/program.js";
import { asked } from "./asked.js";

const folder = testFolder("search");
const file = join(folder, "search.json");
const whole = join(folder, "whole");
const read = (of: string, name: string): string => readFileSync(join(of, name), "utf8");
let printed = "";

beforeAll(() => {
  const final = { best: 2, samples: 40, networks: 2 };
  writeFileSync(file, JSON.stringify({ ...asked, budget: 14, screen: { samples: 20 }, final }));
  const { code, out, err } = superpose("search", file, "--out", whole, "--workers", "1");
  expect(code, err).toBe(0);
  printed = out;
}, 120_000);

test("prints the best and the base, on held-out seeds", () => {
  const lines = printed.trimEnd().split("\n");
  expect(lines[0]).toBe("error of x at layer 3, z = 2; held out: seed 1001, 40 samples in each of 2 networks");
  expect(lines.slice(3).map((line) => line.split(/\s+/)[0])).toEqual(["1", "2", "base"]);
  expect(read(whole, "results.jsonl").trimEnd().split("\n").length).toBe(14 + 4 + 3);
});

test("best.yaml is a spec that reproduces the result", async () => {
  const spec = parseSpec(readSpecFile(join(whole, "best.yaml"), { note: (line) => expect.unreachable(line) }));
  expect([spec.samples, spec.networks, spec.seed]).toEqual([40, 2, 1001]);
  const { rows } = await runSpec(spec);
  const { meanSquare } = rows.find(({ layer }) => layer === 3)!.readouts["x"]!.active;
  expect(
    printed
      .split("\n")[3]!
      .trimEnd()
      .endsWith(` ${Number(meanSquare.toPrecision(3))}`),
  ).toBe(true);
});

test("cut off anywhere and resumed, it gives the same bytes", () => {
  const total = readFileSync(join(whole, "results.jsonl")).length;
  for (const share of [0, 0.13, 0.5, 0.77, 0.999]) {
    const out = join(folder, `cut-${share}`);
    mkdirSync(out);
    for (const name of ["results.jsonl", "search.json"]) copyFileSync(join(whole, name), join(out, name));
    truncateSync(join(out, "results.jsonl"), Math.floor(share * total));
    const written = join(out, "designs.yaml");
    const { code, out: text, err } = superpose("search", file, "--out", out, "--write", written);
    expect(code, err).toBe(0);
    expect(text).toBe(printed);
    for (const name of ["results.jsonl", "best.yaml"]) expect(read(out, name), name).toBe(read(whole, name));
    expect(readFileSync(written, "utf8")).toBe(read(whole, "best.yaml"));
  }
}, 120_000);

test("killed with −9 and run again, it gives the same result; a second process is refused", async () => {
  const out = join(folder, "killed");
  const running = start(["search", file, "--out", out, "--workers", "1"]);
  const lines = (): number => {
    try {
      return read(out, "results.jsonl").split("\n").length - 1;
    } catch {
      return 0;
    }
  };
  while (running.isRunning() && lines() < 3) await new Promise((done) => setTimeout(done, 2));
  running.kill();
  await running.ended;
  const { code, err } = superpose("search", file, "--out", out);
  expect(code, err).toBe(0);
  expect(err).toMatch(/\d+ runs are done/);
  expect(read(out, "results.jsonl")).toBe(read(whole, "results.jsonl"));
  expect(readdirSync(out).sort()).toEqual(["best.yaml", "results.jsonl", "search.json"]);
}, 120_000);

test("a changed line and another search are refused", () => {
  const out = join(folder, "changed");
  mkdirSync(out);
  copyFileSync(join(whole, "search.json"), join(out, "search.json"));
  const lines = read(whole, "results.jsonl").split("\n");
  const [first, second] = lines.slice(0, 2).map((line) => parseLine(line)!);
  const swapped = resultLine({ ...second!, index: 0 }) + resultLine({ ...first!, index: 1 });
  writeFileSync(join(out, "results.jsonl"), swapped + lines.slice(2).join("\n"));
  const changed = superpose("search", file, "--out", out);
  expect(changed.code).toBe(2);
  expect(changed.err).toContain("line 1: is not the run that this search asks for");
  // Missing runs are computed, no matter where in the file they belong.
  writeFileSync(
    join(out, "results.jsonl"),
    [...lines.slice(0, 3), ...lines.slice(5, 14), ...lines.slice(16)].join("\n"),
  );
  expect(superpose("search", file, "--out", out).err).toContain("17 runs are done\n");
  for (const name of ["results.jsonl", "best.yaml"]) expect(read(out, name), name).toBe(read(whole, name));
  const other = join(folder, "other.json");
  writeFileSync(other, JSON.stringify(asked));
  const refused = superpose("search", other, "--out", whole);
  expect(refused.code).toBe(2);
  expect(refused.err).toContain("contains another search; choose another folder.");
});

test("--dry-run prints the number of runs and the time, and writes nothing", () => {
  const { code, err } = superpose("search", file, "--dry-run", "--workers", "1");
  expect(code, err).toBe(0);
  expect(err).toMatch(
    /^at most 21 runs: 14 for the search, 4 for the selection, and then the best 2 and the base on seed 1001: .* on 1 core\n$/,
  );
  expect(superpose("search", file).err).toContain("--out FOLDER or --dry-run is needed.");
});
