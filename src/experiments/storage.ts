import { maxCircuits } from "../assignment/prime-steps.js";
import type { RandomVectorsTask, ReEmbeddingTask, ResultOf, StorageTask } from "../jobs/task.js";
import { equiangularDimension } from "../measure/feature-families.js";
import { mergeDotProducts } from "../measure/random-vectors.js";
import { deriveSeed } from "../random.js";
import { largestDot, mostActive, noiseBound, welchBound } from "../theory/storage.js";
import { planTasks, type Experiment, type Settings } from "./experiment.js";
import { mean, standardDeviation } from "./statistics.js";
import { trainedEmbeddings } from "./trained-embeddings.js";
import { storageFigures } from "./storage-figures.js";
import type { ReEmbeddingRow, StorageRow, StorageSizeRow } from "../report/storage-rows.js";

/** Neurons of a feature where features are laid out as circuits are. */
const S = 6;

interface Plan {
  readonly sizes: readonly StorageTask[];
  readonly repeats: number;
  /** Random sets whose every pair is looked at. */
  readonly pairs: readonly { readonly n: number; readonly m: number }[];
  readonly reEmbedding: readonly ReEmbeddingTask[];
}

/** S1–S4, S6: storing features without computing on them. */
export const storage: Experiment = {
  id: "storage",
  figures: ["S1", "S2", "S3", "S4", "S6"],
  question: "How many features can a layer store, and how far are the estimates off?",
  expectedSeconds: 5,
  plan: (settings) => {
    const plan = sizesFor(settings);
    const { sizes, repeats, pairs, reEmbedding } = plan;
    const shares = settings.wide ? 4 : 1;
    const storageTasks = sizes.flatMap((task) => Array.from({ length: repeats }, (_, repeat) => ({ ...task, repeat })));
    const pairTasks = pairs.flatMap(({ n, m }) =>
      Array.from({ length: repeats * shares }, (_, index): RandomVectorsTask => {
        const share = { index: index % shares, of: shares };
        const repeat = Math.floor(index / shares);
        return { kind: "random-vectors", n, m, seed: seedFor(settings.seed, n, m), repeat, share };
      }),
    );
    const tasks = [...storageTasks, ...pairTasks, ...reEmbedding];
    return planTasks<(typeof tasks)[number]>(tasks, (results) => {
      const noises = results.slice(0, storageTasks.length) as readonly ResultOf<StorageTask>[];
      const dots = results.slice(storageTasks.length, storageTasks.length + pairTasks.length);
      const again = results.slice(storageTasks.length + pairTasks.length) as readonly ResultOf<ReEmbeddingTask>[];
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
        ...storageFigures({ rows, sizes: sizeRows, reEmbedding: reEmbeddingRows(reEmbedding, again) }),
        trainedEmbeddings(settings.seed),
      ];
    });
  },
};

function seedFor(seed: number, n: number, m: number): number {
  return deriveSeed(seed, "storage", n, m);
}

/** A report's sizes take about two seconds on two cores; the wide ones some minutes. */
function sizesFor({ seed, quick, wide }: Settings): Plan {
  const most = quick ? 2 ** 18 : wide ? Infinity : 2 ** 21;
  const factors = [2, 4, 16, 64];
  const ns = quick ? [64, 256] : wide ? [64, 256, 1024, 4096] : [64, 256, 1024];
  const random = ns.flatMap((n) =>
    factors.filter((factor) => factor * n * n <= most).map((factor) => ({ n, m: factor * n })),
  );
  const task = (size: { n: number; m: number }, family: StorageTask["family"]): StorageTask => {
    const { n, m } = size;
    const most = m / 2;
    const steps = [-6, -5, -4, -3, -2, -1, 0, 1, 2, 3].map((k) => Math.round(mostActive(size) * 2 ** (k / 2)));
    const ls = [...new Set([1, ...steps.filter((l) => l >= 1 && l <= most)])].sort((a, b) => a - b);
    const samples = Math.min(96, Math.max(16, Math.round(2 ** 16 / m)));
    const own = { kind: "storage", family, n, m, ls, samples, seed: seedFor(seed, n, m), repeat: 0 } as const;
    return family === "assignment" ? { ...own, S } : own;
  };
  const middle = ns.filter((n) => n <= (wide ? 1024 : 256));
  const assigned = middle.flatMap((n) =>
    factors.filter((factor) => factor * n <= maxCircuits({ P: n, S })).map((factor) => ({ n, m: factor * n })),
  );
  const equiangular = middle.map(equiangularDimension).map((n) => ({ n, m: 2 * n }));
  const mostPairs = wide ? Infinity : 2.2e9;
  const pairs = random.filter(({ n, m }) => (n * m * m) / 2 <= Math.min(mostPairs, 9e11));
  const [n, m, layers, samples] = [256, 1024, quick ? 4 : 8, 16];
  return {
    repeats: 3,
    sizes: [
      ...random.map((size) => task(size, "random")),
      ...assigned.map((size) => task(size, "assignment")),
      ...equiangular.map((size) => task(size, "equiangular")),
    ],
    pairs: wide ? [...pairs, { n: 256, m: 100_000 }, { n: 4096, m: 20_000 }] : pairs,
    reEmbedding: [1, 2, 4, 8].flatMap((l) =>
      [0, 1, 2].map((repeat): ReEmbeddingTask => {
        const own = deriveSeed(seed, "re-embedding", n, m, l);
        return { kind: "re-embedding", n, m, l, layers, samples, seed: own, repeat };
      }),
    ),
  };
}

