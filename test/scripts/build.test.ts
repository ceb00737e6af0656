import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeEach, describe, expect, test } from "vitest";

interface Target {
  readonly name: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly make: (root: string, folder: string) => void;
}
type Build = (options: { root: string; targets: Target[]; force?: boolean; log?: (line: string) => void }) => string[];

const script = async (name: string): Promise<Record<string, unknown>> =>
  (await import(fileURLToPath(new URL(`../../scripts/${name}`, import.meta.url)))) as Record<string, unknown>;
const build = (await script("build.mjs"))["build"] as Build;
const packagesMatch = (await script("setup.mjs"))["packagesMatch"] as (root: string) => boolean;
const countTests = (await script("test.mjs"))["countTests"] as (report: object) => object;

const base = mkdtempSync(join(tmpdir(), "superpose-build-"));
afterAll(() => rmSync(base, { recursive: true, force: true }));

let root = base;
let made = 0;
let failing = false;
const lines: string[] = [];
const targets: Target[] = [
  {
    name: "build/copy",
    inputs: ["src", "settings.json"],
    outputs: ["build/copy", "build/twin"],
    make(from, folder) {
      made++;
      const content = readFileSync(join(from, "src/deep/a.txt"), "utf8");
      writeFileSync(join(folder, "copy"), content);
      if (failing) throw new Error("killed half-way");
      writeFileSync(join(folder, "twin"), content);
    },
  },
];
const run = (force = false) => build({ root, targets, force, log: (line) => lines.push(line) });
const write = (path: string, content: string) => writeFileSync(join(root, path), content);

beforeEach(() => {
  root = mkdtempSync(join(base, "t-"));
  mkdirSync(join(root, "src/deep"), { recursive: true });
  write("src/deep/a.txt", "one");
  write("settings.json", "{}");
  made = 0;
  failing = false;
  lines.length = 0;
});

describe("building", () => {
  test("happens once, then only if an input changed, and is reported in one line", () => {
    expect(run()).toEqual(["build/copy"]);
    expect(run()).toEqual([]);
    write("src/deep/a.txt", "two");
    expect(run()).toEqual(["build/copy"]);
    expect(readFileSync(join(root, "build/twin"), "utf8")).toBe("two");
    write("src/deep/b.txt", "");
    expect(run()).toEqual(["build/copy"]);
    write("settings.json", '{"a":1}');
    expect(run()).toEqual(["build/copy"]);
    expect(run()).toEqual([]);
    expect(lines.length).toBe(4);
    expect(lines[0]).toMatch(/^Built build\/copy in \d+\.\d s\.$/);
  });

  test("happens again when an output is gone, or when forced", () => {
    run();
    rmSync(join(root, "build/twin"));
    expect(run()).toEqual(["build/copy"]);
    expect(run(true)).toEqual(["build/copy"]);
  });

  test("that fails is redone: no stamp, complete old outputs, no half-made files", () => {
    run();
    write("src/deep/a.txt", "two");
    failing = true;
    expect(() => run()).toThrow("killed half-way");
    expect(readFileSync(join(root, "build/copy"), "utf8")).toBe("one");
    expect(readdirSync(join(root, "build")).sort()).toEqual(["copy", "twin"]);
    failing = false;
    expect(run()).toEqual(["build/copy"]);
    expect(made).toBe(3);
    expect(existsSync(join(root, "build/.build-copy.stamp"))).toBe(true);
  });
});

describe("packages match the lock file", () => {
  const lock = {
    "": {},
    "node_modules/a": { version: "1.0.0" },
    "node_modules/b": { version: "2.0.0", optional: true },
  };
  const install = (packages: Record<string, { version?: string }>) => {
    mkdirSync(join(root, "node_modules/a"), { recursive: true });
    write("node_modules/.package-lock.json", JSON.stringify({ packages }));
  };
  beforeEach(() => write("package-lock.json", JSON.stringify({ packages: lock })));

  test.each<[string, Record<string, { version?: string }>, boolean]>([
    ["all there, optional ones aside", { "node_modules/a": { version: "1.0.0" } }, true],
    ["more than asked for", { "node_modules/a": { version: "1.0.0" }, "node_modules/c": { version: "1.0.0" } }, true],
    ["one missing", {}, false],
    ["another version", { "node_modules/a": { version: "1.0.1" } }, false],
  ])("%s", (_, packages, matches) => {
    install(packages);
    expect(packagesMatch(root)).toBe(matches);
  });

  test("not without node_modules, with a broken list, or with a folder gone", () => {
    expect(packagesMatch(root)).toBe(false);
    install({ "node_modules/a": { version: "1.0.0" } });
    write("node_modules/.package-lock.json", "{");
    expect(packagesMatch(root)).toBe(false);
    install({ "node_modules/a": { version: "1.0.0" } });
    rmSync(join(root, "node_modules/a"), { recursive: true });
    expect(packagesMatch(root)).toBe(false);
  });
});

test("a test file that does not load counts as a failed test", () => {
  const failed = { status: "failed", assertionResults: [{ status: "failed" }, { status: "passed" }] };
  const broken = { status: "failed", assertionResults: [] };
  const passed = { status: "passed", assertionResults: [{ status: "passed" }] };
  const report = { numPassedTests: 2, numFailedTests: 1, testResults: [failed, broken, passed] };
  expect(countTests(report)).toEqual({ passed: 2, failed: 2 });
});
