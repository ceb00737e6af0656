import type { Assignment } from "../assignment/assignment.js";
import type { Circuits } from "../circuits/circuits.js";
import { InputError, finiteNumber } from "../errors.js";
import { blockSize, checkShape, type Shape } from "../shape.js";
import { correctionKappa } from "../theory/overlap.js";
import type { Construction } from "./construction.js";
import type { Embedding } from "./embedding.js";
import type { CircuitReadout, Layer, Part, Term } from "./layer.js";
import { findLinks, suppression } from "./links.js";

/** A large network that runs T circuits in superposition. Lists over layers have index k for layer k+1. */
export interface Network {
  readonly shape: Shape;
  readonly circuits: Circuits;
  readonly embedding: Embedding;
  readonly construction: Construction;
  /** χ per layer, factor included; 0 for layer 1, balanced and split. [E12] */
  readonly chi: readonly number[];
  /** κ, 0 for capped. [E13] */
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
}

/**
 * Hand-codes the circuits into one large network. [E10]–[E14]
 *
 * @throws InputError when sizes of shape, circuits and embedding disagree
 */
export function buildNetwork(options: NetworkOptions): Network {
  const shape = checkShape(options.shape);
  const { circuits, embedding, construction } = options;
  const { T, S, L, d } = shape;
  const P = blockSize(shape);
  for (const [name, given] of Object.entries({ d: circuits.d, T: circuits.T, L: circuits.L })) {
    if (given !== shape[name as "d"]) {
      throw new InputError(`The circuits have ${name} = ${given}, the shape says ${name} = ${shape[name as "d"]}.`);
    }
  }
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
  const kappa = construction === "capped" ? 0 : finiteNumber("kappa", options.kappa ?? correctionKappa(shape));

  if (construction !== "capped" && 1 / S + kappa === 0) {
    throw new InputError(
      `kappa = ${kappa}: must not be −1/S, with which a circuit is no longer read from its own neurons.`,
    );
  }

  const chi: number[] = [];
  const layers = embedding.map((scatter, k): Layer => {
    const bias = [circuits.bias[k]!];
    chi.push(0);
    if (k === 0) return { terms: [], bias };
    const gather = embedding[k - 1]!;
    const between = { from: 0, to: 0 } as const;
    const shared = circuits.mean[k]!;
    const own = circuits.delta[k]!;
    if (construction === "capped") {
      const links = findLinks(scatter, gather);
      const x = givenChi === null ? chiFactor * suppression(links, shape) : finiteNumber(`chi[${k}]`, givenChi[k]);
      chi[k] = x;
      return { terms: cappedTerms(), bias };

      /** `C/S − χ(1−C) = (1/S+χ)·C − χ`, and C is the sum over circuits less the excess. [E11] */
      function cappedTerms(): Term[] {
        const linked = 1 / S + x;
        return [
          {
            kind: "circuits",
            ...between,
            gather,
            scatter,
            shared: { matrix: shared, scale: linked },
            own: { matrix: own, scale: 1 / S },
            everywhere: 0,
          },
          {
            kind: "pairs",
            ...between,
            starts: links.starts,
            columns: links.columns,
            weights: Float32Array.from(links.excess),
            by: { matrix: shared, scale: -linked },
          },
          { kind: "sum", ...between, weights: null, by: { matrix: shared, scale: -x } },
        ];
      }
    }
    // u_t = (1/S + κ)·e_t − κ·1: the second part reaches every neuron.                                      [E13] [E14]
    const unembedding = 1 / S + kappa;
    if (construction === "balanced") {
      const term: Term = {
        kind: "circuits",
        ...between,
        gather,
        scatter,
        shared: { matrix: shared, scale: unembedding },
        own: { matrix: own, scale: unembedding },
        everywhere: -kappa / unembedding,
      };
      return { terms: [term], bias };
    }
    const weights = new Float64Array(P);
    for (const neuron of gather.neurons) weights[neuron]!++;
    return {
      terms: [
        {
          kind: "circuits",
          ...between,
          gather,
          scatter,
          shared: { matrix: shared, scale: unembedding },
          own: { matrix: own, scale: 1 / S },
          everywhere: 0,
        },
        { kind: "sum", ...between, weights, by: { matrix: shared, scale: -kappa } },
      ],
      bias,
    };
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
  const at = neurons.findIndex((neuron) => neuron >= P);
  if (at !== -1) {
    const circuit = Math.floor(at / S);
    throw new InputError(
      `The assignment of layer ${layer} gives circuit ${circuit} neuron ${neurons[at]}: must be from 0 to ${P - 1}.`,
    );
  }
}
