import { capacityInfo } from "./capacity/settings.js";
import { randomVectorsInfo } from "./random-vectors/settings.js";
import type { StandaloneInfo } from "./standalone-info.js";
import { embeddingsInfo, reEmbeddingInfo, storageInfo, storedFeaturesInfo } from "./storage/settings.js";

/** The standalone studies, in the order of help. */
export const standaloneInfos: readonly StandaloneInfo[] = [
  capacityInfo,
  storageInfo,
  randomVectorsInfo,
  reEmbeddingInfo,
  storedFeaturesInfo,
  embeddingsInfo,
];
