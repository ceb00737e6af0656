import { frontierDepth, frontierLargest } from "../../../src/studies/design-comparison/depth-figure.js";
import { frontierErrors } from "../../../src/studies/design-comparison/errors-figure.js";
import { frontierNoise } from "../../../src/studies/design-comparison/noise-figure.js";
import type { Drawings } from "../drawings.js";
import { depthRows, designs as names, frontierErrorRows, largestRows } from "./fixed-rows.js";

export const drawings: Drawings = {
  D1: (options) => frontierErrors(frontierErrorRows(), { ...options, names }),
  D2: (options) => {
    const rows = depthRows().filter(({ noise }) => noise === 0);
    return frontierDepth(rows, { ...options, names });
  },
  D3: (options) => frontierNoise(depthRows(), { ...options, names }),
  D4: (options) =>
    frontierLargest(largestRows(), { ...options, names, layer: 5, threshold: 0.25, missing: ["B: windows"] }),
};
