import type { ScalingRow } from "../../../src/studies/scaling/figure.js";
import { readReference } from "../../../src/studies/reference-data.js";
import { statistics, theirName, type ByLayer } from "../fixed-rows.js";

interface Reference {
  readonly rows: readonly {
    readonly D: number;
    readonly T: number;
    readonly z: number;
    readonly theory: ByLayer;
    readonly big: readonly [ByLayer, ByLayer];
    readonly mean_2500: ByLayer;
  }[];
}

/** R8–R11. */
export function scalingRows(): ScalingRow[] {
  return readReference<Reference>("sweep.json").rows.flatMap((entry) =>
    [0, 1, 2, 3, 4].map((layer) => {
      const [a, b] = entry.big;
      const sd = Object.fromEntries(
        Object.keys(entry.mean_2500).map((key) => [
          key,
          a[key]!.map((value, l) => Math.abs(value - b[key]![l]!) / Math.SQRT2),
        ]),
      );
      return {
        D: entry.D,
        T: entry.T,
        row: {
          z: entry.z,
          layer,
          samples: 500,
          networks: 2,
          readouts: statistics(layer, entry.mean_2500, sd, (of) =>
            layer === 0 ? null : entry.theory[`mse_${theirName(of)}`]![layer]!,
          ),
          activeFraction: [],
          activeFractionSd: null,
          expectedActiveFraction: 0,
        },
      };
    }),
  );
}
