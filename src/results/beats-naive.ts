import { InputError } from "../base/errors.js";
import type { NaiveErrors } from "../theory/naive.js";
import type { ErrorRow } from "./rows.js";

/** The number of layers for which a readout stays closer to the truth than the naive network does. */
export interface BeatsNaive {
  readonly z: number;
  readonly readout: string;
  /** The last layer up to which the mean square over active circuits is below the naive network's in every layer; 0 for none. */
  readonly throughLayer: number;
  /** The same, compared with the naive network that answers with the best constants. */
  readonly throughLayerConstant: number;
}

/**
 * The last layer up to which each readout beats the naive network, for each z. Nothing beats an exact naive network.
 *
 * @param rows measured rows of all layers
 * @param naive naive errors by readout
 * @throws InputError when a readout of the rows has no naive errors
 */
export function beatsNaive(rows: readonly ErrorRow[], naive: Readonly<Record<string, NaiveErrors>>): BeatsNaive[] {
  const zs = [...new Set(rows.map(({ z }) => z))];
  return zs.flatMap((z) =>
    Object.keys(rows[0].readouts).map((readout) => {
      if (!Object.hasOwn(naive, readout)) throw new InputError(`readout "${readout}": its naive errors are missing.`);
      const own = rows.filter((row) => row.z === z && row.layer > 0).sort((a, b) => a.layer - b.layer);
      const through = (bound: readonly number[]): number => {
        const first = own.findIndex(({ layer, readouts }) => !(readouts[readout].active.meanSquare < bound[layer - 1]));
        return first === -1 ? own.length : first;
      };
      const { naive: zero, bestConstant } = naive[readout];
      return { z, readout, throughLayer: through(zero), throughLayerConstant: through(bestConstant) };
    }),
  );
}

/** The value of a curve of naive errors at a layer: 0 at the input, null beyond the last layer. */
export function naiveAt(errors: readonly number[] | undefined, layer: number): number | null {
  return layer === 0 ? 0 : (errors?.[layer - 1] ?? null);
}
