import { deriveSeed } from "../../base/random.js";
import { standaloneStudy } from "../standalone.js";
import { losses, trainAutoencoder } from "./autoencoder.js";
import { embeddingsInfo } from "./settings.js";

/** Embeddings by training, figure S6 with sizes of one's own. */
export const standaloneEmbeddings = standaloneStudy({
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
