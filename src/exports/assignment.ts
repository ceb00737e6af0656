/**
 * Assignments, which determine the neurons of each circuit: all constructions, their capacities and their statistics.
 * [E7]–[E9]
 */

export { circuitsByNeuron, loads as neuronLoads, permuteRows } from "../assignment/assignment.js";
export { assignmentConstructions, assignmentKinds } from "../assignment/constructions.js";
export { maxCircuits, primeSteps, stepSizes } from "../assignment/prime-steps.js";
export { maxTransversal, transversal as transversalAssignment } from "../assignment/transversal.js";
export { filled as filledAssignment, maxFilled } from "../assignment/filled.js";
export { cyclic as cyclicAssignment, maxCyclic } from "../assignment/cyclic.js";
export { cyclotomic as cyclotomicAssignment, maxCyclotomic } from "../assignment/cyclotomic.js";
export { greedy as greedyAssignment, maxGreedy } from "../assignment/greedy.js";
export { balancedSubset } from "../assignment/balanced-subset.js";
export { freshBalanced } from "../assignment/fresh-balanced.js";
export { countDrives, partingLines } from "../assignment/parting.js";
export { linkSpectrum, overlapSpectrum, pairsNotParted } from "../assignment/spectra.js";
export {
  circuitsUpperBound,
  loadStatistics,
  measureOverlaps,
  predictOverlaps,
  sharesAtMostOne,
} from "../assignment/statistics.js";
export {
  fixedEmbedding,
  freshEmbedding,
  partingEmbedding,
  permutedEmbedding,
  schedules,
} from "../network/embedding.js";

export type { Assignment, AssignmentSize, BlockAndRedundancy } from "../assignment/assignment.js";
export type { AssignmentConstruction, AssignmentKind } from "../assignment/constructions.js";
export type { FreshDraw } from "../assignment/fresh-balanced.js";
export type { PartingLines, PartingSize } from "../assignment/parting.js";
export type { LoadStatistics, MeasuredOverlaps, Overlaps } from "../assignment/statistics.js";
export type { Embedding, Schedule } from "../network/embedding.js";
