/**
 * The core: circuits, assignment, network, measurement and theory, in the order in which they are used. It runs
 * anywhere, because it needs no file system and no threads. Everything else has separate entry points, listed in
 * exports/.
 */

export { InputError } from "./base/errors.js";
export { blockSize, checkShape } from "./base/shape.js";
export { deriveSeed, RandomSequence } from "./base/random.js";
export {
  rotations,
  rotationsOneIndicator,
  steps as stepCircuits,
  anglesFromTurns,
  anglesFromRadians,
  randomTurns,
} from "./circuits/rotation.js";
export { applyReadout, runAlone } from "./circuits/circuits.js";
export { customCircuits, customWeightsOf } from "./circuits/custom/custom.js";
export { circuitsFromTensors } from "./circuits/custom/tensors.js";
export { stateMachines } from "./circuits/state-machines.js";
export { gateCircuits } from "./circuits/gates.js";
export { lookups as lookupCircuits } from "./circuits/lookup.js";
export { automata as automatonCircuits } from "./circuits/automata.js";
export { trainedMlps } from "./circuits/trained.js";
export { mix as mixCircuits } from "./circuits/mix.js";
export { indicatorCircuits } from "./circuits/indicators.js";
export { checkCircuits } from "./circuits/check/check.js";
export { probeAmplification } from "./circuits/check/amplification.js";
export { applyMend, neededMend } from "./circuits/mends/advised.js";
export { toCircuits, toRaw } from "./circuits/raw.js";
export { primeSteps, maxCircuits } from "./assignment/prime-steps.js";
export { permutedEmbedding, fixedEmbedding } from "./network/embedding.js";
export { buildNetwork } from "./network/network.js";
export { buildMatrixNetwork } from "./network/matrix-network.js";
export { denseWeights, denseBias } from "./network/dense.js";
export { denseModel } from "./network/dense-model.js";
export { asMultiPart } from "./network/multi-part.js";
export { designNames } from "./designs/designs.js";
export { wasmKernels } from "./kernels/wasm.js";
export { referenceKernels } from "./kernels/twin/kernels.js";
export { measure } from "./results/measure.js";
export { buildNetworkAsync, measureAsync, searchWorstAsync } from "./results/async.js";
export { searchWorst } from "./engine/worst-case-search.js";
export { runInputs } from "./engine/run-inputs.js";
export { readAll } from "./engine/readout.js";
export { predictErrors, predictTerms } from "./theory/errors.js";
export { circuitExpectations } from "./theory/expectations.js";
export { parseSpec } from "./config/parse-spec.js";
export { specHash } from "./config/hash.js";
export { buildCircuits, buildRunNetwork, buildMultiPartNetwork } from "./config/build.js";
export { measureModel } from "./runs/measure-model.js";
export { loadCore, loadKernels } from "./kernels/load.js";

export type { InputErrorCode } from "./base/errors.js";
export type { AsyncOptions } from "./base/steps-async.js";
export type { Shape } from "./base/shape.js";
export type { Circuits, InputDistribution, InputsByCircuit, Readout, SharedInputs } from "./circuits/circuits.js";
export type { CustomCircuits, CustomWeights } from "./circuits/custom/custom.js";
export type { RawCircuits } from "./circuits/raw.js";
export type { NumberTensor } from "./circuits/custom/tensors.js";
export type { Angles, Directions, RotationGates } from "./circuits/rotation.js";
export type { IndicatorCircuits, Ramp } from "./circuits/indicators.js";
export type { StateMachines } from "./circuits/state-machines.js";
export type { GateName, GatePair } from "./circuits/gates.js";
export type { Automaton } from "./circuits/automata.js";
export type { Mixed } from "./circuits/mix.js";
export type { BuiltInCircuits, LibraryCircuits, UnmixedCircuits } from "./circuits/kinds.js";
export type { GivenOf, LibrarySize } from "./circuits/kinds/kind.js";
export type { CheckOptions, Finding, Place } from "./circuits/check/check.js";
export type { Gain, ProbeOptions } from "./circuits/check/amplification.js";
export type { MendName } from "./circuits/mends/advised.js";
export type { Mended } from "./circuits/mends/mended.js";
export type { Assignment, BlockAndRedundancy } from "./assignment/assignment.js";
export type { AssignmentKind } from "./assignment/constructions.js";
export type { Construction, FactoredConstruction, Gate, MatrixConstruction, NoiseAt } from "./network/construction.js";
export type { Embedding, Schedule } from "./network/embedding.js";
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
export type { Links } from "./network/connections.js";
export type { Network, NetworkOptions, NetworkParts } from "./network/network.js";
export type { MatrixNetworkOptions } from "./network/matrix-network.js";
export type { Training } from "./network/training.js";
export type { Layered } from "./network/dense.js";
export type { CircuitRead, CodeRead, MultiPartNetwork, Read, Write } from "./network/multi-part.js";
export type { DesignName } from "./designs/designs.js";
export type { Kernels } from "./kernels/kernels.js";
export type { DenseModel, Unembedding } from "./network/dense-model.js";
export type { AdversaryInput, WorstCase } from "./engine/worst-case-search.js";
export type { MeasureInput } from "./results/measure.js";
export type { OwnInputs, OwnOutputs } from "./engine/run-inputs.js";
export type { TileWidth } from "./engine/factored-run.js";
export type { PredictedError, PredictedTerms } from "./theory/errors.js";
export type { Expectations } from "./theory/expectations.js";
export type { RunSpec } from "./config/run-spec.js";
export type { Activity, ErrorRow, Statistic } from "./results/rows.js";
export type { MeasureModelOptions, ModelInput } from "./runs/measure-engine.js";
export type { StreamName } from "./base/random.js";
export type { HostResponse, HostSignal, HostUrl, WasmMemory, WasmModule } from "./base/host.js";
export type { CoreSource } from "./kernels/load.js";
export type { MixedFields } from "./circuits/kinds/mixed.js";
export type { SpecCircuits } from "./config/circuits.js";
export type { Sampling } from "./circuits/inputs.js";
