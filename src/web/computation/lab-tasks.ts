import { taskKindsOf } from "../../jobs/task.js";
import { chunkKind } from "../../runs/chunk.js";
import { incomingKind } from "../../runs/incoming.js";
import { sampleKind } from "../../runs/sample.js";
import { storageKind } from "../../studies/storage/measure.js";
import { nestedPathsKind } from "../../studies/trajectories/measure.js";
import { trainingStepsKind } from "./training-kind.js";

/** The kinds of tasks that the page runs. Including the other kinds would make the page a third larger. */
export const labTasks = taskKindsOf([
  chunkKind,
  sampleKind,
  incomingKind,
  storageKind,
  nestedPathsKind,
  trainingStepsKind,
]);
