// Descriptors: blocks of fields in memory for kernels with many arguments. A descriptor is written once and passed by
// address; values that change from call to call are passed as separate arguments.
//
// Fields are stored in order: usize and u32 take 4 bytes; f64 takes 8 bytes and is aligned to 8. A usize field is an
// address, and 0 means that an optional array is absent. src/kernels/descriptors.ts has the same fields; a test
// compares the two.

// assembly/random.ts
@unmanaged
export class SampleActive {
  ids: usize; // u32 [count][z], overwritten
  marks: usize; // u8 [T], all zero before the call and after it
  inputs: usize; // f64 [count][z][d], overwritten with the inputs a^0
  stream: u32; // the stream of random numbers
  T: u32;
  d: u32;
  kind: u32; // kind of the inputs: 0 angle, 1 uniform, 2 choice
  table: usize; // f64: angle: center[d] cos[d] sin[d]; uniform: low[d] high[d]; choice: vectors[choices][d]
  choices: u32; // number of vectors, for kind 2
}

// assembly/random.ts
@unmanaged
export class AddNoise {
  N: u32; // number of neurons
  W: u32; // bytes of a row, 4·lanes
  table: usize; // f32 [65536]: quantiles of the normal distribution, one for each 16-bit value
}

// assembly/truth.ts
@unmanaged
export class TruthLayer {
  d: u32;
  mean: usize; // f64 [d][d], w̄
  delta: usize; // f64 [T][d][d], Δw_t
  bias: usize; // f64 [d]; not read if linear
  linear: u32; // 1: no bias and no ReLU, for embedding the input
}

// assembly/input.ts
@unmanaged
export class EmbedInput {
  Y: usize; // f32 [P][d][lanes], to which the embedded inputs are added
  W: u32; // bytes of one component of a row, 4·lanes
  values: usize; // f64 [count][z][d], w_t a_t^0
  ids: usize; // u32 [count][z]
  neurons: usize; // u32 [T][S]
  S: u32;
  d: u32;
}

// assembly/circuits.ts
@unmanaged
export class CircuitsPass {
  gather: usize; // u32 [T][S] addresses of rows of X, f32 [k][lanes]
  scatter: usize; // u32 [T][S] addresses of rows of Y, f32 [r][lanes]; if 0, `collect` adds up V
  T: u32;
  S: u32;
  W: u32; // bytes of one component of a row, 4·lanes
  k: u32; // number of coordinates of X
  pass: u32; // number of leading coordinates that are written unchanged
  inner: u32; // number of columns of `mix`
  outer: u32; // number of rows of `mix`: r = pass + outer, pass + inner ≤ k
  mix: usize; // f32 [T][outer][inner]
  V: usize; // f32 [T][r][lanes], or [BLOCK][r][lanes] with scatter; overwritten
  writes: u32; // 0: circuits are only read out; V is then one row of scratch memory
  scratch: usize; // f32 [BLOCK][k][lanes] gathered coordinates, overwritten
  activeAt: usize; // u32 positions of circuits that are active in any lane, ascending, then 0xffffffff
  masks: usize; // u32 [positions][lanes], all ones where the circuit is inactive, else 0
  shift: usize; // f32 [k][lanes] subtracted before the readout; 0: none
  groups: u32; // number of readouts
  rows: usize; // u32 [groups], number of rows of each readout
  Q: usize; // f32 [Σ rows][k] readouts of coordinates; 0: the rows are the leading coordinates, in order
  laneSum: usize; // f64 [groups][lanes], to which Σ |y|² over inactive circuits is added
  laneMax: usize; // f32 [groups][lanes] largest |y|² so far, updated if a larger one is found
  partial: usize; // f32 [2][groups][lanes] workspace, overwritten
  isRotation: u32; // 1: readouts of 1 and 2 rows; copies one coordinate and mixes two, or only reads out (rotations.ts)
  reached: usize; // u8 [T]: 0 for circuits that read and write only zeros and are skipped; if the address is 0, all run
}

