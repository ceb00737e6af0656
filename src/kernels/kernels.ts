/**
 * The numeric core: functions over one linear memory. Two implementations have the same bytes in and out, the Wasm
 * binary (wasm.ts) and its plain TypeScript twin (reference.ts); layouts are drawn above each kernel in assembly/.
 *
 * Pointers are byte addresses. The caller checks; kernels do not.
 */
export interface Kernels {
  readonly memory: WebAssembly.Memory;
  /** First byte that the caller may use. */
  heapBase(): number;
  zero(pointer: number, bytes: number): void;
  philox(out: number, c0: number, c1: number, c2: number, c3: number, k0: number, k1: number): void;
  sampleActive(
    ids: number,
    marks: number,
    seedLow: number,
    seedHigh: number,
    stream: number,
    sub: number,
    first: number,
    count: number,
    z: number,
    T: number,
    mode: number,
    inputs: number,
    d: number,
    kind: number,
    table: number,
    choices: number,
  ): void;
  truthLayer(
    before: number,
    after: number,
    ids: number,
    count: number,
    d: number,
    mean: number,
    delta: number,
    bias: number,
    linear: boolean,
  ): void;
  embedInput(
    Y: number,
    W: number,
    values: number,
    ids: number,
    neurons: number,
    S: number,
    count: number,
    z: number,
    d: number,
  ): void;
  linkActive(ids: number, pairs: number, heads: number, next: number): void;
  unlinkActive(ids: number, pairs: number, heads: number): void;
  listActive(heads: number, next: number, T: number, z: number, W: number, stops: number, masks: number): void;
  readActive(
    positions: number,
    pairs: number,
    z: number,
    gather: number,
    S: number,
    W: number,
    k: number,
    active: number,
  ): void;
  markLive(
    live: number,
    T: number,
    ids: number,
    pairs: number,
    neurons: number,
    S: number,
    starts: number,
    positions: number,
  ): void;
  markUsed(mask: number, W: number, ids: number, neurons: number, S: number, count: number, z: number): void;
  circuitsPass(descriptor: number): void;
  positionsOf(ids: number, pairs: number, table: number, positions: number): void;
  collect(count: number, targets: number, starts: number, rows: number, bytes: number): void;
  correct(
    count: number,
    targets: number,
    starts: number,
    rows: number,
    W: number,
    k: number,
    r: number,
    pass: number,
    matrix: number,
    scratch: number,
  ): void;
  columnSums(rows: number, bytes: number, P: number, weights: number, sums: number): void;
  constants(base: number, bias: number, d: number, W: number, C: number, n: number, sums: number): void;
  activate(descriptor: number): void;
  countAbove(A: number, P: number, d: number, W: number, counts: number): void;
  packWeights(packed: number, W: number, N: number, K: number): void;
  denseLayer(
    out: number,
    A: number,
    packed: number,
    bias: number,
    workspace: number,
    M: number,
    N: number,
    K: number,
    relu: boolean,
  ): void;
  sumInactive(
    chunk: number,
    laneSum: number,
    laneMax: number,
    groups: number,
    lanes: number,
    count: number,
    scale: number,
  ): void;
  sumActive(
    chunk: number,
    active: number,
    k: number,
    truth: number,
    d: number,
    count: number,
    z: number,
    scale: number,
    shift: number,
    W: number,
    groups: number,
    rows: number,
    Q: number,
    R: number,
    readout: number,
  ): void;
  sumCounts(chunk: number, counts: number, d: number, lanes: number, count: number): void;
  embedLinks(
    Y: number,
    X: number,
    W: number,
    neurons: number,
    S: number,
    first: number,
    count: number,
    starts: number,
    rows: number,
    weights: number,
  ): void;
  embeddingPairs(
    Y: number,
    X: number,
    rowsY: number,
    rowsX: number,
    signs: number,
    T: number,
    S: number,
    W: number,
    first: number,
    count: number,
    linked: number,
    constant: number,
    own: number,
    overlap: number,
    sums: number,
  ): void;
  sparseLayer(
    out: number,
    A: number,
    starts: number,
    columns: number,
    values: number,
    bias: number,
    N: number,
    W: number,
    relu: boolean,
  ): void;
  rectify(A: number, bytes: number): void;
  inactiveErrors(
    read: number,
    constants: number,
    isActive: number,
    out: number,
    T: number,
    rows: number,
    stride: number,
    W: number,
    wrong: number,
    most: number,
  ): void;
  addNoise(
    A: number,
    N: number,
    W: number,
    count: number,
    table: number,
    sigma: number,
    seedLow: number,
    seedHigh: number,
    sub: number,
    first: number,
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
  dotPairs(
    vectors: number,
    n: number,
    all: number,
    panel: number,
    panels: number,
    other: number,
    others: number,
    scratch: number,
    result: number,
  ): void;
}

/** Circuits that circuitsPass runs before it scatters their rows and moves their float32 sums to float64. */
export const PASS_BLOCK = 64;

/** The u32 fields of circuitsPass's descriptor, in order (assembly/circuits.ts). */
export const passFields = [
  "gather",
  "scatter",
  "T",
  "S",
  "W",
  "k",
  "pass",
  "inner",
  "outer",
  "mix",
  "V",
  "writes",
  "scratch",
  "stops",
  "masks",
  "shift",
  "groups",
  "rows",
  "Q",
  "laneSum",
  "laneMax",
  "partial",
  "plane",
  "live",
] as const;
export type PassDescriptor = Readonly<Record<(typeof passFields)[number], number>>;

/** The u32 fields of activate's descriptor, in order (assembly/gates.ts). */
export const activateFields = [
  "Y",
  "outBytes",
  "X",
  "P",
  "W",
  "d",
  "k",
  "outStarts",
  "outColumns",
  "outValues",
  "inStarts",
  "inColumns",
  "inValues",
  "base",
  "mask",
  "A",
  "stepA",
  "sums",
  "counts",
  "plane",
  "summed",
] as const;
export type ActivateDescriptor = Readonly<Record<(typeof activateFields)[number], number>>;
