// The only entry of the compiler. AssemblyScript checks reachable code alone, so every kernel is exported from here,
// and every export has a plain TypeScript twin in src/kernels/twin/kernels.ts and a test against it.

export { heapBase, zero } from "./memory";
export { philox, sampleActive, unitVector, addNoise } from "./random";
export { truthLayer } from "./truth";
export { embedInput, markUsed } from "./input";
export { circuitsPass, positionsOf, linkActive, unlinkActive, listActive, readActive, markLive } from "./circuits";
export { collect, correct, columnSums, constants } from "./neurons";
export { activate, countAbove } from "./gates";
export { packWeights, denseLayer } from "./gemm";
export { sumInactive, sumActive, sumCounts } from "./errors";
export { embedLinks, embeddingPairs, dotPairs } from "./pairs";
export { sparseLayer, rectify, inactiveErrors } from "./sparse";
