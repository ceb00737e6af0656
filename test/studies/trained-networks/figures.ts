import { labelMixing, lossExponents } from "../../../src/studies/trained-networks/figure.js";
import { lossBySteps } from "../../../src/studies/trained-networks/steps-figure.js";
import type { Drawings } from "../drawings.js";

export const drawings: Drawings = {
  CC1: (options) =>
    lossExponents(
      [
        { q: 1, active: 0.33, activeSd: null, variation: 0.0001, variationSd: null },
        { q: 2, active: 0.16, activeSd: 0.01, variation: 0.98, variationSd: 0.03 },
        { q: 2.5, active: 0.048, activeSd: 0.002, variation: 0.09, variationSd: 0.01 },
        { q: 4, active: 0.022, activeSd: 0.001, variation: 0.06, variationSd: 0.01 },
        { q: 8, active: 0.013, activeSd: 0.001, variation: 0.08, variationSd: 0.02 },
      ],
      {
        ...options,
        naive: 1 / 6,
        size: { F: 40, N: 20 },
        published: [
          { q: 2, meanSquare: 0.159, variation: 0.999 },
          { q: 4, meanSquare: 0.0219, variation: 0.031 },
        ],
      },
    ),
  CC2: (options) =>
    labelMixing(
      ["embedding", "normal"].flatMap((kind, k) =>
        [0, 0.02, 0.04, 0.08].map((sigma) => ({
          ...{ kind, sigma, mixed: 0.0835 - (0.4 - 0.1 * k) * sigma + 5 * sigma * sigma, mixedSd: 0.001 },
          ...{ removed: sigma === 0 ? null : 0.084 + 12 * sigma * sigma, removedSd: sigma === 0 ? null : 0.001 },
          ...{ transplanted: sigma === 0 ? null : 0.086 + 0.002 * k, transplantedSd: sigma === 0 ? null : 0.001 },
        })),
      ),
      { ...options, naive: 1 / 12 },
    ),
  CC5: (options) =>
    lossBySteps(
      [
        { start: "random weights", steps: 100, over: 0.3, sd: 0.01 },
        { start: "random weights", steps: 1000, over: 0.09, sd: 0.004 },
        { start: "a code made by hand", steps: 0, over: 0.12, sd: 0.005 },
        { start: "a code made by hand", steps: 100, over: 0.1, sd: null },
        { start: "a code made by hand", steps: 1000, over: 0.085, sd: 0.003 },
      ],
      { ...options, beside: "naive" },
    ),
};
