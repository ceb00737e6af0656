import type { CapacityRow } from "../../../src/studies/capacity/figure.js";
import type { LayerContentRow } from "../../../src/studies/capacity/storage-comparison-figure.js";

/** CAP: rows near a power law, except for the first, where the assignment is full before the threshold is reached. */
export function capacityRows(): CapacityRow[] {
  return [400, 600, 1000, 1600, 2400].map((D, k): CapacityRow => {
    const assignable = Math.floor((D / 4) ** 2 / 112);
    const T = 480 * (D / 1000) ** 1.75 * (1 - 0.02 * (k % 2));
    const censored = T > assignable;
    return {
      ...{ D, T: censored ? assignable : T, logSd: 0.01 + 0.02 * k, censored, assignable },
      predicted: 700 * (D / 1000) ** 2,
      ...{ samples: 512 - 64 * k, networks: 3 + k },
    };
  });
}

/** S5. */
export function storageComparisonRows(): LayerContentRow[] {
  const row = { design: null, low: 20, high: 900, censored: false } as const;
  return [
    { ...row, what: "stored", D: 400, count: 120 },
    { ...row, what: "kept", D: 400, count: 40 },
    { ...row, what: "computed", design: "published", D: 400, count: 58, low: 57, high: 59 },
    { ...row, what: "computed", design: "published", D: 1000, count: 305, low: 300, high: 310 },
    { ...row, what: "computed", design: "grid", D: 1000, count: 27_556, low: 27_556, high: 27_556, censored: true },
  ];
}
