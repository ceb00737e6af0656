import { applyReadout } from "../circuits/circuits.js";
import { buildRunNetwork } from "../experiments/build.js";
import type { Trajectory } from "../experiments/rows.js";
import type { Kernels } from "../kernels/kernels.js";
import {
  measureEmbeddingMatrix,
  type EmbeddingMatrixErrors,
  type EmbeddingMatrixInput,
} from "../measure/embedding-matrix.js";
import { measureRandomVectors, type DotProducts, type RandomVectorsInput } from "../measure/random-vectors.js";
import { Runner } from "../measure/runner.js";
import type { LayerSums } from "../measure/sums.js";
import type { RunSpec } from "../spec.js";

/** A piece of work that one instance of the core does on its own; plain data, results depend on it alone. */
export type Task = ChunkTask | TrajectoriesTask | EmbeddingMatrixTask | RandomVectorsTask;

/** Samples first…first+count−1 of one network and z. */
export interface ChunkTask {
  readonly kind: "chunk";
  readonly spec: RunSpec;
  readonly network: number;
  readonly z: number;
  readonly first: number;
  readonly count: number;
}

/** The paths of x of every circuit active in samples 0…count−1 of network 0. */
export interface TrajectoriesTask {
  readonly kind: "trajectories";
  readonly spec: RunSpec;
  readonly z: number;
  readonly count: number;
}

export interface EmbeddingMatrixTask extends EmbeddingMatrixInput {
  readonly kind: "embedding-matrix";
}

export interface RandomVectorsTask extends RandomVectorsInput {
  readonly kind: "random-vectors";
}

/** What each kind of task gives. */
export interface TaskResults {
  readonly chunk: LayerSums;
  readonly trajectories: readonly Trajectory[];
  readonly "embedding-matrix": EmbeddingMatrixErrors;
  readonly "random-vectors": DotProducts;
}

export type ResultOf<T extends Task> = TaskResults[T["kind"]];

/** Does tasks one after another on one core; keeps the last network loaded, since tasks come network by network. */
export class TaskRunner {
  readonly #kernels: Kernels;
  #loaded: { readonly key: string; readonly runner: Runner } | null = null;

  constructor(kernels: Kernels) {
    this.#kernels = kernels;
  }

  run<T extends Task>(task: T): ResultOf<T>;
  run(task: Task): TaskResults[Task["kind"]] {
    switch (task.kind) {
      case "chunk": {
        const { spec, network, z, first, count } = task;
        const { sampling, seed } = spec;
        return this.#runner(spec, network).runChunk({ z, sampling, seed, network }, first, count);
      }
      case "trajectories":
        return this.#trajectories(task);
      case "embedding-matrix":
        this.#loaded = null;
        return measureEmbeddingMatrix(this.#kernels, task);
      case "random-vectors":
        this.#loaded = null;
        return measureRandomVectors(this.#kernels, task);
    }
  }

  #runner(spec: RunSpec, network: number): Runner {
    const key = `${network} ${keyOf(spec)}`;
    if (this.#loaded?.key !== key) {
      this.#loaded = null;
      const options = { gate: spec.gate, z: Math.max(...spec.z) };
      this.#loaded = { key, runner: new Runner(this.#kernels, buildRunNetwork(spec, network), options) };
    }
    return this.#loaded.runner;
  }

  #trajectories({ spec, z, count }: TrajectoriesTask): Trajectory[] {
    const runner = this.#runner(spec, 0);
    const { circuits, shape } = runner.network;
    const { sampling, seed } = spec;
    const x = circuits.readouts.findIndex(({ name }) => name === "x");
    const skipped = circuits.readouts.slice(0, x).reduce((rows, { matrix }) => rows + matrix.length, 0);
    const trajectories: Trajectory[] = [];
    for (let sample = 0; sample < count; sample++) {
      runner.sample({ z, sampling, seed, network: 0 }, sample, 1);
      const [ids] = runner.activeCircuits(1, z);
      runner.runTile(1, z);
      ids!.forEach((circuit, slot) => {
        const truth: number[][] = [];
        const readout: number[][] = [];
        for (let l = 0; l <= shape.L; l++) {
          truth.push(applyReadout(circuits.readouts[x]!, runner.truth(l, z)[slot]!));
          readout.push(l === 0 ? truth[0]! : runner.activeReadouts(l, z)[slot]!.slice(skipped, skipped + 2));
        }
        trajectories.push({ z, sample, circuit, truth, readout });
      });
    }
    return trajectories;
  }
}

const keys = new WeakMap<RunSpec, string>();

/** The spec as text, made once per object. */
function keyOf(spec: RunSpec): string {
  let key = keys.get(spec);
  if (key === undefined) keys.set(spec, (key = JSON.stringify(spec)));
  return key;
}
