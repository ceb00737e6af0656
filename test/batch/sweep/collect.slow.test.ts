import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parquetReadObjects } from "hyparquet";
import { beforeAll, expect, test } from "vitest";
import type { ErrorRow } from "../../../src/results/rows.js";
import { averaged } from "../../../src/batch/sweep/figure.js";
import { parseLine, resultLine, type ResultLine } from "../../../src/results/result-line.js";
import { parquetBytes } from "../../../src/results/parquet.js";
import { superpose } from "../../support/program.js";
import { testFolder } from "../../support/folder.js";
import { partialOfEnded } from "../rows.js";

const folder = testFolder("collect");
const at = (...names: string[]): string => join(folder, ...names);
const read = (...names: string[]): string => readFileSync(at(...names), "utf8");
const sweepFile = at("sweep.json");

beforeAll(() => {
  writeFileSync(
    sweepFile,
    JSON.stringify({
      base: { D: 200, S: 3, L: 2, samples: 50, z: [1, 2] },
      grid: { T: [10, 30], seed: { from: 1, to: 4 } },
      figure: { kind: "errors-by-load", readout: "x" },
    }),
  );
  expect(superpose("sweep", sweepFile, "--out", at("whole")).code).toBe(0);
  for (const shard of ["1/3", "2/3", "3/3"]) {
    // Two shards share a folder and the third uses another, as on machines without a common disk.
    const out = at(shard === "3/3" ? "b" : "a");
    expect(superpose("sweep", sweepFile, "--out", out, "--shard", shard).code).toBe(0);
  }
});

test("shards merge to the bytes of one run, with tables and the figure", async () => {
  // Files left by a killed `collect` are removed.
  for (const name of ["merged.jsonl", "figure.svg"]) writeFileSync(at("a", partialOfEnded(name)), "half");
  const { code, err, out } = superpose("collect", at("a"), at("b"), "--csv", at("t.csv"), "--parquet", at("t.parquet"));
  expect(code, err).toBe(0);
  expect(out).toMatch(/^8 runs: wrote .*merged\.jsonl, .*t\.csv, .*t\.parquet and .*figure\.svg\n$/);
  expect(readdirSync(at("a")).filter((name) => name.endsWith(".partial"))).toEqual([]);
  expect(read("a", "merged.jsonl")).toBe(read("whole", "results.jsonl"));
  expect(read("a", "figure.svg")).toMatch(/^<svg [^]*T\(d\/D\)²/);

  const csv = read("t.csv").trimEnd().split("\r\n");
  expect(csv[0]).toMatch(/^run,hash,circuits,D,T,S,L,.*,z,layer,samples,networks,.*xActive\.meanSquare/);
  expect(csv).toHaveLength(1 + 8 * 2 * 3);

  const bytes = readFileSync(at("t.parquet"));
  const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as ArrayBuffer;
  const records = await parquetReadObjects({ file });
  const lines = read("whole", "results.jsonl").trimEnd().split("\n");
  const results = lines.map((line) => parseLine(line)!);
  const expected = results.flatMap(({ spec, rows }) =>
    rows.map(({ readouts }) => [spec.T, readouts["x"]!.active.meanSquare]),
  );
  expect(records.map((record) => [record["T"], record["xActive.meanSquare"]])).toEqual(expected);
});

test("a folder with results of something else is refused, and nothing is left in it", () => {
  mkdirSync(at("foreign"));
  cpSync(at("whole", "results.jsonl"), at("foreign", "results.jsonl"));
  const { code, err } = superpose("sweep", sweepFile, "--out", at("foreign"));
  expect(code).toBe(2);
  expect(err).toContain("results.jsonl: exists, but its folder has no sweep.json; choose another folder.");
  const shard = superpose("sweep", sweepFile, "--out", at("foreign"), "--shard", "1/2");
  expect(shard.code).toBe(2);
  expect(shard.err).toContain("results.jsonl: exists, but its folder has no sweep.json; choose another folder.");
  expect(readdirSync(at("foreign"))).toEqual(["results.jsonl"]);
});

