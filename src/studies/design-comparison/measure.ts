import type { Kernels } from "../../kernels/kernels.js";
import type { MultiPartNetwork } from "../../network/multi-part.js";
import { finish } from "../../base/steps.js";
import { worstSteps } from "../../engine/worst-case-search.js";
import type { NoiseAt } from "../../network/construction.js";
import { SparseEngine } from "../../engine/sparse.js";
import type { RandomInput } from "../../engine/sampling.js";
import type { LayerSums } from "../../engine/sums.js";
import { buildMultiPartNetwork } from "../../config/build.js";
import type { RunSpec } from "../../config/run-spec.js";
import type { Task, TaskKind } from "../../jobs/task.js";
import { engineFor } from "../../runs/engines.js";

/** The measurements of one network of a design. */
export interface DesignInput {
  readonly z: number;
  /** Standard deviations of noise on every neuron in every layer, and the number of samples for each. */
  readonly noises: readonly { readonly noise: number; readonly samples: number }[];
  readonly noiseAt: NoiseAt;
  /**
   * The number of changes that the search for the worst set tries on each of 16 sets, and the step at which it measures
   * errors; null if there is no search. The search starts from the worst samples of the first noise level.
   */
  readonly adversary: { readonly layer: number; readonly steps: number } | null;
}

export interface DesignErrors {
  /** The errors, one entry per noise level. */
  readonly sums: readonly LayerSums[];
  /** Largest |δx| that the search found, without noise; null if there was no search. */
  readonly searched: number | null;
}

/**
 * Measures one network of a design: its errors without and with noise, and the worst set of active circuits that a
 * search finds. The network is built only once.
 *
 * @param input the seed and number of the network; all noise levels use the same samples
 */
export function measureDesign(
  kernels: Kernels,
  network: MultiPartNetwork,
  { z, noises, noiseAt, adversary }: DesignInput,
  input: Omit<RandomInput, "z">,
): DesignErrors {
  const runner = new SparseEngine(kernels, network, { z });
  const sums = noises.map(({ noise, samples }) => runner.runChunk({ ...input, z }, 0, samples, { noise, noiseAt }));
  if (adversary === null) return { sums, searched: null };
  const given = { ...input, ...adversary, z, samples: noises[0].samples };
  return { sums, searched: finish(worstSteps(runner, given)).error };
}

/** The task kind that measures one network of a design. */
export interface DesignTask extends DesignInput, Task<DesignErrors> {
  readonly kind: "design";
  readonly spec: RunSpec;
  readonly network: number;
}

export const designKind: TaskKind<DesignTask> = {
  name: "design",
  run(core, task) {
    const { spec, network } = task;
    const { sampling, seed } = spec;
    return measureDesign(core.claim(), buildMultiPartNetwork(spec, network), task, { sampling, seed, network });
  },
  cost({ spec, noises, adversary }) {
    const { load, sample } = engineFor(spec).cost(spec);
    const samples = noises.reduce((sum, own) => sum + own.samples, 0) + 16 * (adversary?.steps ?? 0);
    return { load: 0, run: load + sample * samples, resultBytes: 600 * (spec.L + 1) * noises.length };
  },
  describe: ({ spec, network, z }) => `network ${network} of the ${spec.design} design, T = ${spec.T}, z = ${z}`,
};
