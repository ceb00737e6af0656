import { finiteNumber, InputError, wholeNumber } from "./errors.js";

/** The sizes of a large network and of the circuits in it (specification, section 1). */
export interface Shape {
  /** Neurons per layer of the large network, a multiple of d. */
  readonly D: number;
  /** Neurons per layer of one small circuit. */
  readonly d: number;
  /** Number of small circuits. */
  readonly T: number;
  /** Redundancy: the number of large-network neurons that carry each circuit neuron. */
  readonly S: number;
  /** Depth: layers are numbered l = 0…L, and layer 0 is the input. */
  readonly L: number;
}

/**
 * Block size P = D/d. The large network's neurons form d contiguous blocks of P; neuron n of block i has index i·P + n.
 *
 * @throws InputError naming the field, its value and its bound
 */
export function blockSize(shape: Pick<Shape, "D" | "d">): number {
  const { D, d } = { ...shape };
  wholeNumber("d", d, 1, 64);
  wholeNumber("D", D, 1, 16_777_216);
  if (D % d !== 0) {
    const below = D - (D % d);
    throw new InputError(
      `D = ${D}: must be a multiple of d = ${d}, such as ${below > 0 ? `${below} or ` : ""}${below + d}.`,
      "range",
    );
  }
  return D / d;
}

/**
 * Returns the shape if it is valid.
 *
 * @throws InputError naming the field, its value and its bound
 */
export function checkShape(shape: Shape): Shape {
  const P = blockSize(shape);
  const { D, d, T, S, L } = shape;
  checkCounts(T, L);
  wholeNumber("S", S, 1);
  if (S > P) {
    throw new InputError(`S = ${S}: must be at most P = D/d = ${P}, the number of neurons in a block.`, "range");
  }
  return { D, d, T, S, L };
}

/** @throws InputError unless T and L are valid */
export function checkCounts(T: number, L: number): void {
  wholeNumber("T", T, 1, 16_777_216);
  wholeNumber("L", L, 1, 10_000);
}

/**
 * Mean squared overlap of two circuits' embeddings, `q = d/D − 1/(S·T)` when T·S > P, otherwise 0.
 *
 * @param clip if false, the formula's value is returned even when T·S ≤ P, as [E23] needs
 * @throws InputError naming the size that is below 1
 */
export function meanSquaredOverlap(shape: Pick<Shape, "D" | "d" | "T" | "S">, clip = true): number {
  const { D, d, T, S } = { ...shape };
  for (const [name, value] of Object.entries({ D, d, T, S })) finiteNumber(name, value, 1);
  if (clip && T * S <= D / d) return 0;
  return d / D - 1 / (S * T);
}
