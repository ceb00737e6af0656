import { compressedSizes, handMadeCodes } from "../../../src/studies/compressed-computation/figure.js";
import type { Drawings } from "../drawings.js";

export const drawings: Drawings = {
  CC3: (options) =>
    handMadeCodes(
      [
        { group: "random", name: "random", K: 5, largestOverlap: 3, overTrained: 1.8, sd: 0.03 },
        { group: "exchanges", name: "exchanges", K: 4, largestOverlap: 1, overTrained: 1.3, sd: 0.02 },
        { group: "exchanges", name: "exchanges", K: 5, largestOverlap: 2, overTrained: 1.14, sd: 0.02 },
        { group: "more values", name: "all values refitted", K: 5, largestOverlap: 1, overTrained: 0.99, sd: 0.01 },
      ],
      {
        ...options,
        reference: [
          { K: 5, largestOverlap: 1, overTrained: 1.122 },
          { K: 5, largestOverlap: null, overTrained: 1.671 },
        ],
      },
    ),
  CC4: (options) =>
    compressedSizes(
      [50, 500].flatMap((N) =>
        [2, 5].flatMap((factor) =>
          [4, 6].map((K) => ({ F: factor * N, N, K, overNaive: (0.03 * factor) / 2 + K / N / 10, code: "swaps" })),
        ),
      ),
      options,
    ),
};
