import { storedReadouts } from "../../../src/studies/storage/distribution-figure.js";
import { embeddings } from "../../../src/studies/storage/embeddings-figure.js";
import { storageNoise, storageRatios } from "../../../src/studies/storage/noise-figure.js";
import { storageReadout, storageReEmbedding } from "../../../src/studies/storage/readout-figure.js";
import type { Drawings } from "../drawings.js";
import { ratioRows, reEmbeddingRows, storageRows, storageSizes, trainedEmbeddings } from "./fixed-rows.js";

export const drawings: Drawings = {
  S0: (options) =>
    storedReadouts(storageRows("random"), {
      ...{ ...options, l: 4, amplitudes: "boolean" },
      histogram: { range: [-1, 2], inactive: [0, 2, 40, 2, 0, 0], active: [0, 0, 0, 3, 1, 0] },
    }),
  S1: (options) => storageNoise(storageSizes(), options),
  S2: (options) => storageRatios(ratioRows(), options),
  S3: (options) => storageReadout([...storageRows("random"), ...storageRows("assignment")], options),
  S4: (options) => storageReEmbedding(reEmbeddingRows(), options),
  S6: (options) => embeddings(trainedEmbeddings, options),
};
