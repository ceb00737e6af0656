import { namedCapacity } from "./capacity.js";
import type { NamedExperiment } from "./named.js";
import { namedEmbeddings, namedReEmbedding, namedStoredFeatures } from "./re-embedding.js";
import { namedRandomVectors, namedStorage } from "./storage.js";

/** What `superpose run --experiment` knows besides the errors of a network. */
export const namedExperiments: readonly NamedExperiment[] = [
  namedCapacity,
  namedStorage,
  namedRandomVectors,
  namedReEmbedding,
  namedStoredFeatures,
  namedEmbeddings,
];
