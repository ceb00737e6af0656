import type { DenseModel } from "../network/dense-model.js";
import { emptySums, OVERFLOW, WRONG_SQUARE, type LayerSums } from "./sums.js";

/** The results of a batch of samples. */
export interface DenseBatch {
  readonly samples: number;
  readonly z: number;
  /** The active circuits, [samples][z]. */
  readonly ids: Uint32Array;
  /** Activations a^l of the active circuits, [L+1][samples·z·d]. */
  readonly truth: readonly Float64Array[];
  /** Activations A^l of the network, [L+1][samples·D]. */
  readonly activations: readonly Float32Array[];
}

/** The threshold of [E19] above which a neuron counts as on, in float32 like the activations. */
const ON = Math.fround(1e-4);

/**
 * Reads every circuit out of dense activations and sums the errors. [E17]–[E19]
 *
 * Written directly from the definitions, in float64, to check the factored engine, which never computes the
 * activations of single circuits.
 */
export function denseErrors(model: DenseModel) {
  const { T, D, d, L, S } = model.shape;
  const P = D / d;
  const { readouts } = model.circuits;
  /** The rows R of all readouts, one after another, and the end of each readout's rows. */
  const rows = readouts.flatMap(({ matrix }) => matrix);
  const weights = Float64Array.from(rows.flat());
  let end = 0;
  const ends = readouts.map(({ matrix }) => (end += matrix.length));
  /**
   * Per layer and readout: for active circuits, the sum, the maximum and the number of errors above 0.25; for inactive
   * ones, the sum and the maximum.
   */
  const errors = new Float64Array(5 * readouts.length * (L + 1));
  const counts = new Float64Array(d * (L + 1));
  const isActive = new Uint8Array(T);
  /** For one sample and layer: â [d][T], one row of R·â [T], and the sum of squares over a readout's rows [T]. */
  const a = new Float64Array(d * T);
  const y = new Float64Array(T);
  const squares = new Float64Array(T);

  function add(batch: DenseBatch): void {
    const { samples, z, ids, activations } = batch;
    for (let b = 0; b < samples; b++) {
      const active = ids.subarray(b * z, (b + 1) * z);
      for (const t of active) isActive[t] = 1;
      activations.forEach((A, l) => {
        const own = A.subarray(b * D, (b + 1) * D);
        countOn(own, l);
        if (l > 0) addSample(own, l, batch, b);
      });
      for (const t of active) isActive[t] = 0;
    }
  }

  /** Readouts R·â of the active circuits at layer l ≥ 1, all rows in order, [samples·z][rows]. */
  function activeReadouts({ samples, z, ids, activations }: DenseBatch, l: number): number[][] {
    return Array.from({ length: samples }, (_, b) => {
      readOut(activations[l].subarray(b * D, (b + 1) * D), l);
      return Array.from(ids.subarray(b * z, (b + 1) * z), (t) =>
        rows.map((row) => row.slice(0, d).reduce((sum, weight, i) => sum + weight * a[i * T + t], 0)),
      );
    }).flat();
  }

  function countOn(A: Float32Array, l: number): void {
    for (let i = 0; i < d; i++) {
      let on = 0;
      for (let n = i * P; n < (i + 1) * P; n++) if (A[n] > ON) on++;
      counts[l * d + i] += on;
    }
  }

  /**
   * Adds the errors of one sample. The inner loops run over all circuits; JavaScript engines optimise such loops well.
   */
  function addSample(A: Float32Array, l: number, { z, ids, truth }: DenseBatch, b: number): void {
    readOut(A, l);
    // For active circuits, replaces readouts with their differences from the truth.
    for (let occurrence = b * z; occurrence < (b + 1) * z; occurrence++) {
      for (let i = 0; i < d; i++) a[i * T + ids[occurrence]] -= truth[l][occurrence * d + i];
    }
    let row = 0;
    ends.forEach((end, group) => {
      squares.fill(0);
      for (; row < end; row++) addSquares(row);
      addUp(5 * (ends.length * l + group));
    });
  }

  /** Computes â of every circuit. */
  function readOut(A: Float32Array, l: number): void {
    const { neurons } = model.embedding[l - 1];
    const { scale, shift } = model.unembedding[l - 1];
    for (let i = 0; i < d; i++) {
      const block = A.subarray(i * P, (i + 1) * P);
      const everywhere = shift === 0 ? 0 : shift * block.reduce((sum, value) => sum + value, 0);
      for (let t = 0, s = 0; t < T; t++) {
        let sum = 0;
        for (const end = s + S; s < end; s++) sum += block[neurons[s]];
        a[i * T + t] = scale * sum - everywhere;
      }
    }
  }

  /** Adds the square of one row of R·â to every circuit's sum. */
  function addSquares(row: number): void {
    y.fill(0);
    for (let i = 0; i < d; i++) {
      const weight = weights[row * d + i];
      if (weight === 0) continue;
      const first = i * T;
      for (let t = 0; t < T; t++) y[t] += weight * a[first + t];
    }
    for (let t = 0; t < T; t++) squares[t] += y[t] * y[t];
  }

  /** Sums the squares of active and of inactive circuits, and adds them to the sums of earlier samples. */
  function addUp(at: number): void {
    const sums = [0, 0];
    const largest = [0, 0];
    let wrong = 0;
    for (let t = 0; t < T; t++) {
      // The comparison is false for NaN, which occurs in networks whose values overflowed.
      const square = squares[t] < OVERFLOW ? squares[t] : OVERFLOW;
      const which = 1 - isActive[t];
      sums[which] += square;
      if (square > largest[which]) largest[which] = square;
      if (which === 0 && square > WRONG_SQUARE) wrong++;
    }
    errors[at + 2] += wrong;
    for (const which of [0, 1]) {
      errors[at + 3 * which] += sums[which];
      errors[at + 3 * which + 1] = Math.max(errors[at + 3 * which + 1], largest[which]);
    }
  }

  /** Returns the sums so far, which cover `samples` samples with z active circuits each, and resets them. */
  function take(samples: number, z: number): LayerSums {
    const result: LayerSums = {
      samples,
      activeCount: samples * z,
      inactiveCount: samples * (T - z),
      layers: emptySums(readouts, d, L).layers.map((layer, l) => ({
        errors: layer.errors.map((_, group) => {
          const at = 5 * (l * readouts.length + group);
          const [sum, max, wrong, inactiveSum, inactiveMax] = errors.subarray(at);
          // The same fields as in the factored engine, so that both give rows with the same entries.
          return { active: { sum, max, wrong }, inactive: { sum: inactiveSum, max: inactiveMax, wrong: null } };
        }),
        activeNeurons: Array.from(counts.subarray(l * d, (l + 1) * d)),
      })),
    };
    errors.fill(0);
    counts.fill(0);
    return result;
  }
  return { add, activeReadouts, take };
}
