import { applyReadout } from "../circuits/circuits.js";
import { buildPartedNetwork, buildRunNetwork } from "../config/build.js";
import type { Trajectory } from "../results/rows.js";
import type { Kernels } from "../kernels/kernels.js";
import { measureDesign, type DesignErrors, type DesignInput } from "../studies/design-comparison/measure.js";
import { denseModel } from "../network/dense-model.js";
import { DenseRunner } from "../engine/dense.js";
import {
  measureEmbeddingMatrix,
  type EmbeddingMatrixErrors,
  type EmbeddingMatrixInput,
} from "../studies/embedding-matrix/measure.js";
import { PartedRunner, type Noise } from "../engine/sparse.js";
import { measureRandomVectors, type DotProducts, type RandomVectorsInput } from "../studies/random-vectors/measure.js";
import { measureReEmbedding, type ReEmbeddingInput, type ReEmbeddingNoise } from "../studies/storage/re-embedding.js";
import { Runner } from "../engine/factored.js";
import type { RandomInput } from "../engine/sampling.js";
import { measureStorage, type StorageInput, type StorageNoise } from "../studies/storage/measure.js";
import { runCleaner, type CleaningInput } from "../studies/cleaning/measure.js";
import { countStoredFeatures, type StoredFeaturesInput } from "../studies/storage/stored-features.js";
import type { LayerSums } from "../engine/sums.js";
import { measureTerms, type LayerTerms } from "../studies/error-terms/measure.js";
import type { Part } from "../network/layer.js";
import { asParted, type PartedNetwork } from "../network/multi-part.js";
import { circuitPlaces, type Place } from "../network/circuit-neurons.js";
import { isParted, type RunSpec } from "../config/run-spec.js";
import type { Engine } from "../runs/engines.js";

/** A piece of work that one instance of the core does on its own; plain data, results depend on it alone. */
export type Task =
  | ChunkTask
  | TrajectoriesTask
  | SampleTask
  | TermsTask
  | DesignTask
  | EmbeddingMatrixTask
  | RandomVectorsTask
  | StorageTask
  | ReEmbeddingTask
  | StoredFeaturesTask
  | CleaningTask;

/** Samples first…first+count−1 of one network and z. */
export interface ChunkTask {
  readonly kind: "chunk";
  /** Default "factored"; "dense" writes the weights out and gives the same within rounding. */
  readonly engine?: Engine;
  readonly spec: RunSpec;
  readonly network: number;
  readonly z: number;
  readonly first: number;
  readonly count: number;
  /** Leave inactive circuits out where reading them takes time, in networks of several parts. Default false. */
  readonly activeOnly?: boolean;
}

/** The paths of x of every circuit active in samples 0…count−1 of network 0. */
export interface TrajectoriesTask {
  readonly kind: "trajectories";
  readonly spec: RunSpec;
  readonly z: number;
  readonly count: number;
}

/** Every activation of one sample: D·(L+1) numbers. */
export interface SampleTask {
  readonly kind: "sample";
  readonly spec: RunSpec;
  readonly network: number;
  readonly z: number;
  readonly sample: number;
}

/** One sample, neuron by neuron, and whose neurons they are. */
export interface SampleActivations {
  /** The active circuits. */
  readonly circuits: readonly number[];
  /** One, of d blocks, in the post's network; a design's own in others. */
  readonly parts: readonly Part[];
  /** What the neurons hold after step l, [L+1][D], part by part and block by block; 0 is the input before bias and gate. */
  readonly activations: readonly Float32Array[];
  /** Whose neurons they are, [L+1]; steps that are alike share a list. */
  readonly places: readonly (readonly Place[])[];
}

/** The parts of active circuits' errors, of samples 0…count−1 of one network. [E21b] */
export interface TermsTask {
  readonly kind: "terms";
  readonly spec: RunSpec;
  readonly network: number;
  readonly z: number;
  readonly count: number;
}

