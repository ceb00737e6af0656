import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { writeNpz } from "../../src/exchange/npz.js";
import { writeSafetensors } from "../../src/exchange/safetensors.js";
import { exportModel } from "../../src/exchange/model.js";
import { buildRunNetwork } from "../../src/config/build.js";
import { parseSpec } from "../../src/config/parse-spec.js";
import { tensor } from "../scoring/models.js";
import { superpose } from "../support/in-process.js";

const folder = mkdtempSync(join(tmpdir(), "superpose-floors-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const file = (name: string, content: string | Uint8Array): string => {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
};
const json = (name: string, content: unknown): string => file(name, JSON.stringify(content));

interface Printed {
  readonly code: Record<string, unknown>;
  readonly F: number;
  readonly n: number;
  readonly own: number;
  readonly geometry: number;
  readonly given: { readonly ratio: number } | null;
}

const measured = async (...args: string[]): Promise<Printed> => {
  const { code, out, err } = await superpose("floors", ...args, "--json");
  expect(code, err).toBe(0);
  return JSON.parse(out) as Printed;
};

/** For three vectors in a plane, 120° apart, Welch's floor is 1/4. */
const simplex = [0, 1, 2].map((k) => [Math.cos((2 * Math.PI * k) / 3), Math.sin((2 * Math.PI * k) / 3)]);
const flat = simplex.flat();
let model = "";

beforeAll(async () => {
  const spec = parseSpec({ D: 80, T: 24, S: 2, L: 2 });
  const { tensors, metadata } = await exportModel(buildRunNetwork(spec, 0), spec);
  model = join(folder, "model");
  mkdirSync(model);
  writeFileSync(join(model, "model.safetensors"), writeSafetensors(tensors, metadata));
});

describe("a given code", () => {
  test("in each kind of file gives the same floors; the result names the file and its SHA-256", async () => {
    const three = tensor([3, 2], flat);
    const names = [
      json("rows.json", simplex),
      json("named.json", { code: simplex, about: "three" }),
      file("code.safetensors", writeSafetensors(new Map([["code", three]]))),
      file("code.npz", writeNpz(new Map([["code", three]]))),
    ];
    for (const [at, name] of names.entries()) {
      const { code, F, n, own, geometry, given } = await measured(name);
      expect({ F, n, given }).toEqual({ F: 3, n: 2, given: null });
      expect(own).toBeCloseTo(0.25, 6);
      expect(geometry).toBeCloseTo(1, 6);
      const sha256 = createHash("sha256").update(readFileSync(name)).digest("hex");
      expect(code).toEqual({ file: name, sha256, tensor: at === 0 ? null : "code", readout: null, transposed: false });
    }
  });

  test("may have its features as columns, and a readout", async () => {
    const columns = [0, 1].map((row) => simplex.map((vector) => vector[row]));
    const path = json("columns.json", { code: columns, decoder: columns.map((row) => row.map((x) => -2 * x)) });
    const { own, given } = await measured(path, "--transpose", "--tensor", "code", "--readout", "decoder");
    expect(own).toBeCloseTo(0.25, 6);
    expect(given!.ratio).toBeCloseTo(1, 6);
    const { out } = await superpose("floors", path, "--tensor", "code");
    expect(out).toContain("2 features span 2 dimensions.");
    expect(out).toMatch(/this code, any readout +0 +R_geom –/);
    expect(out).toContain("If the features are the columns, add --transpose.");
  });

  test("with no more features than dimensions: the advice is the other orientation, if that has more", async () => {
    const path = json("rows.json", simplex);
    const { out } = await superpose("floors", path, "--transpose");
    expect(out).toContain("a linear readout can be exact. If the features are the rows, leave out --transpose.\n");
    const square = await superpose("floors", json("square.json", [[1, 0], [0, 1]]), "--transpose"); // prettier-ignore
    expect(square.out).toMatch(/a linear readout can be exact\.\n$/);
  });

  test("takes a readout in either orientation", async () => {
    const columns = [0, 1].map((row) => simplex.map((vector) => vector[row]));
    // The scale of a row of the readout does not matter.
    const path = json("both.json", { code: simplex, columns, rows: simplex.map(([x, y], k) => [x! * (k + 1), y! * (k + 1)]) }); // prettier-ignore
    for (const [readout, transposed] of [
      ["columns", true],
      ["rows", false],
    ] as const) {
      // prettier-ignore
      const plain = await measured(path, "--tensor", "code", "--readout", readout);
      const other = await measured(path, "--tensor", "columns", "--transpose", "--readout", readout);
      for (const { code, given } of [plain, other]) {
        expect(code).toMatchObject({ readout, readoutTransposed: transposed });
        expect(given!.ratio).toBeCloseTo(1, 6);
      }
    }
  });
});

test("a layer of a model: the last unless another is named, with the spec's hash", async () => {
  const [last, second, first] = await Promise.all([[], ["--layer", "2"], ["--layer", "1"]].map((more) => measured(model, ...more))); // prettier-ignore
  expect(last).toEqual(second);
  expect(last!.code).toMatchObject({ layer: 2, specHash: expect.stringMatching(/^[0-9a-f]{64}$/) as string });
  expect(last!.F).toBe(96);
  expect(first!.code).toMatchObject({ layer: 1 });
  const { out } = await superpose("floors", model);
  expect(out).toMatch(/the model's own readout +\S+ +R_readout 2\.\d{4}/);
  expect((await measured(model, "--tensor", "layers.2.weight")).F).toBe(80);
});

describe("reports errors in one line", () => {
  const bad = (numbers: readonly number[], shape: readonly number[] = [3, 2]) =>
    writeSafetensors(new Map([["code", tensor(shape, numbers)]]));
  test.each<[string, () => string[], string]>([
    ["no file", () => [join(folder, "none.npz")], "cannot be read: no such file"],
    ["a folder without a model", () => [folder], "has no model.safetensors or model.npz."],
    ["a text", () => [file("code.csv", "1,2\n3,4\n")], "Models and files of arrays end in .safetensors or .npz."],
    ["a pickle", () => [file("code.pt", Uint8Array.of(0x80, 2, 0, 0))], "is a PyTorch pickle"],
    ["half a JSON text", () => [file("half.json", "[[1, 2], [3")], "the text ends too early"],
    ["words", () => [json("words.json", [["a", 1], [2, 3]])], 'vectors[0][0] = "a": must be a finite number'], // prettier-ignore
    ["no rows", () => [json("empty.json", [])], "F = 0: must be a whole number from 2 to 1000000."],
    ["one feature", () => [json("one.json", [[1, 2]])], "F = 1: must be a whole number from 2 to 1000000."],
    ["rows of other lengths", () => [json("ragged.json", [[1, 2], [3]])], "vectors[1] has 1 entries: must have n = 2."], // prettier-ignore
    ["a number", () => [json("number.json", 7)], "has no two-dimensional array (features × dimensions)."],
    ["NaN", () => [file("nan.safetensors", bad([1, 2, 3, NaN, 5, 6]))], "vectors[1][1] = NaN: must be a finite number"],
    ["a vector of 0", () => [file("zero.safetensors", bad([1, 2, 0, 0, 5, 6]))], "feature 1: its vector is 0."],
    ["a vector", () => [file("flat.safetensors", bad(flat, [6]))], "has no two-dimensional array"],
    ["a vector by name", () => [join(folder, "flat.safetensors"), "--tensor", "code"], "shape [6] must be [features"],
    ["no width", () => [file("narrow.safetensors", bad([], [3, 0]))], "n = 0: must be a whole number from 1 to 4096."],
    ["no such array", () => [join(folder, "rows.json"), "--tensor", "x"], 'has no array "x": its array has no name.'],
    ["several", () => [json("two.json", { a: simplex, b: simplex })], "a, b: choose one with --tensor."],
    ["a layer of an array", () => [join(folder, "rows.json"), "--layer", "1"], "--layer applies only to a model"],
    ["a layer beyond L", () => [model, "--layer", "3"], "layer = 3: must be a whole number from 1 to 2."],
    [
      "a network of a design",
      () => [file("design.safetensors", writeSafetensors(new Map([["write.index", tensor([1, 3], [0, 0, 0])]])))],
      "is a design's network, which has several parts; only layers of networks with one part are measured.",
    ],
    ["a readout of a model", () => [model, "--readout", "x"], "--readout applies only to arrays"],
    [
      "a readout of another shape",
      () => [json("other.json", { code: simplex, own: [[1, 2]] }), "--tensor", "code", "--readout", "own"],
      "readout own: shape [1, 2] must be [3, 2], features × dimensions, or [2, 3].",
    ],
    [
      "a million features and more",
      () => [file("long.safetensors", bad(new Array<number>(1_000_001).fill(1), [1_000_001, 1]))],
      "at most 1000000 features are measured.",
    ],
  ])("%s", async (_, args, message) => {
    json("rows.json", simplex);
    const { code, out, err } = await superpose("floors", ...args());
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err).toContain(message);
    expect(err).toMatch(/^error: [^\n]*\n$/);
  });
});
