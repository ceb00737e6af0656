import { maxCircuits } from "../../assignment/prime-steps.js";
import type { EmbeddingMatrixTask } from "./measure.js";
import { deriveSeed } from "../../base/random.js";
import { compare, type ComparisonEntry } from "../../results/compare.js";
import {
  embeddingMatrix as drawEmbeddingMatrix,
  keyOf,
  type EmbeddingMatrixReference,
  type EmbeddingMatrixRow,
} from "./figure.js";
import { median } from "../../drawing/numbers.js";
import { meanSquaredOverlap } from "../../base/shape.js";
import { embeddingMatrixError } from "../../theory/overlap.js";
import { planTasks, quickNote, type Study, type FigureDraft } from "../study.js";
import { readReference } from "../reference-data.js";
import { mean, standardDeviation } from "../../results/statistics.js";
import { scalingPairs } from "../scaling/plan.js";

const variants = ["delta", "mean", "both"] as const;
/** The names of the three terms in the authors' file. */
const fileNames = { delta: "rand", mean: "capped", both: "combined" } as const;

type File = Readonly<
  Record<"rand" | "capped" | "combined", Readonly<Record<string, readonly { D: number; T: number; y: number }[]>>>
>;

/** R-A2: the check of the embedding-matrix term. */
export const embeddingMatrix: Study = {
  id: "embedding-matrix",
  question: "Does the embedding matrix between two layers agree with the theory?",
  expectedSeconds: 2,
  plan: ({ seed, quick }) => {
    const networks = quick ? 1 : 5;
    const Ss = quick ? [2, 6, 10] : [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
    const sizes = Ss.flatMap((S) =>
      scalingPairs.filter(([D, T]) => T <= maxCircuits({ P: D / 4, S })).map(([D, T]) => ({ D, T, S })),
    );
    const tasks = sizes.flatMap(({ D, T, S }) =>
      Array.from({ length: networks }, (_, network): EmbeddingMatrixTask => {
        const own = deriveSeed(seed, "embedding-matrix", D, T, S);
        return { kind: "embedding-matrix", P: D / 4, T, S, seed: own, network };
      }),
    );
    return planTasks(tasks, (results) => {
      const rows = sizes.flatMap((size, index) => {
        const own = results.slice(index * networks, (index + 1) * networks);
        const q = meanSquaredOverlap({ ...size, d: 4 }, false);
        return variants.map((variant): EmbeddingMatrixRow => {
          const values = own.map((errors) => errors[variant]);
          return {
            ...size,
            variant,
            meanSquare: mean(values),
            sd: standardDeviation(values),
            theory: embeddingMatrixError({ T: size.T, q }, variant),
            networks,
          };
        });
      });
      return [figure(rows, quick, scalingPairs.length * Ss.length - sizes.length)];
    });
  },
};

function figure(rows: readonly EmbeddingMatrixRow[], quick: boolean, skipped: number): FigureDraft {
  const file = readReference<File>("embedding-matrix-check.json");
  const Ss = [...new Set(rows.map(({ S }) => S))];
  const reference = variants.flatMap((variant) =>
    Ss.flatMap((S) =>
      file[fileNames[variant]][S].map(({ D, T, y }): EmbeddingMatrixReference => {
        return { D, T, S, variant, meanSquare: y };
      }),
    ),
  );
  const theirs = new Map(reference.map((point) => [keyOf(point), point.meanSquare]));
  const entries = rows.flatMap((row): ComparisonEntry[] => {
    const other = theirs.get(keyOf(row));
    if (other === undefined) return [];
    const label = `${row.variant}, D = ${row.D}, T = ${row.T}, S = ${row.S}`;
    return [{ label, ours: row.meanSquare, oursSd: row.sd, reference: other, referenceSd: null }];
  });
  return {
    id: "R-A2",
    question: "Is the error that a circuit adds to itself and to others T·q² + q, as the theory assumes?",
    settings: [
      [
        "sizes",
        `S = ${Ss[0]}…${Ss.at(-1)} × the post's 41 pairs (D, T), P = D/4; without the ${skipped} sizes whose T exceeds the largest T of the assignment`,
      ],
      ["weights", "one component: (i) w̄ = 0, Δw = ±1; (ii) w̄ = 1, Δw = 0; (iii) both"],
      ["networks", `${rows[0].networks} of each size; all pairs t < v in each network`],
    ],
    howToRead:
      "Each mark is one (D, T, S): the measured mean of (a_tv − c_tv)² against T·q² + q (twice that in the third panel). On the " +
      "line, theory and measurement agree. Points with small S are above the line, because for small S the overlap of two circuits varies most. " +
      "Each of the authors' numbers is from one network.",
    samples: "all pairs",
    networks: String(rows[0].networks),
    rows,
    theory: {
      caption: "Ratio of measured to predicted for each S, over the sizes whose prediction is positive",
      columns: ["S", "sizes", ...variants.flatMap((variant) => [`${variant}: smallest`, "median", "largest"])],
      rows: Ss.map((S) => {
        const own = rows.filter((row) => row.S === S && row.theory > 0);
        return [
          S,
          own.length / variants.length,
          ...variants.flatMap((variant) => {
            const ratio = own.filter((row) => row.variant === variant).map((row) => row.meanSquare / row.theory);
            return [Math.min(...ratio), median(ratio), Math.max(...ratio)];
          }),
        ];
      }),
    },
    ...(quick ? { comparisonNote: quickNote } : { comparison: compare(entries) }),
    draw: (options) => drawEmbeddingMatrix(rows, { ...options, reference }),
  };
}