/** What a design is reported by, of one network of a run. */
export interface DesignTask extends DesignInput {
  readonly kind: "design";
  readonly spec: RunSpec;
  readonly network: number;
}

export interface EmbeddingMatrixTask extends EmbeddingMatrixInput {
  readonly kind: "embedding-matrix";
}

export interface RandomVectorsTask extends RandomVectorsInput {
  readonly kind: "random-vectors";
}

export interface StorageTask extends StorageInput {
  readonly kind: "storage";
}

export interface ReEmbeddingTask extends ReEmbeddingInput {
  readonly kind: "re-embedding";
}

/** What becomes of values that a cleaner is given. */
export interface CleaningTask extends CleaningInput {
  readonly kind: "cleaning";
}

export interface StoredFeaturesTask extends StoredFeaturesInput {
  readonly kind: "stored-features";
}

/** What each kind of task gives. */
export interface TaskResults {
  readonly chunk: LayerSums;
  readonly trajectories: readonly Trajectory[];
  readonly sample: SampleActivations;
  readonly terms: readonly LayerTerms[];
  readonly design: DesignErrors;
  readonly "embedding-matrix": EmbeddingMatrixErrors;
  readonly "random-vectors": DotProducts;
  readonly storage: readonly StorageNoise[];
  readonly "re-embedding": ReEmbeddingNoise;
  readonly "stored-features": readonly number[];
  /** [passes][samples][1 or 2] */
  readonly cleaning: readonly (readonly (readonly number[])[])[];
}

export type ResultOf<T extends Task> = TaskResults[T["kind"]];

/** A network of a run. Tasks that have the same spec (the same object) and network can share it once it is loaded. */
export interface NetworkOfRun {
  readonly spec: RunSpec;
  readonly network: number;
}

/** The network that a task runs samples through; null when it makes its own. */
export function networkOf(task: Task): NetworkOfRun | null {
  switch (task.kind) {
    case "chunk":
      return task;
    case "trajectories":
      return { spec: task.spec, network: 0 };
    case "sample":
    case "terms":
    case "design":
    case "embedding-matrix":
    case "random-vectors":
    case "storage":
    case "re-embedding":
    case "stored-features":
    case "cleaning":
      return null;
  }
}

/** A task in words, for messages. */
export function describeTask(task: Task): string {
  switch (task.kind) {
    case "chunk": {
      const { spec, network, z, first, count } = task;
      return `samples ${first} to ${first + count - 1} of network ${network}, D = ${spec.D}, T = ${spec.T}, z = ${z}`;
    }
    case "trajectories":
      return `trajectories of ${task.count} samples, D = ${task.spec.D}, T = ${task.spec.T}, z = ${task.z}`;
    case "sample":
      return `sample ${task.sample} of network ${task.network}, D = ${task.spec.D}, T = ${task.spec.T}, z = ${task.z}`;
    case "terms":
      return `error terms of network ${task.network}, D = ${task.spec.D}, T = ${task.spec.T}, z = ${task.z}`;
    case "design":
      return `network ${task.network} of the ${task.spec.design} design, T = ${task.spec.T}, z = ${task.z}`;
    case "embedding-matrix":
      return `embedding matrix of network ${task.network}, P = ${task.P}, T = ${task.T}, S = ${task.S}`;
    case "random-vectors":
      return `${task.m} random vectors in ${task.n} dimensions, draw ${task.repeat}`;
    case "storage":
      return `${task.m} stored features (${task.family}) in ${task.n} dimensions, draw ${task.repeat}`;
    case "re-embedding":
      return `${task.m} features embedded ${task.layers} times in ${task.n} dimensions, draw ${task.repeat}`;
    case "cleaning":
      return `${task.values.length} values through layers that keep or clean an ${task.cleaner.of === "x" ? "x" : "indicator"}`;
    case "stored-features":
      return `up to ${task.most} features stored in ${task.n} dimensions, draw ${task.repeat}`;
  }
}

