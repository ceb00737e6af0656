import { thresholdAndLinear } from "../../../src/studies/linear-floors/figure.js";
import type { StorageLawRow } from "../../../src/studies/storage/law.js";
import type { Drawings } from "../drawings.js";

const law = [128, 512].flatMap((n, k) =>
  ([0.4, "half", 0.6, "half-slack"] as const).map((threshold, rule): StorageLawRow => {
    const s95 = (1 + 3 * k) * (1 + rule);
    const drawn = { right: 0.96, sampledRight: 0.95, low: 0.93, high: 0.97, rightBeyond: 0.9 };
    return { n, m: n * n, threshold, theta: 0.5, s50: s95 + 1, s95, ...drawn, estimate: 2, bestEstimate: 4 };
  }),
);
const linear = [{ n: 128, F: 16_384, repeats: 3, tied: 0.0083, tiedSd: 0.0001, own: 0.0079, ownSd: null }];

export const drawings: Drawings = {
  S7: (options) => thresholdAndLinear({ law, linear }, { ...options, published: [{ n: 128, s95: 1 }] }),
};
