import type { Circuits } from "../circuits/circuits.js";
import { emptySums, WRONG, type LayerSums, type SquaredErrors } from "./sums.js";

/** Sums of one readout at one layer. */
interface ErrorSums {
  sum: number;
  max: number;
  wrong: number;
}

/** Adds up errors as they come, sample after sample. [E18] [E19] */
export class PartedErrors {
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

  /** R·a, all rows in order. */
  readouts(a: ArrayLike<number>): number[] {
    return this.#matrices.flatMap((matrix) =>
      matrix.map((row) => row.reduce((sum, weight, j) => sum + weight * a[j]!, 0)),
    );
  }

  /** One active circuit: what is read out of the network and what it computes alone, all rows in order. */
  addActive(l: number, read: ArrayLike<number>, wanted: ArrayLike<number>): void {
    let row = 0;
    this.#matrices.forEach((matrix, group) => {
      let square = 0;
      for (const end = row + matrix.length; row < end; row++) square += (read[row]! - wanted[row]!) ** 2;
      add(this.#active[l]![group]!, square);
    });
  }

  /**
   * The inactive circuits of one sample, whose readouts should be 0.
   *
   * @param read row t·rows + r, sample `lane`, at (t·rows + r)·lanes + lane; without constants
   * @param isActive [T]
   */
  addInactive(
    l: number,
    read: Float32Array,
    constants: readonly number[],
    lane: number,
    lanes: number,
    isActive: Uint8Array,
  ): void {
    const { T } = this.#circuits;
    const rows = constants.length;
    let row = 0;
    this.#matrices.forEach((matrix, group) => {
      const own: ErrorSums = { sum: 0, max: 0, wrong: 0 };
      for (let t = 0; t < T; t++) {
        if (isActive[t] === 1) continue;
        let square = 0;
        for (let r = row; r < row + matrix.length; r++) {
          const value = read[(t * rows + r) * lanes + lane]! + constants[r]!;
          square += value * value;
        }
        add(own, square);
      }
      row += matrix.length;
      const all = this.#inactive[l]![group]!;
      all.sum += own.sum;
      all.max = Math.max(all.max, own.max);
      all.wrong += own.wrong;
    });
  }

  /** Counts a sample whose inactive circuits are added at every layer. */
  countInactive(z: number): void {
    this.#inactiveCount += this.#circuits.T - z;
  }

  addOn(l: number, block: number, count: number): void {
    this.#on[l]![block]! += count;
  }

  /** What was added, of `samples` samples with z active circuits each; begins anew. */
  take(samples: number, z: number): LayerSums {
    const result: LayerSums = {
      samples,
      activeCount: samples * z,
      inactiveCount: this.#inactiveCount,
      layers: emptySums(this.#circuits.readouts, this.#blocks, this.#circuits.L).layers.map((_, l) => ({
        errors: this.#matrices.map((__, group) => ({
          active: errors(this.#active[l]![group]!),
          inactive: errors(this.#inactive[l]![group]!),
        })),
        activeNeurons: Array.from(this.#on[l]!),
      })),
    };
    this.#clear();
    return result;
  }
}

function add(sums: ErrorSums, square: number): void {
  sums.sum += square;
  if (square > sums.max) sums.max = square;
  if (square > WRONG * WRONG) sums.wrong++;
}

function errors({ sum, max, wrong }: ErrorSums): SquaredErrors {
  return { sum, max, wrong };
}
