import { losses, meanSquareOf, randomProjection, trainAutoencoder } from "./autoencoder.js";
import { deriveSeed } from "../../base/random.js";
import { embeddings } from "./embeddings-figure.js";
import { shortNumber } from "../../drawing/numbers.js";
import type { FigureDraft } from "../study.js";

/** S6: the embedding that training finds with each loss. Takes less than a second. */
export function trainedEmbeddings(seed: number): FigureDraft {
  const n = 2;
  const rows = [3, 4, 5].flatMap((m) =>
    losses.map((loss) => {
      const own = deriveSeed(seed, "autoencoder", m, loss);
      return { m, ...trainAutoencoder({ n, m, loss, seed: own }), name: loss };
    }),
  );
  const projections = 200;
  const furthest = Math.max(
    ...[3, 4, 5].flatMap((m) =>
      Array.from({ length: projections }, (_, k) => {
        const projection = randomProjection(n, m, deriveSeed(seed, "projection", m, k));
        return Math.abs(meanSquareOf(projection) - (m - n) / m ** 2);
      }),
    ),
  );
  return {
    id: "S6",
    question: "Does training put features into superposition?",
    settings: [
      ["autoencoder", "y = EᵀE x, m = 3, 4, 5 features in n = 2 dimensions; biases only with binary cross-entropy"],
      ["data", "the m inputs in which exactly one feature is active, with amplitude 1"],
      ["training", "Adam from small random numbers, 3,000 steps, rate 0.02 falling to 0"],
    ],
    howToRead:
      "With one active feature of amplitude 1 and no bias, every embedding that is an orthogonal projection of rank n has the same mean " +
      `square error, (m−n)/m²: ${projections} random projections for each m differ from this value by at most ${shortNumber(furthest, 1)}, i.e. rounding error. ` +
      "(The setting and the argument come from Linsefors, “MSE loss does not generate superposition”.) " +
      "So MSE prefers none of these embeddings, and the result depends only on the starting point. L4 penalises the largest " +
      "error: it spreads the features evenly as lines through the origin. For categorical cross-entropy, it matters only which feature is active, " +
      "not its amplitude; this loss places the vectors on a polygon. Binary cross-entropy decides for each feature separately whether it is active; with more features than " +
      "it can separate, training from some starting points drops one of them (its vector has length 0).",
    samples: "all inputs",
    networks: "1",
    rows: rows.map(({ m, name, loss, meanSquare, vectors }) => ({ loss: name, m, value: loss, meanSquare, vectors })),
    theory: {
      caption: "After training; (m−n)/m² is the least mean squared error",
      columns: ["m", "loss", "its value", "mean squared error", "(m−n)/m²", "shortest / longest vector"],
      rows: rows.map(({ m, name, loss, meanSquare, vectors }) => {
        const lengths = vectors.map((vector) => Math.hypot(...vector));
        const even = Math.min(...lengths) / Math.max(...lengths);
        return [m, name, loss, meanSquare, (m - n) / m ** 2, even];
      }),
    },
    comparisonNote: "The claim is about the loss and is checked by a test; there are no numbers to compare with.",
    draw: (options) =>
      embeddings(
        rows.map(({ m, name, vectors }) => ({ m, loss: name, vectors })),
        options,
      ),
  };
}
