import { checkAssignment, type Assignment } from "../assignment/assignment.js";
import type { Circuits } from "../circuits/circuits.js";
import { checkCircuitSizes } from "../circuits/sizes.js";
import { finiteNumber, finiteNumbers, InputError, listOf, oneOf } from "../base/errors.js";
import { finish, type Steps } from "../base/steps.js";
import { blockSize, checkShape, type Shape } from "../base/shape.js";
import { correctionKappa } from "../theory/overlap.js";
import { factoredConstructions, type Construction, type FactoredConstruction } from "./construction.js";
import { balancedTerms, cappedTerms, splitTerms, type Between } from "./construction-terms.js";
import type { Embedding } from "./embedding.js";
import type { CircuitReadout, Layer, Part } from "./layer.js";
import { findLinks, suppression } from "./connections.js";

/** A large network that runs T circuits in superposition. In lists over layers, index k holds layer k+1. */
export interface Network {
  readonly shape: Shape;
  readonly circuits: Circuits;
  readonly embedding: Embedding;
  readonly construction: Construction;
  /**
   * χ per layer, already multiplied by `chiFactor` (for the load-aware construction, the mean over neurons); 0 for
   * layer 1 and where χ is unused. [E12]
   */
  readonly chi: readonly number[];
  /** κ of the balanced and split constructions, otherwise 0. [E13] */
  readonly kappa: number;
  readonly parts: readonly Part[];
  readonly layers: readonly Layer[];
  readonly readouts: readonly CircuitReadout[];
}

/** The components from which a network is made. */
export interface NetworkParts {
  readonly shape: Shape;
  readonly circuits: Circuits;
  readonly embedding: Embedding;
}

/** The arguments of `buildNetwork`. In lists over layers, index k holds layer k + 1. */
export interface NetworkOptions extends NetworkParts {
  readonly construction: FactoredConstruction;
  /** Multiplies χ. Default 1. */
  readonly chiFactor?: number;
  /** χ per layer, used as given instead of the closed form. */
  readonly chi?: readonly number[] | null;
  /** Replaces the κ of [E13]; 0 means no correction. */
  readonly kappa?: number | null;
}

/**
 * Builds one large network from the circuits by explicit formulas, [E10]–[E14]. `buildMatrixNetwork` fits an embedding
 * matrix instead.
 *
 * @throws InputError when the sizes of shape, circuits and embedding disagree
 */
export function buildNetwork(options: NetworkOptions): Network {
  return finish(buildSteps(options));
}

/** `buildNetwork` in steps, one per layer. */
export function buildSteps(options: NetworkOptions): Steps<Network> {
  const { construction, chiFactor = 1 } = { ...options };
  oneOf("construction", construction, factoredConstructions);
  const parts = checkedParts(options);
  const { shape } = parts;
  const { S, L } = shape;
  finiteNumber("chiFactor", chiFactor);
  const givenChi = options.chi ?? null;
  if (givenChi !== null) finiteNumbers("chi", givenChi, "L", L);
  const kappa = construction === "capped" ? 0 : finiteNumber("kappa", options.kappa ?? correctionKappa(shape));
  if (1 / S + kappa === 0) {
    throw new InputError(`kappa = ${kappa}: must not be −1/S; circuits are read with 1/S + kappa.`, "range");
  }
  return assemble(parts, construction, kappa, (between, k) => {
    if (construction === "balanced") return { terms: balancedTerms(between, kappa), chi: 0 };
    if (construction === "split") return { terms: splitTerms(between, kappa), chi: 0 };
    const links = findLinks(between.scatter, between.gather);
    const chi = givenChi === null ? chiFactor * suppression(links, shape) : givenChi[k];
    return { terms: cappedTerms(between, links, chi), chi };
  });
}

/**
 * Assembles a network from checked parts, in steps, one per layer.
 *
 * @param termsOf for k ≥ 1, the terms that lead from layer k to layer k + 1, and their χ
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
    parts: [{ name: "circuits", d, P: embedding[0].P, offset: 0 }],
    layers: made.map(({ terms }, k) => ({ terms, bias: [circuits.bias[k]] })),
    readouts: embedding.map((assignment) => ({ part: 0, assignment, scale: 1 / S + kappa, shift: kappa })),
  };
}

/** @throws InputError when the sizes of shape, circuits and embedding disagree */
export function checkedParts({ circuits, embedding, ...options }: NetworkParts): NetworkParts {
  const shape = checkShape(options.shape);
  const size = { ...shape, P: blockSize(shape) };
  const agree = (name: string, value: Circuits | Assignment, ...keys: (keyof typeof size)[]): void => {
    for (const key of keys) {
      const found = value[key as keyof typeof value];
      if (found !== size[key]) throw new InputError(`${name}.${key} = ${found}: shape says ${size[key]}.`, "conflict");
    }
  };
  checkCircuitSizes(circuits);
  agree("circuits", circuits, "d", "T", "L");
  listOf("embedding", embedding, "L", shape.L);
  for (let k = 0; k < shape.L; k++) {
    const name = `embedding[${k}]`;
    agree(name, checkAssignment(name, embedding[k]), "T", "S", "P");
  }
  return { shape, circuits, embedding };
}
