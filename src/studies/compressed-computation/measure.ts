import { assignmentKinds, type AssignmentKind } from "../../assignment/constructions.js";
import type { Assignment } from "../../assignment/assignment.js";
import { InputError } from "../../base/errors.js";
import { RandomSequence } from "../../base/random.js";
import type { Task, TaskKind } from "../../jobs/task.js";
import type { Kernels } from "../../kernels/kernels.js";
import { assignedCode, swappedCode, translatedCode, type CodeKind, type Symmetry } from "./codes.js";
import { evenPower, fitValues, lossAtBestScale } from "./fit.js";
import { drawInputs, type SparseInputs } from "./inputs.js";
import type { CompressedNetwork } from "./network.js";
import { networkReader } from "./readouts.js";
import { refit, type Refit } from "./refit.js";

/** The recipe for a handmade network. */
export interface CompressedRecipe {
  /** The number of features and the number of neurons. */
  readonly F: number;
  readonly N: number;
  /** Number of neurons per feature. */
  readonly K: number;
  /** Probability that an input is not 0. */
  readonly p: number;
  /** Exponent in the loss |ŷ − y|^q; even. */
  readonly q: number;
  readonly code: CodeKind;
  /** Number of exchanges tried (if `code` is `swaps`). */
  readonly swaps: number;
  /** Number of codes tried; the one with the lowest loss is taken (if `code` is `translates`). */
  readonly candidates: number;
  readonly refit: Refit;
  /** Rounds of the search over encoder values (if `refit` is `all`). */
  readonly rounds: number;
  /** Number of inputs used for fitting. */
  readonly fitted: number;
  readonly seed: number;
  /** Index of the network; each has its own code and its own inputs for fitting. */
  readonly repeat: number;
}

/** Largest number of inputs used to compare candidates. */
const JUDGED = 8000;
/** The value of b·N/K with which candidates are compared; fitting gives similar values. */
const USUAL_B = -0.46;
/** Index of the first set of inputs for fitting; the sets on which a network is measured are numbered from 0. */
const FITTED_ITEM = 2 ** 31;

/**
 * Builds a hand-made network: from a code, with `b` and `c` fitted to inputs, and with more fitted values if the recipe
 * asks for them. [L6] [L7]
 */
export function buildCompressed(kernels: Kernels, recipe: CompressedRecipe): CompressedNetwork {
  const { F, p, q, seed, repeat, fitted } = recipe;
  const inputs = drawInputs(fitted, F, p, seed, FITTED_ITEM + repeat);
  const { code, symmetry } = codeOf(kernels, recipe, inputs);
  const network = fitValues(kernels, code, q, inputs);
  if (recipe.refit === "none") return network;
  return refit(network, symmetry, q, inputs, recipe.refit === "all" ? recipe.rounds : 0);
}

function codeOf(
  kernels: Kernels,
  { F, N, K, q, code: kind, swaps, candidates, seed, repeat }: CompressedRecipe,
  inputs: SparseInputs,
): { readonly code: Assignment; readonly symmetry: Symmetry | null } {
  if (kind === "swaps") return { code: swappedCode({ F, N, K }, swaps, seed, repeat), symmetry: null };
  if (isAssignment(kind)) return { code: assignedCode(kind, { F, N, K }, seed + repeat), symmetry: null };
  const random = new RandomSequence(seed, "assignment", repeat, 3);
  const count = Math.min(JUDGED, inputs.count);
  const judged: SparseInputs = { ...inputs, count };
  let best: ReturnType<typeof translatedCode> = null;
  let least = Infinity;
  for (let candidate = 0; candidate < candidates; candidate++) {
    const found = translatedCode({ F, N, K }, random);
    if (found === null) break;
    if (candidates === 1) return found;
    const { loss } = lossAtBestScale(kernels, found.code, q, judged)((USUAL_B * K) / N);
    if (loss < least) [best, least] = [found, loss];
  }
  if (best === null)
    throw new InputError(
      `F = ${F}, N = ${N}, K = ${K}: no blocks whose translates share at most one neuron were found.`,
    );
  return best;
}

const isAssignment = (kind: CodeKind): kind is AssignmentKind => (assignmentKinds as readonly string[]).includes(kind);

/** A network, and the errors of features that are active alone. */
export interface BuiltCompressed {
  readonly network: CompressedNetwork;
  /**
   * Mean squared error of feature i for x uniform in (0, 1) with all others 0: (1 − s_i)²/3 if its readout is s_i·x.
   */
  readonly alone: Float64Array;
}

