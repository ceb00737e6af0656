// Prints the scores of every baseline on the benchmark models, as in docs/scoring.md:
//
//   node scripts/scores.mjs bench-tiny bench-small bench-spd
//   node scripts/scores.mjs bench-large svd pca
//
// Default: all models and all methods. This takes minutes for bench-medium, where svd, pca and ica decompose matrices
// of 1000 neurons, and about an hour for bench-large.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const presets = ["bench-tiny", "bench-small", "bench-medium", "bench-large", "bench-spd"];
const methods = ["random", "neurons", "svd", "pca", "ica", "topk-sae", "linear-probe", "truth"];

const names = process.argv.slice(2);
const chosen = (all) => (all.some((name) => names.includes(name)) ? all.filter((name) => names.includes(name)) : all);
const unknown = names.find((name) => !presets.includes(name) && !methods.includes(name));
if (unknown !== undefined) throw new Error(`${unknown}: must be one of ${[...presets, ...methods].join(", ")}.`);

const program = fileURLToPath(new URL("../dist/superpose.js", import.meta.url));
const superpose = (...args) =>
  execFileSync(process.execPath, [program, ...args], {
    encoding: "utf8",
    maxBuffer: 2 ** 28,
    stdio: ["ignore", "pipe", "pipe"],
  });

const number = (value) => (value === null || value === undefined ? "–" : String(Number(value.toPrecision(3))));
const folder = mkdtempSync(join(tmpdir(), "superpose-scores-"));
try {
  console.log(
    "| model | method | layer | faithfulness | purity | coverage | cosine | recall | AUC | F1 | R² | own components |",
  );
  console.log("|---|---|---|---|---|---|---|---|---|---|---|---|");
  for (const name of chosen(presets)) {
    superpose("zoo", name, "--out", join(folder, name));
    for (const method of chosen(methods)) {
      const out = join(folder, `${method}.safetensors`);
      superpose("baseline", join(folder, name), "--method", method, "--out", out);
      const { layers, behaviour } = JSON.parse(superpose("score", join(folder, name), out, "--json"));
      // Only the scores of the last layer, because every method has results there.
      const { layer, components, dictionary, probe } = layers.at(-1);
      const cells = [
        ...[components?.faithfulness, components?.purity.mean, components?.coverage.mean],
        ...[dictionary?.maxCosine.mean, dictionary?.recall],
        ...[(dictionary ?? probe)?.auc.mean, dictionary?.f1.mean, (dictionary ?? probe)?.r2.mean, behaviour?.kept.mean],
      ];
      console.log(`| ${[name, method, layer, ...cells.map(number)].join(" | ")} |`);
    }
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
