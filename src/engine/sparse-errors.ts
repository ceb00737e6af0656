import type { Circuits } from "../circuits/circuits.js";
import { OVERFLOW, WRONG_SQUARE, type LayerSums } from "./sums.js";

/** Sums of one readout at one layer. */
interface ErrorSums {
  sum: number;
  max: number;
  wrong: number;
}

/** Adds up errors as they come, sample after sample. [E18] [E19] */
export class SparseErrors {
  readonly #circuits: Circuits;
  readonly #blocks: number;
  /** R of every readout. */
  readonly #matrices: readonly (readonly (readonly number[])[])[];
  /** [L+1][readouts], active and inactive. */
  #active: ErrorSums[][] = [];
  #inactive: ErrorSums[][] = [];
  #on: Float64Array[] = [];
  #inactiveCount = 0;

  constructor(circuits: Circuits, blocks: number) {
    this.#circuits = circuits;
    this.#blocks = blocks;
    this.#matrices = circuits.readouts.map(({ matrix }) => matrix);
    this.#clear();
  }

  #clear(): void {
    const layers = Array.from({ length: this.#circuits.L + 1 }, (_, l) => l);
    const none = (): ErrorSums[] => this.#matrices.map(() => ({ sum: 0, max: 0, wrong: 0 }));
    this.#active = layers.map(none);
    this.#inactive = layers.map(none);
    this.#on = layers.map(() => new Float64Array(this.#blocks));
    this.#inactiveCount = 0;
  }

  /**
   * One active circuit.
   *
   * @param read out of the network, all rows in order
   * @param truth what the circuit computes alone, a^l
   */
  addActive(l: number, read: Float64Array, truth: Float64Array): void {
    let at = 0;
    for (let group = 0; group < this.#matrices.length; group++) {
      let square = 0;
      for (const row of this.#matrices[group]) {
        let wanted = 0;
        for (let j = 0; j < row.length; j++) wanted += row[j] * truth[j];
        square += (read[at++] - wanted) ** 2;
      }
      add(this.#active[l][group], square);
    }
  }

  /**
   * One readout of the inactive circuits of `count` samples, whose sums the core has made: `sums`, largest and how many are
   * wrong, [3][lanes]. Sample by sample, so that results do not depend on how many are side by side.
   */
  addInactive(l: number, group: number, sums: Float64Array, count: number): void {
    const all = this.#inactive[l][group];
    const lanes = sums.length / 3;
    for (let lane = 0; lane < count; lane++) {
      all.sum += sums[lane];
      all.max = Math.max(all.max, sums[lanes + lane]);
      all.wrong += sums[2 * lanes + lane];
    }
  }

  /** Counts a sample whose inactive circuits are added at every layer. */
  countInactive(z: number): void {
    this.#inactiveCount += this.#circuits.T - z;
  }

  addOn(l: number, block: number, count: number): void {
    this.#on[l][block] += count;
  }

  /** What was added, of `samples` samples with z active circuits each; begins anew. */
  take(samples: number, z: number): LayerSums {
    const result: LayerSums = {
      samples,
      activeCount: samples * z,
      inactiveCount: this.#inactiveCount,
      layers: this.#active.map((own, l) => ({
        errors: own.map((active, group) => ({ active, inactive: this.#inactive[l][group] })),
        activeNeurons: Array.from(this.#on[l]),
      })),
    };
    this.#clear();
    return result;
  }
}

function add(sums: ErrorSums, error: number): void {
  const square = error < OVERFLOW ? error : OVERFLOW;
  sums.sum += square;
  if (square > sums.max) sums.max = square;
  if (square > WRONG_SQUARE) sums.wrong++;
}