/** Largest number of features that are measured one by one; if there are more, an evenly spaced subset is measured. */
const ALONE = 1000;

/** Exact errors of features that are active alone. The network has no biases, so its readout is proportional to x. */
export function errorsAlone(kernels: Kernels, network: CompressedNetwork): Float64Array {
  const F = network.code.T;
  const count = Math.min(F, ALONE);
  const features = Uint32Array.from({ length: count }, (_, i) => Math.floor((i * F) / count));
  const starts = Uint32Array.from({ length: count + 1 }, (_, i) => i);
  const errors = new Float64Array(count);
  const inputs = { count, starts, features, values: new Float64Array(count).fill(1) };
  networkReader(kernels, network)(inputs, (r, at, i) => (errors[i] = (1 - r[at + features[i]]) ** 2 / 3));
  return errors;
}

export interface CompressedBuildTask extends Task<BuiltCompressed>, CompressedRecipe {
  readonly kind: "compressed-network";
}

export const compressedBuildKind: TaskKind<CompressedBuildTask> = {
  name: "compressed-network",
  run(core, task) {
    const kernels = core.claim();
    const network = buildCompressed(kernels, task);
    return { network, alone: errorsAlone(kernels, network) };
  },
  cost: ({ F, N, fitted, code, candidates }) => {
    const input = Math.min(F, N) * N * 5e-7;
    const judging = code === "translates" ? candidates * Math.min(JUDGED, fitted) * input : 0;
    return { load: 0, run: 14 * fitted * input + judging + N ** 3 * 2e-6, resultBytes: 16 * Math.min(F * N, 1e6) };
  },
  describe: ({ F, N, K, code, repeat }) =>
    `a network of ${N} neurons for ${F} ReLUs, K = ${K} (${code}), network ${repeat}`,
};

/** The inputs on which a network is measured. */
export interface CompressedLossTask extends Task<CompressedSums> {
  readonly kind: "compressed-loss";
  readonly spec: CompressedNetwork;
  readonly p: number;
  readonly q: number;
  readonly seed: number;
  readonly repeat: number;
  /** The first block of inputs, and the number of blocks. */
  readonly first: number;
  readonly blocks: number;
}

/** Number of inputs in one block. */
export const BLOCK = 4096;

/** Sums over inputs. */
export interface CompressedSums {
  readonly inputs: number;
  /** Σ over inputs of the mean of |e|^q over features, and Σ over inputs of the square of this mean. */
  readonly loss: number;
  readonly lossSquared: number;
  /** Σ over inputs of e², by feature. */
  readonly squares: Float64Array;
}

export function measureCompressed(kernels: Kernels, task: Omit<CompressedLossTask, "kind">): CompressedSums {
  const { spec, p, q, seed, repeat, first, blocks } = task;
  const F = spec.code.T;
  const read = networkReader(kernels, spec);
  const squares = new Float64Array(F);
  let [loss, lossSquared] = [0, 0];
  for (let block = first; block < first + blocks; block++) {
    const inputs = drawInputs(BLOCK, F, p, seed + repeat, block);
    const { starts, features, values } = inputs;
    read(inputs, (r, at, sample) => {
      const [from, to] = [starts[sample], starts[sample + 1]];
      if (from === to) return;
      for (let j = from; j < to; j++) r[at + features[j]] -= Math.max(0, values[j]);
      let sum = 0;
      for (let f = 0; f < F; f++) {
        const e = r[at + f];
        squares[f] += e * e;
        sum += evenPower(e, q);
      }
      loss += sum / F;
      lossSquared += (sum / F) ** 2;
    });
  }
  return { inputs: blocks * BLOCK, loss, lossSquared, squares };
}

export const compressedLossKind: TaskKind<CompressedLossTask> = {
  name: "compressed-loss",
  run: (core, task) => measureCompressed(core.claim(), task),
  cost: ({ spec: { code }, blocks }) => {
    const { T: F, P: N } = code;
    return {
      load: F * N > 2e5 ? N ** 3 * 2e-6 : 1,
      run: blocks * BLOCK * N * Math.min(F, N) * 5e-7,
      resultBytes: 8 * F,
    };
  },
  describe: ({ spec: { code }, repeat }) => `the loss with ${code.P} neurons for ${code.T} ReLUs, network ${repeat}`,
};
