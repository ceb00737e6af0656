import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { Matrix, QrDecomposition, solve } from "ml-matrix";
import { writeSafetensors } from "../../src/exchange/safetensors.js";
import type { Tensor } from "../../src/exchange/tensor.js";
import { loadKernels } from "../../src/kernels/node.js";
import { fitBaseline, type BaselineSettings } from "../../src/scoring/baselines/baseline.js";
import { fitPca } from "../../src/scoring/baselines/activation-directions.js";
import { eigenvectors, largestEigenvectors, randomRows } from "../../src/scoring/baselines/weight-directions.js";
import { timesTransposed } from "../../src/scoring/products.js";
import { baselineMethods } from "../../src/scoring/baselines/methods.js";
import { drawSamples } from "../../src/scoring/samples.js";
import { targetsOf } from "../../src/scoring/targets.js";
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

test("random draws depend on the method's seed", () => {
  for (const method of ["random", "topk-sae", "ica"] as const) {
    expect(writeSafetensors(fit({ method, methodSeed: 2 }))).not.toEqual(writeSafetensors(fit({ method })));
  }
});

test("a top-k autoencoder finds circuits' neurons that noise and principal components miss", () => {
  const recall = (method: BaselineSettings["method"]): number =>
    scoreTensors(model, fit({ method }), { samples: 50 }).layers[0]!.dictionary!.recall;
  // At layer 0's scale, an On-indicator's activation is (1.5, 0.5): its first neuron alone has a cosine of 0.95 with
  // it, and the second 0.32.
  expect(recall("topk-sae")).toBeGreaterThan(0.25);
  expect(Math.max(recall("random"), recall("pca"))).toBeLessThan(0.1);
});

test("a probe of fewer samples than neurons solves the same ridge regression (1e-3)", () => {
  const [count, D, layer] = [40, 60, 2];
  const { activations, ...batch } = drawSamples(loadKernels(), model, { z: 1, count, seed: 3, split: "train" });
  const found = new Map(fit({ method: "linear-probe", samples: count }));
  const X = Matrix.from1DArray(count, D, Array.from(activations[layer]!));
  const mean = X.mean("column");
  X.subRowVector(mean);
  const gram = X.transpose().mmul(X);
  const ridge = (1e-3 * gram.trace()) / D;
  const { samples, readouts } = targetsOf(model, { activations, ...batch }, layer);
  const [T, rows] = found.get("layers.2.probe")!.shape as [number, number];
  const weights = found.get("layers.2.probe")!.data as Float32Array;
  const bias = found.get("layers.2.probe_bias")!.data as Float32Array;
  for (let t = 0; t < T; t++) {
    const y = Matrix.zeros(count, 1);
    samples[t]!.forEach((sample, at) => y.set(sample, 0, readouts[t]![0]![at]!));
    const level = y.mean();
    const wanted = solve(gram.clone().add(Matrix.eye(D).mul(ridge)), X.transpose().mmul(y));
    const at = t * rows + 1;
    for (let n = 0; n < D; n++) expect(Math.abs(weights[at * D + n]! - wanted.get(n, 0))).toBeLessThan(1e-3);
    const shift = mean.reduce((sum, value, n) => sum + value * wanted.get(n, 0), 0);
    expect(Math.abs(bias[at]! - (level - shift))).toBeLessThan(1e-3);
  }
});

test("the largest eigenvectors, found iteratively, are those of the whole matrix (values 1e-4, directions 1e-3)", () => {
  const [D, most] = [60, 12];
  // Eigenvalues 1, 0.7, 0.49, … along random directions.
  const turn = new QrDecomposition(Matrix.from1DArray(D, D, Array.from(randomRows(D, D, 7, 1)))).orthogonalMatrix;
  const spectrum = Array.from({ length: D }, (_, k) => 0.7 ** k);
  const matrix = turn.mmul(Matrix.diag(spectrum)).mmul(turn.transpose());
  const kernels = loadKernels();
  const flat = Float32Array.from(matrix.to1DArray());
  const { values, rows } = largestEigenvectors(kernels, (own) => timesTransposed(kernels, own, flat, D), D, 1, most);
  expect(rows.length).toBe(most * D);
  const whole = eigenvectors(Float64Array.from(matrix.to1DArray()), D);
  // The last eigenvectors mix with those of smaller eigenvalues.
  for (let k = 0; k < most - 4; k++) {
    expect(Math.abs(values[k]! / spectrum[k]! - 1)).toBeLessThan(1e-4);
    let cosine = 0;
    for (let n = 0; n < D; n++) cosine += rows[k * D + n]! * whole.rows[k * D + n]!;
    expect(Math.abs(cosine)).toBeGreaterThan(1 - 1e-3);
  }
});

test("principal components of fewer samples than neurons of a wide model: values of the samples' Gram matrix, orthonormal directions (1e-4)", () => {
  const [count, D] = [24, 1600];
  const A = randomRows(count, D, 5, 1).map((value, at) => value * 0.8 ** Math.floor(at / D));
  const { mean, variances, directions } = fitPca(loadKernels(), A, D, 1);
  const X = Matrix.from1DArray(count, D, Array.from(A)).subRowVector(Array.from(mean));
  const whole = eigenvectors(Float64Array.from(X.mmul(X.transpose()).to1DArray()), count);
  const found = Matrix.from1DArray(count, D, Array.from(directions));
  const dots = found.mmul(found.transpose());
  const along = X.mmul(found.transpose());
  // Samples minus their mean span one dimension fewer.
  for (let k = 0; k < count - 1; k++) {
    const value = whole.values[k]! / (count - 1);
    expect(Math.abs(variances[k]! / value - 1)).toBeLessThan(1e-4);
    expect(Math.abs(along.getColumn(k).reduce((sum, x) => sum + x * x, 0) / (count - 1) / value - 1)).toBeLessThan(
      1e-4,
    );
    for (let j = 0; j < count - 1; j++) expect(Math.abs(dots.get(k, j) - Number(k === j))).toBeLessThan(1e-4);
  }
});

const folder = mkdtempSync(join(tmpdir(), "superpose-baseline-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("superpose score reads the output of superpose baseline, in both formats; other names are refused", async () => {
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
    [["--method", "svd", "--out", join(at, "model.npz")], "model.npz: this is the model itself; choose another name"],
  ] as const;
  for (const [args, message] of refusals) {
    const { code, err } = await superpose("baseline", at, ...args);
    expect(code).toBe(2);
    expect(err).toContain(message);
  }
});
