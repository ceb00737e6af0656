import type { LoadedCore } from "../../jobs/loaded-core.js";
import type { Split } from "../../engine/splits.js";
import type { MultiPartNetwork } from "../../network/multi-part.js";
import { fitProbe } from "../../scoring/baselines/linear-probe.js";
import { scoreProbe } from "../../scoring/probe.js";
import { drawSamples } from "../../scoring/samples.js";
import type { CircuitsInput } from "../../training/circuits-verdict.js";

/**
 * Scores of linear probes, averaged over circuits; index k holds step k + 1. An entry is null if no circuit has a
 * score.
 */
export interface ProbesByStep {
  /** The AUC for deciding whether a circuit is on. */
  readonly auc: readonly (number | null)[];
  /** R² of the readouts while a circuit is on. */
  readonly r2: readonly (number | null)[];
}

/**
 * Scores of the linear probes of every step, computed as in `superpose baseline --method linear-probe` and
 * `superpose score`: the probes are fitted to the activations of training samples and scored on the same number of test
 * samples.
 */
export function scoreLinearProbes(
  core: LoadedCore,
  network: MultiPartNetwork,
  { z, samples: count, seed }: Pick<CircuitsInput, "z" | "samples" | "seed">,
): ProbesByStep {
  const draw = (split: Split) => drawSamples(core.claim(), network, { z, count, seed, split });
  const [train, test] = [draw("train"), draw("test")];
  // Without resampling there are no intervals; these scores vary mainly across networks.
  const once = [new Uint8Array(count).fill(1)];
  const scores = network.circuits.mean.map((_, k) => {
    const [[, , weights], [, , bias]] = fitProbe(core.claim(), network, k + 1, train);
    return scoreProbe(core.claim(), network, k + 1, { weights, bias }, test, once);
  });
  return { auc: scores.map(({ auc }) => auc.mean), r2: scores.map(({ r2 }) => r2.mean) };
}
