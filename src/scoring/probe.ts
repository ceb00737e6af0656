import type { Kernels } from "../kernels/kernels.js";
import type { DenseModel } from "../network/dense-model.js";
import { isScored } from "./dictionary.js";
import { timesTransposed, transposed } from "./products.js";
import type { Probe } from "./result-file.js";
import type { DenseBatch } from "../engine/dense-errors.js";
import { summarize, type Summary } from "./summary.js";
import { areaUnderCurve, ranksOf, targetsOf } from "./targets.js";

/** How well linear probes of one layer's activations find what circuits compute. */
export interface ProbeScores {
  /** Over circuits: "is it on". */
  readonly auc: Summary;
  /** Over circuits and readouts that vary, while on: 1 − Σ(ŷ − y)²/Σ(y − ȳ)², of the circuit's test samples. */
  readonly r2: Summary;
}

/** Outputs that are formed at a time. */
const OUTPUTS = 1024;

export function scoreProbe(
  kernels: Kernels,
  model: DenseModel,
  layer: number,
  { weights, bias }: Probe,
  test: DenseBatch,
): ProbeScores {
  const { D, T } = model.shape;
  const targets = targetsOf(model, test, layer);
  const rows = weights.length / D / T;
  const [auc, r2]: [number[], number[]] = [[], []];
  const size = Math.max(1, Math.floor(OUTPUTS / rows));
  for (let first = 0; first < T; first += size) {
    const circuits = Math.min(size, T - first);
    const own = weights.subarray(first * rows * D, (first + circuits) * rows * D);
    const product = timesTransposed(kernels, test.activations[layer], own, D);
    const outputs = transposed(product, test.samples, circuits * rows);
    for (let t = first; t < first + circuits; t++) {
      if (!isScored(targets, t)) continue;
      const on = targets.samples[t];
      const values = outputs.subarray((t - first) * rows * test.samples, (t - first + 1) * rows * test.samples);
      auc.push(areaUnderCurve(ranksOf(values.subarray(0, test.samples)), on));
      targets.readouts[t].forEach((wanted, row) => {
        const add = bias?.[t * rows + 1 + row] ?? 0;
        const fit = explained(
          wanted,
          Float64Array.from(on, (sample) => values[(1 + row) * test.samples + sample] + add),
        );
        if (fit !== null) r2.push(fit);
      });
    }
  }
  return { auc: summarize(auc), r2: summarize(r2) };
}

/** 1 − Σ(ŷ − y)²/Σ(y − ȳ)²; null where y does not vary. */
function explained(wanted: Float64Array, given: Float64Array): number | null {
  const mean = wanted.reduce((sum, value) => sum + value, 0) / wanted.length;
  let [around, off] = [0, 0];
  wanted.forEach((value, at) => {
    around += (value - mean) ** 2;
    off += (given[at] - value) ** 2;
  });
  return around > 1e-12 * wanted.length * (1 + mean * mean) ? 1 - off / around : null;
}
