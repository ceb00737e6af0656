import type { WasmMemory } from "../base/host.js";

/**
 * The numeric core: functions on one linear memory. There are two implementations, the Wasm binary (wasm.ts) and its
 * plain TypeScript twin (twin/), which compute the same output bytes from the same input bytes. In assembly/, a drawing
 * above each kernel shows its memory layout; descriptors.ts there shows the layouts of descriptors.
 *
 * Pointers are byte addresses. The caller checks arguments; kernels do not.
 */
export interface Kernels {
  readonly memory: WasmMemory;
  /** The version of the core's interface; docs/abi.md explains it. */
  abiVersion(): number;
  /** The first byte that the caller may use. */
  heapBase(): number;
  zero(pointer: number, bytes: number): void;
  philox(out: number, c0: number, c1: number, c2: number, c3: number, k0: number, k1: number): void;
  sampleActive(
    descriptor: number,
    seedLow: number,
    seedHigh: number,
    sub: number,
    first: number,
    count: number,
    z: number,
    mode: number,
  ): void;
  truthLayer(descriptor: number, before: number, after: number, ids: number, count: number): void;
  embedInput(descriptor: number, count: number, z: number): void;
  linkActive(ids: number, occurrences: number, heads: number, next: number): void;
  unlinkActive(ids: number, occurrences: number, heads: number): void;
  listActive(heads: number, next: number, T: number, z: number, W: number, activeAt: number, masks: number): void;
  readActive(
    positions: number,
    occurrences: number,
    z: number,
    gather: number,
    S: number,
    W: number,
    k: number,
    active: number,
  ): void;
  markReached(
    reached: number,
    T: number,
    ids: number,
    occurrences: number,
    neurons: number,
    S: number,
    starts: number,
    positions: number,
  ): void;
  markUsed(mask: number, W: number, ids: number, neurons: number, S: number, count: number, z: number): void;
  circuitsPass(descriptor: number): void;
  positionsOf(ids: number, occurrences: number, table: number, positions: number): void;
  collect(count: number, targets: number, starts: number, rows: number, bytes: number): void;
  correct(descriptor: number): void;
  columnSums(rows: number, bytes: number, P: number, weights: number, sums: number): void;
  constants(base: number, bias: number, d: number, W: number, C: number, n: number, sums: number): void;
  activate(descriptor: number): void;
  countAbove(A: number, P: number, d: number, W: number, counts: number): void;
  packWeights(packed: number, W: number, N: number, K: number): void;
  denseLayer(descriptor: number, out: number, A: number, M: number, relu: boolean): void;
  /** Size in bytes of the workspace that `denseLayer` needs. */
  denseWorkspace(): number;
  sumInactive(
    chunk: number,
    laneSum: number,
    laneMax: number,
    groups: number,
    lanes: number,
    count: number,
    scale: number,
  ): void;
  sumActive(descriptor: number, count: number, z: number): void;
  sumCounts(chunk: number, counts: number, d: number, lanes: number, count: number): void;
  embedLinks(descriptor: number, first: number, count: number): void;
  embeddingErrors(descriptor: number, first: number, count: number): void;
  sparseLayer(descriptor: number, out: number, A: number, relu: boolean): void;
  rectify(A: number, bytes: number): void;
  inactiveErrors(descriptor: number, constants: number): void;
  addNoise(
    descriptor: number,
    A: number,
    sigma: number,
    seedLow: number,
    seedHigh: number,
    sub: number,
    first: number,
    count: number,
  ): void;
  unitVector(
    out: number,
    step: number,
    n: number,
    scratch: number,
    seedLow: number,
    seedHigh: number,
    item: number,
    sub: number,
  ): void;
  dotProducts(descriptor: number, panel: number, panels: number, other: number, others: number): void;
  packColumns(packed: number, W: number, N: number, K: number): void;
  transposedProduct(descriptor: number, out: number, A: number, B: number, K: number, adds: boolean): void;
  /** Size in bytes of the workspace that `transposedProduct` needs. */
  transposedWorkspace(N: number): number;
  drawSparse(descriptor: number, seedLow: number, seedHigh: number, item: number, sub: number, count: number): void;
  rowsLayer(descriptor: number, out: number, count: number): void;
  listPositive(descriptor: number, A: number, count: number): void;
  rowsBackward(descriptor: number, out: number, errors: number, count: number): void;
  rowsGradient(descriptor: number, gradient: number, errors: number, count: number): void;
  subtractLabels(descriptor: number, errors: number, count: number): void;
  powerLoss(descriptor: number, errors: number, count: number): void;
  maskGradient(gradient: number, values: number, count: number): void;
  addRows(sums: number, rows: number, N: number, count: number): void;
  adamStep(descriptor: number, parameters: number, gradient: number, count: number): void;
  momentumStep(descriptor: number, parameters: number, gradient: number, count: number): void;
}

/**
 * Number of circuits that circuitsPass runs before it scatters their rows and adds their float32 sums to float64 sums.
 */
export const PASS_BLOCK = 64;
