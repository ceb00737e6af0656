import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import type { StressRow } from "../../src/studies/stress/panel.js";
import { partialOfEnded } from "../batch/rows.js";
import { superpose } from "../support/in-process.js";

const folder = mkdtempSync(join(tmpdir(), "superpose-stress-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const spec = join(folder, "spec.yaml");
writeFileSync(spec, "D: 160\nT: 40\nS: 4\nL: 3\nz: [1]\nnetworks: 1\n");
const stress = (...args: string[]) => superpose("stress", "--workers", "1", ...args);
const few = ["--samples", "8"];

test("stress prints the panel, the headline and the network's contents; JSON has the same", async () => {
  const { code, out } = await stress(spec, ...few);
  expect(code).toBe(0);
  expect(out).toMatch(/^160 neurons, 3 layers for 3 steps \(1 per step; 3 distinct\), 40 circuits \(40 distinct\)\n/);
  expect(out).toMatch(/^z = 1: depth (≥ )?\d/m);
  expect(out).toMatch(/^weights × \(1 \+ ε·normal\) +0\.001 /m);
  expect(out).toMatch(/^worst set found by search at step \d: circuits \d+, off by /m);
  const file = join(folder, "report.json");
  const json = await stress(spec, ...few, "--json", "--out", file);
  expect(readFileSync(file, "utf8")).toBe(json.out);
  const { rows, settings, headlines } = JSON.parse(json.out) as Record<string, unknown[]>;
  expect(settings).toEqual({ z: [1], samples: 8, networks: 1, seed: 1 });
  expect(headlines!.length).toBe(1);
  expect(out.split("\n").filter((line) => line.startsWith("noise ")).length).toBe(16);
  expect(rows!.length).toBeGreaterThan(30);
});

test("stress accepts given levels", async () => {
  const { out } = await stress(spec, ...few, "--levels", "0.0003,0.02");
  expect(out.split("\n").filter((line) => line.startsWith("noise ")).length).toBe(8);
  expect(out).toMatch(/^noise after the ReLU +0\.0003 /m);
});

test.each([
  [["--levels", "0.01,x"], 'levels[1] = "x": must be a finite number from 1e-9 to 10.'],
  [["--levels", "0.01,0.003"], "levels = 0.01,0.003: must be ascending."],
  [["--z", "41"], "z = 41: at most T = 40 circuits can be active at once."],
  [["--samples", "0"], "samples = 0: must be a whole number from 1 to 65536."],
  [["--only", "all,nothing"], 'only = "nothing": must be one of none, '],
  [["--networks", "2"], "networks = 2: must be 1."],
  [["--out", join(folder, "report.txt")], "must end in .json"],
])("stress refuses %j", async (args, message) => {
  const { code, err } = await stress(spec, ...args);
  expect(code).toBe(2);
  expect(err).toContain(message);
});

test("stress refuses a spec whose gate is the oracle, and experiments without a network", async () => {
  const oracle = join(folder, "oracle.yaml");
  writeFileSync(oracle, "gate: oracle\n");
  expect((await stress(oracle)).err).toContain('gate = "oracle": only networks with ReLUs can be stress-tested');
  writeFileSync(oracle, "experiment: storage\n");
  expect((await stress(oracle)).err).toContain("experiment = storage: this experiment has no network");
});

test("an exported file gives the same result as its spec, and its card has it once, before the tensors", async () => {
  const out = join(folder, "model");
  expect((await superpose("export", spec, "--out", out)).code).toBe(0);
  const card = join(out, "README.md");
  const before = readFileSync(card, "utf8");
  const ofSpec = await stress(spec, ...few, "--networks", "1");
  // A partial card left by a process that was killed is removed.
  writeFileSync(join(out, partialOfEnded("README.md")), "half");
  const ofFile = await stress(out, ...few, "--card");
  expect(readdirSync(out).filter((name) => name.endsWith(".partial"))).toEqual([]);
  expect(ofFile.out).toBe(ofSpec.out);
  const after = readFileSync(card, "utf8");
  const { out: tables } = await stress(out, ...few, "--card", "--markdown");
  expect(readFileSync(card, "utf8")).toBe(after);
  const [start, end] = [after.indexOf("## What it survives"), after.indexOf("## Tensors")];
  expect(start).toBeGreaterThan(after.indexOf("## Errors"));
  expect(after.slice(start, end)).toContain(tables);
  expect(after.slice(0, start) + after.slice(end)).toBe(before);
  const [titles, , cells] = tables.split("\n").map((line) => line.split(" | "));
  expect(titles!.length).toBe(cells!.length);
  expect(ofSpec.out).toContain(`z = 1: depth ${cells![1]};`);
  expect((await stress(out, "--networks", "2")).err).toBe("error: networks = 2: must be 1.\n");
  expect((await stress(spec, "--card")).err).toContain("is not a folder with a README.md");
});

test("export --panel and stress --card write the same card", async () => {
  const tiny = join(folder, "tiny.yaml");
  writeFileSync(tiny, "gate: oracle\nD: 16\nT: 4\nS: 2\nL: 1\n");
  const [later, once] = [join(folder, "later"), join(folder, "once")];
  expect((await superpose("export", tiny, "--out", later)).code).toBe(0);
  expect((await stress(later, "--card")).code).toBe(0);
  expect((await superpose("export", tiny, "--out", once, "--panel", "--workers", "1")).code).toBe(0);
  const [wanted, card] = [later, once].map((out) => readFileSync(join(out, "README.md"), "utf8").replace(out, "OUT"));
  expect(card).toBe(wanted);
  expect(card).toContain("## What it survives");
  writeFileSync(tiny, "experiment: compressed-computation\n");
  expect((await superpose("export", tiny, "--out", join(folder, "none"), "--panel")).err).toContain(
    "; leave --panel out.",
  );
});

test("a design's file, named directly or by its folder, gives the result of its spec: equal depths, mean squares within 1e-4 or 1e-9", async () => {
  const own = join(folder, "columns.yaml");
  writeFileSync(own, "design: columns\nD: 130\nT: 40\nL: 3\nz: [2]\nnetworks: 1\n");
  const out = join(folder, "columns");
  expect((await superpose("export", own, "--out", out)).code).toBe(0);
  const kinds = "all,weightNoise,parameterNoise,int8,noiseAfter,startNoise,indicatorLow,active,cell";
  const rowsOf = async (path: string) => {
    const { out } = await stress(path, "--samples", "6", "--levels", "0.01", "--only", kinds, "--json");
    return (JSON.parse(out) as { rows: StressRow[] }).rows;
  };
  const ofSpec = await rowsOf(own);
  expect(ofSpec.length).toBeGreaterThan(10);
  for (const path of [out, join(out, "model.safetensors")]) {
    const ofFile = await rowsOf(path);
    expect(ofFile.map(({ name, depth }) => [name, depth])).toEqual(ofSpec.map(({ name, depth }) => [name, depth]));
    ofFile.forEach(({ meanSquare, wrong }, k) => {
      const wanted = ofSpec[k]!;
      expect(Math.abs(meanSquare - wanted.meanSquare)).toBeLessThanOrEqual(1e-9 + 1e-4 * wanted.meanSquare);
      expect(wrong).toBe(wanted.wrong);
    });
  }
});
