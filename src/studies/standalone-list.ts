import { namedCapacity } from "./capacity/standalone.js";
import type { NamedExperiment } from "./standalone.js";
import { namedEmbeddings, namedReEmbedding, namedStoredFeatures } from "./storage/standalone-more.js";
import { namedRandomVectors, namedStorage } from "./storage/standalone.js";

/** What `superpose run --experiment` knows besides the errors of a network. */
export const namedExperiments: readonly NamedExperiment[] = [
  namedCapacity,
  namedStorage,
  namedRandomVectors,
  namedReEmbedding,
  namedStoredFeatures,
  namedEmbeddings,
];
