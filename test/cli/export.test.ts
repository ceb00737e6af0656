import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { superpose } from "../support/in-process.js";

const folder = mkdtempSync(join(tmpdir(), "superpose-export-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function file(name: string, content: string | object): string {
  const path = join(folder, name);
  writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
  return path;
}

const spec = { D: 120, T: 24, S: 4, L: 3, z: [1, 2], samples: 60, seed: 11 };
const path = file("spec.json", spec);
const model = join(folder, "model");

interface Printed {
  readonly rows: readonly Record<string, { readonly meanSquare: number; readonly wrong: number | null }>[];
}

test("what export writes, import runs: the rows of run with the same spec (1e-4 relative, or 1e-8)", async () => {
  const { code, out, err } = await superpose("export", path, "--out", model);
  expect({ code, err }).toEqual({ code: 0, err: "" });
  expect(readdirSync(model).sort()).toEqual(["README.md", "model.npz", "model.py", "model.safetensors"]);
  expect(out.split("\n")[0]).toMatch(/model\.safetensors {2}\d+ KiB$/);
  const run = JSON.parse((await superpose("run", path, "--json", "--workers", "1")).out) as Printed;
  const short = Number(run.rows[3]!["xActive"]!.meanSquare.toPrecision(3));
  const card = readFileSync(join(model, "README.md"), "utf8");
  expect(card).toMatch(new RegExp(`\\| 3 \\| x, active \\| [^|]+ \\| ${short} \\|`));
  expect(card).toContain("Better than the naive network: alpha ");
  for (const of of [model, join(model, "model.safetensors"), join(model, "model.npz")]) {
    const answer = await superpose("import", of, "--json");
    expect(answer.code, answer.err).toBe(0);
    const { rows } = JSON.parse(answer.out) as Printed;
    expect(rows.length).toBe(run.rows.length);
    rows.forEach((row, k) => {
      for (const name of ["xActive", "xInactive", "alphaActive", "alphaInactive"]) {
        const wanted = run.rows[k]![name]!.meanSquare;
        expect(Math.abs(row[name]!.meanSquare - wanted)).toBeLessThanOrEqual(1e-8 + 1e-4 * wanted);
      }
      // Neither `run` nor `import` counts the errors of inactive circuits above 0.25, nor does the dense engine below.
      expect([row["xInactive"]!.wrong, run.rows[k]!["xInactive"]!.wrong]).toEqual([null, null]);
    });
  }
});

test("a run has the same entries on both engines: inactive circuits over 0.25 are null", async () => {
  const dense = await superpose("run", path, "--json", "--workers", "1", "--engine", "dense", "--samples", "10");
  const { rows } = JSON.parse(dense.out) as Printed;
  for (const row of rows) expect([row["xInactive"]!.wrong, row["xActive"]!.wrong]).toEqual([null, expect.any(Number)]);
});

test("a design's file is imported too, with neurons counted by part; other gates are refused, and so are files with nothing to score", async () => {
  const design = join(folder, "design");
  const own = file("design.json", { design: "windows", D: 120, T: 20, L: 2, z: 1, samples: 20 });
  expect((await superpose("export", own, "--out", design)).code).toBe(0);
  const { code, out } = await superpose("import", design);
  expect({ code, out }).toEqual({
    code: 0,
    out: expect.stringContaining("model.safetensors: D = 120, d = 4, T = 20, L = 2"),
  });
  expect(out).toMatch(/^layer +block 0 +block 1$/m);
  const oracle = await superpose("import", design, "--gate", "oracle");
  expect([oracle.code, oracle.err]).toEqual([
    2,
    expect.stringContaining('gate = "oracle": networks built from designs run only with gate = relu.'),
  ]);
  const [run, imported] = await Promise.all([superpose("run", own, "--json"), superpose("import", design, "--json")]);
  const [wanted, rows] = [run, imported].map((answer) => (JSON.parse(answer.out) as Printed).rows);
  rows!.forEach((row, k) => {
    for (const name of ["xActive", "xInactive", "alphaActive", "alphaInactive"]) {
      expect(row[name]!.meanSquare).toBeCloseTo(wanted![k]![name]!.meanSquare, 8);
      expect(row[name]!.wrong).toBe(wanted![k]![name]!.wrong);
    }
  });
  const scored = await superpose("score", design, join(design, "model.npz"));
  expect([scored.code, scored.err]).toEqual([2, expect.stringContaining("nothing to score")]);
});

test("the model's card mentions settings of the spec that are not in the weights", async () => {
  const cards: string[] = [];
  for (const more of [{}, { gate: "oracle" }, { noise: 0.05, noiseAt: "activation" }]) {
    const out = join(folder, `card-${cards.length}`);
    expect((await superpose("export", file("beside.json", { ...spec, ...more }), "--out", out)).code).toBe(0);
    cards.push(readFileSync(join(out, "README.md"), "utf8"));
  }
  expect(cards[0]).not.toMatch(/oracle|noise/i);
  expect(cards[1]).toContain("**The spec's gate is the oracle**, which is neither in the weights nor in model.py");
  expect(cards[2]).toContain("normal, with standard deviation 0.05, on every neuron's activation in every layer.");
});

test("a spec that names the errors experiment, as for run, is exported", async () => {
  const named = file("named.json", { experiment: "errors", ...spec });
  expect(await superpose("export", named, "--out", join(folder, "named"))).toMatchObject({ code: 0, err: "" });
});

test("flags of import take precedence over the file's spec", async () => {
  const { out, err } = await superpose(
    "import",
    model,
    "--z",
    "3",
    "--samples",
    "5",
    "--seed",
    "2",
    "--gate",
    "oracle",
  );
  expect(out).toContain("D = 120, d = 4, T = 24, S = 4, L = 3");
  expect(out).toContain("z = 3: 5 samples\nlayer");
  expect(err).toContain("seed 2, gate oracle");
});

describe("reports errors in one line, and writes nothing", () => {
  const cut = join(folder, "cut.safetensors");
  test.each<[string, () => string[], string]>([
    [
      "a spec that is wrong",
      () => ["export", file("bad.json", { T: 558 }), "--out", join(folder, "none")],
      "T = 558: at most 557 circuits fit",
    ],
    [
      "a model too large",
      () => ["export", file("large.json", { D: 40000 }), "--out", join(folder, "none")],
      "the model needs 24,416 MiB; the limit is 512 MiB",
    ],
    [
      "a deep network of a design that is too large, before it is built",
      () => ["export", file("deep.json", { design: "rows", D: 4096, T: 10, L: 5000 }), "--out", join(folder, "none")],
      "D = 4096, L = 5000: the model needs more than 1,984 MiB; the limit is 512 MiB",
    ],
    [
      "a network that the spec has not",
      () => ["export", path, "--out", join(folder, "none"), "--network", "1"],
      "network = 1: must be 0.",
    ],
    [
      "a network that is not a number",
      () => ["export", file("five.json", { ...spec, networks: 5 }), "--out", join(folder, "none"), "--network", "x"],
      'network = "x": must be a whole number from 0 to 4.',
    ],
    ["an invalid network to import", () => ["import", model, "--network", "x"], 'network = "x": must be a whole'],
    [
      "an experiment without a network",
      () => ["export", file("storage.yaml", "experiment: storage\nn: 32\n"), "--out", join(folder, "none")],
      "experiment = storage: this experiment has no network to export. Leave the experiment out, or use experiment = compressed-computation.",
    ],
    [
      "an experiment that there is none of",
      () => ["export", file("storag.yaml", "experiment: storag\n"), "--out", join(folder, "none")],
      "must be one of errors, capacity, storage, random-vectors",
    ],
    ["no folder", () => ["export", path], "required option '--out <folder>' not specified"],
    ["a model that is not there", () => ["import", join(folder, "nowhere")], "no such file or folder"],
    ["a folder without a model", () => ["import", folder], "has no model.safetensors or model.npz."],
    ["a file of something else", () => ["import", path], "Models end in .safetensors or .npz."],
    [
      "a file whose name is another's",
      () => ["import", file("empty.npz", "")],
      "empty.npz: Not a valid safetensors file: has 0 of the 8 bytes that give the header length. It is named .npz, but its content is in another format.",
    ],
    [
      "half a model",
      () => {
        writeFileSync(cut, readFileSync(join(model, "model.safetensors")));
        truncateSync(cut, 100_000);
        return ["import", cut];
      },
      "ends at byte",
    ],
    ["z above T", () => ["import", model, "--z", "25"], "z = 25: at most T = 24 circuits can be active at once."],
    [
      "each with two",
      () => ["import", model, "--sampling", "each", "--z", "2"],
      'sampling = "each" runs one circuit at a time',
    ],
    ["an unknown gate", () => ["import", model, "--gate", "tanh"], 'gate = "tanh": must be one of relu, oracle.'],
  ])("%s", async (_, args, message) => {
    const { code, out, err } = await superpose(...args());
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err).toContain(message);
    expect(err).toMatch(/^error: [^\n]*\n(superpose export --help lists its arguments\.\n)?$/);
    expect(existsSync(join(folder, "none"))).toBe(false);
  });
});

test("a foreign file is not replaced, an earlier model is", async () => {
  const other = mkdtempSync(join(folder, "project-"));
  writeFileSync(join(other, "README.md"), "mine");
  const { code, err } = await superpose("export", path, "--out", other);
  expect(code).toBe(2);
  expect(err).toBe(
    `error: ${other}: this folder contains a README.md that does not belong to a model and would be overwritten; choose another folder.\n`,
  );
  expect(readdirSync(other)).toEqual(["README.md"]);
  expect(readFileSync(join(other, "README.md"), "utf8")).toBe("mine");
  for (let time = 0; time < 2; time++) {
    expect(await superpose("export", path, "--out", join(other, "model"))).toMatchObject({ code: 0 });
  }
  expect(await superpose("export", path, "--out", "")).toMatchObject({ code: 2 });
});
