import { median, shortNumber } from "../../drawing/numbers.js";
import { storageNoise, storageRatios, type StorageRatio } from "./noise-figure.js";
import { storageReadout, storageReEmbedding } from "./readout-figure.js";
import type { ReEmbeddingRow, StorageRow, StorageSizeRow } from "./rows.js";
import { distinguishableLevels, largestDotOf, mostActive } from "../../theory/storage.js";
import type { ResultOf } from "../../jobs/task.js";
import type { StorageTask } from "./measure.js";
import { storedReadouts } from "./distribution-figure.js";
import type { FigureDraft } from "../study.js";
import { histogramAt, nearestTo, noiseRows } from "./statistics.js";

/** Number of active features in the histogram of S0. */
export const countedActive = 4;

const nothingToCompare =
  "The source has estimates but no measured numbers; the table compares our numbers with the theory.";

interface Rows {
  readonly rows: readonly StorageRow[];
  readonly sizes: readonly StorageSizeRow[];
  readonly reEmbedding: readonly ReEmbeddingRow[];
}

/** Figures S1–S4, from the measurements. */
export function storageFigures(measured: Rows): FigureDraft[] {
  return [noise(measured), ratios(measured), readout(measured), reEmbedding(measured)];
}

/** Figure S0: histograms of the readouts of one set of vectors. */
export function readoutsFigure(task: StorageTask, draws: readonly ResultOf<StorageTask>[]): FigureDraft {
  const rows = noiseRows(task, draws).filter(({ amplitudes }) => amplitudes === "boolean");
  const { n, m, samples } = task;
  const histogram = histogramAt(draws, countedActive, "boolean");
  return {
    id: "S0",
    question: "What do readouts of stored features look like, and when does a threshold fail?",
    settings: [
      ["features", `m = ${m} random unit vectors in n = ${n} dimensions, l of them active with amplitude 1`],
      ["repeats", `${draws.length} sets of vectors, ${samples} samples with each`],
    ],
    howToRead:
      `Left: ⟨v_i|x⟩ for all features, where x is the sum of the vectors of the ${countedActive} active ones; the readout is 0 for an inactive feature and 1 for an active one, each with ` +
      "nearly normal noise of variance l/n. A threshold of ½ separates the two kinds until the longer of their tails reaches " +
      "½; with many inactive features, the inactive ones have the longer tail. Right: the share of samples with any feature on the wrong side, with " +
      "the exact law of random vectors [L1] (Li et al., The Ball and the Box, 2026) and the estimate l = n/(8 ln m). " +
      "The lab draws this for any n, m and l.",
    samples: String(samples),
    networks: String(draws.length),
    rows,
    theory: {
      caption: "Noise of inactive features, and samples with a wrong feature [E26]",
      columns: [
        "l",
        "typical noise",
        "sqrt(l/n)",
        "worst",
        "features wrong",
        "samples with a wrong feature",
        "±",
        "law [L1]",
      ],
      rows: rows.map((row) => [
        ...[row.l, row.rms, Math.sqrt(row.l / n), row.worst, row.wrong, row.wrongSamples, row.wrongSamplesSd],
        row.wrongSamplesLaw,
      ]),
    },
    comparisonNote: nothingToCompare,
    draw: (options) => storedReadouts(rows, { ...options, l: countedActive, amplitudes: "boolean", histogram }),
  };
}

function settingsOf({ sizes, rows }: Rows): readonly (readonly [string, string])[] {
  const random = sizes.filter(({ family }) => family === "random");
  const ns = random.map(({ n }) => n);
  const most = Math.max(...random.map(({ m, n }) => m / n).filter(Number.isInteger));
  const samples = rows.map((row) => row.samples);
  return [
    ["features", `m = 2n … ${most}n random unit vectors in n = ${Math.min(...ns)} … ${Math.max(...ns)} dimensions`],
    ["other layouts", "S-hot vectors of the prime-step assignment, S = 6; Paley’s equiangular vectors, m = 2n"],
    [
      "how vectors are generated",
      "active vectors are generated in full; in large random sets, inactive vectors are generated only as projections onto the span of the sums that are read " +
        "(a random direction in the span, and a length computed from two chi-squared numbers), because readouts depend on nothing else",
    ],
    ["repeats", `${random[0].repeats} of each size; ${Math.min(...samples)} to ${Math.max(...samples)} samples each`],
  ];
}

