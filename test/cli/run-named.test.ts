import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import type { Design } from "../../src/designs/design.js";
import { designs } from "../../src/designs/designs.js";
import { superpose } from "../support/in-process.js";

const folder = mkdtempSync(join(tmpdir(), "superpose-named-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const run = (...args: string[]) => superpose("run", "--workers", "1", ...args);

const size = ["--n", "32", "--m", "64", "--l", "1,2", "--samples", "3", "--repeats", "2"];

describe("run --experiment", () => {
  test("prints a table and a sentence", async () => {
    const { code, out } = await run("--experiment", "storage", ...size);
    expect(code).toBe(0);
    expect(out).toMatch(/^Noise of a feature, and threshold readout/);
    expect(out).toContain("n = 32, m = 64: half of the samples");
  });

  test("a file works like flags, flags take precedence, and CSV and JSON have the same rows", async () => {
    const file = join(folder, "storage.yaml");
    writeFileSync(file, "experiment: storage\nn: 32\nm: [64]\nl: [1, 2]\nsamples: 3\nrepeats: 5\n");
    const csv = join(folder, "rows.csv");
    const fromFile = await run(file, "--repeats", "2", "--json", "--out", csv);
    const fromFlags = await run("--experiment", "storage", ...size, "--json");
    expect(fromFile.out).toBe(fromFlags.out);
    const { rows } = JSON.parse(fromFlags.out) as { rows: Record<string, unknown>[] };
    const [head, ...lines] = readFileSync(csv, "utf8").trim().split("\r\n");
    expect(head!.split(",")).toEqual(Object.keys(rows[0]!));
    expect(lines).toHaveLength(rows.length);
  });

  test.each([
    [["--experiment", "storag"], /must be one of errors, capacity.*Did you mean storage\?/],
    [["--experiment", "xyz"], /experiment = "xyz": must be one of errors, capacity/],
    [
      ["--experiment", "storage", "--T", "5"],
      /--T: not a setting of the storage experiment\. Its settings are family, n, m/,
    ],
    [["--n", "5"], /--n: not a setting of the errors of a network; it belongs to --experiment storage or /],
    [
      ["--experiment", "storage", "--n", "none"],
      /n = "none": must be a whole number, or a list of 1 to 64: 1,2,3 as a flag, /,
    ],
    [
      ["--experiment", "storage-law", "--m", "10^60"],
      /m = "10\^60": must be a list of 1 to 64 numbers: .* in a file\. Write 1e60 for 10\^60\.\n/,
    ],
    [["--experiment", "storage", "--m", "100,2^10"], /m\[1\] = "2\^10": must be a .*\. Write 1024 for 2\^10\.\n/],
    [["--experiment", "storage", "--seed", "10^999"], /seed = "10\^999": must be a whole number from 0 to \d+\.\n/],
    [["--experiment", "storage", "--engine", "dense"], /engine = "dense": the storage experiment has no engine/],
    [["--experiment", "storage", "--samples", "0"], /samples = 0: must be a whole number from 1/],
  ])("%j is refused", async (args, message) => {
    const { code, out, err } = await run(...args);
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err).toMatch(message);
  });

  test("help lists every experiment with its settings", async () => {
    const { out } = await run("--help");
    for (const word of ["capacity:", "--threshold", "storage:", "--family", "embeddings:", "--steps"])
      expect(out).toContain(word);
  });

  test("help says of every design what breaks it", async () => {
    const help = (await run("--help")).out.replace(/\s+/g, " ");
    for (const { caveats } of Object.values<Design>(designs))
      if (caveats !== undefined) expect(help).toContain(caveats);
  });
});
