import { finiteNumber, InputError, oneOf } from "../base/errors.js";
import { checkShape, type Shape } from "../base/shape.js";

/** The sizes on which overlaps depend. */
export type OverlapShape = Pick<Shape, "D" | "d" | "T" | "S">;

/**
 * Expected overlap of two different circuits, `E[⟨e_t|e_u⟩/S] = (T·S/P − 1)/(T − 1)`, 0 when T·S ≤ P. [E9]
 *
 * It is the mean over pairs if all neurons carry the same load; with uneven loads, the mean is slightly higher.
 *
 * @throws InputError naming the size that is out of bounds; the other functions here do the same
 */
export function expectedOverlap(shape: OverlapShape): number {
  const { D, d, T, S } = checkShape({ ...shape, L: 1 });
  const P = D / d;
  if (T * S <= P) return 0;
  return ((T * S) / P - 1) / (T - 1);
}

/** Probability p that two different circuits share a neuron: S times the expected overlap. [E9] */
export function sharingProbability(shape: OverlapShape): number {
  return expectedOverlap(shape) * shape.S;
}

/**
 * Mean squared overlap `E[(⟨e_t|e_u⟩/S)²]` of circuits that share at most one neuron: {@link expectedOverlap} divided
 * by S. [E9]
 *
 * The theory uses an approximation, q = `meanSquaredOverlap` of shape.ts.
 */
export function expectedSquaredOverlap(shape: OverlapShape): number {
  return expectedOverlap(shape) / shape.S;
}

/**
 * κ of the balanced and split constructions, `p/((S − p)·S)`, where p is the sharing probability; 0 when T·S ≤ P. [E13]
 *
 * @throws InputError when P = S and T > 1: all circuits use the same neurons and cannot be told apart
 */
export function correctionKappa(shape: OverlapShape): number {
  const p = sharingProbability(shape);
  const { D, d, T, S } = shape;
  if (D / d === S && T > 1) {
    throw new InputError(
      `S = ${S}: with P = D/d = ${S}, every circuit uses every neuron and κ is infinite; use S below P or give kappa.`,
    );
  }
  return p / ((S - p) * S);
}

/**
 * Expected fraction of active neurons per block and layer, `z·S·d/D` (at most 1), while errors stay below the gates'
 * thresholds. [E19]
 *
 * @throws InputError naming the size that is out of bounds
 */
export function expectedActiveFraction(shape: Pick<Shape, "D" | "d" | "S">, z: number): number {
  const { D, d, S } = checkShape({ ...shape, T: 1, L: 1 });
  finiteNumber("z", z, 0);
  return Math.min(1, (z * S * d) / D);
}

/**
 * The number of circuits per parameter (the weights of all circuits per weight of the network), `T·d²/D²`: the
 * horizontal axis of figures R8–R11. [E24]
 *
 * @throws InputError naming the size that is out of bounds
 */
export function circuitsPerParameter(shape: Pick<Shape, "D" | "d" | "T">): number {
  const { D, d, T } = checkShape({ ...shape, S: 1, L: 1 });
  return T * (d / D) ** 2;
}

/** `T·ln T·d²/D²`, which must be small for errors to stay small. [E24] */
export function capacityLoad(shape: Pick<Shape, "D" | "d" | "T">): number {
  return circuitsPerParameter(shape) * Math.log(shape.T);
}

/** The weights that the embedding-matrix check uses: (i) Δw = ±1 alone, (ii) w̄ = 1 alone, (iii) both. [E23] */
export type EmbeddingMatrixVariant = "delta" | "mean" | "both";

/**
 * Predicted mean square of the embedding-matrix term: `T·q² + q` for one kind of weights, twice as much if there are
 * both kinds. [E23]
 *
 * @param crowd T, the number of circuits, and q = `meanSquaredOverlap(shape, false)`, which is not clipped at 0
 * @throws InputError naming the argument, its value and its bound
 */
export function embeddingMatrixError(crowd: { T: number; q: number }, variant: EmbeddingMatrixVariant): number {
  const { T, q } = { ...crowd };
  finiteNumber("T", T, 1);
  finiteNumber("q", q, -1, 1);
  oneOf("variant", variant, ["delta", "mean", "both"]);
  const one = T * q * q + q;
  return variant === "both" ? 2 * one : one;
}
