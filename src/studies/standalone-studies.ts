import { standaloneCapacity } from "./capacity/standalone.js";
import { standaloneRandomVectors } from "./random-vectors/standalone.js";
import type { StandaloneStudy } from "./standalone.js";
import { standaloneEmbeddings } from "./storage/embeddings-standalone.js";
import { standaloneReEmbedding } from "./storage/re-embedding-standalone.js";
import { standaloneStorage } from "./storage/standalone.js";
import { standaloneStoredFeatures } from "./storage/stored-features-standalone.js";

/** What `superpose run --experiment` knows besides the errors of a network. */
export const standaloneStudies: readonly StandaloneStudy[] = [
  standaloneCapacity,
  standaloneStorage,
  standaloneRandomVectors,
  standaloneReEmbedding,
  standaloneStoredFeatures,
  standaloneEmbeddings,
];
