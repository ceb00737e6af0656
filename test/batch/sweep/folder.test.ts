import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { collect } from "../../../src/batch/sweep/collect.js";
import { openResults } from "../../../src/batch/sweep/folder.js";
import { parseShard, parseSweep, type Sweep } from "../../../src/batch/sweep/plan.js";
import { testFolder } from "../../support/folder.js";
import { endedProcess, rowsLike } from "../rows.js";

const root = testFolder("sweep-folder");
let folder = root;
beforeEach(() => {
  folder = mkdtempSync(join(root, "t-"));
});

const base = { D: 40, T: 10, S: 2, L: 2, samples: 10 };
const sweepOf = (grid: object): Promise<Sweep> => parseSweep({ base, grid });
const seeds = (...seed: number[]): Promise<Sweep> => sweepOf({ seed });

/** Completes the missing runs as the command does, but with made-up rows instead of measured ones. */
function go(sweep: Sweep, shard?: string, most = Infinity) {
  const results = openResults(folder, sweep, "1.2.3", shard === undefined ? null : parseShard(shard));
  try {
    const missing = results.missing();
    for (const { spec } of missing.slice(0, most)) results.append(rowsLike(spec));
    if (results.missing().length === 0) results.finish();
    return { done: results.done, reused: results.reused, ran: missing.map(({ spec }) => spec.seed) };
  } finally {
    results.close();
  }
}

const read = (name = "results.jsonl"): string => readFileSync(join(folder, name), "utf8");
const write = (lines: readonly string[], name = "results.jsonl"): void =>
  writeFileSync(join(folder, name), lines.map((line) => `${line}\n`).join(""));
const linesOf = (name = "results.jsonl"): string[] => read(name).trimEnd().split("\n");
const seedsIn = (name = "results.jsonl"): number[] =>
  linesOf(name).map((line) => (JSON.parse(line) as { spec: { seed: number } }).spec.seed);

describe("missing runs are done, wherever they are, and nothing else", () => {
  test.each([
    ["the second line", [1]],
    ["the first two", [0, 1]],
    ["every other", [0, 2, 4]],
    ["the last", [5]],
    ["all but one", [0, 1, 2, 4, 5]],
  ])("%s", async (_, gone) => {
    const sweep = await seeds(1, 2, 3, 4, 5, 6);
    expect(go(sweep).ran).toEqual([1, 2, 3, 4, 5, 6]);
    const whole = read();
    write(linesOf().filter((__, k) => !gone.includes(k)));
    expect(collect([folder]).missing).toEqual(gone);
    // The sweep is stopped after the first of the missing runs, then continued.
    expect(go(sweep, undefined, 1).ran).toEqual(gone.map((k) => k + 1));
    expect(collect([folder]).missing).toEqual(gone.slice(1));
    expect(go(sweep).ran).toEqual(gone.slice(1).map((k) => k + 1));
    expect(read()).toBe(whole);
    expect(readdirSync(folder).sort()).toEqual(["results.jsonl", "sweep.json"]);
  });

  test("from any shard, and in any order", async () => {
    const sweep = await seeds(1, 2, 3, 4, 5, 6);
    for (const shard of ["1/2", "2/2"]) go(sweep, shard);
    const whole = read("results-2-of-2.jsonl");
    write(linesOf("results-2-of-2.jsonl").slice(1).reverse(), "results-2-of-2.jsonl");
    expect(collect([folder]).missing).toEqual([1]);
    expect(go(sweep, "2/2").ran).toEqual([2]);
    expect(read("results-2-of-2.jsonl")).toBe(whole);
    expect(Array.from(collect([folder]).lines(), ({ line }) => line.index)).toEqual([0, 1, 2, 3, 4, 5]);
  });

  test("a run that occurs twice is kept once", async () => {
    const sweep = await seeds(1, 2);
    go(sweep);
    const whole = read();
    write([...linesOf(), linesOf()[0]!]);
    expect(go(sweep).ran).toEqual([]);
    expect(read()).toBe(whole);
  });
});

describe("a changed line is refused, and a cut-off last line is done again", () => {
  const change = (text: string, from: RegExp, to: string): string => {
    expect(text).toMatch(from);
    return text.replace(from, to);
  };
  test.each<[string, RegExp, string]>([
    ["a digit of the rows", /"meanSquare":2\.125/, '"meanSquare":2.126'],
    ["a digit of the spec under its old hash", /"T":10/, '"T":11'],
    ["a digit of the hash", /"hash":"./, '"hash":"g'],
    ["the name of the checksum", /crc32/, "crc31"],
    ["a row less, and no checksum", /,\{"z":1,"layer":2.*\}\],"crc32".*$/, "]}"],
    ["the spec, and no checksum", /"T":10(.*),"crc32".*$/, '"T":11$1}'],
    ["a further field", /,"crc32"/, ',"more":1,"crc32"'],
  ])("%s", async (_, from, to) => {
    const sweep = await seeds(1, 2);
    go(sweep);
    const [first, last] = linesOf() as [string, string];
    const whole = read();
    write([change(first, from, to), last]);
    const message =
      "line 1 is not a result; the file was changed. Remove the line, and the same command repeats that run.";
    expect(() => go(sweep)).toThrow(message);
    expect(() => collect([folder])).toThrow(message);
    write([first, change(last.replace("2.25", "2.125"), from, to)]);
    expect(go(sweep).ran).toEqual([2]);
    expect(read()).toBe(whole);
  });

  test("lines of earlier versions, without a checksum, are accepted", async () => {
    const sweep = await seeds(1, 2);
    go(sweep);
    write(linesOf().map((line) => line.replace(/,"crc32".*/, "}")));
    expect(go(sweep).ran).toEqual([]);
    expect(collect([folder]).missing).toEqual([]);
  });
});

