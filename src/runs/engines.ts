import { buildMultiPartNetwork, buildRunNetwork } from "../config/build.js";
import { runsBySparseWeights, shapeOf, type RunSpec } from "../config/run-spec.js";
import { designOf } from "../designs/designs.js";
import { DenseEngine } from "../engine/dense.js";
import type { Engine } from "../engine/engine.js";
import { FactoredEngine } from "../engine/factored.js";
import { SparseEngine, type Noise } from "../engine/sparse.js";
import type { LoadedCore } from "../jobs/loaded-core.js";
import { constructionCost } from "../network/construction.js";
import { denseModel } from "../network/dense-model.js";
import type { MultiPartNetwork } from "../network/multi-part.js";

/** The ways of running samples through a network: using the structure of its weights, or only its dense weights. */
export const engineNames = ["factored", "dense"] as const;
/** An engine that runs samples through a network. */
export type EngineName = (typeof engineNames)[number];

/** One network of a run. */
export interface NetworkOfRun {
  readonly spec: RunSpec;
  readonly network: number;
}

/** Rough times, in milliseconds. */
export interface NetworkCost {
  /** Time to build the network and load it. */
  readonly load: number;
  /** Time to run one sample through all layers. */
  readonly sample: number;
}

/** An engine's entry in the table: the runs that it accepts, their cost, and how their networks are loaded. */
export interface RunEngine {
  /** The name that selects the engine; entries that share a name accept different runs. */
  readonly name: EngineName;
  readonly takes: (spec: RunSpec) => boolean;
  readonly cost: (spec: RunSpec) => NetworkCost;
  /** @param activeOnly skip inactive circuits if reading them is slow */
  readonly load: (core: LoadedCore, of: NetworkOfRun, activeOnly: boolean) => Engine;
  /**
   * An engine that provides activations and readouts at every layer, for a few samples with up to z active circuits.
   */
  readonly inspect: (core: LoadedCore, of: NetworkOfRun, z: number) => FactoredEngine | SparseEngine;
}

/** Milliseconds per unit of T·S·L for building a network and for running one sample through it (2.5 GHz Xeon). */
const LOAD = 1e-3;
const RUN = 1e-6;
/** Milliseconds per multiplication of the dense engine. */
const MULTIPLY = 6e-8;
/** Milliseconds per neuron, layer and sample of a network with explicit sparse weights. */
const SPARSE = 6e-5;
/**
 * Milliseconds per neuron, layer and sample of a design; less than `SPARSE`, because designs have fewer weights per
 * neuron.
 */
const DESIGN = 3e-5;

const mostActive = ({ z }: RunSpec): number => Math.max(...z);
const noiseOf = ({ noise, noiseAt }: RunSpec): Noise => ({ noise, noiseAt });

function factoredCost(spec: RunSpec): NetworkCost {
  const { T, S, L } = shapeOf(spec);
  return { load: 10 + LOAD * T * S * L, sample: RUN * T * S * L };
}

/** The published network and related ones, as sums of terms. */
const factored: RunEngine = {
  name: "factored",
  takes: (spec) => !runsBySparseWeights(spec),
  cost: factoredCost,
  load(core, { spec, network }) {
    const options = { gate: spec.gate, z: mostActive(spec) };
    const make = () => buildRunNetwork(spec, network);
    return core.load([factored, spec, network], (kernels) => new FactoredEngine(kernels, make(), options));
  },
  inspect(core, { spec, network }, z) {
    const options = { gate: spec.gate, z, lanes: 4, keepActivations: true } as const;
    return new FactoredEngine(core.claim(), buildRunNetwork(spec, network), options);
  },
};

/** Networks of several parts, with noise, or with an explicit matrix; they are run from their sparse weights. */
const sparse: RunEngine = {
  name: "factored",
  takes: runsBySparseWeights,
  cost(spec) {
    const { D, L, T, S } = spec;
    const design = designOf(spec.design);
    const z = mostActive(spec);
    const layer =
      design === null ? constructionCost(spec.construction, { D, z }) : (design.layerCost?.({ T, S, z }) ?? 0);
    return {
      load: factoredCost(spec).load + L * layer,
      sample: (design === null ? SPARSE : DESIGN) * D * L,
    };
  },
  load(core, of, activeOnly) {
    const { spec, network } = of;
    const options = { noise: noiseOf(spec), z: mostActive(spec), readInactive: !activeOnly };
    const make = () => builtParts(core, of);
    return core.load([sparse, spec, network, activeOnly], (kernels) => new SparseEngine(kernels, make(), options));
  },
  inspect(core, of, z) {
    const options = { noise: noiseOf(of.spec), z, lanes: 4, keepActivations: true } as const;
    const network = builtParts(core, of);
    return new SparseEngine(core.claim(), network, options);
  },
};

/** Some designs find their networks by a search, so the last network is kept for other tasks of the same spec. */
const builtParts = (core: LoadedCore, { spec, network }: NetworkOfRun): MultiPartNetwork =>
  core.build([sparse, spec, network], () => buildMultiPartNetwork(spec, network));

/** Runs the published network and related networks with their dense weights only. */
const dense: RunEngine = {
  ...factored,
  name: "dense",
  /** Loading a network computes every weight; this is assumed to cost as much as a hundred samples. */
  cost(spec) {
    const { D, L } = shapeOf(spec);
    const sample = MULTIPLY * D * D * L;
    return { load: factoredCost(spec).load + 100 * sample, sample };
  },
  load(core, { spec, network }) {
    const options = { gate: spec.gate, z: mostActive(spec) };
    const make = () => denseModel(buildRunNetwork(spec, network));
    return core.load([dense, spec, network], (kernels) => new DenseEngine(kernels, make(), options));
  },
};

const runEngines: readonly RunEngine[] = [factored, sparse, dense];

/** The engine with this name for a run; designs, and runs with noise, have only one engine. */
export function engineFor(spec: RunSpec, name: EngineName = "factored"): RunEngine {
  const all = runEngines.filter(({ takes }) => takes(spec));
  return all.find((engine) => engine.name === name) ?? all[0];
}
