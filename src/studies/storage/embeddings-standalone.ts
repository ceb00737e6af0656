import { deriveSeed } from "../../base/random.js";
import { standaloneStudy } from "../standalone.js";
import { finishAsync } from "../../base/steps-async.js";
import { autoencoderSteps, losses } from "./autoencoder.js";
import { embeddingsInfo } from "./settings.js";

/** Trained embeddings: figure S6 with given sizes. */
export const standaloneEmbeddings = standaloneStudy({
  ...embeddingsInfo,
  async run({ n, m: ms, steps, seed }, _run, watch) {
    const asked = ms.flatMap((m) => losses.map((loss) => ({ m, loss })));
    const rows = [];
    for (const [k, { m, loss }] of asked.entries()) {
      const input = { n, m, loss, seed: deriveSeed(seed, "autoencoder", m, loss), steps };
      // The training is done in this thread, so it must pause to let signals be handled and progress be shown.
      const { vectors, ...rest } = await finishAsync(autoencoderSteps(input), {
        signal: watch.signal,
        onProgress: (share) => watch.onProgress?.((k + share) / asked.length),
      });
      rows.push({ n, m, trainedOn: loss, ...rest, leastMeanSquare: Math.max(0, m - n) / m ** 2, vectors });
    }
    return {
      rows,
      table: {
        caption: "After training",
        columns: ["n", "m", "loss", "its value", "mean squared error", "(m−n)/m²", "shortest / longest vector"],
        rows: rows.map(({ m, trainedOn, loss, meanSquare, leastMeanSquare, vectors }) => {
          const lengths = vectors.map((vector) => Math.hypot(...vector));
          const even = Math.min(...lengths) / Math.max(...lengths);
          return [n, m, trainedOn, loss, meanSquare, leastMeanSquare, even];
        }),
      },
      sentence: "Every orthogonal projection of rank n has the same mean squared error, (m−n)/m².",
    };
  },
});
