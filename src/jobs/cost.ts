import { shapeOf, type RunSpec } from "../spec.js";
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
const SPARSE = 1e-4;
/** Milliseconds per number of a random vector. */
const DRAW = 5e-5;

export function roughCost(task: Task): RoughCost {
  switch (task.kind) {
    case "chunk": {
      const { load, sample } = (task.engine === "dense" ? denseCost : networkCost)(task.spec);
      return { load, run: task.count * sample, resultBytes: 600 * (task.spec.L + 1) };
    }
    case "trajectories": {
      const { load, sample } = networkCost(task.spec);
      return { load, run: 16 * task.count * sample, resultBytes: 200 * task.count * task.z * (task.spec.L + 1) };
    }
    case "sample": {
      const { D, T, S, L } = shapeOf(task.spec);
      return { load: 0, run: networkCost(task.spec).load, resultBytes: 4 * (D * (L + 1) + T * S * L) };
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
      const { D, T, L } = task.spec;
      const samples = task.noises.reduce((sum, own) => sum + own.samples, 0) + 16 * (task.adversary?.steps ?? 0);
      // Choosing who is where in the next layer takes most of what building takes.
      return {
        load: 0,
        run: 10 + 0.2 * T * L + SPARSE * D * L * samples,
        resultBytes: 600 * (L + 1) * task.noises.length,
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
    case "stored-features":
      return { load: 0, run: task.most * task.n * (DRAW + MULTIPLY * task.samples), resultBytes: 8 * task.samples };
  }
}

interface NetworkCost {
  readonly load: number;
  /** Of one sample through all layers. */
  readonly sample: number;
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
