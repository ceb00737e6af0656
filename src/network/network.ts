import type { Assignment } from "../assignment/assignment.js";
import type { Circuits } from "../circuits/circuits.js";
import { checkCircuitSizes } from "../circuits/sizes.js";
import { finiteNumber, InputError, oneOf } from "../base/errors.js";
import { blockSize, checkShape, type Shape } from "../base/shape.js";
import { correctionKappa } from "../theory/overlap.js";
import { constructions, type Construction } from "./construction.js";
import { balancedTerms, cappedTerms, matrixTerms, splitTerms, type Between } from "./construction-terms.js";
import { embeddingMatrix } from "./embedding-matrix.js";
import type { Embedding } from "./embedding.js";
import type { CircuitReadout, Layer, Part } from "./layer.js";
import { findLinks, suppression } from "./connections.js";
import type { Training } from "./training.js";

/** A large network that runs T circuits in superposition. Lists over layers have index k for layer k+1. */
export interface Network {
  readonly shape: Shape;
  readonly circuits: Circuits;
  readonly embedding: Embedding;
  readonly construction: Construction;
  /** χ per layer, factor included, its mean over neurons for load-aware; 0 for layer 1 and where there is none. [E12] */
  readonly chi: readonly number[];
  /** κ of balanced and split, else 0. [E13] */
  readonly kappa: number;
  readonly parts: readonly Part[];
  readonly layers: readonly Layer[];
  readonly readouts: readonly CircuitReadout[];
}

export interface NetworkOptions {
  readonly shape: Shape;
  readonly circuits: Circuits;
  readonly embedding: Embedding;
  readonly construction: Construction;
  /** Multiplies χ. Default 1. */
  readonly chiFactor?: number;
  /** χ per layer, used as given instead of the closed form. */
  readonly chi?: readonly number[] | null;
  /** κ instead of [E13]'s; 0 is "no correction". */
  readonly kappa?: number | null;
  /** What the trained construction draws its sets from. Default: seed 1, network 0, z = 1. */
  readonly training?: Training;
}

/**
 * Codes the circuits into one large network: by hand [E10]–[E14], or with an embedding matrix that is fitted [E11b].
 *
 * @throws InputError when sizes of shape, circuits and embedding disagree
 */
export function buildNetwork(options: NetworkOptions): Network {
  const shape = checkShape(options.shape);
  const { circuits, embedding, construction } = options;
  oneOf("construction", construction, constructions);
  const { T, S, L, d } = shape;
  const P = blockSize(shape);
  for (const [name, given] of Object.entries({ d: circuits.d, T: circuits.T, L: circuits.L })) {
    if (given !== shape[name as "d"]) {
      throw new InputError(`The circuits have ${name} = ${given}, the shape says ${name} = ${shape[name as "d"]}.`);
    }
  }
  checkCircuitSizes(circuits);
  if (embedding.length !== L)
    throw new InputError(`The embedding has ${embedding.length} layers; L = ${L} are needed.`);
  embedding.forEach((assignment, k) => {
    if (assignment.T !== T || assignment.S !== S || assignment.P !== P) {
      throw new InputError(
        `The assignment of layer ${k + 1} is for T = ${assignment.T}, S = ${assignment.S}, P = ${assignment.P}; ` +
          `T = ${T}, S = ${S}, P = ${P} are needed.`,
      );
    }
    checkNeurons(assignment, k + 1);
  });
  const { chiFactor = 1 } = options;
  finiteNumber("chiFactor", chiFactor);
  const givenChi = options.chi ?? null;
  if (givenChi !== null && givenChi.length !== L) {
    throw new InputError(`chi has ${givenChi.length} entries; one per layer, L = ${L}, is needed.`);
  }
  const { training = { seed: 1, network: 0, z: 1 } } = options;
  const hasKappa = construction === "balanced" || construction === "split";
  const kappa = hasKappa ? finiteNumber("kappa", options.kappa ?? correctionKappa(shape)) : 0;

  if (hasKappa && 1 / S + kappa === 0) {
    throw new InputError(
      `kappa = ${kappa}: must not be −1/S, with which a circuit is no longer read from its own neurons.`,
    );
  }

  const chi: number[] = [];
  const layers = embedding.map((scatter, k): Layer => {
    const bias = [circuits.bias[k]];
    chi.push(0);
    if (k === 0) return { terms: [], bias };
    const between: Between = { gather: embedding[k - 1], scatter, shared: circuits.mean[k], own: circuits.delta[k] };
    switch (construction) {
      case "capped": {
        const links = findLinks(scatter, between.gather);
        chi[k] = givenChi === null ? chiFactor * suppression(links, shape) : finiteNumber(`chi[${k}]`, givenChi[k]);
        return { terms: cappedTerms(between, links, chi[k]), bias };
      }
      case "balanced":
        return { terms: balancedTerms(between, kappa), bias };
      case "split":
        return { terms: splitTerms(between, kappa), bias };
      default: {
        const settings = { chiFactor, circuits, training };
        const { weights, chi: mean } = embeddingMatrix(construction, between, k + 1, settings);
        chi[k] = mean;
        return { terms: matrixTerms(between, weights), bias };
      }
    }
  });

  return {
    shape,
    circuits,
    embedding,
    construction,
    chi,
    kappa,
    parts: [{ name: "circuits", d, P, offset: 0 }],
    layers,
    readouts: embedding.map((assignment) => ({ part: 0, assignment, scale: 1 / S + kappa, shift: kappa })),
  };
}

/** @throws InputError when there are not T·S neurons or one is not in 0…P−1 */
function checkNeurons({ T, S, P, neurons }: Assignment, layer: number): void {
  if (neurons.length !== T * S) {
    throw new InputError(
      `The assignment of layer ${layer} lists ${neurons.length} neurons; T·S = ${T * S} are needed.`,
    );
  }
  for (let at = 0; at < neurons.length; at++) {
    if (neurons[at] < P) continue;
    const circuit = Math.floor(at / S);
    throw new InputError(
      `The assignment of layer ${layer} gives circuit ${circuit} neuron ${neurons[at]}: must be from 0 to ${P - 1}.`,
    );
  }
  for (let circuit = 0; circuit < T; circuit++) {
    const twice = repeated(neurons, circuit * S, S);
    if (twice === null) continue;
    throw new InputError(
      `The assignment of layer ${layer} gives circuit ${circuit} neuron ${twice} twice: its S = ${S} must be distinct.`,
    );
  }
}

/** A number that is twice among S of them from `at` on; null where there is none. */
function repeated(numbers: ArrayLike<number>, at: number, S: number): number | null {
  if (S > 64) {
    const seen = new Set<number>();
    for (let s = at; s < at + S; s++) {
      if (seen.has(numbers[s])) return numbers[s];
      seen.add(numbers[s]);
    }
    return null;
  }
  for (let s = at + 1; s < at + S; s++) {
    for (let r = at; r < s; r++) if (numbers[r] === numbers[s]) return numbers[s];
  }
  return null;
}
