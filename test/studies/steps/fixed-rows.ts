import type { StepRow } from "../../../src/studies/steps/figure.js";
import { readReference } from "../../../src/studies/reference-data.js";
import { statistics, type ByLayer } from "../fixed-rows.js";

interface Reference {
  readonly results: Readonly<Record<string, { readonly mean: ByLayer; readonly std_between_networks: ByLayer }>>;
}

/** T13. */
export function stepRows(): StepRow[] {
  const labels = { capped: "capped", balanced: "balanced", no: "no correction" };
  return Object.entries(readReference<Reference>("step.json").results).flatMap(
    ([key, { mean, std_between_networks: sd }]) => {
      const [, S, z, word] = /^S=(\d+) z=(\d+) (\w+)/.exec(key)!;
      return mean["mse_on_active"]!.map((_, layer) => ({
        construction: labels[word as keyof typeof labels],
        S: Number(S),
        row: {
          z: Number(z),
          layer,
          samples: 600,
          networks: 3,
          readouts: statistics(layer, mean, sd, () => null),
          activeFraction: [],
          activeFractionSd: null,
          expectedActiveFraction: 0,
        },
      }));
    },
  );
}
