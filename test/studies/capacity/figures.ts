import { capacity } from "../../../src/studies/capacity/figure.js";
import { storageComparison } from "../../../src/studies/capacity/storage-comparison-figure.js";
import type { Drawings } from "../drawings.js";
import { capacityLaws } from "../../../src/studies/capacity/laws.js";
import { capacityRows, storageComparisonRows } from "./fixed-rows.js";

export const drawings: Drawings = {
  CAP: (options) =>
    capacity(capacityRows(), {
      ...options,
      laws: capacityLaws(capacityRows()),
      ...{ threshold: 0.02, layer: 3, z: 1, d: 4 },
    }),
  S5: (options) => storageComparison(storageComparisonRows(), { ...options, l: 16, layers: 3, d: 4 }),
};