test("a file of the sweep's own is not replaced", () => {
  const before = read("whole", "results.jsonl");
  const { code, err } = superpose("collect", at("whole"), "--out", join(at("whole"), "..", "whole", "results.jsonl"));
  expect(code).toBe(2);
  expect(err).toMatch(/^error: --out .*results\.jsonl: this would replace one of the sweep's own files/);
  expect(read("whole", "results.jsonl")).toBe(before);
});

test("missing runs are named, and nothing is written", () => {
  const { code, err } = superpose("collect", at("b"));
  expect(code).toBe(2);
  expect(err).toMatch(/^error: 6 of 8 runs are missing: 0, 1, 3, 4, 6 and 7; run `superpose sweep` again/);
  expect(() => read("b", "merged.jsonl")).toThrow();
});

test("the same rows twice are counted once; different rows are an error", () => {
  const twice = superpose("collect", at("whole"), at("a"), "--out", at("twice.jsonl"));
  expect(twice.code, twice.err).toBe(0);
  expect(twice.err).toContain("6 runs appear more than once, with the same rows");
  expect(read("twice.jsonl")).toBe(read("whole", "results.jsonl"));

  cpSync(at("b"), at("changed"), { recursive: true });
  const path = at("changed", "results-3-of-3.jsonl");
  const [first, ...others] = readFileSync(path, "utf8").trimEnd().split("\n");
  const { rows, ...line } = parseLine(first!)!;
  const changed = resultLine({ ...line, rows: rows.map((row) => ({ ...row, expectedActiveFraction: 0.5 })) });
  writeFileSync(path, [changed.trimEnd(), ...others, ""].join("\n"));
  const { code, err } = superpose("collect", at("whole"), at("changed"));
  expect(code).toBe(2);
  expect(err).toMatch(/^error: run 2: .*results\.jsonl, line 3, and .*, line 1, have different rows\.\n$/);
});

test("folders without a sweep, or of different sweeps, are refused in one line", () => {
  expect(superpose("collect", at("none")).err).toBe(`error: ${at("none")}: this is not a folder.\n`);
  expect(superpose("collect", folder).err).toContain("does not belong to a sweep");
  const other = at("other.yaml");
  writeFileSync(other, "base: {D: 200, S: 3, L: 1, samples: 5}\nlist: [{T: 5}]\n");
  expect(superpose("sweep", other, "--out", at("other")).code).toBe(0);
  expect(superpose("collect", at("whole"), at("other")).err).toContain("belong to different sweeps.");
  expect(superpose("sweep", other, "--out", other).err).toContain(
    `error: ${other}: cannot be created: it is not a folder.\n`,
  );
});

test("Parquet has integers, doubles with Infinity and NaN, text, and null for what is missing", async () => {
  const bytes = parquetBytes([
    { whole: 3, number: 0.1, text: "a", some: 1 },
    { whole: 4, number: "Infinity", text: "NaN!" },
    { whole: -5, number: "NaN", text: null, some: null },
  ]);
  const records = await parquetReadObjects({ file: bytes.slice().buffer });
  expect(records).toEqual([
    { whole: 3, number: 0.1, text: "a", some: 1 },
    { whole: 4, number: Infinity, text: "NaN!", some: null },
    { whole: -5, number: NaN, text: null, some: null },
  ]);
});

test("a figure's rows are means over runs by networks, the spread across runs, the largest worst", () => {
  const row = (meanSquare: number, worst: number, networks: number): ErrorRow => {
    const statistic = { meanSquare, sd: null, worst, wrong: null, theory: 2 };
    return {
      ...{ z: 1, layer: 1, samples: 10, networks, activeFraction: [0.1], activeFractionSd: null },
      readouts: { x: { active: statistic, inactive: statistic } },
      expectedActiveFraction: 0.1,
    };
  };
  const line = (rows: ErrorRow[]) => ({ rows }) as unknown as ResultLine;
  const [merged, ...rest] = averaged([line([row(1, 5, 1)]), line([row(3, 4, 3)])]);
  expect(rest).toEqual([]);
  expect(merged!.networks).toBe(4);
  expect(merged!.readouts["x"]!.active).toEqual({ meanSquare: 2.5, sd: Math.SQRT2, worst: 5, wrong: null, theory: 2 });
});
