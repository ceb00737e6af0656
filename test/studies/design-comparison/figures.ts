import { depthByDesign, largestByDesign } from "../../../src/studies/design-comparison/depth-figure.js";
import { errorsByDesign } from "../../../src/studies/design-comparison/errors-figure.js";
import { noiseByDesign } from "../../../src/studies/design-comparison/noise-figure.js";
import type { Drawings } from "../drawings.js";
import { depthRows, designs as names, errorRows, largestRows } from "./fixed-rows.js";

export const drawings: Drawings = {
  D1: (options) => errorsByDesign(errorRows(), { ...options, names }),
  D2: (options) => {
    const rows = depthRows().filter(({ noise }) => noise === 0);
    return depthByDesign(rows, { ...options, names });
  },
  D3: (options) => noiseByDesign(depthRows(), { ...options, names }),
  D4: (options) =>
    largestByDesign(largestRows(), { ...options, names, layer: 5, threshold: 0.25, missing: ["B: windows"] }),
};