const samplesOf = ({ rows }: Rows): string => {
  const samples = rows.map((row) => row.samples);
  return `${Math.min(...samples)}–${Math.max(...samples)}`;
};

function noise(measured: Rows): FigureDraft {
  const { sizes } = measured;
  return {
    id: "S1",
    question: "How much does one stored feature disturb another, typically and at worst?",
    settings: settingsOf(measured),
    howToRead:
      "Typical and worst noise are easily confused. The typical dot product of two random unit vectors is " +
      "1/√n, for any number m of vectors. The largest dot product of all pairs is near the median derived from the law of a single pair, and 2·sqrt(ln m / n) " +
      "estimates this median; the bound ε = sqrt(8 ln m / n) is √2 times that estimate. No set of " +
      "m vectors has all dot products below the Welch bound, which for many features is again 1/√n. Random vectors come close: their largest dot product is only " +
      "about 2·sqrt(ln m) times as large. Circuits’ S-hot vectors have few, large overlaps of 1/S.",
    samples: "all pairs",
    networks: String(sizes[0].repeats),
    rows: sizes,
    theory: {
      caption: "Typical and largest dot product, with estimates [E25]",
      columns: [
        ...["layout", "n", "m", "typical", "1/√n", "largest", "±", "predicted median", "2·sqrt(ln m / n)", "ε"],
        "Welch bound",
      ],
      rows: sizes.map(({ family, n, m, rms, largest, largestSd, largestLaw, largestTheory, bound, welch }) => [
        ...[family, n, m, rms, 1 / Math.sqrt(n), largest, largestSd, largestLaw, largestTheory, bound, welch],
      ]),
    },
    comparisonNote: nothingToCompare,
    draw: (options) => storageNoise(sizes, options),
  };
}

/** The ratios of measured values to estimates, for random vectors. */
export function storageRatioRows({ rows, sizes }: Pick<Rows, "rows" | "sizes">): StorageRatio[] {
  const random = sizes.filter(({ family, m, n }) => family === "random" && Number.isInteger(m / n));
  const all = random.flatMap((size) => {
    const { n, m, rms, rmsSd, largest, largestSd, largestLaw, largestTheory, bound } = size;
    const { boundary, boundarySd, boundaryLaw, boundaryTheory } = size;
    const add = (
      estimate: string,
      value: number | null,
      sd: number | null,
      by: number,
      law: number | null,
      sampledPairs: number | null = null,
    ): StorageRatio[] => {
      const row = { estimate, n, m, isFitted: boundaryTheory >= 1, sampledPairs, law: law === null ? null : law / by };
      return value === null ? [] : [{ ...row, ratio: value / by, sd: sd === null ? null : sd / by }];
    };
    // If not all pairs were examined, the largest |dot| of a sample of pairs is compared with the estimate for a sample
    // of this size.
    const worst = (estimate: string, theory: number): StorageRatio[] => {
      if (largest !== null) return add(estimate, largest, largestSd, theory, largestLaw);
      const { sampledPairs, sampledLargest, sampledLargestSd } = size;
      const ofSample = (theory / largestTheory) * largestDotOf(sampledPairs, n);
      return add(estimate, sampledLargest, sampledLargestSd, ofSample, null, sampledPairs);
    };
    const levels = (amplitudes: StorageRow["amplitudes"]): StorageRatio[] => {
      const own = rows.filter(
        (row) => row.family === "random" && row.n === n && row.m === m && row.amplitudes === amplitudes,
      );
      if (own.length === 0) return [];
      const l = nearestTo(
        mostActive(size) / 2,
        own.map((row) => row.l),
      );
      const row = own.find((candidate) => candidate.l === l)!;
      const found = 1 / (2 * row.worst);
      const by = distinguishableLevels(size, row.l);
      return add(`levels, ${amplitudes} [E27]`, found, ((row.worstSd ?? 0) / row.worst) * found, by, null);
    };
    return [
      ...add("typical / (1/√n)", rms, rmsSd, 1 / Math.sqrt(n), 1 / Math.sqrt(n)),
      ...worst("largest / 2·sqrt(ln m / n)", largestTheory),
      ...worst("largest / ε", bound),
      ...add("most active · 8 ln m / n", boundary, boundarySd, boundaryTheory, boundaryLaw),
      ...levels("boolean"),
      ...levels("graded"),
    ];
  });
  return [...all].sort((a, b) => order.indexOf(a.estimate) - order.indexOf(b.estimate));
}

