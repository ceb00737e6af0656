import type { DenseModel } from "./dense-model.js";
import { emptySums, type LayerSums } from "./sums.js";

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
 * Written from the definitions, in float64 and one circuit after the other: a check on the factored engine, which never
 * forms a circuit's activations.
 */
export class DenseErrors {
  readonly #model: DenseModel;
  /** R of all readouts, row after row, and where each readout's rows end. */
  readonly #rows: Float64Array;
  readonly #ends: readonly number[];
  /** Per layer and readout: [Σ active, max active, Σ inactive, max inactive]. */
  readonly #errors: Float64Array;
  readonly #counts: Float64Array;
  readonly #isActive: Uint8Array;

  constructor(model: DenseModel) {
    const { T, d, L } = model.shape;
    const { readouts } = model.circuits;
    let rows = 0;
    this.#model = model;
    this.#rows = Float64Array.from(readouts.flatMap(({ matrix }) => matrix.flat()));
    this.#ends = readouts.map(({ matrix }) => (rows += matrix.length));
    this.#errors = new Float64Array(4 * readouts.length * (L + 1));
    this.#counts = new Float64Array(d * (L + 1));
    this.#isActive = new Uint8Array(T);
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

  #countOn(A: Float32Array, l: number): void {
    const { D, d } = this.#model.shape;
    const P = D / d;
    for (let i = 0; i < d; i++) {
      let on = 0;
      for (let n = i * P; n < (i + 1) * P; n++) if (A[n]! > ON) on++;
      this.#counts[l * d + i]! += on;
    }
  }

  #addSample(A: Float32Array, l: number, { z, ids, truth }: DenseBatch, b: number): void {
    const { D, d, T, S } = this.#model.shape;
    const P = D / d;
    const { neurons } = this.#model.embedding[l - 1]!;
    const { scale, shift } = this.#model.unembedding[l - 1]!;
    const ends = this.#ends;
    const rows = this.#rows;
    const everywhere = new Float64Array(d);
    if (shift !== 0) {
      for (let i = 0; i < d; i++) {
        let sum = 0;
        for (let n = i * P; n < (i + 1) * P; n++) sum += A[n]!;
        everywhere[i] = shift * sum;
      }
    }
    const difference = new Float64Array(d);
    // Summed per sample first, then into the chunk, as the factored engine does.
    const sums = new Float64Array(4 * ends.length);
    for (let t = 0; t < T; t++) {
      for (let i = 0; i < d; i++) {
        let sum = 0;
        for (let s = t * S; s < (t + 1) * S; s++) sum += A[i * P + neurons[s]!]!;
        difference[i] = scale * sum - everywhere[i]!;
      }
      let at = 2;
      if (this.#isActive[t] === 1) {
        const pair = ids.indexOf(t, b * z);
        for (let i = 0; i < d; i++) difference[i]! -= truth[l]![pair * d + i]!;
        at = 0;
      }
      let row = 0;
      for (const end of ends) {
        let square = 0;
        for (; row < end; row++) {
          let y = 0;
          for (let i = 0; i < d; i++) y += rows[row * d + i]! * difference[i]!;
          square += y * y;
        }
        sums[at]! += square;
        if (square > sums[at + 1]!) sums[at + 1] = square;
        at += 4;
      }
    }
    const first = 4 * ends.length * l;
    for (let at = 0; at < sums.length; at += 2) {
      this.#errors[first + at]! += sums[at]!;
      this.#errors[first + at + 1] = Math.max(this.#errors[first + at + 1]!, sums[at + 1]!);
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
          const [activeSum, activeMax, sum, max] = errors.subarray(4 * (l * readouts.length + group));
          return { active: { sum: activeSum!, max: activeMax! }, inactive: { sum: sum!, max: max! } };
        }),
        activeNeurons: Array.from(counts.subarray(l * d, (l + 1) * d)),
      })),
    };
  }
}
