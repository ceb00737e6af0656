import type { Study } from "./study.js";

/** What is known of a study before it is loaded, which takes the drawing library. */
export interface ListedStudy {
  /** Ids of its figures, as in section 8 of the specification. */
  readonly figures: readonly string[];
  readonly load: () => Promise<Study>;
}

/** Every study, in the order of the report. */
export const studies: readonly ListedStudy[] = [
  { figures: ["R1", "R2", "R3", "R4"], load: async () => (await import("./trajectories/plan.js")).trajectories },
  { figures: ["R5", "R6", "R7"], load: async () => (await import("./layer-errors/plan.js")).layerErrors },
  { figures: ["R8", "R9", "R10", "R11"], load: async () => (await import("./scaling/plan.js")).scaling },
  { figures: ["R-A2"], load: async () => (await import("./embedding-matrix/plan.js")).embeddingMatrix },
  { figures: ["T5"], load: async () => (await import("./random-vectors/plan.js")).randomVectors },
  { figures: ["T11"], load: async () => (await import("./oracle-gate/plan.js")).oracleGate },
  { figures: ["T13"], load: async () => (await import("./steps/plan.js")).steps },
  { figures: ["TERMS"], load: async () => (await import("./error-terms/plan.js")).terms },
  { figures: ["CAP", "S5"], load: async () => (await import("./capacity/plan.js")).capacity },
  { figures: ["S0", "S1", "S2", "S3", "S4", "S6"], load: async () => (await import("./storage/plan.js")).storage },
  { figures: ["S7"], load: async () => (await import("./linear-floors/plan.js")).linearFloors },
  {
    figures: ["D1", "D2", "D3", "D4"],
    load: async () => (await import("./design-comparison/plan.js")).designComparison,
  },
  { figures: ["STRESS"], load: async () => (await import("./stress/plan.js")).stressStudy },
  { figures: ["AND1", "AND2"], load: async () => (await import("./universal-and/plan.js")).universalAnd },
  { figures: ["CC1", "CC2", "CC5"], load: async () => (await import("./trained-networks/plan.js")).trainedNetworks },
  { figures: ["TR1", "TR2"], load: async () => (await import("./trained-circuits/plan.js")).trainedCircuits },
  {
    figures: ["CC3", "CC4"],
    load: async () => (await import("./compressed-computation/plan.js")).compressedComputation,
  },
  { figures: ["CLEAN"], load: async () => (await import("./cleaning/plan.js")).cleaning },
];

/** The ids of all figures, in the order of the report. */
export const figureIds: readonly string[] = studies.flatMap(({ figures }) => figures);
