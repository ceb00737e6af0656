import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { writeSafetensors } from "../../src/exchange/safetensors.js";
import { loadKernels } from "../../src/kernels/node.js";
import { trueResult } from "../../src/scoring/true-result.js";
import { modelOf, tensor } from "../scoring/models.js";
import { superpose } from "../support/in-process.js";

const folder = mkdtempSync(join(tmpdir(), "superpose-score-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const spec = { D: 120, T: 24, S: 4, L: 3, construction: "balanced", seed: 3, z: [1, 2] };
const model = join(folder, "model");
const truth = join(folder, "truth.safetensors");

beforeAll(async () => {
  writeFileSync(join(folder, "spec.json"), JSON.stringify(spec));
  expect(await superpose("export", join(folder, "spec.json"), "--out", model)).toMatchObject({ code: 0 });
  writeFileSync(truth, writeSafetensors(trueResult(modelOf(), "balanced", () => loadKernels())));
});

test("a table of every score, the same in every call", async () => {
  const { code, out, err } = await superpose("score", model, truth, "--samples", "300");
  expect({ code, err }).toEqual({ code: 0, err: "" });
  expect(out.split("\n")[0]).toMatch(/^where +score +value +95% +over$/);
  expect(out).toMatch(/layer 2 +purity +1 +± \S+ +components/);
  expect(out).toMatch(/layer 2 +AUC +\S+ +± \S+ +test samples +24 circuits; sd between circuits/);
  expect(out).toMatch(/network +error, own components +\S+ +± \S+ +test samples +1 kept per layer/);
  expect((await superpose("score", model, truth, "--samples", "300")).out).toBe(out);
});

test("one latent is singular, not “1 latents”", async () => {
  const one = join(folder, "one.safetensors");
  writeFileSync(
    one,
    writeSafetensors(new Map([["layers.2.decoder", tensor([1, 120], new Float32Array(120).fill(1))]])),
  );
  const { out } = await superpose("score", model, one, "--samples", "300");
  expect(out).toMatch(/ 1 latent\n/);
});

test("--json has the scores of every component and circuit; z and the construction are the model's own", async () => {
  const { out } = await superpose("score", model, truth, "--samples", "300", "--json");
  const { settings, layers } = JSON.parse(out) as {
    settings: object;
    layers: {
      layer: number;
      components: { purities: number[]; coverages: number[] } | null;
      dictionary: {
        auc: { mean: number };
        f1: { mean: number };
        circuits: { circuit: number; latent: number; auc: number; f1: number; readouts: ({ r2: number } | null)[] }[];
      };
      probe: { auc: { mean: number }; circuits: { auc: number; r2: (number | null)[] }[] };
    }[];
  };
  expect(settings).toEqual({ construction: "balanced", samples: 300, z: 1, seed: 3 });
  expect(layers.map(({ components }) => components?.purities.length)).toEqual([undefined, 24, 24]);
  const mean = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  for (const { dictionary, probe } of layers) {
    expect(dictionary.circuits.map(({ circuit }) => circuit)).toEqual(Array.from({ length: 24 }, (_, t) => t));
    for (const score of ["auc", "f1"] as const) {
      expect(mean(dictionary.circuits.map((of) => of[score]))).toBeCloseTo(dictionary[score].mean, 12);
    }
    // The true directions of a circuit are its own latents, each of which serves one or more readout rows.
    for (const { readouts } of dictionary.circuits)
      expect(readouts.some((of) => of !== null && of.r2 > 0.5)).toBe(true);
    expect(mean(probe.circuits.map(({ auc }) => auc))).toBeCloseTo(probe.auc.mean, 12);
    expect(probe.circuits.every(({ r2 }) => r2.length === 3)).toBe(true);
  }
});

describe("reports errors in one line", () => {
  test.each<[string, () => string[], RegExp]>([
    ["no such model", () => ["score", join(folder, "none"), truth], /^error: .*none: cannot be read: no such file/],
    ["no such result", () => ["score", model, join(folder, "none.npz")], /^error: .*none\.npz: cannot be read/],
    ["a result of another width", () => ["score", model, join(folder, "wide.safetensors")], /wide\.safetensors: tensor layers\.2\.decoder: shape \[1, 4\] must be \[F, 120\]\./], // prettier-ignore
    ["the model itself", () => ["score", model, join(model, "model.safetensors")], /layers\.1\.decoder is missing; the file has layers\.1\.bias/], // prettier-ignore
    ["a result of another kind", () => ["score", model, join(folder, "page.html")], /page\.html: is an HTML or XML page, not a tensor file; download the file itself\. Results end in \.safetensors or \.npz\./], // prettier-ignore
    ["z beyond T", () => ["score", model, truth, "--z", "25"], /^error: z = 25: must be a whole number from 1 to 24/],
    [
      "no samples",
      () => ["score", model, truth, "--samples", "0"],
      /^error: samples = 0: must be a whole number from 2/,
    ],
  ])("%s", async (_, args, message) => {
    writeFileSync(join(folder, "page.html"), "<!doctype html><html>");
    writeFileSync(join(folder, "wide.safetensors"), writeSafetensors(new Map([["layers.2.decoder", tensor([1, 4], [1, 2, 3, 4])]]))); // prettier-ignore
    const { code, err } = await superpose(...args());
    expect(code).toBe(2);
    expect(err.trimEnd()).toMatch(message);
    expect(err.trimEnd()).not.toContain("\n");
  });
});
