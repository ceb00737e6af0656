import type { Assignment } from "../assignment/assignment.js";
import type { Circuits } from "../circuits/circuits.js";
import { checkCircuitSizes } from "../circuits/sizes.js";
import { finiteNumber, InputError, oneOf } from "../base/errors.js";
import { finish, type Steps } from "../base/steps.js";
import { blockSize, checkShape, type Shape } from "../base/shape.js";
import { correctionKappa } from "../theory/overlap.js";
import { factoredConstructions, type Construction, type FactoredConstruction } from "./construction.js";
import { balancedTerms, cappedTerms, splitTerms, type Between } from "./construction-terms.js";
import type { Embedding } from "./embedding.js";
import type { CircuitReadout, Layer, Part } from "./layer.js";
import { findLinks, suppression } from "./connections.js";

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

/** What a network is made of. */
export interface NetworkParts {
  readonly shape: Shape;
  readonly circuits: Circuits;
  readonly embedding: Embedding;
}

/** What `buildNetwork` makes a network of. Lists over layers have index k for layer k + 1. */
export interface NetworkOptions extends NetworkParts {
  readonly construction: FactoredConstruction;
  /** Multiplies χ. Default 1. */
  readonly chiFactor?: number;
  /** χ per layer, used as given instead of the closed form. */
  readonly chi?: readonly number[] | null;
  /** κ instead of [E13]'s; 0 is "no correction". */
  readonly kappa?: number | null;
}

/**
 * Codes the circuits into one large network by hand, [E10]–[E14]. `buildMatrixNetwork` fits an embedding matrix instead.
 *
 * @throws InputError when sizes of shape, circuits and embedding disagree
 */
export function buildNetwork(options: NetworkOptions): Network {
  return finish(buildSteps(options));
}

/** `buildNetwork` in steps, one for each layer. */
export function buildSteps(options: NetworkOptions): Steps<Network> {
  const { construction, chiFactor = 1 } = options;
  oneOf("construction", construction, factoredConstructions);
  const parts = checkedParts(options);
  const { shape } = parts;
  const { S, L } = shape;
  finiteNumber("chiFactor", chiFactor);
  const givenChi = options.chi ?? null;
  if (givenChi !== null && givenChi.length !== L) {
    throw new InputError(`chi has ${givenChi.length} entries; one per layer, L = ${L}, is needed.`);
  }
  const kappa = construction === "capped" ? 0 : finiteNumber("kappa", options.kappa ?? correctionKappa(shape));
  if (1 / S + kappa === 0) {
    throw new InputError(`kappa = ${kappa}: must not be −1/S: circuits are read with 1/S + kappa.`);
  }
  return assemble(parts, construction, kappa, (between, k) => {
    if (construction === "balanced") return { terms: balancedTerms(between, kappa), chi: 0 };
    if (construction === "split") return { terms: splitTerms(between, kappa), chi: 0 };
    const links = findLinks(between.scatter, between.gather);
    const chi = givenChi === null ? chiFactor * suppression(links, shape) : finiteNumber(`chi[${k}]`, givenChi[k]);
    return { terms: cappedTerms(between, links, chi), chi };
  });
}

/**
 * Puts a network together from checked parts, in steps, one for each layer.
 *
 * @param termsOf what leads to layer k + 1 from the layer before, k ≥ 1, and its χ
 */
export function* assemble(
  { shape, circuits, embedding }: NetworkParts,
  construction: Construction,
  kappa: number,
  termsOf: (between: Between, k: number) => { readonly terms: Layer["terms"]; readonly chi: number },
): Steps<Network> {
  const { d, S } = shape;
  const made: ReturnType<typeof termsOf>[] = [{ terms: [], chi: 0 }];
  for (let k = 1; k < embedding.length; k++) {
    yield k / embedding.length;
    const [gather, scatter] = [embedding[k - 1], embedding[k]];
    made.push(termsOf({ gather, scatter, shared: circuits.mean[k], own: circuits.delta[k] }, k));
  }
  return {
    shape,
    circuits,
    embedding,
    construction,
    chi: made.map(({ chi }) => chi),
    kappa,
    parts: [{ name: "circuits", d, P: blockSize(shape), offset: 0 }],
    layers: made.map(({ terms }, k) => ({ terms, bias: [circuits.bias[k]] })),
    readouts: embedding.map((assignment) => ({ part: 0, assignment, scale: 1 / S + kappa, shift: kappa })),
  };
}

/** @throws InputError when sizes of shape, circuits and embedding disagree */
export function checkedParts({ circuits, embedding, ...given }: NetworkParts): NetworkParts {
  const shape = checkShape(given.shape);
  const { T, S, L } = shape;
  const P = blockSize(shape);
  for (const name of ["d", "T", "L"] as const) {
    if (circuits[name] !== shape[name]) {
      throw new InputError(`The circuits have ${name} = ${circuits[name]}, the shape says ${name} = ${shape[name]}.`);
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
  return { shape, circuits, embedding };
}

/** @throws InputError when there are not T·S neurons or one is not in 0…P−1 */
function checkNeurons({ T, S, P, neurons }: Assignment, layer: number): void {
  const refused = (what: string): InputError => new InputError(`The assignment of layer ${layer} ${what}`);
  if (neurons.length !== T * S) throw refused(`lists ${neurons.length} neurons; T·S = ${T * S} are needed.`);
  const outside = neurons.findIndex((neuron) => neuron >= P);
  if (outside !== -1) {
    const circuit = Math.floor(outside / S);
    throw refused(`gives circuit ${circuit} neuron ${neurons[outside]}: must be from 0 to ${P - 1}.`);
  }
  for (let circuit = 0; circuit < T; circuit++) {
    const twice = repeated(neurons, circuit * S, S);
    if (twice === null) continue;
    throw refused(`gives circuit ${circuit} neuron ${twice} twice: its S = ${S} must be distinct.`);
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
