import { drawInput, inputsOf } from "../circuits/inputs.js";
import { RandomSequence } from "../base/random.js";
import { finish } from "../base/steps.js";
import { SparseEngine } from "../engine/sparse.js";
import { HOLDS } from "../engine/sums.js";
import { searchedReadout, worstSteps } from "../engine/worst-case-search.js";
import type { Kernels } from "../kernels/kernels.js";
import { denseWeights } from "../network/dense.js";
import { widthOf } from "../network/layer.js";
import type { MultiPartNetwork } from "../network/multi-part.js";
import { errorRows } from "../results/error-rows.js";
import type { ErrorRow } from "../results/rows.js";
import { mean } from "../results/statistics.js";
import { rowsOfParts } from "../runs/rows.js";
import { circuitExpectations } from "../theory/expectations.js";
import { naiveErrors, type NaiveErrors } from "../theory/naive.js";

/** Errors of a network of circuits, by step. */
export interface CircuitsErrors {
  readonly rows: readonly ErrorRow[];
  /** Errors of the naive network by readout name; index k holds step k+1. [L4] */
  readonly naive: Readonly<Record<string, NaiveErrors>>;
  /**
   * The squared error per active circuit, summed over all readouts including those of inactive circuits, divided by
   * that of the naive network. Index k holds step k+1; null if the naive network is exact.
   */
  readonly overNaive: readonly (number | null)[];
  /** The same ratio, for the readouts of active circuits only. */
  readonly activeOverNaive: readonly (number | null)[];
  /** As `activeOverNaive`, but divided by the error of the naive network with the best constants. */
  readonly activeOverConstant: readonly (number | null)[];
}

/** The samples on which circuits are measured. */
export interface CircuitsInput {
  readonly z: number;
  readonly samples: number;
  readonly seed: number;
  readonly network: number;
}

export function measureCircuits(kernels: Kernels, network: MultiPartNetwork, input: CircuitsInput): CircuitsErrors {
  const { circuits, parts } = network;
  const { z, samples, seed } = input;
  const { T, d } = circuits;
  const engine = new SparseEngine(kernels, network, { z });
  const drawn = { z, sampling: "random", seed, network: input.network } as const;
  const rows = errorRows(rowsOfParts(network, circuits)(z), [engine.runChunk(drawn, 0, samples)]);
  const expectations = circuitExpectations(circuits);
  const size = { D: widthOf(parts), d, T };
  const naive = Object.fromEntries(
    circuits.readouts.map(({ name }, r) => [name, naiveErrors(size, expectations[r])] as const),
  );
  const over = (line: keyof NaiveErrors, inactive: number): (number | null)[] =>
    rows.slice(1).map(({ readouts }, k) => {
      let [own, beside] = [0, 0];
      for (const [name, { active, inactive: others }] of Object.entries(readouts)) {
        own += active.meanSquare + inactive * others.meanSquare;
        beside += naive[name][line][k];
      }
      return beside === 0 ? null : own / beside;
    });
  return {
    ...{ rows, naive },
    overNaive: over("naive", (T - z) / z),
    activeOverNaive: over("naive", 0),
    activeOverConstant: over("bestConstant", 0),
  };
}

/** The five numbers reported for every design, at one step. */
export interface FiveNumbers {
  readonly layer: number;
  /** Errors of x in active circuits, or of their last readout if they have no x. */
  readonly meanSquare: number;
  readonly wrong: number | null;
  readonly worst: number;
  /** The largest error that a search found, or `worst` if that is larger. */
  readonly worstBySearch: number;
  /** The largest value of the first readout over inactive circuits. */
  readonly largestInactive: number;
  /** Number of steps before the first one with a mean square above 0.25. */
  readonly depth: number;
}

/** Number of changes that the search tries on each of 16 sets of circuits. */
const CHANGES = 30;

export function fiveNumbers(
  kernels: Kernels,
  network: MultiPartNetwork,
  { rows }: CircuitsErrors,
  input: CircuitsInput,
  layer: number,
): FiveNumbers {
  const { readouts } = network.circuits;
  const [first, own] = [readouts[0].name, readouts[searchedReadout(network.circuits)].name];
  const { meanSquare, wrong, worst } = rows[layer].readouts[own].active;
  const runner = new SparseEngine(kernels, network, { z: input.z });
  const searched = finish(
    worstSteps(runner, { ...input, samples: Math.min(input.samples, 1024), layer, steps: CHANGES }),
  );
  const held = rows.slice(1).findIndex((row) => !(row.readouts[own].active.meanSquare <= HOLDS));
  return {
    ...{ layer, meanSquare, wrong, worst, worstBySearch: worst > searched.error ? worst : searched.error },
    largestInactive: rows[layer].readouts[first].inactive.worst,
    depth: held === -1 ? rows.length - 1 : held,
  };
}

/** How far training moved a network. */
export interface NetworkMove {
  /** ‖W − W₀‖/‖W₀‖ in the Frobenius norm; index k holds layer k + 2. */
  readonly moved: readonly number[];
  /**
   * The mean cosine between a circuit's activations before and after training, when the circuit runs alone; index k
   * holds step k + 1.
   */
  readonly stayed: readonly number[];
}

/** Number of inputs on which each circuit is run alone. */
const ALONE = 4;

/** How far the weights moved, and how similar each circuit's activations are before and after. */
export function moveBetween(kernels: Kernels, before: MultiPartNetwork, after: MultiPartNetwork): NetworkMove {
  const [own, other] = [before, after].map((network) => activationsAlone(kernels, network));
  return {
    moved: before.layers.slice(1).map((_, k) => {
      // In float32, as in training.
      const [from, to] = [before, after].map((network) => Float32Array.from(denseWeights(network, k + 2)));
      let [difference, norm] = [0, 0];
      for (let at = 0; at < from.length; at++) {
        difference += (to[at] - from[at]) ** 2;
        norm += from[at] ** 2;
      }
      return Math.sqrt(difference / norm);
    }),
    stayed: own.map((vectors, step) => mean(vectors.map((vector, s) => cosine(vector, other[step][s])))),
  };
}

/** Activations of circuits that run alone, [step − 1][T·ALONE][D]. */
function activationsAlone(kernels: Kernels, network: MultiPartNetwork): Float32Array[][] {
  const { circuits } = network;
  const lanes = 16;
  const runner = new SparseEngine(kernels, network, { z: 1, lanes, keepActivations: true, readInactive: false });
  const random = new RandomSequence(0, "user", 0, 0x570);
  const inputs = Array.from({ length: circuits.T * ALONE }, (_, k) => {
    const circuit = Math.floor(k / ALONE);
    return { circuit, input: drawInput(inputsOf(circuits.inputs, circuit), random) };
  });
  const found = circuits.mean.map((): Float32Array[] => []);
  for (let first = 0; first < inputs.length; first += lanes) {
    const some = inputs.slice(first, first + lanes);
    runner.setInputs(
      some.map(({ circuit }) => [circuit]),
      some.map(({ input }) => [input]),
    );
    runner.runTile(some.length, 1, { measure: false });
    found.forEach((vectors, k) => some.forEach((_, lane) => vectors.push(runner.activations(k + 1, lane))));
  }
  return found;
}

function cosine(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let [dot, aa, bb] = [0, 0, 0];
  for (let k = 0; k < a.length; k++) {
    dot += a[k] * b[k];
    aa += a[k] * a[k];
    bb += b[k] * b[k];
  }
  return aa === 0 || bb === 0 ? 0 : dot / Math.sqrt(aa * bb);
}
