import { expect, test } from "vitest";
import { specHash } from "../../src/config/hash.js";
import { parseSpec } from "../../src/config/parse-spec.js";
import { designNames } from "../../src/designs/designs.js";
import { parseLine, resultLine } from "../../src/results/result-line.js";
import { rowsLike } from "../batch/rows.js";

/** This is the hash from version 0.1.0, which called the published design "standard". */
const PUBLISHED = "df2f3cbac704240c6cc7a51fc8480b999a547d163dbf90b320b479d1a10287b1";
const GRID = "50485ac927338635ec59344745cc55e798ef2f8c7ecf3e252dd0fc47919b3f3d";

test("hashes equal those of result folders from before the published design got its name", async () => {
  expect(await specHash(parseSpec({}))).toBe(PUBLISHED);
  expect(await specHash(parseSpec({ design: "grid", T: 100 }))).toBe(GRID);
});

test("the published design's former name is read: in specs, and in lines of results", async () => {
  const spec = parseSpec({ design: "standard" });
  expect(spec.design).toBe("published");
  expect(await specHash(spec)).toBe(PUBLISHED);
  const line = { index: 0, hash: PUBLISHED, spec, rows: rowsLike(spec) };
  const former = resultLine(line)
    .replace('"design":"published"', '"design":"standard"')
    .replace(/,"crc32":"[^"]*"/, "");
  expect(former).toContain('"design":"standard"');
  expect(parseLine(former)).toEqual(line);
  expect(() => parseSpec({ design: "other" })).toThrow(`design = "other": must be one of ${designNames.join(", ")}.`);
});
