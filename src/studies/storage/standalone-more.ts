import { InputError } from "../../base/errors.js";
import { collect } from "../../jobs/execute.js";
import type { ReEmbeddingTask } from "./re-embedding.js";
import type { StoredFeaturesTask } from "./stored-features.js";
import { losses, trainAutoencoder } from "./autoencoder.js";
import { deriveSeed } from "../../base/random.js";
import { mostFeatures } from "../../theory/storage.js";
import { storedRows } from "../capacity/storing-plan.js";
import { reEmbeddingRows } from "./statistics.js";
import { embeddingsInfo, reEmbeddingInfo, storedFeaturesInfo } from "../standalone-fields.js";
import { named } from "../standalone.js";

interface ReEmbeddingSettings {
  readonly n: number;
  readonly m: number;
  readonly l: readonly number[];
  readonly layers: number;
  readonly samples: number;
  readonly repeats: number;
  readonly seed: number;
}

/** Noise of features that are read and stored anew, figure S4 with sizes of one's own. [E26] */
export const namedReEmbedding = named<ReEmbeddingSettings>({
  ...reEmbeddingInfo,
  check({ n, m, l }) {
    const most = Math.max(...l);
    if (most > m) throw new InputError(`l = ${most}: at most m = ${m} can be active.`);
    if (n * m > 1e8) throw new InputError(`n = ${n}, m = ${m}: n·m must be at most 1e8.`);
  },
  async run({ l: ls, repeats, seed, ...size }, run) {
    const tasks = [...new Set(ls)].flatMap((l) =>
      Array.from({ length: repeats }, (_, repeat): ReEmbeddingTask => {
        const own = deriveSeed(seed, "re-embedding", size.n, size.m, l);
        return { kind: "re-embedding", ...size, l, seed: own, repeat };
      }),
    );
    const rows = reEmbeddingRows(tasks, await collect(run(tasks, tasks.length)));
    return {
      rows,
      table: {
        caption: "Mean squared noise of a feature",
        columns: [
          ...["l", "times read", "as it is", "(l/m)((1+m/n)^k − 1)", "set to 0 or 1", "l/n", "samples all right"],
        ],
        rows: rows.map((row) => [
          ...[row.l, row.layer, row.plain, row.plainTheory, row.thresholded, row.thresholdedTheory, row.right],
        ]),
      },
      sentence: `Without a threshold the noise grows ${1 + size.m / size.n}-fold each time; with one it stays while all are right.`,
    };
  },
});

interface StoredSettings {
  readonly n: readonly number[];
  readonly l: number;
  readonly layers: number;
  readonly most: number;
  readonly samples: number;
  readonly seed: number;
}

/** How many features can be stored, and kept through layers, part of figure S5 with sizes of one's own. [E26] */
export const namedStoredFeatures = named<StoredSettings>({
  ...storedFeaturesInfo,
  check({ l, most }) {
    if (l >= most) throw new InputError(`most = ${most}: must be more than l = ${l}.`);
  },
  async run({ n: ns, l, layers, most, samples, seed }, run) {
    const tasks = ns.flatMap((n) =>
      Array.from({ length: layers }, (_, repeat): StoredFeaturesTask => {
        return { kind: "stored-features", n, l, most, samples, seed: deriveSeed(seed, "stored-features", n), repeat };
      }),
    );
    const results = await collect(run(tasks, tasks.length));
    const rows = storedRows(ns, layers, results, most).map(({ what, D, count, low, high, censored }) => {
      return { what, n: D, count, low, high, censored, estimate: mostFeatures(D, l) / (what === "kept" ? layers : 1) };
    });
    return {
      rows,
      table: {
        caption: `Features until one is read wrong, ${l} active [E26]`,
        columns: ["what", "n", "count", "from", "to", "estimate", "lower bound"],
        rows: rows.map((row) => [
          ...[row.what, row.n, row.count, row.low, row.high, row.estimate, row.censored ? "yes" : "no"],
        ]),
      },
      sentence: `stored: read once; kept: read right through ${layers} layers. The estimates are exp(n/(8l)) and that over ${layers}.`,
    };
  },
});

interface EmbeddingsSettings {
  readonly n: number;
  readonly m: readonly number[];
  readonly steps: number;
  readonly seed: number;
}

/** Embeddings by training, figure S6 with sizes of one's own. */
export const namedEmbeddings = named<EmbeddingsSettings>({
  ...embeddingsInfo,
  async run({ n, m: ms, steps, seed }) {
    const rows = ms.flatMap((m) =>
      losses.map((loss) => {
        const { vectors, ...rest } = trainAutoencoder({
          n,
          m,
          loss,
          seed: deriveSeed(seed, "autoencoder", m, loss),
          steps,
        });
        return { n, m, trainedOn: loss, ...rest, leastMeanSquare: Math.max(0, m - n) / m ** 2, vectors };
      }),
    );
    return {
      rows,
      table: {
        caption: "After training",
        columns: ["n", "m", "loss", "its value", "mean square error", "(m−n)/m²", "shortest / longest vector"],
        rows: rows.map(({ m, trainedOn, loss, meanSquare, leastMeanSquare, vectors }) => {
          const lengths = vectors.map((vector) => Math.hypot(...vector));
          const even = Math.min(...lengths) / Math.max(...lengths);
          return [n, m, trainedOn, loss, meanSquare, leastMeanSquare, even];
        }),
      },
      sentence: "Every orthogonal projection of rank n has the mean square error (m−n)/m²: it prefers none.",
    };
  },
});
