import type { RandomVectorsTask } from "./measure.js";
import { deriveSeed } from "../../base/random.js";
import { compare, type ComparisonEntry } from "../../results/compare.js";
import { randomVectors as drawRandomVectors, type RandomVectorsReference, type RandomVectorsRow } from "./figure.js";
import { largestDot, meanSquaredDot } from "../../theory/storage.js";
import { planTasks, type Study, type FigureDraft } from "../study.js";
import { readReference } from "../reference-data.js";
import { mean, standardDeviation } from "../../results/statistics.js";

interface File {
  readonly max_dot: readonly { D: number; n: number; mean_max_abs_dot: number; std: number }[];
  readonly mean_squared: readonly { D: number; mean_squared_dot: number }[];
}

/** T5: dot products of random unit vectors. */
export const randomVectors: Study = {
  id: "random-vectors",
  question: "How nearly orthogonal are many random directions?",
  expectedSeconds: 1.3,
  plan: ({ seed, quick }) => {
    const repeats = quick ? 3 : 10;
    const sizes = [20, 40, 80].flatMap((n) =>
      (quick ? [2, 4, 8, 16] : [2, 4, 8, 16, 32, 64]).map((factor) => ({ n, m: factor * n })),
    );
    const tasks = sizes.flatMap(({ n, m }) =>
      Array.from({ length: repeats }, (_, repeat): RandomVectorsTask => {
        return { kind: "random-vectors", n, m, seed: deriveSeed(seed, "random-vectors", n, m), repeat };
      }),
    );
    return planTasks(tasks, (results) => {
      const rows = sizes.map((size, index): RandomVectorsRow => {
        const own = results.slice(index * repeats, (index + 1) * repeats);
        const largest = own.map((dots) => dots.largest);
        const squares = own.map((dots) => dots.meanSquare);
        return {
          ...size,
          repeats,
          largest: mean(largest),
          largestSd: standardDeviation(largest)!,
          largestTheory: largestDot(size),
          meanSquare: mean(squares),
          meanSquareSd: standardDeviation(squares)!,
        };
      });
      return [figure(rows)];
    });
  },
};

function figure(rows: readonly RandomVectorsRow[]): FigureDraft {
  const file = readReference<File>("random-vectors.json");
  const reference = file.max_dot.map(({ D, n, mean_max_abs_dot }): RandomVectorsReference => {
    return { n: D, m: n, largest: mean_max_abs_dot };
  });
  const entries = rows.flatMap(({ n, m, largest, largestSd, meanSquare, meanSquareSd }): ComparisonEntry[] => {
    const entry = (
      what: string,
      ours: number,
      oursSd: number,
      reference: number,
      referenceSd: number | null,
    ): ComparisonEntry => ({ label: `${what}, n = ${n}, m = ${m}`, ours, oursSd, reference, referenceSd });
    const theirs = file.max_dot.find((entry) => entry.D === n && entry.n === m);
    const square = file.mean_squared.find((entry) => entry.D === n);
    return [
      ...(theirs ? [entry("largest |dot|", largest, largestSd, theirs.mean_max_abs_dot, theirs.std)] : []),
      ...(square ? [entry("mean squared dot", meanSquare, meanSquareSd, square.mean_squared_dot, null)] : []),
    ];
  });
  return {
    id: "T5",
    question: "How much do m random unit vectors in n dimensions disturb each other, on average and at worst?",
    settings: [
      ["vectors", "m = 2n … 64n random unit vectors (normalised Gaussians) in n = 20, 40, 80 dimensions"],
      ["repeats", `${rows[0].repeats} sets of vectors of each size; all pairs of each set`],
    ],
    howToRead:
      "Left: the largest |dot| over all pairs against sqrt(ln m / n); the line 2·sqrt(ln m / n) is an upper estimate that " +
      "becomes tighter as n grows. Right: the mean squared dot product, which is 1/n for any m. The authors' mean squares are " +
      "from 5,000 vectors.",
    samples: "all pairs",
    networks: "–",
    rows,
    theory: {
      caption: "Measurements, compared with the estimates of [E25]",
      columns: ["n", "m", "largest |dot|", "2·sqrt(ln m / n)", "ratio", "mean dot²", "1/n", "ratio"],
      rows: rows.map(({ n, m, largest, largestTheory, meanSquare }) => {
        const expected = meanSquaredDot(n);
        return [n, m, largest, largestTheory, largest / largestTheory, meanSquare, expected, meanSquare / expected];
      }),
    },
    comparison: compare(entries),
    draw: (options) => drawRandomVectors(rows, { ...options, reference }),
  };
}