describe("another sweep in the folder", () => {
  test("that shares some of the runs reuses them and does the others, and so does the way back", async () => {
    go(await seeds(1, 2, 3));
    const three = read();
    expect(go(await seeds(1, 2, 3, 4, 5))).toEqual({ done: 0, reused: 3, ran: [4, 5] });
    expect(seedsIn()).toEqual([1, 2, 3, 4, 5]);
    expect(readdirSync(folder).sort()).toEqual(["results.jsonl", "sweep.json"]);
    // Runs that were not requested are kept beside the results, not among them.
    expect(go(await seeds(1, 2, 3)).ran).toEqual([]);
    expect(read()).toBe(three);
    expect(seedsIn("earlier.jsonl")).toEqual([4, 5]);
    expect(collect([folder]).missing).toEqual([]);
    expect(go(await seeds(5, 1))).toEqual({ done: 0, reused: 2, ran: [] });
    expect(seedsIn()).toEqual([5, 1]);
  });

  test.each<[string, object, number]>([
    ["another value of S", { S: [1, 2], seed: [1, 2] }, 2],
    ["a new axis, whose default was run", { seed: [1, 2], construction: ["balanced", "capped"] }, 2],
  ])("%s", async (_, grid, reused) => {
    go(await seeds(1, 2));
    const sweep = await sweepOf(grid);
    expect(go(sweep)).toMatchObject({ reused, ran: { length: sweep.runs.length - reused } });
    expect(Array.from(collect([folder]).lines(), ({ line }) => line.hash)).toEqual(sweep.runs.map(({ hash }) => hash));
  });

  test("reuses the runs of shards, and those done before it was stopped", async () => {
    const sweep = await seeds(1, 2, 3, 4);
    go(sweep, "1/2");
    go(sweep, "2/2", 1);
    expect(go(await seeds(1, 2, 3, 4, 5))).toEqual({ done: 0, reused: 3, ran: [4, 5] });
    // Shards of another sweep take the runs they need from this file.
    const more = await seeds(7, 5, 4, 3);
    expect(go(more, "1/2")).toEqual({ done: 0, reused: 1, ran: [7] });
    expect(go(more, "2/2")).toEqual({ done: 0, reused: 2, ran: [] });
    expect(collect([folder]).missing).toEqual([]);
  });

  test("that shares none of the runs is refused, and nothing changes", async () => {
    go(await seeds(1, 2));
    const before = [read(), read("sweep.json"), readdirSync(folder)];
    const other = await seeds(3, 4);
    expect(() => go(other)).toThrow(`${folder}: contains another sweep, of 2 runs; choose another folder.`);
    expect([read(), read("sweep.json"), readdirSync(folder)]).toEqual(before);
  });

  test("is refused while a shard of the first is running, and an abandoned lock on the folder does not matter", async () => {
    const first = await seeds(1, 2, 3, 4);
    go(first, "1/2");
    const held = openResults(folder, first, "1.2.3", parseShard("2/2"));
    const second = await seeds(1, 5);
    for (const shard of [undefined, "1/3"]) expect(() => go(second, shard)).toThrow(/process \d+ on \S+ is working/);
    held.close();
    writeFileSync(join(folder, `sweep.json.lock.${endedProcess}`), "");
    expect(go(second).reused).toBe(1);
  });
});

test("shards of two sweeps in one new folder: only one of the two continues", async () => {
  const first = await seeds(1, 2);
  const held = openResults(folder, first, "1.2.3", parseShard("1/2"));
  const second = await seeds(3, 4);
  expect(() => go(second, "2/2")).toThrow(/is working|contains another sweep/);
  expect(() => go(first, "2/2")).not.toThrow();
  held.close();
});

describe("files that are not results are refused at once", () => {
  const zeros = "/dev/zero";
  test.each(["sweep.json", "results.jsonl", "earlier.jsonl"])("a pipe as %s", async (name) => {
    const sweep = await seeds(1);
    if (name !== "sweep.json") go(await seeds(1, 2));
    rmSync(join(folder, name), { force: true });
    execFileSync("mkfifo", [join(folder, name)]);
    expect(() => go(sweep)).toThrow(`${name}: cannot be read: it is not a regular file.`);
  });

  test.each([
    [`${zeros} as sweep.json`, { link: zeros }, "is not a regular file"],
    ["a manifest of 4,294,967,296 runs", { runs: 2 ** 32 }, "does not belong to a sweep; choose another folder."],
    [
      "a manifest with an invalid figure",
      { figure: { kind: "pie" } },
      "does not belong to a sweep; choose another folder.",
    ],
    ["a manifest of a megabyte", { version: "1".repeat(2 ** 20) }, "is too large"],
  ])("%s", async (_, change, message) => {
    go(await seeds(1));
    const path = join(folder, "sweep.json");
    const manifest = JSON.parse(read("sweep.json")) as object;
    rmSync(path);
    if ("link" in change) execFileSync("ln", ["-s", zeros, path]);
    else writeFileSync(path, JSON.stringify({ ...manifest, ...change }));
    expect(() => collect([folder])).toThrow(message);
  });
});
