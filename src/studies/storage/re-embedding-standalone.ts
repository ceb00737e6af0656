import { InputError } from "../../base/errors.js";
import { deriveSeed } from "../../base/random.js";
import { collect } from "../../jobs/execute.js";
import { standaloneStudy } from "../standalone.js";
import type { ReEmbeddingTask } from "./re-embedding.js";
import { reEmbeddingInfo } from "./settings.js";
import { reEmbeddingRows } from "./statistics.js";

/** Noise of features that are read and stored repeatedly: figure S4 with given sizes. [E26] */
export const standaloneReEmbedding = standaloneStudy({
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
          ...["l", "times read", "as it is", "(l/m)((1+m/n)^k − 1)", "set to 0 or 1", "l/n", "samples all correct"],
        ],
        rows: rows.map((row) => [
          ...[row.l, row.layer, row.plain, row.plainTheory, row.thresholded, row.thresholdedTheory, row.right],
        ]),
      },
      sentence: `Without a threshold, the noise grows ${1 + size.m / size.n}-fold with each reading; with a threshold, it stays constant as long as all readouts are correct.`,
    };
  },
});
