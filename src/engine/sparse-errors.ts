import type { Circuits } from "../circuits/circuits.js";
import { OVERFLOW, WRONG_SQUARE, type LayerSums } from "./sums.js";

/** Sums errors as they arrive, sample by sample. [E18] [E19] */
export function sparseErrors({ T, L, readouts }: Circuits, blocks: number) {
  const none = () => ({ sum: 0, max: 0, wrong: 0 });
  const empty = () =>
    Array.from({ length: L + 1 }, () => ({
      errors: readouts.map(() => ({ active: none(), inactive: none() })),
      activeNeurons: new Array<number>(blocks).fill(0),
    }));
  let layers = empty();
  let inactiveCount = 0;
  return {
    /**
     * Adds the errors of one active circuit.
     *
     * @param read values of the network's readouts, all rows in order
     * @param truth a^l of the circuit when it runs alone
     */
    addActive(l: number, read: Float64Array, truth: Float64Array): void {
      let at = 0;
      for (let group = 0; group < readouts.length; group++) {
        let square = 0;
        for (const row of readouts[group].matrix) {
          let wanted = 0;
          for (let j = 0; j < row.length; j++) wanted += row[j] * truth[j];
          square += (read[at++] - wanted) ** 2;
        }
        add(layers[l].errors[group].active, square);
      }
    },
    /**
     * Adds the errors of one readout over the inactive circuits of `count` samples. The core has computed `sums`: for
     * each sample the sum, the maximum and the number of wrong readouts, [3][lanes]. Samples are added one by one, so
     * that results do not depend on the number of lanes.
     */
    addInactive(l: number, group: number, sums: Float64Array, count: number): void {
      const all = layers[l].errors[group].inactive;
      const lanes = sums.length / 3;
      for (let lane = 0; lane < count; lane++) {
        all.sum += sums[lane];
        all.max = Math.max(all.max, sums[lanes + lane]);
        all.wrong += sums[2 * lanes + lane];
      }
    },
    /**
     * Counts the inactive circuits of one sample, once for all layers; `addInactive` adds their errors at each layer.
     */
    countInactive(z: number): void {
      inactiveCount += T - z;
    },
    addOn(l: number, block: number, count: number): void {
      layers[l].activeNeurons[block] += count;
    },
    /** Returns the sums so far, which cover `samples` samples with z active circuits each, and resets the sums. */
    take(samples: number, z: number): LayerSums {
      const result = { samples, activeCount: samples * z, inactiveCount, layers };
      layers = empty();
      inactiveCount = 0;
      return result;
    },
  };
}

function add(sums: { sum: number; max: number; wrong: number }, error: number): void {
  const square = error < OVERFLOW ? error : OVERFLOW;
  sums.sum += square;
  if (square > sums.max) sums.max = square;
  if (square > WRONG_SQUARE) sums.wrong++;
}
