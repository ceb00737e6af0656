import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { takeLock } from "../../../src/batch/lock.js";
import { program, sleep, start, superpose } from "../../support/program.js";
import { testFolder } from "../../support/folder.js";

const folder = testFolder("sweep");
const file = join(folder, "sweep.yaml");
const whole = join(folder, "whole");
const results = (of: string): Buffer => readFileSync(join(of, "results.jsonl"));

beforeAll(() => {
  writeFileSync(
    file,
    "base: {D: 400, S: 5, L: 3, z: [1, 2], samples: 3000}\ngrid:\n  T: [40, 80]\n  seed: {from: 1, to: 15}\n",
  );
  const { code, err } = superpose("sweep", file, "--out", whole);
  expect(code, err).toBe(0);
});

test("one line per run, in order, each with its hash and no times", () => {
  const lines = results(whole).toString().trimEnd().split("\n");
  expect(lines).toHaveLength(30);
  const parsed = lines.map((line) => JSON.parse(line) as { index: number; hash: string; rows: object[] });
  expect(parsed.map(({ index }) => index)).toEqual(Array.from({ length: 30 }, (_, k) => k));
  expect(new Set(parsed.map(({ hash }) => hash)).size).toBe(30);
  for (const line of parsed) expect(Object.keys(line)).toEqual(["index", "hash", "spec", "rows", "crc32"]);
});

test("killed with −9 at ten random moments and resumed each time, the result is the same bytes", async () => {
  const out = join(folder, "killed");
  const path = join(out, "results.jsonl");
  const total = results(whole).length;
  const size = (): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  const before = Date.now();
  superpose("--version");
  const startUp = Date.now() - before;
  let inTheMiddle = 0;
  for (let kills = 0; kills < 10;) {
    // If the sweep is nearly done before it has been killed ten times, the file is cut at a random byte.
    if (size() > 0.8 * total) truncateSync(path, Math.floor(0.8 * Math.random() * total));
    const begun = size();
    const running = start(["sweep", file, "--out", out, "--workers", "1"]);
    // Every second kill comes at a random moment after the start, and the rest come once lines are being written.
    while (kills % 2 === 1 && running.isRunning() && size() <= begun) await sleep(2);
    await sleep(Math.random() * (kills % 2 === 1 ? 100 : 2 * startUp));
    if (running.isRunning()) kills++;
    running.kill();
    await running.ended;
    if (size() > begun && size() < total) inTheMiddle++;
  }
  expect(inTheMiddle).toBeGreaterThan(1);
  const { code, err } = superpose("sweep", file, "--out", out);
  expect(code, err).toBe(0);
  expect(results(out).equals(results(whole))).toBe(true);
  expect(readdirSync(out).sort()).toEqual(["results.jsonl", "sweep.json"]);
}, 600_000);

describe("the last line", () => {
  test.each([
    ["torn", (bytes: Buffer) => bytes.subarray(0, -100)],
    ["without its line break", (bytes: Buffer) => bytes.subarray(0, -1)],
    ["zeros after a loss of power", (bytes: Buffer) => Buffer.concat([bytes.subarray(0, -500), Buffer.alloc(400)])],
  ])("%s is redone", (name, damage) => {
    const out = join(folder, `torn-${name.slice(0, 4)}`);
    expect(superpose("sweep", file, "--out", out, "--shard", "1/10").code).toBe(0);
    const path = join(out, "results-1-of-10.jsonl");
    const before = readFileSync(path);
    writeFileSync(path, damage(before));
    const { code, err } = superpose("sweep", file, "--out", out, "--shard", "1/10");
    expect(code, err).toBe(0);
    expect(err).toContain("2 runs are done; 1 to do");
    expect(readFileSync(path).equals(before)).toBe(true);
  });

  test("a changed line in the middle is not", () => {
    const out = join(folder, "torn-torn");
    const path = join(out, "results-1-of-10.jsonl");
    const lines = readFileSync(path, "utf8").split("\n");
    writeFileSync(path, [lines[0]!, lines[1]!.slice(5), ...lines.slice(2)].join("\n"));
    const { code, err } = superpose("sweep", file, "--out", out, "--shard", "1/10");
    expect(code).toBe(2);
    expect(err).toMatch(/line 2 is not a result; the file was changed/);
  });
});

