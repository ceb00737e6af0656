import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { writeSafetensors } from "../../src/exchange/safetensors.js";
import type { Tensor } from "../../src/exchange/tensor.js";
import { loadKernels } from "../../src/kernels/node.js";
import { fitBaseline, type BaselineSettings } from "../../src/scoring/baselines/baseline.js";
import { baselineMethods } from "../../src/scoring/baselines/methods.js";
import { superpose } from "../support/in-process.js";
import { modelOf, scoreTensors } from "./models.js";

const model = modelOf({ D: 60, T: 20, S: 2, L: 2, circuits: "step" });
const settings: BaselineSettings = {
  method: "random",
  construction: "balanced",
  samples: 600,
  z: 1,
  seed: 3,
  methodSeed: 1,
};
const fit = (more: Partial<BaselineSettings>): Map<string, Tensor> =>
  fitBaseline(model, { ...settings, ...more }, () => loadKernels());

test.each(baselineMethods)("%s is fitted bit for bit from its seed, and scored", (method) => {
  const found = fit({ method });
  expect(writeSafetensors(fit({ method }))).toEqual(writeSafetensors(found));
  const scores = scoreTensors(model, found, { samples: 200 });
  const last = scores.layers.at(-1)!;
  expect(last.layer).toBe(2);
  for (const { dictionary, probe } of scores.layers) {
    if (dictionary !== null) expect(dictionary.auc.mean).toBeGreaterThan(0.5);
    if (probe !== null) expect(probe.auc.mean).toBeGreaterThan(0.95);
  }
  if (method === "svd" || method === "neurons" || method === "truth") {
    expect(last.components!.faithfulness).toBeLessThan(1e-6);
  }
});

test("what is drawn at random depends on the method's seed", () => {
  for (const method of ["random", "topk-sae", "ica"] as const) {
    expect(writeSafetensors(fit({ method, methodSeed: 2 }))).not.toEqual(writeSafetensors(fit({ method })));
  }
});

test("a top-k autoencoder finds circuits' neurons that noise and principal components do not", () => {
  const recall = (method: BaselineSettings["method"]): number =>
    scoreTensors(model, fit({ method }), { samples: 50 }).layers[0]!.dictionary!.recall;
  // An On-indicator's activation is (1.5, 0.5) at layer 0's scale: its first neuron alone has a cosine of 0.95 with it, the second 0.32.
  expect(recall("topk-sae")).toBeGreaterThan(0.25);
  expect(Math.max(recall("random"), recall("pca"))).toBeLessThan(0.1);
});

const folder = mkdtempSync(join(tmpdir(), "superpose-baseline-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("superpose baseline writes what superpose score reads, in both formats; other names are refused", async () => {
  const spec = { circuits: "step", D: 60, T: 20, S: 2, L: 2, construction: "balanced", seed: 3 };
  writeFileSync(join(folder, "spec.json"), JSON.stringify(spec));
  const at = join(folder, "model");
  expect(await superpose("export", join(folder, "spec.json"), "--out", at)).toMatchObject({ code: 0 });
  for (const name of ["svd.safetensors", "svd.npz"]) {
    const out = join(folder, name);
    expect(await superpose("baseline", at, "--method", "svd", "--out", out)).toMatchObject({ code: 0 });
    expect((await superpose("score", at, out, "--samples", "50")).out).toMatch(/layer 2 +faithfulness +\S*e-\d+ /);
    expect(readFileSync(out).length).toBeGreaterThan(0);
  }
  const refusals = [
    [["--method", "magic", "--out", "x.npz"], "Allowed choices are random"],
    [["--method", "svd", "--out", join(folder, "x.pt")], "must end in .safetensors or .npz"],
  ] as const;
  for (const [args, message] of refusals) {
    const { code, err } = await superpose("baseline", at, ...args);
    expect(code).toBe(2);
    expect(err).toContain(message);
  }
});
