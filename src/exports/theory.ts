/**
 * Theory: the formulas of sections 6 and 7 of the specification, as pure functions, and the floors of linear readout,
 * which are measured with the core.
 */

export { predictErrors, predictTerms } from "../theory/errors.js";
export { naiveErrors, shareLeftOut } from "../theory/naive.js";
export { circuitExpectations } from "../theory/expectations.js";
export {
  capacityLoad,
  circuitsPerParameter,
  correctionKappa,
  embeddingMatrixError,
  expectedActiveFraction,
  expectedOverlap,
  expectedSquaredOverlap,
  sharingProbability,
} from "../theory/overlap.js";
export {
  activeIndicatorError,
  activeRotationError,
  earlierRotationError,
  inactiveRotationError,
} from "../theory/rotation.js";
export {
  distinguishableLevels,
  largestDot,
  largestDotLaw,
  meanSquaredDot,
  mostActive,
  mostFeatures,
  noiseBound,
  noiseOfActive,
} from "../theory/storage.js";
export {
  halfSlackThreshold,
  activeAtShare,
  mostActiveAllRight,
  probabilityAllRight,
  sampleExtremeReadouts,
  sharpWidths,
  thresholdValue,
} from "../theory/stored-features.js";
export {
  bestProbability,
  expectedWrongGates,
  mostUniversalInputs,
  universalAndErrors,
  universalAndOverZero,
} from "../theory/universal-and.js";
export { chosenGatesRight, mostChosenGates } from "../theory/chosen-gates.js";
export { linearFloors } from "../engine/linear-floors.js";
export { baselineLosses, verdictOf } from "../training/verdict.js";
export { chiSquared, normalPair, RandomSequence } from "../base/random.js";
export { meanSquaredOverlap } from "../base/shape.js";

export type { StreamName } from "../base/random.js";
export type { WasmMemory } from "../base/host.js";
export type { LinearFloors, LinearReadout } from "../engine/linear-floors.js";
export type { Kernels } from "../kernels/kernels.js";
export type { Shape } from "../base/shape.js";
export type { Circuits, InputDistribution, InputsByCircuit, Readout, SharedInputs } from "../circuits/circuits.js";
export type { PredictedError, PredictedTerms } from "../theory/errors.js";
export type { Expectations } from "../theory/expectations.js";
export type { ExtremeReadouts, SharpWidths, StoredFeatures, Threshold } from "../theory/stored-features.js";
export type { ChosenGates } from "../theory/chosen-gates.js";
export type { UniversalAnd } from "../theory/universal-and.js";
export type { NaiveErrors } from "../theory/naive.js";
export type { EmbeddingMatrixVariant, OverlapShape } from "../theory/overlap.js";
export type { Storage } from "../theory/storage.js";
export type { BaselineLosses, Verdict } from "../training/verdict.js";