const order = [
  "typical / (1/√n)",
  "largest / 2·sqrt(ln m / n)",
  "largest / ε",
  "most active · 8 ln m / n",
  "levels, boolean [E27]",
  "levels, graded [E27]",
];

/** A range in words, such as "0.93 to 1.1 times (median 1.0)", over the sizes at which the estimates are meaningful. */
function howFar(ratios: readonly StorageRatio[], estimate: string): string {
  const own = ratios.filter((row) => row.estimate === estimate && row.isFitted).map(({ ratio }) => ratio);
  if (own.length === 0) return "was not measured at meaningful sizes";
  const short = (value: number): string => shortNumber(value, 2);
  const [low, high] = [short(Math.min(...own)), short(Math.max(...own))];
  return `is ${low === high ? low : `${low} to ${high}`} times the estimate (median ${short(median(own))})`;
}

/**
 * The number of active features at which half of the samples have an error, relative to the exact law of random
 * vectors, in words such as "0.97 to 1.07 times"; null if unknown.
 */
function besideLaw({ sizes }: Pick<Rows, "sizes">, family: StorageSizeRow["family"]): string | null {
  const all = sizes.flatMap(({ family: own, boundary, boundaryLaw }) =>
    own === family && boundary !== null && boundaryLaw !== null ? [boundary / boundaryLaw] : [],
  );
  if (all.length === 0) return null;
  const short = (value: number): string => shortNumber(value, 3);
  const [low, high] = [short(Math.min(...all)), short(Math.max(...all))];
  return `${low === high ? low : `${low} to ${high}`} times`;
}

function ratios(measured: Rows): FigureDraft {
  const found = storageRatioRows(measured);
  const far = (index: number): string => howFar(found, order[index]);
  return {
    id: "S2",
    question: "How far is each estimate of storage from the measurement?",
    settings: settingsOf(measured),
    howToRead:
      `The typical dot product ${far(0)}. With 2·sqrt(ln m / n) as the estimate, the largest dot product of all pairs ${far(1)}; with ε as the estimate, it ${far(2)}. ` +
      "The estimate 2·sqrt(ln m / n) is too high, but less so for larger m. Where all pairs would take too long (square marks), a sample of N pairs " +
      "is compared with the same estimate for N pairs, sqrt(2 ln 2N / n). " +
      `The number of active features at which half of all samples have at least one feature read incorrectly ${far(3)}. ` +
      "The agreement is expected: n/(8 ln m) is the sharp first-order law for the threshold ½ (Li et al., The Ball and the Box, 2026, " +
      `[L2]). At these sizes, the exact law [L1] (short lines) is closer: the measured number is ${besideLaw(measured, "random") ?? "an unknown multiple of"} the number that it predicts. ` +
      "In a sample with half as many active features as the estimate allows, the number of levels is 1/(2·noise), where noise is that of " +
      `the noisiest feature. With amplitudes of 1, the measured number ${far(4)}. With amplitudes uniform between 0 and 1, whose mean square ` +
      `is a third as large, the measured number ${far(5)}.`,
    samples: samplesOf(measured),
    networks: String(measured.sizes[0].repeats),
    rows: found,
    theory: {
      caption: "Measured / estimate; sizes with n/(8 ln m) < 1 are shown but not summarised",
      columns: ["estimate", "n", "m", "measured / estimate", "±", "law / estimate", "n/(8 ln m) ≥ 1", "sampled pairs"],
      rows: found.map(({ estimate, n, m, ratio, sd, law, isFitted, sampledPairs }) => [
        ...[estimate, n, m, ratio, sd, law, isFitted ? "yes" : "no", sampledPairs],
      ]),
    },
    comparisonNote: nothingToCompare,
    draw: (options) => storageRatios(found, options),
  };
}

const partly = (times: string | null): string =>
  times === null ? "" : `, at ${times} the number that the law of random vectors predicts`;

/**
 * The range, over the sizes, of the factor by which the threshold "half-slack" raises the number of active features:
 * "1.3 to 1.8".
 */