test("a second process in the folder is refused in one line and does no harm", async () => {
  const out = join(folder, "shared");
  const first = start(["sweep", file, "--out", out, "--workers", "1"]);
  while (first.isRunning() && !first.err().includes("runs:")) await sleep(10);
  await sleep(50);
  const { code, err } = superpose("sweep", file, "--out", out);
  expect(first.isRunning()).toBe(true);
  expect(code).toBe(2);
  expect(err).toMatch(/error: .*results\.jsonl: process \d+ on \S+ is working on it\. .*\n$/);
  expect(err.trim().split("\n")).toHaveLength(2);
  await first.ended;
  expect(results(out).equals(results(whole))).toBe(true);
});

/** Whether this system lets us start a process with a separate PID namespace, like a container. */
const hasNamespaces = spawnSync("unshare", ["--pid", "--fork", "--mount-proc", "true"]).status === 0;

test.runIf(hasNamespaces)("a process in another container is refused while this one holds the file", () => {
  const out = join(folder, "container");
  mkdirSync(out);
  const lock = takeLock(join(out, "results.jsonl"));
  const inside = ["--pid", "--fork", "--mount-proc", process.execPath, program, "sweep", file, "--out", out];
  const { status, stderr } = spawnSync("unshare", inside, { encoding: "utf8" });
  lock.check();
  lock.release();
  expect(status).toBe(2);
  expect(stderr).toMatch(new RegExp(`process ${process.pid} on \\S+ is working on it\\..* or wait two minutes\\)\\.`));
});

test("another sweep in the folder is refused", () => {
  const other = join(folder, "other.yaml");
  writeFileSync(other, "base: {D: 400, S: 5}\ngrid: {T: [40]}\n");
  const { code, err } = superpose("sweep", other, "--out", whole);
  expect(code).toBe(2);
  expect(err).toContain("contains another sweep, of 30 runs; choose another folder.");
});

test("--dry-run prints runs, time and memory, and writes nothing", () => {
  const out = join(folder, "dry");
  const { code, err } = superpose("sweep", file, "--out", out, "--dry-run", "--shard", "2/4", "--workers", "2");
  expect(code, err).toBe(0);
  expect(err).toMatch(/^8 runs of 30 \(shard 2\/4\): .* s on 2 cores, about \d+ MB of memory\n$/);
  expect(readdirSync(folder)).not.toContain("dry");
});

test("missing runs in the middle are done, and a duplicate run is kept once", () => {
  const out = join(folder, "holes");
  expect(superpose("sweep", file, "--out", out, "--shard", "1/10").code).toBe(0);
  const path = join(out, "results-1-of-10.jsonl");
  const before = readFileSync(path);
  const lines = before.toString().trimEnd().split("\n");
  writeFileSync(path, `${lines[2]}\n${lines[0]}\n${lines[2]}\n`);
  const { code, err } = superpose("sweep", file, "--out", out, "--shard", "1/10");
  expect(code, err).toBe(0);
  expect(err).toContain("2 runs are done; 1 to do");
  expect(readFileSync(path).equals(before)).toBe(true);
});

test("a longer sweep in the folder reuses finished runs", () => {
  const longer = join(folder, "longer.yaml");
  const out = join(folder, "holes");
  writeFileSync(longer, readFileSync(file, "utf8").replace("[40, 80]", "[80]").replace("15}", "17}"));
  const { code, err } = superpose("sweep", longer, "--out", out);
  expect(code, err).toBe(0);
  expect(err).toContain("1 run is done, 1 by an earlier sweep in this folder; 16 to do");
  expect(readdirSync(out).sort()).toEqual(["earlier.jsonl", "results.jsonl", "sweep.json"]);
});