// assembly/neurons.ts
@unmanaged
export class Correct {
  count: u32; // number of neurons to correct
  targets: usize; // u32 [count] addresses of rows of Y
  starts: usize; // u32 [count+1]: start of each neuron's rows
  rows: usize; // u32 addresses of rows of X
  W: u32; // bytes of one component of a row, 4·lanes
  k: u32; // number of coordinates of X
  r: u32; // number of components of Y
  pass: u32; // number of leading coordinates to correct if there is no matrix
  matrix: usize; // f32 [r][k]; 0: M = −1 on the leading `pass` coordinates
  scratch: usize; // f32 [k][lanes], overwritten
}

// assembly/gates.ts. O and K have compressed rows: starts u32 [rows+1], columns u32 (byte offsets), values f32.
@unmanaged
export class Activate {
  Y: usize; // f32 [P][r][lanes]
  outBytes: u32; // bytes of a row of Y
  X: usize; // f32 [P][k][lanes], overwritten with K·A
  P: u32;
  W: u32; // bytes of one component of a row, 4·lanes
  d: u32;
  k: u32;
  outStarts: usize; // O: pre-activation = base + O·Y
  outColumns: usize;
  outValues: usize;
  inStarts: usize; // K
  inColumns: usize;
  inValues: usize;
  base: usize; // f32 [d][lanes], sum of bias and constants
  mask: usize; // u32 [P][lanes]: all ones keep the pre-activation, 0 clears it; if the address is 0, ReLU is applied
  A: usize; // f32 [P][d][lanes], or a single row; overwritten
  stepA: u32; // bytes from one row of A to the next; 0: one row is reused
  sums: usize; // f32 [k][lanes], overwritten with Σ_n X[n]
  counts: usize; // i32 [d][lanes], to which the number of neurons with A > 1e−4 is added                        [E19]
  rotationGate: u32; // 1: K and O of rotations, d = 3 or 4; 2: K of rotations, and O the identity; 0: any other K or O
  summed: u32; // number of leading coordinates whose sums are needed; the other sums may be left unchanged
}

// assembly/errors.ts
@unmanaged
export class SumActive {
  scale: f64; // scale of the readout
  chunk: usize; // f64 [groups][5], to which the sums are added; a maximum is updated if a larger value is found
  active: usize; // f32 [count·z][k], gathered coordinates g
  k: u32;
  truth: usize; // f64 [count·z][d], the truth a
  d: u32;
  shift: usize; // f32 [k][lanes], before scaling; 0: none
  W: u32; // bytes of one component of a row, 4·lanes
  groups: u32; // number of readouts
  rows: usize; // u32 [groups], number of rows of each readout
  Q: usize; // f64 [Σ rows][k]
  R: usize; // f64 [Σ rows][d]
  readout: usize; // f64 [count·z][Σ rows], overwritten with Q·(scale·g − shift); 0: not needed
}

// assembly/sparse.ts
@unmanaged
export class SparseLayer {
  starts: usize; // u32 [N+1]: start of each row's entries
  columns: usize; // u32: byte offsets of rows of A
  values: usize; // f32
  bias: usize; // f32 [N]; 0: none
  N: u32; // number of rows
  W: u32; // bytes of a row of A, 4·lanes, a multiple of 16
}

// assembly/sparse.ts
@unmanaged
export class InactiveErrors {
  wrong: f64; // a square above this counts as wrong
  most: f64; // upper limit for a square; NaN counts as this value
  read: usize; // f32 [T][stride][lanes], the values read, starting at the readout's first row
  isActive: usize; // u8 [T][lanes]: 1 where a circuit is active and its error is not counted
  out: usize; // f64 [3][lanes], overwritten: sums and maxima of squares, and numbers of wrong squares
  T: u32;
  rows: u32; // number of rows of the readout
  stride: u32; // number of rows read for each circuit
  W: u32; // bytes of a row, 4·lanes
}

// assembly/gemm.ts
@unmanaged
export class DenseLayer {
  packed: usize; // output of packWeights
  bias: usize; // f32 [N]
  workspace: usize; // denseWorkspace() bytes, overwritten
  N: u32; // number of rows of the weights
  K: u32; // number of columns of the weights
}

