import type { Study } from "./study.js";

/** Names of the parts of the report. */
export type FigureGroup = "reproduction" | "storing" | "hand-made" | "trained" | "designs" | "scale";

/** Facts about a study that are known without loading its code or the drawing library. */
export interface ListedStudy {
  /** Ids of the study's figures, as in section 8 of the specification. */
  readonly figures: readonly string[];
  /** The part of the report that contains the study's figures. */
  readonly group: FigureGroup;
  readonly load: () => Promise<Study>;
}

/** Every study, in the order of the report. */
export const studies: readonly ListedStudy[] = [
  ...inGroup("reproduction", [
    [["R1", "R2", "R3", "R4"], async () => (await import("./trajectories/plan.js")).trajectories],
    [["R5", "R6", "R7"], async () => (await import("./layer-errors/plan.js")).layerErrors],
    [["R8", "R9", "R10", "R11"], async () => (await import("./scaling/plan.js")).scaling],
    [["R-A2"], async () => (await import("./embedding-matrix/plan.js")).embeddingMatrix],
    [["T5"], async () => (await import("./random-vectors/plan.js")).randomVectors],
    [["T11"], async () => (await import("./oracle-gate/plan.js")).oracleGate],
    [["T13"], async () => (await import("./steps/plan.js")).steps],
    [["TERMS"], async () => (await import("./error-terms/plan.js")).terms],
  ]),
  ...inGroup("storing", [
    [["S0", "S1", "S2", "S3", "S4", "S6"], async () => (await import("./storage/plan.js")).storage],
    [["S7"], async () => (await import("./linear-floors/plan.js")).linearFloors],
  ]),
  ...inGroup("hand-made", [
    [["AND1", "AND2"], async () => (await import("./universal-and/plan.js")).universalAnd],
    [["CC3", "CC4"], async () => (await import("./compressed-computation/plan.js")).compressedComputation],
  ]),
  ...inGroup("trained", [
    [["CC1", "CC2", "CC5"], async () => (await import("./trained-networks/plan.js")).trainedNetworks],
    [["TR1", "TR2"], async () => (await import("./trained-circuits/plan.js")).trainedCircuits],
  ]),
  ...inGroup("designs", [
    [["D1", "D2", "D3", "D4"], async () => (await import("./design-comparison/plan.js")).designComparison],
    [["STRESS"], async () => (await import("./stress/plan.js")).stressStudy],
    [["CLEAN"], async () => (await import("./cleaning/plan.js")).cleaning],
  ]),
  ...inGroup("scale", [[["CAP", "S5"], async () => (await import("./capacity/plan.js")).capacity]]),
];

function inGroup(
  group: FigureGroup,
  own: readonly (readonly [ListedStudy["figures"], ListedStudy["load"]])[],
): ListedStudy[] {
  return own.map(([figures, load]) => ({ figures, group, load }));
}

/** The ids of all figures, in the order of the report. */
export const figureIds: readonly string[] = studies.flatMap(({ figures }) => figures);
