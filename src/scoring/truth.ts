import type { DenseModel } from "../network/dense-model.js";
import { InputError } from "../base/errors.js";

/**
 * What circuits own of W^l: `W_t = m_t ⊗ |y_t⟩⟨e_t|`, with `e_t` the neurons that circuit t is read from in layer l−1 and
 * `y_t = scale·e_t − shift·1` what it writes in layer l.
 *
 * The balanced construction is their sum, with m_t = w_t and y_t = u_t [E13]. In the others m_t = Δw_t and y_t = e_t/S, and w̄ goes
 * by a matrix that all circuits share [E11].
 */
export interface TrueParts {
  /** l, 2…L. */
  readonly layer: number;
  readonly T: number;
  readonly d: number;
  readonly S: number;
  readonly P: number;
  /** m_t, [T][d][d]. */
  readonly matrices: Float64Array;
  readonly scale: number;
  readonly shift: number;
  /** Neurons of each circuit in layer l and in layer l−1, [T][S]. */
  readonly writes: Uint32Array;
  readonly reads: Uint32Array;
  /** ‖y_t‖² and ‖W_t‖². */
  readonly writeNorm: number;
  readonly energies: Float64Array;
  /** Whether W^l is the sum of the W_t. */
  readonly isSum: boolean;
}

/** @throws InputError when the layer has no weights of its own, or does not exist */
export function trueParts(
  { shape, circuits, embedding, unembedding }: DenseModel,
  construction: string,
  layer: number,
): TrueParts {
  const { T, d, S, D, L } = shape;
  if (layer < 2 || layer > L) {
    throw new InputError(`layer ${layer}: must be from 2 to ${L}; layer 1 has no weights but the identity.`);
  }
  const P = D / d;
  const isSum = construction === "balanced";
  const delta = circuits.delta[layer - 1];
  const mean = circuits.mean[layer - 1];
  const matrices = isSum ? delta.map((own, at) => own + mean[at % (d * d)]) : Float64Array.from(delta);
  const { scale, shift } = isSum ? unembedding[layer - 1] : { scale: 1 / S, shift: 0 };
  const writeNorm = S * (scale - shift) ** 2 + (P - S) * shift ** 2;
  const energies = new Float64Array(T);
  matrices.forEach((value, at) => (energies[Math.floor(at / (d * d))] += value * value * writeNorm * S));
  return {
    ...{ layer, T, d, S, P, matrices, scale, shift, writeNorm, energies, isSum },
    writes: embedding[layer - 1].neurons,
    reads: embedding[layer - 2].neurons,
  };
}
