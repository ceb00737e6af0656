import type { ErrorRow } from "../../../src/results/rows.js";
import { readReference } from "../../../src/studies/reference-data.js";
import { predicted, statistics, type ByLayer } from "../fixed-rows.js";

type WithBlocks = ByLayer & { readonly frac_active_neurons: unknown };

interface Reference {
  readonly z: Readonly<Record<string, { readonly mean: WithBlocks; readonly std_between_networks: WithBlocks }>>;
}

/** R5–R7. */
export function layerErrorRows(): ErrorRow[] {
  const { z: byZ } = readReference<Reference>("layer-errors.json");
  const q = 4 / 1000 - 1 / (6 * 557);
  return Object.entries(byZ).flatMap(([zText, { mean, std_between_networks: sd }]) => {
    const z = Number(zText);
    const fraction = ({ frac_active_neurons: blocks }: WithBlocks, layer: number): number[] =>
      (blocks as readonly (readonly number[])[]).map((block) => block[layer]!);
    return mean["mse_x_active"]!.map((_, layer) => ({
      z,
      layer,
      samples: z === 1 ? 557 : 55700,
      networks: 8,
      readouts: statistics(layer, mean, sd, (of) => predicted(of, layer, z, 557, q)),
      activeFraction: fraction(mean, layer),
      activeFractionSd: fraction(sd, layer),
      expectedActiveFraction: (z * 6 * 4) / 1000,
    }));
  });
}
