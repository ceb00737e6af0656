import { isParted, shapeOf, type RunSpec } from "../config/run-spec.js";
import type { Task } from "./task.js";

/** What a task takes, very roughly: scheduling goes by it, results never do. */
export interface RoughCost {
  /** To build and load the task's network, in milliseconds; 0 when it has none. */
  readonly load: number;
  /** To do the task with its network loaded, in milliseconds. */
  readonly run: number;
  /** Memory that the result takes until it is used. */
  readonly resultBytes: number;
}

/** Milliseconds per circuit, spread and layer to build a network, and to run one sample through it (2.5 GHz Xeon). */
const LOAD = 1e-3;
const RUN = 1e-6;
/** Milliseconds per multiplication of the dense engine. */
const MULTIPLY = 6e-8;
/** Milliseconds per neuron, layer and sample of a network that runs by its sparse weights. */
const SPARSE = 6e-5;
/** The same of a design, whose neurons have fewer weights. */
const DESIGN = 3e-5;
/** Milliseconds per weight D² and layer to write the post's network out, and what matrices take besides. */
const WRITE_OUT = 3e-5;
const RIDGE = 1e-4;
/** As many times as circuits active at once, and once more. */
const TRAIN = 1.7e-4;
/** Milliseconds per pair T² and layer to choose who is where: windows, for each S; rows, and rows parted for several active. */
const WINDOWS = 1.2e-4;
const ROWS = 1.4e-4;
const ROWS_PARTED = 6e-4;
/** Milliseconds per number of a random vector. */
const DRAW = 5e-5;

export function roughCost(task: Task): RoughCost {
  switch (task.kind) {
    case "chunk": {
      const { load, sample } = (task.engine === "dense" ? denseCost : costOf)(task.spec);
      return { load, run: task.count * sample, resultBytes: 600 * (task.spec.L + 1) };
    }
    case "trajectories": {
      const { load, sample } = costOf(task.spec);
      return { load, run: 16 * task.count * sample, resultBytes: 200 * task.count * task.z * (task.spec.L + 1) };
    }
    case "sample": {
      const { D, T, S, L } = shapeOf(task.spec);
      return { load: 0, run: costOf(task.spec).load, resultBytes: 4 * (D * (L + 1) + T * S * L) };
    }
    case "terms": {
      const { load, sample } = networkCost(task.spec);
      // Plain TypeScript reads the active circuits and their blocks out of every layer.
      return {
        load,
        run: task.count * (16 * sample + 0.5 * task.z ** 2 * task.spec.L),
        resultBytes: 600 * task.spec.L,
      };
    }
    case "design": {
      const { load, sample } = costOf(task.spec);
      const samples = task.noises.reduce((sum, own) => sum + own.samples, 0) + 16 * (task.adversary?.steps ?? 0);
      return {
        load: 0,
        run: load + sample * samples,
        resultBytes: 600 * (task.spec.L + 1) * task.noises.length,
      };
    }
    case "embedding-matrix":
      return { load: 0, run: 5 + 4e-6 * task.T ** 2 * task.S, resultBytes: 100 };
    case "random-vectors":
      return { load: 0, run: (5e-8 * task.m ** 2 * task.n) / (task.share?.of ?? 1), resultBytes: 100 };
    case "storage": {
      const rows = 2 * task.ls.length * task.samples;
      return { load: 0, run: task.m * task.n * (DRAW + MULTIPLY * rows), resultBytes: 200 * task.ls.length };
    }
    case "re-embedding":
      return { load: 0, run: task.layers * task.m * task.n * (DRAW + 4 * MULTIPLY * task.samples), resultBytes: 1000 };
    case "cleaning":
      return { load: 0, run: 1e-3 * task.values.length * task.passes.at(-1)!, resultBytes: 100 * task.values.length };
    case "stored-features":
      return { load: 0, run: task.most * task.n * (DRAW + MULTIPLY * task.samples), resultBytes: 8 * task.samples };
  }
}

interface NetworkCost {
  readonly load: number;
  /** Of one sample through all layers. */
  readonly sample: number;
}

function costOf(spec: RunSpec): NetworkCost {
  return isParted(spec) ? partedCost(spec) : networkCost(spec);
}

/** Networks that run by their sparse weights; what takes most to build them is the design's own. */
function partedCost(spec: RunSpec): NetworkCost {
  const { D, L } = spec;
  const sample = (spec.design === "standard" ? SPARSE : DESIGN) * D * L;
  return { load: networkCost(spec).load + L * layerCost(spec), sample };
}

/** Of one layer of a network that runs by its sparse weights, beside what every network takes. */
function layerCost({ design, construction, D, T, S, z }: RunSpec): number {
  const active = Math.max(...z);
  switch (design) {
    case "windows":
      return WINDOWS * S * T ** 2;
    case "rows":
      return (S === 3 && active > 1 ? ROWS_PARTED : ROWS) * T ** 2;
    case "lines":
    case "grid":
    case "groups":
    case "switched":
      return 0;
    case "standard":
      switch (construction) {
        case "ridge":
          return (WRITE_OUT + RIDGE) * D ** 2;
        case "trained":
          return (WRITE_OUT + TRAIN * (1 + active)) * D ** 2;
        default:
          return WRITE_OUT * D ** 2;
      }
  }
}

function networkCost(spec: RunSpec): NetworkCost {
  const { T, S, L } = shapeOf(spec);
  return { load: 10 + LOAD * T * S * L, sample: RUN * T * S * L };
}

/** Every weight is written out when a network is loaded, which takes as long as some hundred samples. */
function denseCost(spec: RunSpec): NetworkCost {
  const { D, L } = shapeOf(spec);
  const sample = MULTIPLY * D * D * L;
  return { load: networkCost(spec).load + 100 * sample, sample };
}
