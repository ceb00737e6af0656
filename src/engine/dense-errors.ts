import type { DenseModel } from "../network/dense-model.js";
import { emptySums, WRONG_SQUARE, type LayerSums, type SquaredErrors } from "./sums.js";

/** What a batch of samples came to. */
export interface DenseBatch {
  readonly samples: number;
  readonly z: number;
  /** Active circuits, [samples][z]. */
  readonly ids: Uint32Array;
  /** a^l of the active circuits, [L+1][samples·z·d]. */
  readonly truth: readonly Float64Array[];
  /** A^l, [L+1][samples·D]. */
  readonly activations: readonly Float32Array[];
}

/** On-threshold of [E19], in float32 as the activations are. */
const ON = Math.fround(1e-4);

/**
 * Reads every circuit out of dense activations and adds up the errors. [E17]–[E19]
 *
 * Written from the definitions, in float64: a check on the factored engine, which never forms a circuit's activations.
 */
export class DenseErrors {
  readonly #model: DenseModel;
  /** R of all readouts, row after row, and where each readout's rows end. */
  readonly #rows: Float64Array;
  readonly #ends: readonly number[];
  /** Per layer and readout: Σ, max and how many are wrong, of active circuits and then of inactive ones. */
  readonly #errors: Float64Array;
  readonly #counts: Float64Array;
  readonly #isActive: Uint8Array;
  /** Of one sample and layer: â [d][T], one row of R·â [T], and Σ of its squares over a readout's rows [T]. */
  readonly #a: Float64Array;
  readonly #y: Float64Array;
  readonly #squares: Float64Array;

  constructor(model: DenseModel) {
    const { T, d, L } = model.shape;
    const { readouts } = model.circuits;
    let rows = 0;
    this.#model = model;
    this.#rows = Float64Array.from(readouts.flatMap(({ matrix }) => matrix.flat()));
    this.#ends = readouts.map(({ matrix }) => (rows += matrix.length));
    this.#errors = new Float64Array(6 * readouts.length * (L + 1));
    this.#counts = new Float64Array(d * (L + 1));
    this.#isActive = new Uint8Array(T);
    this.#a = new Float64Array(d * T);
    this.#y = new Float64Array(T);
    this.#squares = new Float64Array(T);
  }

  add(batch: DenseBatch): void {
    const { samples, z, ids, activations } = batch;
    for (let b = 0; b < samples; b++) {
      const active = ids.subarray(b * z, (b + 1) * z);
      for (const t of active) this.#isActive[t] = 1;
      activations.forEach((A, l) => {
        const { D } = this.#model.shape;
        const own = A.subarray(b * D, (b + 1) * D);
        this.#countOn(own, l);
        if (l > 0) this.#addSample(own, l, batch, b);
      });
      for (const t of active) this.#isActive[t] = 0;
    }
  }

  /** R·â of the active circuits at layer l ≥ 1, all rows in order, [samples·z][rows]. */
  activeReadouts({ samples, z, ids, activations }: DenseBatch, l: number): number[][] {
    const { D, T, d } = this.#model.shape;
    const R = this.#model.circuits.readouts.flatMap(({ matrix }) => matrix);
    return Array.from({ length: samples }, (_, b) => {
      this.#readOut(activations[l].subarray(b * D, (b + 1) * D), l);
      return Array.from(ids.subarray(b * z, (b + 1) * z), (t) =>
        R.map((row) => row.slice(0, d).reduce((sum, weight, i) => sum + weight * this.#a[i * T + t], 0)),
      );
    }).flat();
  }

  #countOn(A: Float32Array, l: number): void {
    const { D, d } = this.#model.shape;
    const P = D / d;
    for (let i = 0; i < d; i++) {
      let on = 0;
      for (let n = i * P; n < (i + 1) * P; n++) if (A[n] > ON) on++;
      this.#counts[l * d + i] += on;
    }
  }

  /** Component by component and row by row over all circuits: loops that engines run well. */
  #addSample(A: Float32Array, l: number, { z, ids, truth }: DenseBatch, b: number): void {
    const { T, d } = this.#model.shape;
    this.#readOut(A, l);
    // Active circuits' readouts become differences from the truth.
    const a = this.#a;
    for (let occurrence = b * z; occurrence < (b + 1) * z; occurrence++) {
      for (let i = 0; i < d; i++) a[i * T + ids[occurrence]] -= truth[l][occurrence * d + i];
    }
    let row = 0;
    this.#ends.forEach((end, group) => {
      this.#squares.fill(0);
      for (; row < end; row++) this.#addSquares(row);
      this.#addUp(6 * (this.#ends.length * l + group));
    });
  }

  /** â of every circuit. */
  #readOut(A: Float32Array, l: number): void {
    const { D, d, T, S } = this.#model.shape;
    const P = D / d;
    const { neurons } = this.#model.embedding[l - 1];
    const { scale, shift } = this.#model.unembedding[l - 1];
    const a = this.#a;
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

  /** Adds the square of one row of R times â to every circuit's. */
  #addSquares(row: number): void {
    const { T, d } = this.#model.shape;
    const [a, y, squares] = [this.#a, this.#y, this.#squares];
    y.fill(0);
    for (let i = 0; i < d; i++) {
      const weight = this.#rows[row * d + i];
      if (weight === 0) continue;
      const first = i * T;
      for (let t = 0; t < T; t++) y[t] += weight * a[first + t];
    }
    for (let t = 0; t < T; t++) squares[t] += y[t] * y[t];
  }

  /** Sums the circuits' squares, active and inactive apart, and then joins the sums of the samples before. */
  #addUp(at: number): void {
    const { T } = this.#model.shape;
    const [squares, isActive, errors] = [this.#squares, this.#isActive, this.#errors];
    const sums = [0, 0];
    const largest = [0, 0];
    const wrong = [0, 0];
    for (let t = 0; t < T; t++) {
      const square = squares[t];
      const which = 1 - isActive[t];
      sums[which] += square;
      if (square > largest[which]) largest[which] = square;
      if (square > WRONG_SQUARE) wrong[which]++;
    }
    for (const which of [0, 1]) {
      errors[at + 3 * which] += sums[which];
      errors[at + 3 * which + 1] = Math.max(errors[at + 3 * which + 1], largest[which]);
      errors[at + 3 * which + 2] += wrong[which];
    }
  }

  /** The sums of what was added, z active circuits in each of `samples`; begins anew. */
  take(samples: number, z: number): LayerSums {
    const { T, d, L } = this.#model.shape;
    const { readouts } = this.#model.circuits;
    const errors = this.#errors.slice();
    const counts = this.#counts.slice();
    this.#errors.fill(0);
    this.#counts.fill(0);
    return {
      samples,
      activeCount: samples * z,
      inactiveCount: samples * (T - z),
      layers: emptySums(readouts, d, L).layers.map((layer, l) => ({
        errors: layer.errors.map((_, group) => {
          const at = 6 * (l * readouts.length + group);
          const of = ([sum, max, wrong]: Float64Array): SquaredErrors => ({ sum: sum, max: max, wrong: wrong });
          return { active: of(errors.subarray(at)), inactive: of(errors.subarray(at + 3)) };
        }),
        activeNeurons: Array.from(counts.subarray(l * d, (l + 1) * d)),
      })),
    };
  }
}
