import type { TermRow, TermStatistic } from "../../../src/studies/error-terms/figure.js";

/**
 * TERMS: the parts are near their predictions until neurons that should be off are on; this happens from layer 3 on for
 * the rotations and never for the MLPs.
 */
export function termRows(): TermRow[] {
  return ["rotations", "trained MLPs"].flatMap((kind, k) =>
    [1, 2, 3, 4].map((layer): TermRow => {
      const samplesWronglyOn = k === 0 && layer > 2 ? 0.4 * (layer - 2) : 0;
      const part = (theory: number, ratio: number): TermStatistic => ({
        ...{ mean: ratio * theory, theory },
        sd: theory === 0 ? null : 0.1 * theory,
      });
      const theory = { self: 0.02 / (1 + k), others: 0.005 * layer, previous: (0.01 * (layer - 1)) / (1 + k) };
      return {
        ...{ kind, readout: k === 0 ? "x" : "y", layer, wronglyOn: samplesWronglyOn / 50, samplesWronglyOn },
        self: part(theory.self, 0.95),
        others: part(theory.others, 1.1),
        previous: part(theory.previous, 1 + 0.1 * layer),
        error: part(theory.self + theory.others + theory.previous, 1 + samplesWronglyOn),
      };
    }),
  );
}
