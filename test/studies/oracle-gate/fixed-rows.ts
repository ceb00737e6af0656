import type { ErrorRow } from "../../../src/results/rows.js";
import type { EarlierEstimate } from "../../../src/studies/oracle-gate/figure.js";
import { predicted } from "../fixed-rows.js";

/** T11: the theory times a factor that varies slightly. */
export function oracleRows(): { rows: ErrorRow[]; earlier: EarlierEstimate[] } {
  const q = 4 / 2000 - 1 / (5 * 2000);
  const at = [1, 2, 3, 4, 5].flatMap((z) => [0, 1, 2, 3].map((layer) => ({ z, layer })));
  return {
    rows: at.map(({ z, layer }) => {
      const theory = predicted({ readout: "x", activity: "active" }, layer, z, 2000, q);
      const meanSquare = (theory ?? 0) * (1.05 + 0.04 * layer);
      const active = { meanSquare, sd: 0.05 * meanSquare, worst: 0, wrong: null, theory };
      return {
        z,
        layer,
        samples: 800,
        networks: 3,
        readouts: { x: { active, inactive: { ...active, meanSquare: 0, sd: 0, theory: null } } },
        activeFraction: [],
        activeFractionSd: null,
        expectedActiveFraction: 0,
      };
    }),
    earlier: at.map(({ z, layer }) => ({
      z,
      layer,
      value: (layer * (z - 1)) / 500 + (Math.max(0, layer - 1) * 6 * z * 2000) / 500 ** 2,
    })),
  };
}
