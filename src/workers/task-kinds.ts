import { taskKindsOf } from "../jobs/task.js";
import { chunkKind } from "../runs/chunk.js";
import { sampleKind } from "../runs/sample.js";
import { cleaningKind } from "../studies/cleaning/measure.js";
import { compressedBuildKind, compressedLossKind } from "../studies/compressed-computation/measure.js";
import { designKind } from "../studies/design-comparison/measure.js";
import { embeddingMatrixKind } from "../studies/embedding-matrix/measure.js";
import { termsKind } from "../studies/error-terms/measure.js";
import { linearFloorsKind } from "../studies/linear-floors/measure.js";
import { trainedFloorsKind } from "../studies/linear-floors/trained.js";
import { randomVectorsKind } from "../studies/random-vectors/measure.js";
import { storageLawKind } from "../studies/storage/law.js";
import { storageKind } from "../studies/storage/measure.js";
import { reEmbeddingKind } from "../studies/storage/re-embedding.js";
import { storedFeaturesKind } from "../studies/storage/stored-features.js";
import { stressDetailsKind, stressKind } from "../studies/stress/measure.js";
import { trainedCircuitsKind } from "../studies/trained-circuits/measure.js";
import { trainingKind } from "../studies/trained-networks/measure.js";
import { nestedPathsKind, trajectoriesKind } from "../studies/trajectories/measure.js";
import { andCountKind } from "../studies/universal-and/one-axis-measure.js";
import { universalAndKind } from "../studies/universal-and/measure.js";

/** Every kind of task that a worker can run, one per line. */
export const taskKinds = taskKindsOf([
  chunkKind,
  sampleKind,
  trajectoriesKind,
  nestedPathsKind,
  termsKind,
  designKind,
  embeddingMatrixKind,
  randomVectorsKind,
  storageKind,
  storageLawKind,
  linearFloorsKind,
  trainedFloorsKind,
  universalAndKind,
  andCountKind,
  compressedBuildKind,
  compressedLossKind,
  trainingKind,
  trainedCircuitsKind,
  reEmbeddingKind,
  storedFeaturesKind,
  cleaningKind,
  stressKind,
  stressDetailsKind,
]);