/** Mean over draws, and its spread between them. */
function spread(values: readonly number[]): { readonly mean: number; readonly sd: number | null } {
  return { mean: mean(values), sd: standardDeviation(values) };
}

function noiseRows(task: StorageTask, draws: readonly ResultOf<StorageTask>[]): StorageRow[] {
  const { family, n, m } = task;
  return draws[0]!.map(({ l, amplitudes, samples }, index): StorageRow => {
    const of = (get: (noise: ResultOf<StorageTask>[number]) => number) =>
      spread(draws.map((draw) => get(draw[index]!)));
    const rms = of(({ inactive }) => Math.sqrt(inactive));
    const worst = of(({ worst }) => worst);
    const wrong = of(({ wrong }) => wrong);
    const wrongSamples = of(({ wrongSamples }) => wrongSamples);
    return {
      ...{ family, n, m, l, amplitudes, samples, repeats: draws.length },
      ...{ rms: rms.mean, rmsSd: rms.sd, worst: worst.mean, worstSd: worst.sd },
      ...{ wrong: wrong.mean, wrongSd: wrong.sd, wrongSamples: wrongSamples.mean, wrongSamplesSd: wrongSamples.sd },
    };
  });
}

function emptySize(family: StorageSizeRow["family"], n: number, m: number, repeats: number): StorageSizeRow {
  const none = { largest: null, largestSd: null, rms: null, rmsSd: null, boundary: null, boundarySd: null };
  const estimates = { largestTheory: largestDot({ n, m }), bound: noiseBound({ n, m }), welch: welchBound({ n, m }) };
  return { ...{ family, n, m, repeats }, ...none, ...estimates, boundaryTheory: mostActive({ n, m }) };
}

function largestOf(largest: readonly number[]): Pick<StorageSizeRow, "largest" | "largestSd"> {
  const { mean: value, sd } = spread(largest);
  return { largest: value, largestSd: sd };
}

function sizeRow(
  task: StorageTask,
  draws: readonly ResultOf<StorageTask>[],
  largest: readonly number[] | null,
): StorageSizeRow {
  const { family, n, m } = task;
  const first = draws.map((draw) =>
    Math.sqrt(draw.find(({ l, amplitudes }) => l === 1 && amplitudes === "boolean")!.inactive),
  );
  const boundaries = draws.map(boundaryOf);
  const found = boundaries.filter((value) => value !== null);
  const boundary = found.length === draws.length ? spread(found) : { mean: null, sd: null };
  // The other families' largest |dot| is known: two circuits share at most one neuron; all |dot| are equal.
  const known = family === "assignment" ? 1 / S : family === "equiangular" ? 1 / Math.sqrt(2 * n - 1) : null;
  const rms = spread(first);
  return {
    ...emptySize(family, n, m, draws.length),
    ...(largest === null ? { largest: known, largestSd: known === null ? null : 0 } : largestOf(largest)),
    ...{ rms: rms.mean, rmsSd: rms.sd, boundary: boundary.mean, boundarySd: boundary.sd },
  };
}

/** The l at which half of the samples have a feature read wrong, between the measured ones on a logarithmic scale; null outside. */
function boundaryOf(noises: ResultOf<StorageTask>): number | null {
  const own = noises.filter(({ amplitudes }) => amplitudes === "boolean");
  const above = own.findIndex(({ wrongSamples }) => wrongSamples >= 0.5);
  if (above <= 0) return null;
  const [a, b] = [own[above - 1]!, own[above]!];
  const share = (0.5 - a.wrongSamples) / (b.wrongSamples - a.wrongSamples);
  return a.l * (b.l / a.l) ** share;
}

function reEmbeddingRows(
  tasks: readonly ReEmbeddingTask[],
  results: readonly ResultOf<ReEmbeddingTask>[],
): ReEmbeddingRow[] {
  const ls = [...new Set(tasks.map(({ l }) => l))];
  return ls.flatMap((l) => {
    const own = tasks.flatMap((task, index) => (task.l === l ? [{ task, result: results[index]! }] : []));
    const { n, m, layers, samples } = own[0]!.task;
    return Array.from({ length: layers }, (_, k): ReEmbeddingRow => {
      const of = (get: (result: ResultOf<ReEmbeddingTask>) => readonly number[]) =>
        spread(own.map(({ result }) => get(result)[k]!));
      const [plain, thresholded, right] = [of((r) => r.plain), of((r) => r.thresholded), of((r) => r.right)];
      return {
        ...{ n, m, l, layer: k + 1, samples, repeats: own.length },
        ...{ plain: plain.mean, plainSd: plain.sd, thresholded: thresholded.mean, thresholdedSd: thresholded.sd },
        ...{ right: right.mean, plainTheory: (l / m) * ((1 + m / n) ** (k + 1) - 1), thresholdedTheory: l / n },
      };
    });
  });
}
