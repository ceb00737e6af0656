import type { Assignment } from "../assignment/assignment.js";

/**
 * A subset of a layer's neurons: d blocks of P, with neuron n of block i at `offset + i·P + n`. The published network
 * has one part; designs that keep indicators and vectors on different neurons have several.
 */
export interface Part {
  readonly name: string;
  readonly d: number;
  readonly P: number;
  readonly offset: number;
}

/** Number of neurons in a layer, over all its parts. */
export function widthOf(parts: readonly Part[]): number {
  return parts.reduce((sum, { d, P }) => sum + d * P, 0);
}

/** The groups in which active neurons are counted: a layer's parts, or the blocks if it has only one part. [E19] */
export function countedBlocks(parts: readonly Part[]): { readonly offset: number; readonly neurons: number }[] {
  const [only] = parts;
  if (parts.length > 1 || only === undefined) return parts.map(({ d, P, offset }) => ({ offset, neurons: d * P }));
  return Array.from({ length: only.d }, (_, i) => ({ offset: only.offset + i * only.P, neurons: only.P }));
}

/** Lays out parts one after another: their offsets follow from their sizes. */
export function layOut(sizes: readonly Pick<Part, "name" | "d" | "P">[]): Part[] {
  let offset = 0;
  return sizes.map(({ name, d, P }) => {
    const part = { name, d, P, offset };
    offset += d * P;
    return part;
  });
}

/**
 * `scale·matrix`, the weights between the blocks of two parts; matrix is [d_to][d_from], row-major. Terms with the same
 * matrix share one array, so that they can be recognised as multiples of each other.
 */
export interface ScaledMatrix {
  readonly matrix: Float64Array;
  readonly scale: number;
}

/** `Σ_t e_t^to ⊗ M_t g_t`, where `g_t` is the sum of A over the neurons of circuit t, and `M_t = shared + own_t`. */
export interface CircuitsTerm {
  readonly kind: "circuits";
  /** The neurons that are summed: the circuits' neurons in the layer before. */
  readonly gather: Assignment;
  /** The neurons that are written to: the circuits' neurons in this layer. */
  readonly scatter: Assignment;
  readonly shared: ScaledMatrix;
  /** own_t: `matrix` is [T][d][d]. */
  readonly own: ScaledMatrix;
  /** `everywhere · Σ_t M_t g_t` is added to every neuron as well. */
  readonly everywhere: number;
}

/**
 * Whether the weights of a term belong to circuits. If all T circuits have the same matrix, the weights belong to cells
 * that circuits share.
 */
export function isOwned(term: Term): term is CircuitsTerm & Term {
  return term.kind === "circuits" && term.own.scale !== 0;
}

/** A sparse matrix between neurons (compressed rows) times one d×d matrix M: `A_n += Σ_m weight_nm · M A_m`. */
export interface LinksTerm {
  readonly kind: "links";
  /** [P+1] */
  readonly starts: Uint32Array;
  /** The neuron m of each entry. */
  readonly columns: Uint32Array;
  readonly weights: Float32Array;
  readonly by: ScaledMatrix;
}

/** Adds the same sum to every neuron: `M Σ_m weight_m A_m`; null stands for weights of 1. */
export interface SumTerm {
  readonly kind: "sum";
  readonly weights: Float64Array | null;
  readonly by: ScaledMatrix;
}

/**
 * Neuron n of one part reads neuron n of another part with the same P: `A_n += M A′_n`, where A′ is the part that is
 * read.
 */
export interface CopyTerm {
  readonly kind: "copy";
  readonly by: ScaledMatrix;
}

/** A dense matrix between neurons, combined with a d×d matrix: `A_n += Σ_m weight_nm · M A_m`. */
export interface DenseTerm {
  readonly kind: "dense";
  /** [P_to][P_from] */
  readonly weights: Float64Array | Float32Array;
  readonly by: ScaledMatrix;
}

/** One term of W^l: a linear map from part `from` of layer l−1 to part `to` of layer l. */
export type Term = (CircuitsTerm | LinksTerm | SumTerm | CopyTerm | DenseTerm) & {
  readonly from: number;
  readonly to: number;
};

/**
 * The weights and biases of one layer. They define all of W^l without a stored D×D matrix.
 * `A^l = gate(Σ terms + bias)`; layer 1 has no terms, because its weights are the identity and its input is embedded
 * directly. [E10]
 */
export interface Layer {
  readonly terms: readonly Term[];
  /** Per part: [d], one bias per block [E15], or [d·P], one per neuron. */
  readonly bias: readonly Float64Array[];
}

/** `R·â`, where a circuit's activations â are `scale·Σ_s A[neuron s] − shift·Σ_n A[n]` per block. [E17] */
export interface CircuitReadout {
  readonly part: number;
  readonly assignment: Assignment;
  readonly scale: number;
  readonly shift: number;
}
