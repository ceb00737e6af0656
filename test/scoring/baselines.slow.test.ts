import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { writeNpz } from "../../src/exchange/npz.js";
import { loadKernels } from "../../src/kernels/node.js";
import { fitBaseline } from "../../src/scoring/baselines/baseline.js";
import { drawSamples } from "../../src/scoring/samples.js";
import { numpy } from "../exchange/python.js";
import { modelOf, tensor } from "./models.js";

const folder = mkdtempSync(join(tmpdir(), "superpose-numpy-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test.skipIf(!numpy)("svd and pca agree with NumPy: values and the matrices they make, relative 1e-4", () => {
  const model = modelOf({ z: [2] });
  const { D } = model.shape;
  const settings = { construction: "balanced", samples: 1000, z: 2, seed: 3, methodSeed: 1 };
  const [svd, pca] = (["svd", "pca"] as const).map((method) =>
    fitBaseline(model, { ...settings, method }, () => loadKernels()),
  );
  const { activations } = drawSamples(loadKernels(), model, { z: 2, count: 1000, seed: 3, split: "train" });
  const path = join(folder, "found.npz");
  writeFileSync(
    path,
    writeNpz(
      new Map([
        ["U", svd!.get("layers.2.U")!],
        ["V", svd!.get("layers.2.V")!],
        ["P", pca!.get("layers.2.decoder")!],
        ["W", tensor([D, D], model.weights[1]!)],
        ["A", tensor([1000, D], activations[2]!)],
      ]),
    ),
  );
  const program = `
import sys, numpy as np
f = {k: np.float64(v) for k, v in np.load(sys.argv[1]).items() if k != "metadata"}
U, V, W = f["U"][:, :, 0], f["V"][:, 0, :], f["W"]
u, s, v = np.linalg.svd(W)
ours = np.linalg.norm(U, axis=1)
assert np.abs(ours - s).max() < 1e-4 * s[0], np.abs(ours - s).max() / s[0]
for k in (1, 5, 20):
    # Leading parts are compared where the next singular value is apart.
    if s[k - 1] - s[k] > 1e-3 * s[0]:
        best = (u[:, :k] * s[:k]) @ v[:k]
        assert np.abs(U[:k].T @ V[:k] - best).max() < 1e-4 * s[0] / (s[k - 1] - s[k]) * s[0]
assert np.abs(U.T @ V - W).max() < 1e-4
A = f["A"] - f["A"].mean(0)
c = A.T @ A / (len(A) - 1)
w = np.linalg.eigvalsh(c)[::-1]
P = f["P"]
assert np.abs(P @ P.T - np.eye(len(P))).max() < 1e-4
assert np.abs(np.diag(P @ c @ P.T) - w).max() < 1e-4 * w[0]
off = P @ c @ P.T
assert np.abs(off - np.diag(np.diag(off))).max() < 1e-4 * w[0]
`;
  const { status, stderr } = spawnSync("python3", ["-c", program, path], { encoding: "utf8" });
  expect(status, stderr).toBe(0);
});
