import { capacity } from "./capacity/plan.js";
import { cleaning } from "./cleaning/plan.js";
import { embeddingMatrix } from "./embedding-matrix/plan.js";
import { designComparison } from "./design-comparison/plan.js";
import { layerErrors } from "./layer-errors/plan.js";
import { oracleGate } from "./oracle-gate/plan.js";
import { randomVectors } from "./random-vectors/plan.js";
import { steps } from "./steps/plan.js";
import { storage } from "./storage/plan.js";
import { scaling } from "./scaling/plan.js";
import { terms } from "./error-terms/plan.js";
import { trajectories } from "./trajectories/plan.js";
import type { Experiment } from "./study.js";

/** Every experiment of section 8 of the specification. */
export const experiments: readonly Experiment[] = [
  trajectories,
  layerErrors,
  scaling,
  embeddingMatrix,
  randomVectors,
  oracleGate,
  steps,
  terms,
  capacity,
  storage,
  designComparison,
  cleaning,
];
