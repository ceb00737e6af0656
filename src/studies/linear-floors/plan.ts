import { deriveSeed } from "../../base/random.js";
import { spread } from "../../results/statistics.js";
import type { ResultOf } from "../../jobs/task.js";
import type { StorageLawTask } from "../storage/law.js";
import { planTasks, type FigureDraft, type Study } from "../study.js";
import { thresholdAndLinear, type LinearReadoutRow, type PublishedS95 } from "./figure.js";
import type { LinearFloorsTask } from "./measure.js";

const thresholds = [0.4, "half", 0.6, "half-slack"] as const;

/** From "The Ball and the Box" (Li et al., 2026), 200 trials each. */
const published: readonly PublishedS95[] = [
  { n: 128, s95: 1 },
  { n: 256, s95: 2 },
  { n: 512, s95: 5 },
  { n: 1024, s95: 8 },
];

/** S7: n² features, read with a threshold and by a linear map. */
export const linearFloors: Study = {
  id: "linear-floors",
  question: "How much better is a threshold than a linear readout?",
  expectedSeconds: 1,
  plan: ({ seed, quick, wide }) => {
    const samples = quick ? 100 : 1000;
    const law = [128, 256, 512, 1024].flatMap((n) =>
      thresholds.map((threshold): StorageLawTask => {
        const own = deriveSeed(seed, "threshold-law", n);
        return { kind: "storage-law", n, m: n * n, threshold, samples, seed: own };
      }),
    );
    const repeats = quick ? 2 : 3;
    const sizes = wide ? [128, 256, 512] : [128];
    const floors = sizes.flatMap((n) =>
      Array.from({ length: repeats }, (_, repeat): LinearFloorsTask => {
        return { kind: "linear-floors", family: "random", n, m: n * n, seed: deriveSeed(seed, "floors", n), repeat };
      }),
    );
    return planTasks<StorageLawTask | LinearFloorsTask>([...law, ...floors], (results) => {
      const lawRows = results.slice(0, law.length) as readonly ResultOf<StorageLawTask>[];
      const linear = sizes.map((n, index): LinearReadoutRow => {
        const first = law.length + index * repeats;
        const draws = results.slice(first, first + repeats) as readonly ResultOf<LinearFloorsTask>[];
        const [tied, own] = [
          spread(draws.map((draw) => draw.tied.meanSquare)),
          spread(draws.map((draw) => draw.pseudoInverse.meanSquare)),
        ];
        return { n, F: n * n, repeats, tied: tied.mean, tiedSd: tied.sd, own: own.mean, ownSd: own.sd };
      });
      return [figure(lawRows, linear, samples)];
    });
  },
};

function figure(
  law: readonly ResultOf<StorageLawTask>[],
  linear: readonly LinearReadoutRow[],
  samples: number,
): FigureDraft {
  return {
    id: "S7",
    question: "How much better is a threshold than a linear readout?",
    settings: [
      ["features", "F = n² random vectors in n = 128 … 1024 dimensions"],
      ["thresholds", "0.4, 0.5, 0.6, and half-slack [L2]"],
      ["linear readouts", `of n = ${linear.map(({ n }) => n).join(", ")}; --wide to 512`],
    ],
    howToRead:
      "Left: s95, the largest number of active features up to which at least 95% of samples are always read correctly, according to the exact law [L1] " +
      "(rings: 200 trials of Li et al., The Ball and the Box, 2026; differences of 1 in s95 lie within the intervals of these trials). With a threshold below ½, the noise of the many " +
      "inactive features causes more errors. A threshold above ½ is better until active features fall short of it; half-slack balances the two kinds of errors to first order in n (with few active features, 0.6 can be better). Right: the error of a linear readout, " +
      "i.e. its mean squared error on an inactive feature, with the largest number of active features that the threshold ½ allows. For any code and readout, this error is at least l times Welch's floor [L3], to within a relative error of (l−1)/(F−2) " +
      "(Borobia et al., arXiv 2605.01192), and random vectors read by their own directions are already close to it.",
    samples: String(samples),
    networks: String(linear[0].repeats),
    rows: [...law, ...linear],
    theory: {
      caption:
        "Number of active features that are all read correctly (computed by quadrature), and the share of random samples that are correct at that number",
      columns: ["n", "F", "θ", "s50", "s95", "correct at s95", "drawn", "95% from", "to", "n/(8 ln m)"],
      rows: law.map((row) => [
        ...[
          row.n,
          row.m,
          typeof row.threshold === "number" ? row.threshold : row.threshold === "half" ? 0.5 : "half-slack",
        ],
        ...[row.s50, row.s95, row.right, row.sampledRight, row.low, row.high, row.estimate],
      ]),
    },
    comparisonNote:
      "The published values of s95 are drawn as rings; a test compares our values with the intervals of the 200 published trials.",
    draw: (options) => thresholdAndLinear({ law, linear }, { ...options, published }),
  };
}
