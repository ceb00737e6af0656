import type { Assignment } from "../assignment/assignment.js";
import type { Term } from "./layer.js";
import type { Links } from "./connections.js";

/** Two layers of a network, and what the circuits do between them. */
export interface Between {
  /** Where circuits live in the layer before, and in this one. */
  readonly gather: Assignment;
  readonly scatter: Assignment;
  /** w̄, [d][d]. */
  readonly shared: Float64Array;
  /** Δw_t, [T][d][d]. */
  readonly own: Float64Array;
}

/** The post's network has one part. */
const parts = { from: 0, to: 0 } as const;

/** `C/S − χ(1−C) = (1/S+χ)·C − χ`, and C is the sum over circuits less the excess. [E11] */
export function cappedTerms({ gather, scatter, shared, own }: Between, links: Links, chi: number): Term[] {
  const { S } = scatter;
  const linked = 1 / S + chi;
  return [
    {
      kind: "circuits",
      ...parts,
      gather,
      scatter,
      shared: { matrix: shared, scale: linked },
      own: { matrix: own, scale: 1 / S },
      everywhere: 0,
    },
    {
      kind: "links",
      ...parts,
      starts: links.starts,
      columns: links.columns,
      weights: Float32Array.from(links.excess),
      by: { matrix: shared, scale: -linked },
    },
    { kind: "sum", ...parts, weights: null, by: { matrix: shared, scale: -chi } },
  ];
}

/** `Σ_t w_t ⊗ |u_t⟩⟨e_t|`, `u_t = (1/S + κ)·e_t − κ·1`: the second part reaches every neuron. [E13] */
export function balancedTerms({ gather, scatter, shared, own }: Between, kappa: number): Term[] {
  const unembedding = 1 / scatter.S + kappa;
  return [
    {
      kind: "circuits",
      ...parts,
      gather,
      scatter,
      shared: { matrix: shared, scale: unembedding },
      own: { matrix: own, scale: unembedding },
      everywhere: -kappa / unembedding,
    },
  ];
}

/** Only what circuits share goes by u_t. [E14] */
export function splitTerms({ gather, scatter, shared, own }: Between, kappa: number): Term[] {
  const { S, P } = scatter;
  const weights = new Float64Array(P);
  for (const neuron of gather.neurons) weights[neuron]++;
  return [
    {
      kind: "circuits",
      ...parts,
      gather,
      scatter,
      shared: { matrix: shared, scale: 1 / S + kappa },
      own: { matrix: own, scale: 1 / S },
      everywhere: 0,
    },
    { kind: "sum", ...parts, weights, by: { matrix: shared, scale: -kappa } },
  ];
}

/**
 * `w̄ ⊗ 𝒲 + (1/S) Σ_t Δw_t ⊗ |e_t⟩⟨e_t|` with 𝒲 written out. [E11b]
 *
 * @param weights 𝒲, [P][P]
 */
export function matrixTerms({ gather, scatter, shared, own }: Between, weights: Float64Array): Term[] {
  return [
    {
      kind: "circuits",
      ...parts,
      gather,
      scatter,
      shared: { matrix: shared, scale: 0 },
      own: { matrix: own, scale: 1 / scatter.S },
      everywhere: 0,
    },
    { kind: "dense", ...parts, weights, by: { matrix: shared, scale: 1 } },
  ];
}
