import { maxCircuits } from "../../assignment/prime-steps.js";
import { mergeDotProducts, type RandomVectorsTask } from "../random-vectors/measure.js";
import type { ReEmbeddingTask } from "./re-embedding.js";
import type { ResultOf } from "../../jobs/task.js";
import type { StorageTask } from "./measure.js";
import { equiangularDimension, type FeatureFamily } from "./feature-families.js";
import { deriveSeed } from "../../base/random.js";
import { mostActive } from "../../theory/storage.js";
import { planTasks, type Study, type Settings } from "../study.js";
import { countedActive, readoutsFigure, storageFigures } from "./figures.js";
import { activeCounts, emptySize, largestOf, nearestTo, noiseRows, reEmbeddingRows, sizeRow } from "./statistics.js";
import { trainedEmbeddings } from "./trained-embeddings.js";

/** Number of neurons per feature when features are laid out like circuits. */
const S = 6;

interface Plan {
  readonly sizes: readonly StorageTask[];
  readonly repeats: number;
  /** The random sets in which all pairs are examined. */
  readonly pairs: readonly { readonly n: number; readonly m: number }[];
  readonly reEmbedding: readonly ReEmbeddingTask[];
  /** The tasks whose readouts are counted in histograms, one for each set of vectors. */
  readonly counted: readonly StorageTask[];
}

/** S0–S4, S6: storing features without computing on them. */
export const storage: Study = {
  id: "storage",
  question: "How many features can a layer store, and how far off are the estimates?",
  expectedSeconds: 4.4,
  plan: (settings) => {
    const plan = sizesFor(settings);
    const { sizes, repeats, pairs, reEmbedding, counted } = plan;
    const shares = settings.wide ? 4 : 1;
    const storageTasks = sizes.flatMap((task) => Array.from({ length: repeats }, (_, repeat) => ({ ...task, repeat })));
    const pairTasks = pairs.flatMap(({ n, m }) =>
      Array.from({ length: repeats * shares }, (_, index): RandomVectorsTask => {
        const share = { index: index % shares, of: shares };
        const repeat = Math.floor(index / shares);
        return { kind: "random-vectors", n, m, seed: seedFor(settings.seed, n, m), repeat, share };
      }),
    );
    const tasks = [...storageTasks, ...pairTasks, ...reEmbedding, ...counted];
    return planTasks<(typeof tasks)[number]>(tasks, (results) => {
      const noises = results.slice(0, storageTasks.length) as readonly ResultOf<StorageTask>[];
      const dots = results.slice(storageTasks.length, storageTasks.length + pairTasks.length);
      const others = storageTasks.length + pairTasks.length;
      const again = results.slice(others, others + reEmbedding.length) as readonly ResultOf<ReEmbeddingTask>[];
      const readouts = results.slice(others + reEmbedding.length) as readonly ResultOf<StorageTask>[];
      const largest = new Map(
        pairs.map(({ n, m }, index) => {
          const own = dots.slice(index * repeats * shares, (index + 1) * repeats * shares);
          const ofRepeat = Array.from({ length: repeats }, (_, repeat) => {
            const parts = own.slice(repeat * shares, (repeat + 1) * shares) as readonly ResultOf<RandomVectorsTask>[];
            return mergeDotProducts(parts).largest;
          });
          return [`${n},${m}`, ofRepeat] as const;
        }),
      );
      const rows = sizes.flatMap((task, index) =>
        noiseRows(task, noises.slice(index * repeats, (index + 1) * repeats)),
      );
      const sizeRows = sizes.map((task, index) =>
        sizeRow(task, noises.slice(index * repeats, (index + 1) * repeats), largest.get(`${task.n},${task.m}`) ?? null),
      );
      for (const { n, m } of pairs) {
        if (sizes.some((task) => task.family === "random" && task.n === n && task.m === m)) continue;
        sizeRows.push({ ...emptySize("random", n, m, repeats), ...largestOf(largest.get(`${n},${m}`)!) });
      }
      return [
        readoutsFigure(counted[0], readouts),
        ...storageFigures({ rows, sizes: sizeRows, reEmbedding: reEmbeddingRows(reEmbedding, again) }),
        trainedEmbeddings(settings.seed),
      ];
    });
  },
};

function seedFor(seed: number, n: number, m: number): number {
  return deriveSeed(seed, "storage", n, m);
}

/**
 * Every size up to n = 4096, m = 64n. This takes a few seconds on two cores because, for large sets, only the
 * components in the span of the sums are drawn. All pairs of a set are examined if that is cheap; with `wide`, all pairs
 * of larger sets are examined too, which takes a few minutes.
 */
function sizesFor({ seed, quick, wide }: Settings): Plan {
  const factors = [2, 4, 16, 64];
  const ns = quick ? [64, 256] : [64, 256, 1024, 4096];
  const random = ns.flatMap((n) =>
    (n < 4096 || wide ? factors : [4, 64])
      .filter((factor) => !quick || factor < 64)
      .map((factor) => ({ n, m: factor * n })),
  );
  const middle = ns.filter((n) => n <= (wide ? 1024 : 256));
  const assigned = middle.flatMap((n) =>
    factors.filter((factor) => factor * n <= maxCircuits({ P: n, S })).map((factor) => ({ n, m: factor * n })),
  );
  const equiangular = middle.map(equiangularDimension).map((n) => ({ n, m: 2 * n }));
  const pairs = random.filter(({ n, m }) => (n * m * m) / 2 <= (wide ? 9e11 : 1.2e9));
  const [n, m, layers, samples] = [256, 1024, quick ? 4 : 6, 16];
  return {
    repeats: 3,
    sizes: [
      ...random.map((size) => taskFor(size, "random", seed)),
      ...assigned.map((size) => taskFor(size, "assignment", seed)),
      ...equiangular.map((size) => taskFor(size, "equiangular", seed)),
    ],
    pairs: wide ? [...pairs, { n: 256, m: 100_000 }, { n: 4096, m: 20_000 }] : pairs,
    counted: Array.from({ length: quick ? 2 : 3 }, (_, repeat): StorageTask => {
      const ls = [...new Set([...activeCounts({ n, m }), countedActive])].sort((a, b) => a - b);
      const own = { kind: "storage", family: "random", n, m, ls, samples: 24, repeat } as const;
      return { ...own, gradedLs: [1], seed: deriveSeed(seed, "storage-readouts"), bins: 90 };
    }),
    reEmbedding: [1, 2, 4, 8].flatMap((l) =>
      [0, 1, 2].map((repeat): ReEmbeddingTask => {
        const own = deriveSeed(seed, "re-embedding", n, m, l);
        return { kind: "re-embedding", n, m, l, layers, samples, seed: own, repeat };
      }),
    ),
  };
}

function taskFor(size: { readonly n: number; readonly m: number }, family: FeatureFamily, seed: number): StorageTask {
  const { n, m } = size;
  const ls = activeCounts(size, family === "random" && n >= 1024 ? -2 : -6);
  const samples = n >= 4096 ? 2 : n >= 1024 ? 6 : Math.min(96, Math.max(16, Math.round(2 ** 16 / m)));
  const own = { kind: "storage", family, n, m, ls, samples, seed: seedFor(seed, n, m), repeat: 0 } as const;
  return { ...own, gradedLs: [nearestTo(mostActive(size) / 2, ls)], ...(family === "assignment" ? { S } : {}) };
}
