import { listField, seedField, wholeField, type StandaloneInfo } from "../standalone-info.js";
import { featureFamilies } from "./feature-families.js";

// `superpose run --experiment` storage, re-embedding, stored-features and embeddings.

export const storageInfo: StandaloneInfo = {
  id: "storage",
  question:
    "How many of m features stored in n dimensions can be active at once, and how much do they disturb each other?",
  fields: [
    {
      ...{ name: "family", kind: "choice", choices: featureFamilies, default: "random" },
      help: "unit vectors; those of the assignment are S-hot, equiangular ones have m = 2n",
    },
    listField("n", [2, 65_536], [256], "dimensions"),
    listField("m", [2, 10_000_000], [1024], "features"),
    {
      ...{ name: "l", kind: "numbers", min: 1, max: 10_000, maxLength: 64, default: null },
      help: "features active at once; left out, about n/(8 ln m)",
    },
    wholeField("S", [1, 64], 6, "neurons per feature (family assignment)"),
    wholeField("samples", [1, 10_000], 32, "samples in each draw"),
    wholeField("repeats", [1, 1000], 3, "draws of the vectors"),
    seedField,
  ],
};

export const reEmbeddingInfo: StandaloneInfo = {
  id: "re-embedding",
  question: "What becomes of stored features that are read and stored anew, layer after layer?",
  fields: [
    wholeField("n", [2, 8192], 256, "dimensions"),
    wholeField("m", [2, 100_000], 1024, "features"),
    listField("l", [1, 10_000], [1, 2, 4, 8], "features active at once"),
    wholeField("layers", [1, 1000], 8, "times that features are read"),
    wholeField("samples", [1, 10_000], 16, "samples in each draw"),
    wholeField("repeats", [1, 1000], 3, "draws"),
    seedField,
  ],
};

export const storedFeaturesInfo: StandaloneInfo = {
  id: "stored-features",
  question: "How many features can n dimensions store, l active at once, until one is read wrong?",
  fields: [
    listField("n", [2, 16_384], [300, 400, 500, 600, 700], "dimensions"),
    wholeField("l", [1, 512], 16, "features active at once"),
    wholeField("layers", [1, 100], 3, "layers that features are kept through"),
    wholeField("most", [2, 10_000_000], 4096, "no more features than this are tried"),
    wholeField("samples", [1, 1000], 32, "samples"),
    seedField,
  ],
};

export const embeddingsInfo: StandaloneInfo = {
  id: "embeddings",
  question: "Which embedding of m features in n dimensions does training find, by its loss?",
  fields: [
    wholeField("n", [1, 64], 2, "dimensions"),
    listField("m", [2, 256], [3, 4, 5], "features"),
    wholeField("steps", [1, 100_000], 3000, "steps of training"),
    seedField,
  ],
};

export const storageLawInfo: StandaloneInfo = {
  id: "storage-law",
  question: "How many of m features in n dimensions can be active until 50 % and 95 % of samples are right, exactly?",
  fields: [
    listField("n", [1, 65_536], [128, 256, 512, 1024], "dimensions"),
    {
      ...{ name: "m", kind: "numbers", min: 2, max: 1e300, maxLength: 64, default: null },
      help: "features, up to 1e300; left out, n²",
    },
    {
      ...{ name: "threshold", kind: "choice", choices: ["half", "half-slack", "best"], default: "half" },
      help: "where a readout counts as on: ½, moved up by half of what the noises differ, or the best",
    },
    {
      ...{ name: "theta", kind: "number", min: -10, max: 10, default: null },
      help: "a threshold of one's own instead, in units of an active feature's mean",
    },
    wholeField("samples", [1, 1_000_000], 2000, "samples drawn at s95 beside the integral"),
    seedField,
  ],
};
