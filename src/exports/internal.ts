/** Exports for the benchmarks only; not an entry point of the package. */

export * from "../index.js";
export { loadKernels, type KernelOptions } from "../kernels/node.js";
export * from "./node.js";
export { FactoredEngine } from "../engine/factored.js";
export { DenseEngine } from "../engine/dense.js";
export { SparseEngine } from "../engine/sparse.js";
export { mergeSums } from "../engine/sums.js";
export { runCleaner } from "../studies/cleaning/measure.js";
export { cleaners } from "../designs/cleaners.js";
export { writeDescriptor } from "../kernels/descriptors.js";
export * as fields from "../kernels/fields.js";
export { Arena } from "../kernels/memory.js";
export { Passes, readAtTheEnd } from "../training/layers.js";
export { shapeOf } from "../training/learned.js";
export { parseTraining } from "../training/settings.js";
export { initialParameters, startAt, Trainer } from "../training/trainer.js";