function halfSlackGain({ sizes }: Rows): string {
  const gains = sizes.flatMap(({ family, boundaryLaw, boundaryHalfSlack }) =>
    family === "random" && boundaryLaw !== null && boundaryHalfSlack !== null ? [boundaryHalfSlack / boundaryLaw] : [],
  );
  return `${shortNumber(Math.min(...gains), 2)} to ${shortNumber(Math.max(...gains), 2)}`;
}

function readout(measured: Rows): FigureDraft {
  const own = measured.rows.filter(({ amplitudes }) => amplitudes === "boolean");
  return {
    id: "S3",
    question: "How many features can be active at once before a threshold reads one of them incorrectly?",
    settings: settingsOf(measured),
    howToRead:
      "For very large n, the threshold ½ would fail abruptly at l = n/(8 ln m): every curve would step from 0 to 1 at the dashed line. At these sizes " +
      "the 50% points lie slightly beyond this line, most 95% points lie before it, and the step is sharper for larger n and m. " +
      `The exact law [L1], dotted, is for Gaussian vectors; unit vectors reach ${besideLaw(measured, "random") ?? "an unknown multiple of"} the number of active features that it predicts. ` +
      `Equiangular vectors fail last${partly(besideLaw(measured, "equiangular"))}: no overlap is larger than the Welch bound. ` +
      `S-hot vectors fail first${partly(besideLaw(measured, "assignment"))}: all their overlaps are positive and add up; ` +
      "in a computing network, the correction χ removes this effect. A higher threshold helps: according to the law, “half-slack” [L2] allows " +
      `${halfSlackGain(measured)} times as many active features. It is ½ plus half the difference between the largest noise of inactive features and that of active ones.`,
    samples: samplesOf(measured),
    networks: String(measured.sizes[0].repeats),
    rows: measured.rows,
    theory: {
      caption:
        "Number of active features at which half of the samples have an error, compared with the law of random vectors [L1] and n/(8 ln m) [E26]",
      columns: [
        ...["layout", "n", "m", "measured", "±", "law", "measured / law", "law, 95% correct", "law, half-slack"],
        ...["n/(8 ln m)", "measured / estimate"],
      ],
      rows: measured.sizes.map((size) => [
        ...[size.family, size.n, size.m, size.boundary, size.boundarySd, size.boundaryLaw],
        size.boundary === null || size.boundaryLaw === null ? null : size.boundary / size.boundaryLaw,
        ...[size.boundaryLaw95, size.boundaryHalfSlack, size.boundaryTheory],
        size.boundary === null ? null : size.boundary / size.boundaryTheory,
      ]),
    },
    comparisonNote: nothingToCompare,
    draw: (options) => storageReadout(own, options),
  };
}

function reEmbedding({ reEmbedding: rows }: Rows): FigureDraft {
  const { n, m, samples, repeats } = rows[0];
  return {
    id: "S4",
    question: "What happens to stored features that are read and stored again, layer after layer?",
    settings: [
      ["features", `m = ${m} in n = ${n} dimensions, new random unit vectors each time`],
      ["amplitudes", "Boolean; l of them 1"],
      ["repeats", `${repeats}, with ${samples} samples in each`],
    ],
    howToRead:
      "Left: all m readouts are re-embedded unchanged. Each of the m noise terms adds 1/n of its square to the mean squared noise of " +
      "every feature, so after k readings this mean squared noise is (l/m)·((1 + m/n)^k − 1). Right: each readout is set to 0 or 1 before it is re-embedded. While all features are set " +
      "correctly, the noise stays at l/n; once some are set wrongly, they count as active and cause further errors. Below: the share of " +
      "samples with all features correct so far. After k readings, the predicted share is the probability for one reading [L1] raised to the power k, because the vectors are new in each layer.",
    samples: String(samples),
    networks: String(repeats),
    rows,
    theory: {
      caption: "Mean squared noise of a feature",
      columns: [
        "l",
        "times read",
        "as it is",
        "(l/m)((1+m/n)^k − 1)",
        "ratio",
        "thresholded",
        "l/n",
        "ratio",
        "samples all correct",
        "law [L1]",
      ],
      rows: rows.map(({ l, layer, plain, plainTheory, thresholded, thresholdedTheory, right, rightLaw }) => [
        ...[l, layer, plain, plainTheory, plain / plainTheory],
        ...[thresholded, thresholdedTheory, thresholded / thresholdedTheory, right, rightLaw],
      ]),
    },
    comparisonNote: nothingToCompare,
    draw: (options) => storageReEmbedding(rows, options),
  };
}
