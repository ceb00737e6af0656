import { EigenvalueDecomposition, Matrix } from "ml-matrix";
import type { DenseModel } from "../network/dense-model.js";
import { InputError } from "../base/errors.js";
import type { Components } from "./result-file.js";

/** The reference against which the components of a layer are compared. */
export interface ComponentTruth {
  readonly T: number;
  readonly D: number;
  /** ‖W_t‖². */
  readonly energies: Float64Array;
  /** The expected share of a noise component's energy that lies in a circuit's subspaces. */
  readonly chanceShare: number;
  /** For component c, ‖Q_t M_c R_t‖² and ⟨W_t, M_c⟩ for every circuit t, [T] each. */
  readonly compare: (given: Components) => (c: number, squares: Float64Array, inner: Float64Array) => void;
}

/**
 * The parts of W^l that circuits own: `W_t = m_t ⊗ |y_t⟩⟨e_t|`. Circuit t is read from the neurons `e_t` in layer l−1
 * and writes `y_t = scale·e_t − shift·1` in layer l.
 *
 * In the balanced construction, W^l is the sum of the W_t, with m_t = w_t and y_t = u_t [E13]. W^l is also this sum in
 * the split construction, where m_t = w_t, y_t = e_t/S, and W_t also contains `w̄ ⊗ |u_t − e_t/S⟩⟨e_t|` [E14]. In the
 * other constructions m_t = Δw_t and y_t = e_t/S, and w̄ belongs to a matrix that all circuits share [E11].
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
  /** The rest of W_t: `matrix ⊗ |kappa·(e_t − 1)⟩⟨e_t|`; null if there is none. */
  readonly besides: Besides | null;
  /** Neurons of each circuit in layer l and in layer l−1, [T][S]. */
  readonly writes: Uint32Array;
  readonly reads: Uint32Array;
  /** ‖y_t‖² and ‖W_t‖². */
  readonly writeNorm: number;
  readonly energies: Float64Array;
  /** Whether W^l is the sum of the W_t. */
  readonly isSum: boolean;
}

interface Besides {
  readonly matrix: Float64Array;
  readonly kappa: number;
  /**
   * Matrices that make the columns of W_t orthonormal in their span, [T][d][d]; they have rows of 0 if the span has
   * fewer than d dimensions.
   */
  readonly whiten: Float64Array;
  /** The dimension of the span of the columns of W_t, averaged over circuits. */
  readonly rank: number;
}

/** @throws InputError when the layer does not exist or has no weights (layer 1) */
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
  const isBalanced = construction === "balanced";
  const isSplit = construction === "split";
  const delta = circuits.delta[layer - 1];
  const mean = circuits.mean[layer - 1];
  const isSum = isBalanced || isSplit;
  const matrices = isSum ? delta.map((own, at) => own + mean[at % (d * d)]) : Float64Array.from(delta);
  const { scale, shift } = isBalanced ? unembedding[layer - 1] : { scale: 1 / S, shift: 0 };
  const writeNorm = S * (scale - shift) ** 2 + (P - S) * shift ** 2;
  const energies = new Float64Array(T);
  const kappa = isSplit ? unembedding[layer - 1].shift : 0;
  let besides: Besides | null = null;
  if (kappa === 0) {
    matrices.forEach((value, at) => (energies[Math.floor(at / (d * d))] += value * value * writeNorm * S));
  } else {
    const whiten = new Float64Array(T * d * d);
    for (let t = 0; t < T; t++) {
      const gram = columnProducts(matrices.subarray(t * d * d, (t + 1) * d * d), mean, { d, S, P, kappa });
      energies[t] = S * gram.trace();
      whiten.set(whitening(gram), t * d * d);
    }
    const norms = Float64Array.from({ length: T * d }, (_, row) =>
      Math.hypot(...whiten.subarray(row * d, (row + 1) * d)),
    );
    besides = { matrix: mean, kappa, whiten, rank: norms.filter((norm) => norm > 0).length / T };
  }
  return {
    ...{ layer, T, d, S, P, matrices, scale, shift, besides, writeNorm, energies, isSum },
    writes: embedding[layer - 1].neurons,
    reads: embedding[layer - 2].neurons,
  };
}

/** Products of the columns `m b_j ⊗ e/S + w̄ b_j ⊗ κ(e − 1)`, [d][d]. */
function columnProducts(
  own: Float64Array,
  mean: Float64Array,
  { d, S, P, kappa }: { readonly d: number; readonly S: number; readonly P: number; readonly kappa: number },
): Matrix {
  const m = Matrix.from1DArray(d, d, own as unknown as number[]);
  const w = Matrix.from1DArray(d, d, mean as unknown as number[]);
  // e·(e − 1) = 0, and |e − 1|² = P − S.
  return m
    .transpose()
    .mmul(m)
    .mul(1 / S)
    .add(
      w
        .transpose()
        .mmul(w)
        .mul(kappa * kappa * (P - S)),
    );
}

/**
 * The rows u_k/√λ_k, where u_k and λ_k are the eigenvectors and eigenvalues of a Gram matrix; multiplying by these rows
 * orthonormalises the columns. A row is 0 if its λ_k is only rounding error.
 */
function whitening(gram: Matrix): Float64Array {
  const d = gram.rows;
  const { realEigenvalues: values, eigenvectorMatrix: vectors } = new EigenvalueDecomposition(gram, {
    assumeSymmetric: true,
  });
  const least = 1e-12 * Math.max(...values);
  return Float64Array.from({ length: d * d }, (_, at) => {
    const k = Math.floor(at / d);
    return values[k] > least ? vectors.get(at % d, k) / Math.sqrt(values[k]) : 0;
  });
}
