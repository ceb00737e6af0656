import { capacityInfo } from "./capacity/settings.js";
import { compressedInfo } from "./compressed-computation/settings.js";
import { linearFloorsInfo } from "./linear-floors/settings.js";
import { randomVectorsInfo } from "./random-vectors/settings.js";
import type { StandaloneInfo } from "./standalone-info.js";
import type { StandaloneStudy } from "./standalone.js";
import {
  embeddingsInfo,
  reEmbeddingInfo,
  storageInfo,
  storageLawInfo,
  storedFeaturesInfo,
} from "./storage/settings.js";
import { universalAndInfo } from "./universal-and/settings.js";

/** Facts about a standalone study that are known without loading its code or the drawing library. */
export interface ListedStandaloneStudy extends StandaloneInfo {
  readonly load: () => Promise<StandaloneStudy>;
}

/**
 * The experiments of `superpose run --experiment`, except the default (the errors of a network), in the order of the
 * help text.
 */
export const standaloneStudies: readonly ListedStandaloneStudy[] = [
  { ...capacityInfo, load: async () => (await import("./capacity/standalone.js")).standaloneCapacity },
  { ...storageInfo, load: async () => (await import("./storage/standalone.js")).standaloneStorage },
  { ...randomVectorsInfo, load: async () => (await import("./random-vectors/standalone.js")).standaloneRandomVectors },
  {
    ...reEmbeddingInfo,
    load: async () => (await import("./storage/re-embedding-standalone.js")).standaloneReEmbedding,
  },
  {
    ...storedFeaturesInfo,
    load: async () => (await import("./storage/stored-features-standalone.js")).standaloneStoredFeatures,
  },
  { ...linearFloorsInfo, load: async () => (await import("./linear-floors/standalone.js")).standaloneLinearFloors },
  { ...storageLawInfo, load: async () => (await import("./storage/law-standalone.js")).standaloneStorageLaw },
  {
    ...universalAndInfo,
    load: async () => (await import("./universal-and/standalone.js")).standaloneUniversalAnd,
  },
  {
    ...compressedInfo,
    load: async () => (await import("./compressed-computation/standalone.js")).standaloneCompressed,
  },
  { ...embeddingsInfo, load: async () => (await import("./storage/embeddings-standalone.js")).standaloneEmbeddings },
];
