/** How the large network's weights are made from the circuits, as sums over circuits: [E11], [E13], [E14]. */
export type FactoredConstruction = "capped" | "balanced" | "split";
export const factoredConstructions: readonly FactoredConstruction[] = ["capped", "balanced", "split"];

/** The capped construction with a different embedding matrix 𝒲: [E11b]. */
export type MatrixConstruction = "load-aware" | "ridge" | "trained";
export const matrixConstructions: readonly MatrixConstruction[] = ["load-aware", "ridge", "trained"];

/** How the large network's weights are made: from sums over circuits, or with a fitted embedding matrix. */
export type Construction = FactoredConstruction | MatrixConstruction;
// Built by a call that is marked as pure, so that bundlers can drop this list if nothing uses it.
export const constructions: readonly Construction[] = /*#__PURE__*/ ([] as Construction[]).concat(
  factoredConstructions,
  matrixConstructions,
);

/**
 * Whether a construction has an explicit P×P embedding matrix. If so, its networks can be run from their sparse
 * weights.
 */
export function hasMatrix(construction: Construction): construction is MatrixConstruction {
  return (matrixConstructions as readonly Construction[]).includes(construction);
}

/** The gate after the weights: ReLU [E15], or an oracle that keeps exactly the neurons of active circuits [E16]. */
export type Gate = "relu" | "oracle";
export const gates: readonly Gate[] = ["relu", "oracle"];

/** Where noise is added: before or after the ReLU. */
export const noisePlaces = ["pre-activation", "activation"] as const;
/** Where noise is added: before or after the ReLU. */
export type NoiseAt = (typeof noisePlaces)[number];

/**
 * Milliseconds per weight to write out the published network (D² weights per layer), and the extra cost of fitting a
 * matrix.
 */
const WRITE_OUT = 3e-5;
const RIDGE = 1e-4;
/** TRAIN is multiplied by z + 1. */
const TRAIN = 9e-5;

/** Rough time to make and write out one layer's matrix, in milliseconds. */
export function constructionCost(
  construction: Construction,
  { D, z }: { readonly D: number; readonly z: number },
): number {
  const matrix = construction === "ridge" ? RIDGE : construction === "trained" ? TRAIN * (1 + z) : 0;
  return (WRITE_OUT + matrix) * D ** 2;
}
