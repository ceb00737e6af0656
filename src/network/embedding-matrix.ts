import { circuitsByNeuron, loads, type Assignment } from "../assignment/assignment.js";
import { choleskyFactor, choleskySolve } from "../base/cholesky.js";
import type { Circuits } from "../circuits/circuits.js";
import type { MatrixConstruction } from "./construction.js";
import { openingDrive, train, type Training } from "./training.js";

/**
 * Embedding matrices 𝒲. They connect one layer's neurons to those of the next layer for `w̄`, the weights that all
 * circuits have in common:
 *
 *   W^l = w̄ ⊗ 𝒲^l + (1/S) Σ_t Δw_t ⊗ |e_t^l⟩⟨e_t^{l−1}|.                                                       [E11b]
 *
 * A neuron should get 1 when one of its circuits is active and 0 when none is: `𝒲 e_t^{l−1} ≈ e_t^l` for all t. All
 * matrices are [P][P], and row n holds the weights with which neuron n of the later layer reads the earlier one.
 */

/** An embedding matrix and, if it has one, the χ that is subtracted for pairs of neurons that no circuit links. */
export interface EmbeddingMatrix {
  /** [P][P] */
  readonly weights: Float64Array;
  /** χ_n averaged over neurons; 0 if the matrix has no χ. */
  readonly chi: number;
}

export interface MatrixOptions {
  readonly chiFactor: number;
  readonly circuits: Circuits;
  readonly training: Training;
}

/**
 * The embedding matrix of a construction that writes it out.
 *
 * @param layer the layer to which the matrix leads, counted from 1
 */
export function embeddingMatrix(
  construction: MatrixConstruction,
  { scatter, gather }: { readonly scatter: Assignment; readonly gather: Assignment },
  layer: number,
  { chiFactor, circuits, training }: MatrixOptions,
): EmbeddingMatrix {
  switch (construction) {
    case "load-aware":
      return loadAwareMatrix(scatter, gather, chiFactor);
    case "ridge":
      return { weights: ridgeMatrix(scatter, gather), chi: 0 };
    case "trained": {
      const { weights } = loadAwareMatrix(scatter, gather);
      train(weights, scatter, gather, layer, openingDrive(circuits, layer), training);
      return { weights, chi: 0 };
    }
  }
}

/**
 * `𝒲_nm = C_nm/S − χ_n·(1 − C_nm)` with a separate χ for each neuron, so that on average no neuron is driven by other
 * circuits, whatever its load. The capped construction's χ [E12] achieves this only on average over neurons: with
 * uneven loads, other circuits still drive neurons with many circuits (and hence many links), and suppress those with
 * few.
 *
 *   S·χ_n = U_n/(N_n − U_n),   U_n = Σ_m C_nm·k_nm,   N_n = Σ_m k_nm
 *
 * where k_nm is the number of circuits that use neuron m in the earlier layer but not neuron n in the later one.
 *
 * @param factor multiplies every χ_n
 */
export function loadAwareMatrix(after: Assignment, before: Assignment, factor = 1): EmbeddingMatrix {
  const { P, S } = after;
  const { starts, circuits } = circuitsByNeuron(after);
  const loadBefore = loads(before);
  const weights = new Float64Array(P * P);
  let sum = 0;
  for (let n = 0; n < P; n++) {
    const ofNeuron = new Uint32Array(P);
    for (let c = starts[n]; c < starts[n + 1]; c++) {
      for (let s = 0; s < S; s++) ofNeuron[before.neurons[circuits[c] * S + s]]++;
    }
    let unwanted = 0;
    let possible = 0;
    for (let m = 0; m < P; m++) {
      const others = loadBefore[m] - ofNeuron[m];
      possible += others;
      if (ofNeuron[m] > 0) unwanted += others;
    }
    // If all neurons are linked, χ has no effect.
    const chi = possible > unwanted ? (factor * unwanted) / (possible - unwanted) / S : 0;
    sum += chi;
    for (let m = 0; m < P; m++) weights[n * P + m] = ofNeuron[m] > 0 ? 1 / S : -chi;
  }
  return { weights, chi: sum / P };
}

/** λ of the ridge regression: as large as the diagonal entry of `E^{l−1}ᵀE^{l−1}` for a neuron with a load of 3. */
const RIDGE = 3;

/**
 * Least squares over circuits, `min Σ_t |M e_t^{l−1} − e_t^l|² + λ|M|²`. If E has the rows e_t, the solution is
 * `M = E^lᵀE^{l−1}(E^{l−1}ᵀE^{l−1} + λ)⁻¹`. M takes into account which neurons of the layer before indicate a circuit
 * well and which are shared by many. The result is then scaled per neuron, so that a neuron's own circuits give 1 on
 * average and other circuits 0. To reach this 0, 1/S of the other circuits' average is subtracted from each of the
 * neuron's P weights, because each active circuit adds up S of them.
 */
export function ridgeMatrix(after: Assignment, before: Assignment, lambda = RIDGE): Float64Array {
  const { P } = after;
  const gram = products(before, before);
  for (let m = 0; m < P; m++) gram[m * P + m] += lambda;
  const factor = choleskyFactor(gram, P);
  // Row n of M solves G·M_n = (E^{l−1}ᵀE^l)_n.
  const M = products(after, before);
  for (let n = 0; n < P; n++) choleskySolve(factor, M.subarray(n * P, (n + 1) * P));
  return scaled(M, after, before);
}

/** `Σ_t |e_t⟩⟨f_t|` of two assignments, [P][P]. */
function products(rows: Assignment, columns: Assignment): Float64Array {
  const { T, P } = rows;
  const sums = new Float64Array(P * columns.P);
  for (let t = 0; t < T; t++) {
    for (const n of rows.neurons.subarray(t * rows.S, (t + 1) * rows.S)) {
      for (const m of columns.neurons.subarray(t * columns.S, (t + 1) * columns.S)) sums[n * columns.P + m]++;
    }
  }
  return sums;
}

/** Scales each row so that the neuron's own circuits give 1 on average and other circuits 0. */
function scaled(M: Float64Array, after: Assignment, before: Assignment): Float64Array {
  const { T, P, S } = after;
  const { starts, circuits } = circuitsByNeuron(after);
  const loadBefore = loads(before);
  const result = new Float64Array(P * P);
  for (let n = 0; n < P; n++) {
    const row = M.subarray(n * P, (n + 1) * P);
    const own = circuits.subarray(starts[n], starts[n + 1]);
    if (own.length === 0) continue;
    let on = 0;
    for (const t of own) for (const m of before.neurons.subarray(t * S, (t + 1) * S)) on += row[m];
    let all = 0;
    for (let m = 0; m < P; m++) all += loadBefore[m] * row[m];
    const off = own.length === T ? 0 : (all - on) / (T - own.length);
    const mean = on / own.length;
    for (let m = 0; m < P; m++) result[n * P + m] = (row[m] - off / S) / (mean - off);
  }
  return result;
}
