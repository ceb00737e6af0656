/** The public API that runs anywhere, as a list. Stages in order: circuits, assignment, network, measurement, theory, models. */

export { InputError } from "./base/errors.js";
export { blockSize, checkShape, meanSquaredOverlap, type Shape } from "./base/shape.js";
export { cosSinTurn, deriveSeed, RandomSequence } from "./base/random.js";

export {
  applyReadout,
  rotationReadouts,
  runAlone,
  weightOf,
  type Circuits,
  type InputDistribution,
  type InputsByCircuit,
  type Readout,
  type SharedInputs,
} from "./circuits/circuits.js";
export { customCircuits, customWeightsOf, rawCustomCircuits, type CustomWeights } from "./circuits/custom/custom.js";
export { extendDepth, runRawAlone, toCircuits, toRaw, type RawCircuits } from "./circuits/raw.js";
export { circuitsFromTensors, type NumberTensor } from "./circuits/custom/tensors.js";
export {
  anglesFromRadians,
  anglesFromTurns,
  fourDirections,
  randomTurns,
  rotations,
  rotationsOnDirections,
  rotationsOneIndicator,
  steps,
  threeDirections,
  type Angles,
  type Directions,
  type RotationGates,
} from "./circuits/rotation.js";
export {
  differences,
  indicatorCircuits,
  indicatorInputs,
  standardRamp,
  type IndicatorCircuits,
  type Ramp,
} from "./circuits/indicators.js";
export { sharpRamp, stateMachines, type StateMachines } from "./circuits/state-machines.js";
export { gateCircuits, gateNames, randomGates, type GateName, type GatePair } from "./circuits/gates.js";
export { lookups, randomTables } from "./circuits/lookup.js";
export { automata, countingWords, randomAutomata, type Automaton } from "./circuits/automata.js";
export { trainedCircuits, trainedFunctions, trainedMlps } from "./circuits/trained.js";
export { mix, type Mixed } from "./circuits/mix.js";
export { libraryCircuits, type LibraryCircuits } from "./circuits/kinds.js";
export type { LibrarySize } from "./circuits/kinds/kind.js";
export { checkCircuits, type CheckOptions, type Finding, type Place } from "./circuits/check/check.js";
export { probeAmplification, type Gain, type ProbeOptions } from "./circuits/check/amplification.js";
export { applyMend, largestActivations, mendNames, neededMend, type MendName } from "./circuits/mends/advised.js";
export { wrapWithIndicator, type IndicatorOptions } from "./circuits/mends/indicator.js";
export { followedBy, type Mended } from "./circuits/mends/mended.js";
export { rescaleBiases } from "./circuits/mends/rescale.js";
export { splitSigns } from "./circuits/mends/split.js";

export {
  circuitsByNeuron,
  loads,
  permuteRows,
  type Assignment,
  type AssignmentSize,
  type BlockAndRedundancy,
} from "./assignment/assignment.js";
export {
  assignmentConstructions,
  assignmentKinds,
  type AssignmentConstruction,
  type AssignmentKind,
} from "./assignment/constructions.js";
export { maxCircuits, primeSteps, stepSizes } from "./assignment/prime-steps.js";
export { maxTransversal, transversal } from "./assignment/transversal.js";
export { filled, maxFilled } from "./assignment/filled.js";
export { cyclic, maxCyclic } from "./assignment/cyclic.js";
export { cyclotomic, maxCyclotomic } from "./assignment/cyclotomic.js";
export { greedy, maxGreedy } from "./assignment/greedy.js";
export { balancedSubset } from "./assignment/balanced-subset.js";
export { freshBalanced, type FreshDraw } from "./assignment/fresh-balanced.js";
export { countDrives, partingLines, type PartingLines, type PartingSize } from "./assignment/parting.js";
export { linkSpectrum, overlapSpectrum, pairsNotParted } from "./assignment/spectra.js";
export {
  circuitsUpperBound,
  loadStatistics,
  measureOverlaps,
  predictOverlaps,
  sharesAtMostOne,
  type LoadStatistics,
  type MeasuredOverlaps,
  type Overlaps,
} from "./assignment/statistics.js";

