import { buildMultiPartNetwork } from "../../config/build.js";
import type { RunSpec } from "../../config/run-spec.js";
import type { Task, TaskKind } from "../../jobs/task.js";
import { scoreLinearProbes, type ProbesByStep } from "./probes.js";
import { circuitsNetwork, circuitsShape, circuitsTask } from "../../training/circuits-task.js";
import { measureCircuits, moveBetween, type NetworkMove } from "../../training/circuits-verdict.js";
import { initialParameters, trainToTheEnd, type TrainingSettings } from "../../training/trainer.js";

/** What is done with a spec's network: it is measured as built, or trained from its own weights or from random ones. */
export const treatments = ["as built", "trained from random", "trained from the construction"] as const;
export type Treatment = (typeof treatments)[number];

/** One network of circuits, trained or as built. */
export interface TrainedCircuitsTask extends Task<TrainedCircuits> {
  readonly kind: "trained-circuits";
  readonly spec: RunSpec;
  readonly network: number;
  readonly treatment: Treatment;
  readonly trains: "layers" | "all";
  readonly steps: number;
  readonly batch: number;
  readonly rate: number;
  /** Whether linear probes of the network are scored. */
  readonly isProbed: boolean;
}

export interface TrainedCircuits extends Partial<NetworkMove> {
  /**
   * The squared error of all circuits per active circuit, divided by that of the naive network, and the same ratio for
   * active circuits alone; index k holds step k + 1.
   */
  readonly overNaive: readonly (number | null)[];
  readonly activeOverNaive: readonly (number | null)[];
  /** Scores of linear probes; null if they were not requested. */
  readonly probes: ProbesByStep | null;
}

export const trainedCircuitsKind: TaskKind<TrainedCircuitsTask> = {
  name: "trained-circuits",
  run(core, { spec, network: index, treatment, trains, steps, batch, rate, isProbed }) {
    const network = buildMultiPartNetwork(spec, index);
    const z = Math.max(...spec.z);
    const input = { z, samples: spec.samples, seed: spec.seed, network: index };
    const resultOf = (own: typeof network): TrainedCircuits => {
      const { overNaive, activeOverNaive } = measureCircuits(core.claim(), own, input);
      const probes = isProbed ? scoreLinearProbes(core, own, { ...input, samples: 2 * spec.samples }) : null;
      return { overNaive, activeOverNaive, probes };
    };
    if (treatment === "as built") return resultOf(network);
    const learned = Array.from({ length: spec.L - 1 }, (_, k) => k + 2);
    const { task, parameters } = circuitsTask(network, { z, q: 2, inactive: 1, trains, steps: learned });
    const seed = spec.seed + index;
    const start =
      treatment === "trained from random"
        ? initialParameters(circuitsShape(task), { initial: "uniform", scale: 2, seed })
        : parameters;
    const settings: TrainingSettings = {
      ...task,
      ...{ seed, batch, steps, rate, schedule: "cosine", warmUp: 0, optimiser: "adam", momentum: 0, decay: 0 },
    };
    const trained = trainToTheEnd(core.claim(), settings, start);
    const after = circuitsNetwork(network, task, trained);
    return { ...resultOf(after), ...moveBetween(core.claim(), network, after) };
  },
  cost({ spec: { D, T, L, samples }, treatment, steps, batch, isProbed }) {
    const trained = treatment === "as built" ? 0 : steps * batch * (L * D * D * 4e-6 + T * 1e-3);
    const probed = isProbed ? samples * (T + D) * L * 1e-3 : 0;
    return { load: 0, run: 10 + trained + samples * T * L * 1e-3 + probed, resultBytes: 500 };
  },
  describe: ({ spec: { D, T }, treatment, network }) =>
    `network ${network} of ${T} circuits in ${D} neurons, ${treatment}`,
};
