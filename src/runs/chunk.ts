import type { RunSpec } from "../config/run-spec.js";
import type { GivenSamples } from "../engine/given-samples.js";
import type { LayerSums } from "../engine/sums.js";
import type { Task, TaskKind } from "../jobs/task.js";
import { engineFor, type EngineName } from "./engines.js";

/** The samples `first` to `first + count − 1` of one network at one z. */
export interface ChunkTask extends Task<LayerSums> {
  readonly kind: "chunk";
  /** Default "factored"; "dense" uses explicit weight matrices and gives the same results within rounding. */
  readonly engine?: EngineName;
  readonly spec: RunSpec;
  readonly network: number;
  readonly z: number;
  readonly first: number;
  readonly count: number;
  /** The samples to run, `count` of them, in place of random ones. */
  readonly given?: GivenSamples;
  /** Whether to skip inactive circuits where reading them is slow, as in networks of several parts. Default false. */
  readonly activeOnly?: boolean;
}

export const chunkKind: TaskKind<ChunkTask> = {
  name: "chunk",
  networkOf: ({ network }) => network,
  run(core, task) {
    const { spec, network, z, first, count, given, activeOnly = false } = task;
    const { sampling, seed } = spec;
    const engine = engineFor(spec, task.engine).load(core, task, activeOnly);
    const input = { z, sampling, seed, network };
    return given === undefined ? engine.runChunk(input, first, count) : engine.runGiven(given, input, first, count);
  },
  cost({ spec, engine, count }) {
    const { load, sample } = engineFor(spec, engine).cost(spec);
    return { load, run: count * sample, resultBytes: 600 * (spec.L + 1) };
  },
  describe: ({ spec, network, z, first, count }) =>
    `samples ${first} to ${first + count - 1} of network ${network}, D = ${spec.D}, T = ${spec.T}, z = ${z}`,
};
