/** Models and cases in and out: safetensors, npz, cards, explicit cases. Works on bytes; reading and writing files is the caller's. */

export { exportModel, importModel } from "../exchange/model.js";
export { modelFromTensors, modelTensors } from "../exchange/model-tensors.js";
export { modelFiles } from "../exchange/model-files.js";
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
export type { CaseExpected, CaseInput } from "../network/case.js";
export type { DenseModel, Unembedding } from "../network/dense-model.js";
export type { ImportedModel } from "../exchange/model.js";
export type { ModelFile, ModelFilesText } from "../exchange/model-files.js";
export type { TensorFile } from "../exchange/safetensors.js";
export type { Dtype, Tensor } from "../exchange/tensor.js";
