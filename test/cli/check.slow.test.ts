import { zipSync } from "fflate";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, test } from "vitest";
import { customWeightsOf } from "../../src/circuits/custom/custom.js";
import { rotationsOneIndicator, anglesFromTurns, randomTurns } from "../../src/circuits/rotation.js";
import { trainedMlps } from "../../src/circuits/trained.js";
import { writeNpz } from "../../src/exchange/npz.js";
import { writeSafetensors } from "../../src/exchange/safetensors.js";
import { superpose } from "../support/in-process.js";

const folder = mkdtempSync(join(tmpdir(), "superpose-check-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function file(name: string, content: unknown): string {
  const path = join(folder, name);
  const text = typeof content === "string" || content instanceof Uint8Array ? content : JSON.stringify(content);
  writeFileSync(path, text);
  return path;
}

/** The trained MLPs, with individual biases, in the form of a file. */
const mlps = trainedMlps();
const rows = (values: Float64Array, size: number): number[][] =>
  Array.from({ length: values.length / size }, (_, row) => Array.from(values.subarray(row * size, (row + 1) * size)));
const raw = {
  name: "mlps",
  weights: mlps.weights.map((layer) => rows(layer, 16).map((w) => rows(Float64Array.from(w), 4))),
  biases: mlps.biases.map((layer) => rows(layer, 4)),
  readouts: mlps.readouts,
  inputs: mlps.inputs,
};

describe("superpose check", () => {
  test("a spec whose circuits meet the assumptions: a table, exit code 0", async () => {
    const spec = file("gates.yaml", "circuits: gates\nD: 2000\nT: 300\nL: 4\nz: [1, 2]\n");
    const { code, out, err } = await superpose("check", spec);
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out).toContain("300 circuits (gates), d = 8, L = 4");
    expect(out).toMatch(/1 {2}few circuits are active: z ≪ P +yes +z\/P = 0.008, at most 0.1/);
    expect(out).toMatch(/4 {2}one bias vector per layer, shared by all circuits +yes +all equal/);
    expect(out).not.toContain("fails");
  });

  const examples = fileURLToPath(new URL("../../examples/specs/", import.meta.url));
  test.each(readdirSync(examples).filter((name) => name.endsWith(".yaml")))("examples/specs/%s holds", async (name) => {
    expect(await superpose("check", join(examples, name))).toMatchObject({ code: 0, err: "" });
  });

  test("circuits with individual biases: what fails, where, and what to do; exit code 1", async () => {
    const { code, out, err } = await superpose("check", file("raw.json", raw));
    expect(code).toBe(1);
    expect(err).toBe("error: assumptions 2, 3, 4, 5 fail.\n");
    expect(out).toMatch(/1 {2}few circuits are active: z ≪ P +\? +z = 1; P is not given/);
    expect(out).toMatch(/assumption 4 fails in \d+ places\n {2}layer \d, circuit \d, component \d: /);
    expect(out).toMatch(/… and \d+ more\n {2}what to do: signs differ: mend with "split"/);
  });

  test("--mended writes circuits that a run accepts and that meet every assumption that mending can ensure", async () => {
    const mended = join(folder, "mended.json");
    const { code, err } = await superpose("check", file("raw.json", raw), "--mended", mended);
    expect(code).toBe(1);
    expect(err).toContain("mended.json: mended by indicator, 2 additional neurons per circuit and layer");
    const again = await superpose("check", mended, "--json", "--z", "2", "--D", "600", "--S", "4");
    const report = JSON.parse(again.out) as { holds: boolean; P: number; findings: { holds: boolean }[] };
    expect(report).toMatchObject({ circuits: { d: 6, T: 8, L: 3 }, z: 2, P: 100, S: 4, holds: false });
    expect(report.findings.map(({ holds }) => holds)).toEqual([true, true, true, true, false]);
    const run = await superpose("run", "--circuits", mended, "--D", "240", "--S", "3", "--samples", "20", "--json");
    expect(run.code).toBe(0);
    expect(JSON.parse(run.out).rows.at(-1).yActive.worst).toBeLessThan(1);
  });

  test("--mended checks its output; growing weights are not growing errors", async () => {
    const path = join(folder, "after.json");
    const { code, out, err } = await superpose("check", file("raw.json", raw), "--mended", path, "--json");
    expect({ code, last: err.trim().split("\n").at(-1) }).toEqual({ code: 1, last: "error: assumption 5 fails." });
    const { findings, mended } = JSON.parse(out) as Record<"findings", { holds: boolean }[]> & {
      mended: { findings: { holds: boolean }[]; largestWeight: Record<"before" | "after", number> };
    };
    expect(findings.map(({ holds }) => holds)).toEqual([null, false, false, false, false]);
    expect(mended.findings.map(({ holds }) => holds)).toEqual([null, true, true, true, false]);
    const largest = (text: string): number =>
      Math.max(...(JSON.parse(text) as { weights: number[][][][] }).weights.flat(3).map(Math.abs));
    expect(mended).toMatchObject({ file: path, mend: "indicator", added: 2, circuits: { d: 6 }, amplifies: false });
    expect(mended.largestWeight.after).toBeGreaterThan(1.5 * mended.largestWeight.before);
    expect(mended.largestWeight.before).toBeCloseTo(largest(JSON.stringify(raw)), 12);
    expect(mended.largestWeight.after).toBeCloseTo(largest(readFileSync(path, "utf8")), 12);

    const text = (await superpose("check", file("raw.json", raw), "--mended", path)).out;
    const [before, after] = text.split("after.json, mended by indicator:");
    expect(before).toMatch(/4 +one bias.* NO /);
    expect(after).toMatch(/4 +one bias.* yes /);
    expect(after).toMatch(/largest weight: \S+ before, \S+ after; growth of errors per layer: \S+ before, \S+ after$/m);
    // The indicator's weights are large, but they do not make errors grow.
    expect(after).not.toContain("mending amplifies");
  });

  test("the output says when mending makes errors grow", async () => {
    const layers = [0.5, 0.125, 0.5].map((bias) => [[-0.5], [-bias]]);
    const path = file("steep.json", { weights: layers.map(() => [[[2]], [[2]]]), biases: layers });
    const { out } = await superpose("check", path, "--mended", join(folder, "steeper.json"));
    expect(out).toMatch(/growth of errors per layer: 2 before, 4 after\nmending amplifies errors: /);
  });

  test("circuits that mending fixes completely: exit code 0, and nothing is amplified", async () => {
    const shared = file("shared.json", { weights: [[[[0.5]], [[0.25]]]], biases: [[[-0.5], [-0.25]]] });
    const { code, out, err } = await superpose("check", shared, "--mended", join(folder, "whole.json"), "--L", "3");
    expect({ code, err: err.trim() }).toEqual({
      code: 0,
      err: expect.stringContaining("mended by rescale, no additional neurons") as string,
    });
    expect(out).toMatch(/largest weight: 0.5 before, 0.5 after/);
    expect(out).not.toContain("amplifies:");
  });

  test("circuits from a safetensors file, alone and named by a spec beside it", async () => {
    const { weights, biases } = customWeightsOf(rotationsOneIndicator(anglesFromTurns(randomTurns(6, 1)), 1));
    const tensor = (values: readonly unknown[], ...shape: number[]) => ({
      ...{ dtype: "F32" as const, shape },
      data: Float32Array.from(values.flat(3) as number[]),
    });
    const tensors = new Map([
      ["layer.0.weight", tensor(weights, 6, 3, 3)],
      ["layer.0.bias", tensor(biases, 3)],
    ]);
    const path = file("small.safetensors", writeSafetensors(tensors, { name: "small" }));
    const alone = await superpose("check", path, "--L", "4");
    const counted = `${path}: its layers are counted from 0; layer.0 becomes layer 1`;
    expect(alone).toMatchObject({ code: 1, err: `${counted}\nerror: assumption 5 fails.\n` });
    expect(alone.out).toContain("6 circuits (small), d = 3, L = 4");
    const spec = file("small.yaml", "circuits: small.safetensors\nD: 90\nS: 3\nL: 4\n");
    const named = await superpose("check", spec);
    expect(named.out).toMatch(/z ≪ P +yes +z\/P = 0.0333/);
    const run = await superpose("run", spec, "--samples", "10", "--json");
    expect(JSON.parse(run.out).spec.circuits.name).toBe("small");
    // NumPy's files are accepted in the same places.
    expect((await superpose("check", file("small.npz", writeNpz(tensors, { name: "small" })), "--L", "4")).out).toBe(
      alone.out,
    );
    const npz = await superpose(
      "run",
      file("npz.yaml", "circuits: small.npz\nD: 90\nS: 3\nL: 4\n"),
      "--samples",
      "10",
      "--json",
    );
    expect(JSON.parse(npz.out).rows).toEqual(JSON.parse(run.out).rows);
  });

  test("tensors of other names are listed and ignored, and the output is read, in all formats", async () => {
    const shapes: Record<string, number[]> = {
      ...{ "layer.0.weight": [2, 3, 2], "layer.0.bias": [3], "layer.1.weight": [2, 1, 3], "layer.1.bias": [1] },
      ...{ "optimizer.step": [2], embed: [2, 2] },
    };
    const values = (name: string): Float32Array =>
      Float32Array.from({ length: shapes[name]!.reduce((product, n) => product * n, 1) }, (_, k) => -1 - k / 8);
    const tensors = new Map(
      Object.entries(shapes).map(([name, shape]) => [name, { dtype: "F32" as const, shape, data: values(name) }]),
    );
    const nested = (name: string): unknown =>
      shapes[name]!.slice(1).reduceRight<unknown[]>((list, n) => rowsOf(list, n), Array.from(values(name)));
    const rowsOf = (list: readonly unknown[], n: number): unknown[] =>
      Array.from({ length: list.length / n }, (_, k) => list.slice(k * n, (k + 1) * n));
    const metadata = { name: "mine", output: "linear", epoch: "3" };
    const json = {
      ...{ name: "mine", output: "linear" },
      weights: [nested("layer.0.weight"), nested("layer.1.weight")],
      biases: [nested("layer.0.bias"), nested("layer.1.bias")],
      ...{ "optimizer.step": nested("optimizer.step"), embed: nested("embed") },
    };
    const files = {
      "extra.safetensors": writeSafetensors(tensors, metadata),
      "extra.npz": writeNpz(tensors, metadata),
      "extra.json": json,
      "extra-spec.json": { circuits: json, D: 30, S: 2 },
    };
    for (const [name, content] of Object.entries(files)) {
      const { out, err } = await superpose("check", file(name, content));
      expect(out.split("\n")[1], name).toBe(
        "layers 2 → 3 → 1, no ReLU after the last layer: two neurons carry each output, one for its positive and one for its negative part",
      );
      expect(err).toMatch(/: ignored tensors that are not weights or biases: "(embed|optimizer.step)", "/);
    }
    const { err } = await superpose("check", file("misspelt.json", { ...json, biases: undefined, bias: json.biases }));
    expect(err).toContain('circuits: unknown key "bias"; did you mean biases?');
    const nonsense = file("nonsense.npz", writeNpz(tensors, { output: "logits" }));
    expect(await superpose("check", nonsense)).toMatchObject({
      code: 2,
      err: expect.stringContaining('nonsense.npz: circuits.output = "logits": must be one of relu, linear.') as unknown,
    });
  });

  test.each([
    ["saved.pt", zipSync({ "archive/data.pkl": new Uint8Array(9) })],
    ["renamed.safetensors", zipSync({ "archive/data.pkl": new Uint8Array(9) })],
    ["old.pth", Uint8Array.of(0x80, 2, 0x8a, 10)],
  ])("a PyTorch pickle, %s, is recognised", async (name, bytes) => {
    const { code, err } = await superpose("check", file(name, bytes));
    expect(code).toBe(2);
    expect(err).toContain(
      `${name}: is a PyTorch pickle, which could run arbitrary code and is not read; save with safetensors.torch.save_file or numpy.savez.`,
    );
  });

  test("for an array without a name and another kind of file, the message says what is read instead", async () => {
    const array = new Uint8Array(Buffer.from("\x93NUMPY\x01\0", "latin1"));
    const ofArray = await superpose("check", file("one.npy", array));
    expect(ofArray.err).toMatch(
      /one\.npy: is an \.npy file with one unnamed array; save arrays by name with numpy\.savez\.$/m,
    );
    const other = await superpose("check", file("circuits.bin", array));
    expect(other.err).toMatch(
      /circuits\.bin: must end in \.json, \.yaml or \.yml; circuits can also be in a \.safetensors or \.npz file\.$/m,
    );
    expect([ofArray.code, other.code]).toEqual([2, 2]);
  });

  test.each([
    ["a.b c", "a-b-c"],
    ["日本語", "custom"],
    ["x".repeat(10_000), "x".repeat(32)],
  ])("the foreign name %s becomes %s, with a note", async (name, own) => {
    const tensor = (...shape: number[]) => ({ dtype: "F32" as const, shape, data: new Float32Array(2).fill(0.5) });
    const tensors = new Map([
      ["layer.1.weight", tensor(2, 1, 1)],
      ["layer.1.bias", tensor(2, 1)],
    ]);
    for (const [ending, write] of [["safetensors", writeSafetensors] as const, ["npz", writeNpz] as const]) {
      const { out, err } = await superpose("check", file(`named.${ending}`, write(tensors, { name })), "--L", "2");
      expect(out).toContain(`2 circuits (${own}), d = 1, L = 2`);
      expect(err).toMatch(/: the name "[^\n]{1,61} becomes /);
      expect(err).toContain(` becomes ${own}\n`);
    }
  });

  test("an invalid safetensors file, named by a spec beside it: the message has its name", async () => {
    file("none.safetensors", new Uint8Array(3));
    const { code, err } = await superpose("check", file("none.yaml", "circuits: none.safetensors\nD: 90\n"));
    expect(code).toBe(2);
    expect(err).toMatch(/^error: .*none\.safetensors: Not a valid safetensors file: has 3 of the 8 bytes/);
  });

  test("weights in a separate file beside the spec", async () => {
    const { weights, biases } = customWeightsOf(rotationsOneIndicator(anglesFromTurns(randomTurns(6, 1)), 1));
    file("weights.json", weights);
    const spec = file("apart.json", { circuits: { weights: "weights.json", biases }, D: 90, S: 3, L: 3 });
    expect((await superpose("check", spec)).out).toContain("6 circuits (custom), d = 3, L = 3");
  });

  test.each([
    [["missing.json"], "missing.json: cannot be read: no such file or folder."],
    [["empty.json"], "circuits: must be an object"],
    [["raw.json", "--z", "0"], "z = 0: must be a whole number from 1 to"],
    [["raw.json", "--z", "9"], "z = 9: at most T = 8 circuits can be active at once."],
    [["raw.json", "--L", "10001"], "L = 10001: must be a whole number from 1 to 10000."],
    [["raw.json", "--L", "3"], "already have L = 3 layers; leave --L out."],
    [["raw.json", "--D", "41"], "D = 41: must be a multiple of d = 4, such as 40 or 44."],
    [["raw.json", "--D", "40", "--S", "11"], "S = 11: must be at most P = D/d = 10, the number of neurons in a block."],
    [["raw.json", "--mended", "out.txt"], "out.txt: must end in .json."],
    [
      ["raw.json", "--mended", "out.json", "--mend", "rescale"],
      'scaling cannot make biases of different signs agree; mend with "split"',
    ],
    [
      ["raw.json", "--mended", "out.json", "--mend", "glue"],
      'mend = "glue": must be one of rescale, split, indicator.',
    ],
    [["raw.json", "--mend", "glue"], 'mend = "glue": must be one of rescale, split, indicator.'],
    [
      ["raw.json", "--mend", "split"],
      'mend = "split": this needs --mended FILE, where the mended circuits are written.',
    ],
    [["own.json"], "T = 9: the given circuits have T = 8; leave it out."],
  ])("%j is refused with exit code 2", async ([name, ...rest], message) => {
    file("raw.json", raw);
    file("empty.json", "[]");
    file("own.json", { circuits: raw, T: 9 });
    const args = rest.map((arg) => (arg.startsWith("out.") ? join(folder, arg) : arg));
    const { code, err } = await superpose("check", join(folder, name!), ...args);
    expect(code).toBe(2);
    expect(err).toContain(message);
  });

  test("a run of circuits with individual biases says how to get shared ones", async () => {
    const { code, err } = await superpose("run", "--circuits", file("raw.json", raw));
    expect(code).toBe(2);
    expect(err).toContain("`superpose check FILE --mended OUT` writes equivalent circuits with shared biases.");
  });

  test("the checked file is not overwritten", async () => {
    const path = file("own.json", raw);
    const { code, err } = await superpose("check", path, "--mended", join(folder, ".", "own.json"));
    expect(code).toBe(2);
    expect(err).toContain("own.json: this is the input file; choose another name for the output.");
    expect(JSON.parse(readFileSync(path, "utf8"))).toEqual(raw);
  });

  test.each(["check", "run --circuits", "run", "check spec"])("%s names the file with the wrong value", async (how) => {
    const path = file("wrong.json", { ...raw, weights: [[[1, 2]]] });
    const spec = file("wrong.yaml", "circuits: wrong.json\nD: 90\n");
    const args = { check: ["check", path], "run --circuits": ["run", "--circuits", path], run: ["run", spec] }[how];
    const { code, err } = await superpose(...(args ?? ["check", spec]));
    expect(code).toBe(2);
    expect(err).toMatch(/^error: \S*wrong\.json: circuits\.weights/);
  });

  test("written files are complete: mending the same file twice gives the same file", async () => {
    const mended = join(folder, "again.json");
    await superpose("check", file("raw.json", raw), "--mended", mended);
    const once = readFileSync(mended, "utf8");
    const twice = join(folder, "twice.json");
    const { err } = await superpose("check", mended, "--mended", twice);
    expect(err).toContain("no mending needed");
    expect(JSON.parse(readFileSync(twice, "utf8")).biases).toEqual(JSON.parse(once).biases);
  });
});
