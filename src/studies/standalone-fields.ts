import { featureFamilies } from "./storage/feature-families.js";
import type { SpecField } from "../config/fields.js";
import { capacityDefaults, reportDs } from "./bisection.js";

/**
 * What `superpose run --experiment` knows besides the errors of a network: names, questions and settings, without what runs
 * them, so that help answers at once.
 */

/** A field of a named experiment: circuits, which are more than a word or a list, none of them has. */
export type NamedField = Exclude<SpecField, { kind: "circuits" }>;

/** An experiment besides the errors of a network, with settings of its own. */
export interface NamedInfo {
  readonly id: string;
  readonly question: string;
  readonly fields: readonly NamedField[];
  /** Whether what to measure next depends on what was measured: the number of tasks is not known before. */
  readonly isAdaptive?: boolean;
}

/** The seed's field, which every experiment has. */
const seedField: NamedField = {
  name: "seed",
  kind: "whole",
  min: 0,
  max: Number.MAX_SAFE_INTEGER,
  default: 1,
  help: "results are a function of the other settings and the seed",
};

function wholeField(name: string, range: readonly [number, number], standard: number, help: string): NamedField {
  return { name, kind: "whole", min: range[0], max: range[1], default: standard, help };
}

function listField(
  name: string,
  range: readonly [number, number],
  standard: readonly number[],
  help: string,
): NamedField {
  return { name, kind: "wholes", min: range[0], max: range[1], maxLength: 64, default: standard, help };
}

export const capacityInfo: NamedInfo = {
  id: "capacity",
  question: "How does the largest number of circuits with small errors grow with the width D?",
  isAdaptive: true,
  fields: [
    listField("D", [16, 200_000], reportDs, "neurons per layer, multiples of 4 (rotations, d = 4)"),
    wholeField("S", [1, 64], capacityDefaults.S, "neurons that carry one circuit neuron"),
    wholeField("z", [1, 64], capacityDefaults.z, "circuits active at once"),
    wholeField("layer", [1, 100], capacityDefaults.layer, "the layer whose error decides"),
    {
      ...{ name: "threshold", kind: "number", min: 1e-9, max: 1, default: capacityDefaults.threshold },
      help: "the mean square error on x of active circuits that T circuits must stay below",
    },
    wholeField("samples", [16, 1_000_000], capacityDefaults.samples, "samples per network at D ≤ 1000, fewer above"),
    seedField,
  ],
};

export const storageInfo: NamedInfo = {
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

export const randomVectorsInfo: NamedInfo = {
  id: "random-vectors",
  question: "How nearly orthogonal are m random unit vectors in n dimensions, all pairs of them?",
  fields: [
    listField("n", [1, 65_536], [20, 40, 80], "dimensions"),
    listField("m", [2, 1_000_000], [640], "vectors"),
    wholeField("repeats", [1, 1000], 3, "draws"),
    seedField,
  ],
};

export const reEmbeddingInfo: NamedInfo = {
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

export const storedFeaturesInfo: NamedInfo = {
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

export const embeddingsInfo: NamedInfo = {
  id: "embeddings",
  question: "Which embedding of m features in n dimensions does training find, by its loss?",
  fields: [
    wholeField("n", [1, 64], 2, "dimensions"),
    listField("m", [2, 256], [3, 4, 5], "features"),
    wholeField("steps", [1, 100_000], 3000, "steps of training"),
    seedField,
  ],
};

export const namedInfos: readonly NamedInfo[] = [
  capacityInfo,
  storageInfo,
  randomVectorsInfo,
  reEmbeddingInfo,
  storedFeaturesInfo,
  embeddingsInfo,
];