/** Does tasks one after another on one core; keeps the last network loaded, since tasks come network by network. */
export class TaskRunner {
  readonly #kernels: Kernels;
  #loaded: (NetworkOfRun & { readonly runner: Runner }) | null = null;
  #loadedDense: (NetworkOfRun & { readonly runner: DenseRunner }) | null = null;
  #loadedParted: (NetworkOfRun & { readonly activeOnly: boolean; readonly runner: PartedRunner }) | null = null;
  #built: (NetworkOfRun & { readonly parted: PartedNetwork }) | null = null;

  constructor(kernels: Kernels) {
    this.#kernels = kernels;
  }

  run<T extends Task>(task: T): ResultOf<T>;
  run(task: Task): TaskResults[Task["kind"]] {
    try {
      return this.#run(task);
    } catch (error) {
      // A trap may leave the network's memory half-way through a tile.
      this.#unload();
      throw error;
    }
  }

  #run(task: Task): TaskResults[Task["kind"]] {
    switch (task.kind) {
      case "chunk": {
        const { spec, network, z, first, count } = task;
        const { sampling, seed } = spec;
        const runner = isParted(spec)
          ? this.#partedRunner(task)
          : task.engine === "dense"
            ? this.#denseRunner(task)
            : this.#runner(task);
        return runner.runChunk({ z, sampling, seed, network }, first, count);
      }
      case "trajectories":
        return this.#trajectories(task);
      case "sample":
        return this.#sample(task);
      case "terms": {
        const { spec, network, z, count } = task;
        this.#unload();
        const input = { z, samples: count, seed: spec.seed, network, gate: spec.gate };
        return measureTerms(buildRunNetwork(spec, network), input, this.#kernels);
      }
      case "design": {
        const { spec, network } = task;
        this.#unload();
        const { sampling, seed } = spec;
        return measureDesign(this.#kernels, buildPartedNetwork(spec, network), task, { sampling, seed, network });
      }
      case "embedding-matrix":
        this.#unload();
        return measureEmbeddingMatrix(this.#kernels, task);
      case "random-vectors":
        this.#unload();
        return measureRandomVectors(this.#kernels, task);
      case "storage":
        this.#unload();
        return measureStorage(this.#kernels, task);
      case "re-embedding":
        this.#unload();
        return measureReEmbedding(this.#kernels, task);
      case "cleaning":
        this.#unload();
        return runCleaner(this.#kernels, task);
      case "stored-features":
        this.#unload();
        return countStoredFeatures(this.#kernels, task);
    }
  }

  /** The kernels' memory is one runner's. */
  #unload(): void {
    this.#loaded = null;
    this.#loadedDense = null;
    this.#loadedParted = null;
  }

  #partedRunner({ spec, network, activeOnly = false }: ChunkTask): PartedRunner {
    const loaded = this.#loadedParted;
    if (loaded?.spec === spec && loaded.network === network && loaded.activeOnly === activeOnly) return loaded.runner;
    this.#unload();
    const options = { noise: noiseOf(spec), z: Math.max(...spec.z), readInactive: !activeOnly };
    const runner = new PartedRunner(this.#kernels, this.#partedNetwork({ spec, network }), options);
    this.#loadedParted = { spec, network, activeOnly, runner };
    return runner;
  }

  /** Networks of parts are searched for: the last is kept for other tasks of the same spec. */
  #partedNetwork({ spec, network }: NetworkOfRun): PartedNetwork {
    if (this.#built?.spec !== spec || this.#built.network !== network) {
      this.#built = { spec, network, parted: buildPartedNetwork(spec, network) };
    }
    return this.#built.parted;
  }

  #runner({ spec, network }: NetworkOfRun): Runner {
    if (this.#loaded?.spec !== spec || this.#loaded.network !== network) {
      this.#unload();
      const options = { gate: spec.gate, z: Math.max(...spec.z) };
      const runner = new Runner(this.#kernels, buildRunNetwork(spec, network), options);
      this.#loaded = { spec, network, runner };
    }
    return this.#loaded.runner;
  }

  #denseRunner({ spec, network }: NetworkOfRun): DenseRunner {
    if (this.#loadedDense?.spec !== spec || this.#loadedDense.network !== network) {
      this.#unload();
      const options = { gate: spec.gate, z: Math.max(...spec.z) };
      const runner = new DenseRunner(this.#kernels, denseModel(buildRunNetwork(spec, network)), options);
      this.#loadedDense = { spec, network, runner };
    }
    return this.#loadedDense.runner;
  }

  /** In a runner of its own: keeping all activations costs memory and time. */
  #sample({ spec, network, z, sample }: SampleTask): SampleActivations {
    this.#unload();
    const input = { z, sampling: spec.sampling, seed: spec.seed, network };
    const kept = { z, lanes: 4, keepActivations: true } as const;
    let built: PartedNetwork;
    let runner: Runner | PartedRunner;
    if (isParted(spec)) {
      built = this.#partedNetwork({ spec, network });
      runner = new PartedRunner(this.#kernels, built, { ...kept, noise: noiseOf(spec) });
    } else {
      const own = buildRunNetwork(spec, network);
      built = asParted(own);
      runner = new Runner(this.#kernels, own, { ...kept, gate: spec.gate });
    }
    const [circuits] = runOne(runner, input, sample);
    return {
      circuits: circuits,
      parts: built.parts,
      activations: Array.from({ length: spec.L + 1 }, (_, l) => runner.activations(l, 0)),
      places: circuitPlaces(built),
    };
  }

  #trajectories({ spec, z, count }: TrajectoriesTask): Trajectory[] {
    const { sampling, seed, L } = spec;
    const runner = this.#pathRunner(spec, z);
    const { readouts } = runner.network.circuits;
    const x = readouts.findIndex(({ name }) => name === "x");
    const skipped = readouts.slice(0, x).reduce((rows, { matrix }) => rows + matrix.length, 0);
    const trajectories: Trajectory[] = [];
    for (let sample = 0; sample < count; sample++) {
      const [ids] = runOne(runner, { z, sampling, seed, network: 0 }, sample);
      ids.forEach((circuit, slot) => {
        const truth: number[][] = [];
        const readout: number[][] = [];
        for (let l = 0; l <= L; l++) {
          truth.push(applyReadout(readouts[x], runner.truth(l, z)[slot]));
          readout.push(l === 0 ? truth[0] : runner.activeReadouts(l, z, z)[slot].slice(skipped, skipped + 2));
        }
        trajectories.push({ z, sample, circuit, truth, readout });
      });
    }
    return trajectories;
  }

  /** A runner whose readouts can be had at every step; that of chunks of a network of parts keeps only the last. */
  #pathRunner(spec: RunSpec, z: number): Runner | PartedRunner {
    if (!isParted(spec)) return this.#runner({ spec, network: 0 });
    this.#unload();
    const options = { z, noise: noiseOf(spec), lanes: 4, keepActivations: true } as const;
    return new PartedRunner(this.#kernels, this.#partedNetwork({ spec, network: 0 }), options);
  }
}

function noiseOf({ noise, noiseAt }: RunSpec): Noise {
  return { noise, noiseAt };
}

/** Runs one sample and returns its active circuits. */
function runOne(runner: Runner | PartedRunner, input: RandomInput, sample: number): number[][] {
  runner.sample(input, sample, 1);
  const circuits = runner.activeCircuits(1, input.z);
  if (runner instanceof PartedRunner) {
    runner.runTile(1, input.z, { noisy: { input, first: sample, noise: runner.noise } });
  } else runner.runTile(1, input.z);
  return circuits;
}
