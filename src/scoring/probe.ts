import type { Kernels } from "../kernels/kernels.js";
import type { Circuits } from "../circuits/circuits.js";
import { timesTransposed } from "./products.js";
import { transposed } from "../base/transposed.js";
import type { Probe } from "./result-file.js";
import type { DenseBatch } from "../engine/dense-errors.js";
import { resampledMean, type CircuitSummary, type SampleCounts } from "./resampling.js";
import { countedArea, countedFit, isScored, targetsOf } from "./targets.js";

/** How well linear probes of one layer's activations find the values that circuits compute. */
export interface ProbeScores {
  /** Over circuits: the AUC with which the probe tells whether the circuit is on. */
  readonly auc: CircuitSummary;
  /**
   * Over all circuits and all readouts that vary: 1 − Σ(ŷ − y)²/Σ(y − ȳ)², summed over the test samples in which the
   * circuit is on.
   */
  readonly r2: CircuitSummary;
  /**
   * The scores of each circuit; the fields above are their averages. There is one R² per readout row, in the model's
   * order; null for a row that does not vary.
   */
  readonly circuits: readonly {
    readonly circuit: number;
    readonly auc: number | null;
    readonly r2: readonly (number | null)[];
  }[];
}

/** How many outputs are computed at a time. */
const OUTPUTS = 1024;

/** @param resamples how many times each test sample occurs in each resample, for confidence intervals */
export function scoreProbe(
  kernels: Kernels,
  { circuits }: { readonly circuits: Circuits },
  step: number,
  { weights, bias }: Probe,
  test: DenseBatch,
  resamples: readonly SampleCounts[],
): ProbeScores {
  const { T } = circuits;
  const A = test.activations[step];
  const D = A.length / test.samples;
  const targets = targetsOf({ circuits }, test, step);
  const rows = weights.length / D / T;
  const [auc, r2] = [resampledMean(resamples), resampledMean(resamples)];
  const scored: ProbeScores["circuits"][number][] = [];
  const size = Math.max(1, Math.floor(OUTPUTS / rows));
  for (let first = 0; first < T; first += size) {
    const formed = Math.min(size, T - first);
    const own = weights.subarray(first * rows * D, (first + formed) * rows * D);
    const product = timesTransposed(kernels, A, own, D);
    const outputs = transposed(product, test.samples, formed * rows);
    for (let t = first; t < first + formed; t++) {
      if (!isScored(targets, t)) continue;
      const on = targets.samples[t];
      const values = outputs.subarray((t - first) * rows * test.samples, (t - first + 1) * rows * test.samples);
      scored.push({
        circuit: t,
        auc: auc.add(countedArea(values.subarray(0, test.samples), on)),
        r2: targets.readouts[t].map((wanted, row) => {
          const add = bias?.[t * rows + 1 + row] ?? 0;
          const given = Float64Array.from(on, (sample) => values[(1 + row) * test.samples + sample] + add);
          return r2.add(countedFit(on, given, wanted, explained));
        }),
      });
    }
  }
  return { auc: auc.summarize(), r2: r2.summarize(), circuits: scored };
}

/** 1 − Σ(ŷ − y)²/Σ(y − ȳ)²; null where y does not vary. */
function explained(given: Float64Array, wanted: Float64Array): number | null {
  const mean = wanted.reduce((sum, value) => sum + value, 0) / wanted.length;
  let [around, off] = [0, 0];
  wanted.forEach((value, at) => {
    around += (value - mean) ** 2;
    off += (given[at] - value) ** 2;
  });
  return around > 1e-12 * wanted.length * (1 + mean * mean) ? 1 - off / around : null;
}
