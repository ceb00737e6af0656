import { InputError } from "../base/errors.js";
import { lastOf } from "../base/last.js";
import type { NaiveErrors } from "../theory/naive.js";
import type { ErrorRow } from "./rows.js";

/** The layers in which a readout is closer to the truth than the naive network, for one z. */
export interface BeatsNaive {
  readonly z: number;
  readonly readout: string;
  /** The last layer up to which the mean square over active circuits is below the naive network's in every layer; 0 for none. */
  readonly throughLayer: number;
  /** Like `throughLayer`, but for the naive network that outputs the best constants. */
  readonly throughLayerConstant: number;
  /** The layers l ≥ 1, ascending, in which the mean square over active circuits is below the naive network's. */
  readonly layers: readonly number[];
  /** Like `layers`, but for the naive network that outputs the best constants. */
  readonly layersConstant: readonly number[];
}

/**
 * The layers in which each readout beats the naive network, for each z. Nothing beats an exact naive network. [L4]
 *
 * @param rows measured rows of all layers
 * @param naive errors of the naive network, by readout
 * @throws InputError when `naive` lacks the errors of a readout in the rows
 */
export function beatsNaive(rows: readonly ErrorRow[], naive: Readonly<Record<string, NaiveErrors>>): BeatsNaive[] {
  const zs = [...new Set(rows.map(({ z }) => z))];
  return zs.flatMap((z) =>
    Object.keys(rows[0].readouts).map((readout) => {
      if (!Object.hasOwn(naive, readout)) throw new InputError(`readout "${readout}": its naive errors are missing.`);
      const own = rows.filter((row) => row.z === z && row.layer > 0).sort((a, b) => a.layer - b.layer);
      const below = (bound: readonly number[]): number[] =>
        own
          .filter(({ layer, readouts }) => readouts[readout].active.meanSquare < bound[layer - 1])
          .map(({ layer }) => layer);
      const [layers, layersConstant] = [below(naive[readout].naive), below(naive[readout].bestConstant)];
      return {
        z,
        readout,
        throughLayer: unbroken(layers),
        throughLayerConstant: unbroken(layersConstant),
        layers,
        layersConstant,
      };
    }),
  );
}

/** The largest n such that the list, which is ascending, has all layers from 1 to n. */
function unbroken(layers: readonly number[]): number {
  const gap = layers.findIndex((layer, k) => layer !== k + 1);
  return gap === -1 ? layers.length : gap;
}

/**
 * Layers in words: "in no layer", "up to layer 3" for 1…3, otherwise "at layer 2" or "at layers 2 to 4 and 6".
 *
 * @param layers layer numbers l ≥ 1, ascending
 */
export function describeLayers(layers: readonly number[]): string {
  if (layers.length === 0) return "in no layer";
  if (unbroken(layers) === layers.length) return `up to layer ${layers.length}`;
  const runs: number[][] = [];
  for (const layer of layers) {
    const run = runs.at(-1);
    if (run?.at(-1) === layer - 1) run.push(layer);
    else runs.push([layer]);
  }
  const parts = runs.flatMap((run) => (run.length < 3 ? run.map(String) : [`${run[0]} to ${lastOf(run)}`]));
  const words = [parts.slice(0, -1).join(", "), lastOf(parts)].filter((part) => part !== "").join(" and ");
  return `at layer${layers.length === 1 ? "" : "s"} ${words}`;
}

/** The value of a curve of naive errors at a layer: 0 at the input, null beyond the last layer. */
export function naiveAt(errors: readonly number[] | undefined, layer: number): number | null {
  return layer === 0 ? 0 : (errors?.[layer - 1] ?? null);
}