// assembly/embedding-matrix.ts
@unmanaged
export class EmbedLinks {
  Y: usize; // f32 [P][2][lanes], zeroed by the caller; per neuron: number of links to v's neurons, and Σ of weights
  X: usize; // f32 [P][1][lanes], zeroed by the caller
  W: u32; // bytes of one component of a row, 4·lanes
  neurons: usize; // u32 [T][S] of layer l−1
  S: u32;
  starts: usize; // u32 [P+1]: links of neuron m in layer l−1 are starts[m]…starts[m+1]−1
  rows: usize; // u32: where rows of Y start, for neurons of layer l
  weights: usize; // f32: Σ r_u over the circuits u that link the two neurons
}

// assembly/embedding-matrix.ts
@unmanaged
export class EmbeddingErrors {
  linked: f64; // a_tv in case (ii) of `sums` is linked·Y_0 − constant, with Y_0 summed over the neurons of t
  constant: f64; // see linked
  own: f64; // a_tv in case (i) is own·Y_1
  overlap: f64; // c_tv is overlap·X·w_t
  Y: usize; // f32 [P][2][lanes]: C e_v and Σ_u r_u e_u ⟨e_u|e_v⟩ for the input e_v
  X: usize; // f32 [P][1][lanes]: e_v
  rowsY: usize; // u32 [T][S]: where rows of Y start, in layer l
  rowsX: usize; // u32 [T][S]: where rows of X start, in layer l−1
  signs: usize; // f32 [T], r_t = ±1
  S: u32;
  W: u32; // bytes of one component of a row, 4·lanes
  sums: usize; // f64 [3], to which three sums are added: (i) w̄ = 0, Δw_u = r_u; (ii) w̄ = 1, Δw = 0; (iii) both
}

// assembly/dot-products.ts
@unmanaged
export class DotProducts {
  vectors: usize; // f32 [⌈n/256⌉][all][kc][8]: blocks of 256 components, panels of eight vectors, zeros beyond vector m
  n: u32; // number of components
  all: u32; // number of panels, ⌈m/8⌉
  scratch: usize; // f32 [panels][others][8][8], overwritten with the dot products
  result: usize; // f64 [2]: largest |dot| so far, replaced by larger values; then a sum to which Σ dot² is added
}

// assembly/gemm-transposed.ts
@unmanaged
export class TransposedProduct {
  workspace: usize; // transposedWorkspace(N) bytes, overwritten
  M: u32; // number of columns of A and rows of out
  N: u32; // number of columns of B and of out
}

// assembly/sparse-inputs.ts
@unmanaged
export class DrawSparse {
  logOff: f64; // ln(1 − p), the logarithm of the probability that an input is 0
  starts: usize; // u32 [count+1], overwritten
  columns: usize; // u32 [count·F], one number written per entry
  values: usize; // f32 [count·F], one number written per entry
  F: u32; // number of inputs
  stream: u32; // the stream of random numbers
}

// assembly/sparse-rows.ts
@unmanaged
export class RowsLayer {
  starts: usize; // u32 [count+1]: start of each sample's entries
  columns: usize; // u32: indices of inputs
  values: usize; // f32
  weights: usize; // f32 [K][N], one row for each input
  bias: usize; // f32 [N]; 0: none
  N: u32; // number of outputs
  K: u32; // number of inputs
}

// assembly/training.ts
@unmanaged
export class PowerLoss {
  gradient: f64; // factor of |e|^(q−1)
  out: usize; // f64 [1], to which Σ |e|^q is added
  N: u32; // number of values per row
  halves: u32; // 2q, at least 2
}

// assembly/training.ts
@unmanaged
export class AdamStep {
  firstKept: f64; // k₁, the fraction of the mean that a step keeps
  secondKept: f64; // k₂, the fraction of the mean square that a step keeps
  rate: f64; // learning rate divided by 1 − k₁^t
  root: f64; // 1/√(1 − k₂^t)
  epsilon: f64;
  shrink: f64; // 1 − learning rate · weight decay
  first: usize; // f32 [count]: m, the mean
  second: usize; // f32 [count]: v, the mean square
}

// assembly/training.ts
@unmanaged
export class MomentumStep {
  kept: f64; // fraction of the previous step that is kept
  rate: f64;
  shrink: f64; // 1 − learning rate · weight decay
  moving: usize; // f32 [count]: u, the step
}
