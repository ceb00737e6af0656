import { choiceField, numberField, numbersField, wholeField, wholesField } from "../../config/fields.js";
import { seedField, type StandaloneInfo } from "../standalone-info.js";
import { featureFamilies } from "./feature-families.js";

// The settings of `superpose run --experiment` for the experiments `storage`, `re-embedding`, `stored-features` and
// `embeddings`.

export const storageInfo = {
  id: "storage",
  question:
    "How many of m features stored in n dimensions can be active at once, and how much do they disturb each other?",
  fields: [
    choiceField(
      "family",
      featureFamilies,
      "random",
      "unit vectors: `assignment` gives S-hot vectors, and `equiangular` needs m = 2n",
    ),
    wholesField("n", [2, 65_536], [256], "dimensions"),
    wholesField("m", [2, 10_000_000], [1024], "features"),
    numbersField("l", [1, 10_000], 64, "features active at once; default about n/(8 ln m)"),
    wholeField("S", [1, 64], 6, "neurons per feature (if family = assignment)"),
    wholeField("samples", [1, 10_000], 32, "samples in each repetition"),
    wholeField("repeats", [1, 1000], 3, "repetitions, each with new random vectors and samples"),
    seedField,
  ],
} as const satisfies StandaloneInfo;

export const reEmbeddingInfo = {
  id: "re-embedding",
  question: "What happens to stored features that are read and stored again, layer after layer?",
  fields: [
    wholeField("n", [2, 8192], 256, "dimensions"),
    wholeField("m", [2, 100_000], 1024, "features"),
    wholesField("l", [1, 10_000], [1, 2, 4, 8], "features active at once"),
    wholeField("layers", [1, 1000], 8, "number of readings"),
    wholeField("samples", [1, 10_000], 16, "samples in each repetition"),
    wholeField("repeats", [1, 1000], 3, "repetitions, each with new vectors and samples"),
    seedField,
  ],
} as const satisfies StandaloneInfo;

export const storedFeaturesInfo = {
  id: "stored-features",
  question: "How many features can n dimensions store, with l active at once, before a feature is read incorrectly?",
  fields: [
    wholesField("n", [2, 16_384], [300, 400, 500, 600, 700], "dimensions"),
    wholeField("l", [1, 512], 16, "features active at once"),
    wholeField("layers", [1, 100], 3, "number of layers that must keep the features"),
    wholeField("most", [2, 10_000_000], 4096, "largest number of features tried"),
    wholeField("samples", [1, 1000], 32, "samples"),
    seedField,
  ],
} as const satisfies StandaloneInfo;

export const embeddingsInfo = {
  id: "embeddings",
  question: "Which embedding of m features in n dimensions does training find with each loss?",
  fields: [
    wholeField("n", [1, 64], 2, "dimensions"),
    wholesField("m", [2, 256], [3, 4, 5], "features"),
    wholeField("steps", [1, 100_000], 3000, "training steps"),
    seedField,
  ],
} as const satisfies StandaloneInfo;

export const storageLawInfo = {
  id: "storage-law",
  question:
    "According to the exact law, how many of m features in n dimensions can be active if 50% or 95% of samples are to be correct?",
  fields: [
    wholesField("n", [1, 65_536], [128, 256, 512, 1024], "dimensions"),
    numbersField("m", [2, 1e300], 64, "features, up to 1e300; default n²"),
    numbersField("lnM", [0.7, 1e6], 64, "natural logarithm of m, given instead of m if m is too large to write"),
    choiceField(
      "threshold",
      ["half", "half-slack", "best"],
      "half",
      "threshold in units of an active feature's mean: ½, half-slack (½ plus half the difference between the noises), or the best",
    ),
    numberField("theta", [-10, 10], null, "your own threshold, in units of an active feature's mean"),
    wholeField("samples", [1, 1_000_000], 2000, "number of random samples used to check the integral at s95"),
    seedField,
  ],
} as const satisfies StandaloneInfo;
