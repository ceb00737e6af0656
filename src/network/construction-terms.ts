import { loads, type Assignment } from "../assignment/assignment.js";
import type { Term } from "./layer.js";
import type { Links } from "./connections.js";

/** Two layers of a network, and the circuits' weights between them. */
export interface Between {
  /** Where circuits live in the layer before (gather) and in this one (scatter). */
  readonly gather: Assignment;
  readonly scatter: Assignment;
  /** w̄, [d][d]. */
  readonly shared: Float64Array;
  /** Δw_t, [T][d][d]. */
  readonly own: Float64Array;
}

/** The published network has a single part. */
const parts = { from: 0, to: 0 } as const;

/**
 * The term through which each circuit reads and writes its own neurons, with w̄ and Δw multiplied by the given scales.
 */
const circuitsTerm = (
  { gather, scatter, ...between }: Between,
  [shared, own]: readonly [shared: number, own: number],
  everywhere = 0,
): Term => ({
  ...{ kind: "circuits", ...parts, gather, scatter, everywhere },
  shared: { matrix: between.shared, scale: shared },
  own: { matrix: between.own, scale: own },
});

/** A sum over all neurons, optionally weighted, that is added to every neuron. */
const sumTerm = (matrix: Float64Array, scale: number, weights: Float64Array | null): Term => ({
  ...{ kind: "sum", ...parts, weights, by: { matrix, scale } },
});

/** `C/S − χ(1−C) = (1/S+χ)·C − χ`, where C is the sum over circuits minus the excess. [E11] */
export function cappedTerms(between: Between, { starts, columns, excess }: Links, chi: number): Term[] {
  const { scatter, shared } = between;
  const linked = 1 / scatter.S + chi;
  const by = { matrix: shared, scale: -linked };
  return [
    circuitsTerm(between, [linked, 1 / scatter.S]),
    { kind: "links", ...parts, starts, columns, weights: Float32Array.from(excess), by },
    sumTerm(shared, -chi, null),
  ];
}

/** `Σ_t w_t ⊗ |u_t⟩⟨e_t|`, `u_t = (1/S + κ)·e_t − κ·1`: the second summand of u_t reaches every neuron. [E13] */
export function balancedTerms(between: Between, kappa: number): Term[] {
  const unembedding = 1 / between.scatter.S + kappa;
  return [circuitsTerm(between, [unembedding, unembedding], -kappa / unembedding)];
}

/** Only the weights that circuits share use u_t. [E14] */
export function splitTerms(between: Between, kappa: number): Term[] {
  const { S } = between.scatter;
  return [
    circuitsTerm(between, [1 / S + kappa, 1 / S]),
    sumTerm(between.shared, -kappa, Float64Array.from(loads(between.gather))),
  ];
}

/**
 * `w̄ ⊗ 𝒲 + (1/S) Σ_t Δw_t ⊗ |e_t⟩⟨e_t|` with an explicit 𝒲. [E11b]
 *
 * @param weights 𝒲, [P][P]
 */
export function matrixTerms(between: Between, weights: Float64Array): Term[] {
  return [
    circuitsTerm(between, [0, 1 / between.scatter.S]),
    { kind: "dense", ...parts, weights, by: { matrix: between.shared, scale: 1 } },
  ];
}