export {
  constructions,
  factoredConstructions,
  gates,
  matrixConstructions,
  type Construction,
  type FactoredConstruction,
  type Gate,
  type MatrixConstruction,
} from "./network/construction.js";
export {
  fixedEmbedding,
  freshEmbedding,
  partingEmbedding,
  permutedEmbedding,
  schedules,
  type Embedding,
  type Schedule,
} from "./network/embedding.js";
export type {
  CircuitReadout,
  CircuitsTerm,
  CopyTerm,
  DenseTerm,
  Layer,
  LinksTerm,
  Part,
  ScaledMatrix,
  SumTerm,
  Term,
} from "./network/layer.js";
export { findLinks, suppression, type Links } from "./network/connections.js";
export { buildNetwork, type Network, type NetworkOptions } from "./network/network.js";
export { denseBias, denseWeights, type Layered } from "./network/dense.js";
export {
  asMultiPart,
  readoutMatrix,
  type CircuitRead,
  type CodeRead,
  type MultiPartNetwork,
  type Read,
  type Write,
} from "./network/multi-part.js";
export { compress, type SparseMatrix } from "./network/sparse.js";
export type { Design, DesignOptions } from "./designs/design.js";
export { designNames, designOf, designs, type DesignName } from "./designs/designs.js";
export { cleaners, type CleanerName } from "./designs/cleaners.js";
export type { Cleaner, CleanerLayer } from "./network/cleaner.js";
export { parseCase, type CaseExpected, type CaseInput } from "./network/case.js";

export type { Kernels } from "./kernels/kernels.js";
export { referenceKernels } from "./kernels/twin/kernels.js";
export { wasmKernels } from "./kernels/wasm.js";
export { denseModel, type DenseModel, type Unembedding } from "./network/dense-model.js";
export { DenseEngine, type DenseEngineOptions } from "./engine/dense.js";
export { SparseEngine, type Noise, type SparseOptions, type TileOptions } from "./engine/sparse.js";
export { runCleaner, type CleaningInput } from "./studies/cleaning/measure.js";
export { searchWorst, type AdversaryInput, type WorstCase } from "./engine/worst-case-search.js";
export { runCase } from "./engine/run-case.js";
export { measure, type MeasureInput } from "./results/measure.js";
export { readAll } from "./engine/readout.js";
export { FactoredEngine, type RandomInput, type FactoredOptions, type TileWidth } from "./engine/factored.js";
export { mergeSums, WRONG, type LayerSums } from "./engine/sums.js";

export { predictErrors, predictTerms, type PredictedError, type PredictedTerms } from "./theory/errors.js";
export { circuitExpectations, type Expectations } from "./theory/expectations.js";
export {
  capacityLoad,
  circuitsPerParameter,
  correctionKappa,
  embeddingMatrixError,
  expectedActiveFraction,
  expectedOverlap,
  expectedSquaredOverlap,
  sharingProbability,
} from "./theory/overlap.js";
export {
  activeIndicatorError,
  activeRotationError,
  earlierRotationError,
  inactiveRotationError,
} from "./theory/rotation.js";
export {
  distinguishableLevels,
  largestDot,
  meanSquaredDot,
  mostActive,
  mostFeatures,
  noiseBound,
  noiseOfActive,
} from "./theory/storage.js";

export { collect, type Executor } from "./jobs/execute.js";
export { LocalExecutor } from "./workers/local.js";
export { exportModel, importModel, type ImportedModel } from "./exchange/model.js";
export { modelFromTensors, modelTensors } from "./exchange/model-tensors.js";
export { modelFiles, type ModelFile, type ModelFilesText } from "./exchange/model-files.js";
export { multiPartFiles } from "./exchange/multi-part-files.js";
export { multiPartTensors } from "./exchange/multi-part-tensors.js";
export { readNpz, writeNpz } from "./exchange/npz.js";
export { readSafetensors, writeSafetensors, type TensorFile } from "./exchange/safetensors.js";
export { dtypes, numbersOf, type Dtype, type Tensor } from "./exchange/tensor.js";

export { parseSpec } from "./config/parse-spec.js";
export { specHash } from "./config/hash.js";
export { type RunSpec } from "./config/run-spec.js";
export type { Activity, ErrorRow, Statistic } from "./results/rows.js";
export type { Trajectory } from "./studies/trajectories/rows.js";
export { measureModel, type ModelInput } from "./runs/measure-model.js";
export { buildCircuits, buildMultiPartNetwork, buildRunNetwork } from "./config/build.js";
