/**
 * Reading and writing models and explicit cases: safetensors, npz and model cards. Works on bytes; the caller reads and
 * writes files.
 */

export { exportModel, importModel } from "../exchange/model.js";
export { importNetwork } from "../exchange/multi-part-model.js";
export type { ImportedNetwork } from "../exchange/multi-part-model.js";
export { modelFromTensors, modelTensors } from "../exchange/model-tensors.js";
export { modelFiles } from "../exchange/model-files.js";
export { reluLayerFiles } from "../exchange/relu-layer-files.js";
export { multiPartFiles } from "../exchange/multi-part-files.js";
export { multiPartTensors } from "../exchange/multi-part-tensors.js";
export { readNpz, writeNpz } from "../exchange/npz.js";
export { readSafetensors, writeSafetensors } from "../exchange/safetensors.js";
export { dtypes, numbersOf } from "../exchange/tensor.js";
export { parseCase } from "../network/case.js";
export { runCase } from "../engine/run-case.js";
export { circuitsFromTensors } from "../circuits/custom/tensors.js";
export { readoutMatrix } from "../network/multi-part.js";
export { denseWeights, denseBias } from "../network/dense.js";

export type { NumberTensor } from "../circuits/custom/tensors.js";
export type { CircuitRead, CodeRead, MultiPartNetwork, Read, Write } from "../network/multi-part.js";
export type { SparseMatrix } from "../network/sparse.js";
export type { CaseCircuits, CaseExpected, CaseInput, CaseSample } from "../network/case.js";
export type { DenseModel, Unembedding } from "../network/dense-model.js";
export type { ImportedModel } from "../exchange/model.js";
export type { ModelFile, ModelFilesText } from "../exchange/model-files.js";
export type { ReluLayer } from "../network/relu-layer.js";
export type { TensorFile, TensorsRead } from "../exchange/safetensors.js";
export type { ArrayOf, Dtype, Tensor } from "../exchange/tensor.js";
export type { Network } from "../network/network.js";
export type { RunSpec } from "../config/run-spec.js";
export type { Kernels } from "../kernels/kernels.js";
export type { TileWidth } from "../engine/factored-run.js";
export type { Layered } from "../network/dense.js";
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
} from "../network/layer.js";
export type { Assignment } from "../assignment/assignment.js";
export type { Circuits, InputDistribution, InputsByCircuit, Readout, SharedInputs } from "../circuits/circuits.js";
export type { Construction, FactoredConstruction, Gate, MatrixConstruction, NoiseAt } from "../network/construction.js";
export type { Shape } from "../base/shape.js";
export type { Embedding, Schedule } from "../network/embedding.js";
export type { SpecCircuits } from "../config/circuits.js";
export type { Sampling } from "../circuits/inputs.js";
export type { DesignName } from "../designs/designs.js";
export type { AssignmentKind } from "../assignment/constructions.js";
export type { WasmMemory } from "../base/host.js";
export type { BuiltInCircuits, LibraryCircuits, UnmixedCircuits } from "../circuits/kinds.js";
export type { MixedFields } from "../circuits/kinds/mixed.js";
export type { CustomCircuits, CustomWeights } from "../circuits/custom/custom.js";
export type { GivenOf } from "../circuits/kinds/kind.js";
