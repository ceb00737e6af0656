// The compiler's only entry file. AssemblyScript checks only reachable code, so every kernel is exported from here.
// Every export has a test and a plain TypeScript twin of the same name, in the file of the same name in
// src/kernels/twin/.

export { abiVersion } from "./abi";
export { heapBase, zero } from "./memory";
export { philox, sampleActive, unitVector, addNoise } from "./random";
export { truthLayer } from "./truth";
export { embedInput, markUsed } from "./input";
export { circuitsPass, positionsOf, linkActive, unlinkActive, listActive, readActive, markReached } from "./circuits";
export { collect, correct, columnSums, constants } from "./neurons";
export { activate, countAbove } from "./gates";
export { packWeights, denseLayer, denseWorkspace } from "./gemm";
export { sumInactive, sumActive, sumCounts } from "./errors";
export { embedLinks, embeddingErrors } from "./embedding-matrix";
export { dotProducts } from "./dot-products";
export { sparseLayer, rectify, inactiveErrors } from "./sparse";
export { packColumns, transposedProduct, transposedWorkspace } from "./gemm-transposed";
export { drawSparse } from "./sparse-inputs";
export { rowsLayer, listPositive, rowsBackward, rowsGradient, subtractLabels } from "./sparse-rows";
export { powerLoss, maskGradient, addRows, adamStep, momentumStep } from "./training";
