// One factored layer over a tile of samples: gather, mix, scatter, correct, activate.
//
// A tile holds `lanes` samples (4, 8 or 16) side by side. The state of a part of the network is neuron-major:
//
//   row of neuron n:  [component 0: lanes × f32][component 1: lanes × f32] …
//
// so one neuron's component is W = 4·lanes bytes and everything runs in v128 along the samples: the cost does not depend
// on which neurons are on. `X` rows hold the k coordinates that the next weights and the readouts need (K·A); `Y` rows
// hold the r coordinates that the weights write, of which the pre-activation is O·Y. Offsets in `gather` and `scatter`
// are row starts in bytes.
//
// Sums run in a fixed order (s, then t ascending), one lane per sample, so results do not depend on the tile width.

// ── Adding rows ──────────────────────────────────────────────────────────────────────────────────────────────────────

// target = Σ_s X[offsets[s]], rows of `bytes` bytes.
@inline
function gatherRows(target: usize, X: usize, offsets: usize, offsetsEnd: usize, bytes: usize): void {
  let v: usize = 0;
  for (; v + 64 <= bytes; v += 64) {
    let row = X + <usize>load<u32>(offsets) + v;
    let a0 = v128.load(row, 0);
    let a1 = v128.load(row, 16);
    let a2 = v128.load(row, 32);
    let a3 = v128.load(row, 48);
    for (let o = offsets + 4; o < offsetsEnd; o += 4) {
      row = X + <usize>load<u32>(o) + v;
      a0 = f32x4.add(a0, v128.load(row, 0));
      a1 = f32x4.add(a1, v128.load(row, 16));
      a2 = f32x4.add(a2, v128.load(row, 32));
      a3 = f32x4.add(a3, v128.load(row, 48));
    }
    v128.store(target + v, a0, 0);
    v128.store(target + v, a1, 16);
    v128.store(target + v, a2, 32);
    v128.store(target + v, a3, 48);
  }
  for (; v < bytes; v += 16) {
    let a = v128.load(X + <usize>load<u32>(offsets) + v);
    for (let o = offsets + 4; o < offsetsEnd; o += 4) {
      a = f32x4.add(a, v128.load(X + <usize>load<u32>(o) + v));
    }
    v128.store(target + v, a);
  }
}

// Y[offsets[s]] += source for every s.
@inline
function scatterRows(source: usize, Y: usize, offsets: usize, offsetsEnd: usize, bytes: usize): void {
  let v: usize = 0;
  for (; v + 64 <= bytes; v += 64) {
    const a0 = v128.load(source + v, 0);
    const a1 = v128.load(source + v, 16);
    const a2 = v128.load(source + v, 32);
    const a3 = v128.load(source + v, 48);
    for (let o = offsets; o < offsetsEnd; o += 4) {
      const row = Y + <usize>load<u32>(o) + v;
      v128.store(row, f32x4.add(v128.load(row, 0), a0), 0);
      v128.store(row, f32x4.add(v128.load(row, 16), a1), 16);
      v128.store(row, f32x4.add(v128.load(row, 32), a2), 32);
      v128.store(row, f32x4.add(v128.load(row, 48), a3), 48);
    }
  }
  for (; v < bytes; v += 16) {
    const a = v128.load(source + v);
    for (let o = offsets; o < offsetsEnd; o += 4) {
      const row = Y + <usize>load<u32>(o) + v;
      v128.store(row, f32x4.add(v128.load(row), a));
    }
  }
}

// ── The input ────────────────────────────────────────────────────────────────────────────────────────────────────────

// A^0 = Σ_{t active} (w_t a_t^0) ⊗ e_t, added to Y.                                                             [E10]
//
//   Y        f32 [P][d][lanes]
//   values   f64 [count][z][d]   w_t a_t^0
//   ids      u32 [count][z]
//   neurons  u32 [T][S]
export function embedInput(
  Y: usize,
  W: u32,
  values: usize,
  ids: usize,
  neurons: usize,
  S: u32,
  count: u32,
  z: u32,
  d: u32,
): void {
  for (let b: u32 = 0; b < count; b++) {
    for (let k: u32 = 0; k < z; k++) {
      const row = neurons + <usize>load<u32>(ids) * <usize>(S << 2);
      for (let s: u32 = 0; s < S; s++) {
        let target = Y + <usize>load<u32>(row + (s << 2)) * <usize>(d * W) + (b << 2);
        for (let i: u32 = 0; i < d; i++) {
          store<f32>(target, load<f32>(target) + <f32>load<f64>(values + (i << 3)));
          target += W;
        }
      }
      ids += 4;
      values += d << 3;
    }
  }
}

// Lists the active pairs p = b·z + slot of every circuit: heads i32 [T] (all −1 before), next i32 [pairs].
export function linkActive(ids: usize, pairs: u32, heads: usize, next: usize): void {
  for (let p: u32 = 0; p < pairs; p++) {
    const head = heads + (<usize>load<u32>(ids + (p << 2)) << 2);
    store<i32>(next + (p << 2), load<i32>(head));
    store<i32>(head, p);
  }
}

// Sets the heads of the listed circuits back to −1.
export function unlinkActive(ids: usize, pairs: u32, heads: usize): void {
  for (let p: u32 = 0; p < pairs; p++) store<i32>(heads + (<usize>load<u32>(ids + (p << 2)) << 2), -1);
}

// Sets mask [P][lanes] to all ones on neurons of active circuits; the caller clears it first.                    [E16]
export function markUsed(mask: usize, W: u32, ids: usize, neurons: usize, S: u32, count: u32, z: u32): void {
  for (let b: u32 = 0; b < count; b++) {
    for (let k: u32 = 0; k < z; k++) {
      const row = neurons + <usize>load<u32>(ids) * <usize>(S << 2);
      for (let s: u32 = 0; s < S; s++) {
        store<u32>(mask + <usize>load<u32>(row + (s << 2)) * <usize>W + (b << 2), 0xffffffff);
      }
      ids += 4;
    }
  }
}

// ── The circuits: read out, count errors, mix, write ─────────────────────────────────────────────────────────────────

// What circuitsPass works on: u32 fields, pointers in bytes.
//
//    0 X        f32 [P][k][lanes]
//    4 Y        f32 [P'][r][lanes], added to; 0: read out only
//    8 gather   u32 [T][S] row starts in X
//   12 scatter  u32 [T][S] row starts in Y
//   16 T        20 S
//   24 W        bytes of one component of a row, 4·lanes
//   28 k        coordinates of X            32 pass   leading coordinates that are scattered as they are
//   36 inner    columns of mix              40 outer  rows of mix: r = pass + outer, pass + inner ≤ k
//   44 mix      f32 [T][outer][inner]
//   48 scratch  f32 [k + r][lanes]
//   52 heads    i32 [T] first active pair of circuit t, −1: none       56 next  i32 [count·z] next pair, −1: end
//   60 z        pairs p = b·z + slot        64 active f32 [count·z][k] gathered coordinates of active circuits, overwritten
//   68 shift    f32 [k][lanes] subtracted before the readout; 0: none
//   72 groups   number of readouts          76 rows   u32 [groups] rows of each
//   80 Q        f32 [Σ rows][k] readout of coordinates; 0: the rows are the leading coordinates in order
//   84 laneSum  f64 [groups][lanes] Σ |y|² over inactive circuits, added to
//   88 laneMax  f32 [groups][lanes] largest |y|², raised
//   92 partial  f32 [2][groups][lanes] workspace          96 single  f32 [2][groups][lanes] workspace
//  100 shape    which loop: 0 general, 1 pass = 1, mix 2×2, readouts of 1 and 2 rows (rotations)

// Circuits whose squared readouts are summed in float32 before they join the float64 sum.
const BLOCK: u32 = 256;

// Gathers every circuit's coordinates; sums and maximises the squared readouts of inactive ones; keeps the coordinates
// of active ones; mixes and scatters.                                                             [E11] [E17] [E18]
//
//   g = Σ_s X[gather[t,s]];  Y[scatter[t,s]] += (g[0…pass−1], mix_t g[pass…])
export function circuitsPass(descriptor: usize): void {
  const T = load<u32>(descriptor, 16);
  const heads = load<u32>(descriptor, 52);
  const partial = load<u32>(descriptor, 92);
  const single = load<u32>(descriptor, 96);
  const statisticsBytes = 2 * load<u32>(descriptor, 72) * load<u32>(descriptor, 24);
  const shape = load<u32>(descriptor, 100);
  for (let t: u32 = 0; t < T; ) {
    const blockEnd = min(t + BLOCK, T);
    memory.fill(partial, 0, statisticsBytes);
    while (t < blockEnd) {
      let end = t;
      while (end < blockEnd && load<i32>(heads + (end << 2)) < 0) end++;
      if (end > t) {
        if (shape == 1) planeCircuits(descriptor, t, end, partial);
        else anyCircuits(descriptor, t, end, partial);
      }
      if (end < blockEnd) {
        memory.fill(single, 0, statisticsBytes);
        if (shape == 1) planeCircuits(descriptor, end, end + 1, single);
        else anyCircuits(descriptor, end, end + 1, single);
        splitActive(descriptor, end);
        end++;
      }
      t = end;
    }
    flush(descriptor);
  }
}

// Adds the squared readouts of circuit t (in `single`) on the lanes where it is inactive, and keeps its coordinates on
// the lanes where it is active.
function splitActive(descriptor: usize, t: u32): void {
  const W = load<u32>(descriptor, 24);
  const k = load<u32>(descriptor, 28);
  const scratch = load<u32>(descriptor, 48);
  const next = load<u32>(descriptor, 56);
  const z = load<u32>(descriptor, 60);
  const active = load<u32>(descriptor, 64);
  const groups = load<u32>(descriptor, 72);
  const partial = load<u32>(descriptor, 92);
  const single = load<u32>(descriptor, 96);
  let used: u32 = 0;
  for (let p = load<i32>(load<u32>(descriptor, 52) + (t << 2)); p >= 0; p = load<i32>(next + (p << 2))) {
    const lane = <u32>p / z;
    used |= <u32>1 << lane;
    for (let c: u32 = 0; c < k; c++) {
      store<f32>(active + ((<u32>p * k + c) << 2), load<f32>(scratch + c * W + (lane << 2)));
    }
  }
  const half = groups * W;
  for (let at: u32 = 0; at < half; at += 4) {
    if ((used >> ((at % W) >> 2)) & 1) continue;
    store<f32>(partial + at, load<f32>(partial + at) + load<f32>(single + at));
    store<f32>(partial + half + at, max<f32>(load<f32>(partial + half + at), load<f32>(single + half + at)));
  }
}

// Moves the sums and maxima of a block of circuits into laneSum and laneMax.
function flush(descriptor: usize): void {
  const W = load<u32>(descriptor, 24);
  const half = load<u32>(descriptor, 72) * W;
  const laneSum = load<u32>(descriptor, 84);
  const laneMax = load<u32>(descriptor, 88);
  const partial = load<u32>(descriptor, 92);
  for (let at: u32 = 0; at < half; at += 4) {
    const sum = laneSum + (at << 1);
    store<f64>(sum, load<f64>(sum) + <f64>load<f32>(partial + at));
    store<f32>(laneMax + at, max<f32>(load<f32>(laneMax + at), load<f32>(partial + half + at)));
  }
}

// Circuits first…end−1 of any shape.
function anyCircuits(descriptor: usize, first: u32, end: u32, statistics: usize): void {
  const X = load<u32>(descriptor, 0);
  const Y = load<u32>(descriptor, 4);
  const S4 = load<u32>(descriptor, 20) << 2;
  const W = load<u32>(descriptor, 24);
  const k = load<u32>(descriptor, 28);
  const pass = load<u32>(descriptor, 32);
  const inner = load<u32>(descriptor, 36);
  const outer = load<u32>(descriptor, 40);
  const g = load<u32>(descriptor, 48);
  const shift = load<u32>(descriptor, 68);
  const groups = load<u32>(descriptor, 72);
  const groupRows = load<u32>(descriptor, 76);
  const Q = load<u32>(descriptor, 80);
  const inBytes = k * W;
  const outBytes = (pass + outer) * W;
  const written = g + inBytes;
  const own = g + pass * W;
  const mixBytes = (inner * outer) << 2;
  const half = groups * W;
  let gather: usize = load<u32>(descriptor, 8) + first * S4;
  let scatter: usize = load<u32>(descriptor, 12) + first * S4;
  let mix: usize = load<u32>(descriptor, 44) + first * mixBytes;
  for (let t = first; t < end; t++) {
    gatherRows(g, X, gather, gather + S4, inBytes);
    gather += S4;
    let row: u32 = 0;
    for (let group: u32 = 0; group < groups; group++) {
      const rows = load<u32>(groupRows + (group << 2));
      for (let v: u32 = 0; v < W; v += 16) {
        let square = f32x4.splat(0);
        for (let i = row; i < row + rows; i++) {
          let y: v128;
          if (Q == 0) {
            y = v128.load(g + i * W + v);
            if (shift != 0) y = f32x4.sub(y, v128.load(shift + i * W + v));
          } else {
            y = f32x4.splat(0);
            for (let j: u32 = 0; j < k; j++) {
              let value = v128.load(g + j * W + v);
              if (shift != 0) value = f32x4.sub(value, v128.load(shift + j * W + v));
              y = f32x4.add(y, f32x4.mul(v128.load32_splat(Q + ((i * k + j) << 2)), value));
            }
          }
          square = f32x4.add(square, f32x4.mul(y, y));
        }
        const at = statistics + group * W + v;
        v128.store(at, f32x4.add(v128.load(at), square));
        v128.store(at + half, f32x4.max(v128.load(at + half), square));
      }
      row += rows;
    }
    if (Y != 0) {
      if (pass != 0) memory.copy(written, g, pass * W);
      for (let i: u32 = 0; i < outer; i++) {
        for (let v: u32 = 0; v < W; v += 16) {
          let sum = f32x4.splat(0);
          for (let j: u32 = 0; j < inner; j++) {
            sum = f32x4.add(
              sum,
              f32x4.mul(v128.load32_splat(mix + ((i * inner + j) << 2)), v128.load(own + j * W + v)),
            );
          }
          v128.store(written + (pass + i) * W + v, sum);
        }
      }
      scatterRows(written, Y, scatter, scatter + S4, outBytes);
      scatter += S4;
      mix += mixBytes;
    }
  }
}

// Circuits first…end−1 that pass one coordinate, mix two, and read out those as alpha and x: rotations.
function planeCircuits(descriptor: usize, first: u32, end: u32, statistics: usize): void {
  const X: usize = load<u32>(descriptor, 0);
  const Y: usize = load<u32>(descriptor, 4);
  const S4: usize = load<u32>(descriptor, 20) << 2;
  const W: usize = load<u32>(descriptor, 24);
  const g: usize = load<u32>(descriptor, 48);
  const shift: usize = load<u32>(descriptor, 68);
  const bytes: usize = 3 * W;
  const written = g + bytes;
  let gather: usize = load<u32>(descriptor, 8) + first * <u32>S4;
  let scatter: usize = load<u32>(descriptor, 12) + first * <u32>S4;
  let mix: usize = load<u32>(descriptor, 44) + (first << 4);
  for (let t = first; t < end; t++) {
    gatherRows(g, X, gather, gather + S4, bytes);
    gather += S4;
    const m00 = v128.load32_splat(mix, 0);
    const m01 = v128.load32_splat(mix, 4);
    const m10 = v128.load32_splat(mix, 8);
    const m11 = v128.load32_splat(mix, 12);
    mix += 16;
    for (let v: usize = 0; v < W; v += 16) {
      const m = v128.load(g + v);
      const p = v128.load(g + W + v);
      const q = v128.load(g + 2 * W + v);
      v128.store(written + v, m);
      v128.store(written + W + v, f32x4.add(f32x4.mul(m00, p), f32x4.mul(m01, q)));
      v128.store(written + 2 * W + v, f32x4.add(f32x4.mul(m10, p), f32x4.mul(m11, q)));
      let a = m;
      let x0 = p;
      let x1 = q;
      if (shift != 0) {
        a = f32x4.sub(a, v128.load(shift + v));
        x0 = f32x4.sub(x0, v128.load(shift + W + v));
        x1 = f32x4.sub(x1, v128.load(shift + 2 * W + v));
      }
      const alphaSquare = f32x4.mul(a, a);
      const xSquare = f32x4.add(f32x4.mul(x0, x0), f32x4.mul(x1, x1));
      const at = statistics + v;
      v128.store(at, f32x4.add(v128.load(at), alphaSquare));
      v128.store(at + W, f32x4.add(v128.load(at + W), xSquare));
      v128.store(at + 2 * W, f32x4.max(v128.load(at + 2 * W), alphaSquare));
      v128.store(at + 3 * W, f32x4.max(v128.load(at + 3 * W), xSquare));
    }
    if (Y != 0) {
      scatterRows(written, Y, scatter, scatter + S4, bytes);
      scatter += S4;
    }
  }
}

// ── What is left of W^l: corrections and constants ───────────────────────────────────────────────────────────────────

// Adds a sparse matrix of neuron pairs: Y[n] += M · Σ_m weights[n,m] · X[m].                                    [E11]
//
//   starts   u32 [P+1], columns u32 row starts in X, weights f32: compressed rows
//   matrix   f32 [r][k]; 0: the leading `pass` coordinates are added as they are
//   scratch  f32 [k][lanes]
export function correct(
  Y: usize,
  X: usize,
  P: u32,
  starts: usize,
  columns: usize,
  weights: usize,
  W: u32,
  k: u32,
  r: u32,
  pass: u32,
  matrix: usize,
  scratch: usize,
): void {
  const outBytes = r * W;
  const used = matrix != 0 ? k : pass;
  for (let n: u32 = 0; n < P; n++) {
    const begin = load<u32>(starts + (n << 2));
    const end = load<u32>(starts + (n << 2), 4);
    if (begin < end) {
      for (let c: u32 = 0; c < used; c++) {
        for (let v: u32 = 0; v < W; v += 16) {
          const at = c * W + v;
          let sum = f32x4.splat(0);
          for (let e = begin; e < end; e++) {
            const value = v128.load(X + <usize>load<u32>(columns + (e << 2)) + at);
            sum = f32x4.add(sum, f32x4.mul(v128.load32_splat(weights + (e << 2)), value));
          }
          if (matrix == 0) v128.store(Y + at, f32x4.add(v128.load(Y + at), sum));
          else v128.store(scratch + at, sum);
        }
      }
      if (matrix != 0) {
        for (let i: u32 = 0; i < r; i++) {
          for (let v: u32 = 0; v < W; v += 16) {
            let sum = v128.load(Y + i * W + v);
            for (let j: u32 = 0; j < k; j++) {
              const factor = v128.load32_splat(matrix + ((i * k + j) << 2));
              sum = f32x4.add(sum, f32x4.mul(factor, v128.load(scratch + j * W + v)));
            }
            v128.store(Y + i * W + v, sum);
          }
        }
      }
    }
    Y += outBytes;
  }
}

// sums = Σ_n weights[n] · rows[n], rows of `bytes` bytes; weights f32 [P] or 0 for ones.
export function columnSums(rows: usize, bytes: u32, P: u32, weights: usize, sums: usize): void {
  memory.fill(sums, 0, bytes);
  for (let n: u32 = 0; n < P; n++) {
    const weight = weights != 0 ? v128.load32_splat(weights + (n << 2)) : f32x4.splat(1);
    for (let v: u32 = 0; v < bytes; v += 16) {
      v128.store(sums + v, f32x4.add(v128.load(sums + v), f32x4.mul(weight, v128.load(rows + v))));
    }
    rows += bytes;
  }
}

// base += C · sums: the part of W^l A that every neuron of a block shares. base f32 [d][lanes], C f32 [d][n],
// sums f32 [n][lanes]. With C = 0, base = bias (f32 [d]).
export function constants(base: usize, bias: usize, d: u32, W: u32, C: usize, n: u32, sums: usize): void {
  for (let i: u32 = 0; i < d; i++) {
    for (let v: u32 = 0; v < W; v += 16) {
      const at = base + i * W + v;
      let sum = C == 0 ? v128.load32_splat(bias + (i << 2)) : v128.load(at);
      if (C != 0) {
        for (let j: u32 = 0; j < n; j++) {
          const factor = v128.load32_splat(C + ((i * n + j) << 2));
          sum = f32x4.add(sum, f32x4.mul(factor, v128.load(sums + j * W + v)));
        }
      }
      v128.store(at, sum);
    }
  }
}

// ── The gates ────────────────────────────────────────────────────────────────────────────────────────────────────────

// What activate works on: u32 fields, pointers in bytes. O and K are compressed rows: starts u32 [rows+1], columns u32
// component offsets in bytes, values f32.
//
//    0 Y         f32 [P][r][lanes]                  4 outBytes  bytes of a row of Y
//    8 X         f32 [P][k][lanes] overwritten     12 P
//   16 W         20 d         24 k
//   28 O starts  32 O columns 36 O values           pre-activation = base + O·Y
//   40 K starts  44 K columns 48 K values           X = K·A
//   52 base      f32 [d][lanes] bias and constants
//   56 mask      u32 [P][lanes] keeps the pre-activation where all ones, 0 elsewhere; 0: ReLU
//   60 A         f32 [P][d][lanes] or one row      64 stepA    bytes from one row of A to the next, 0: one row reused
//   68 sums      f32 [k][lanes] overwritten with Σ_n X[n]
//   72 counts    i32 [d][lanes], added to: neurons with A > 1e−4                                             [E19]
export function activate(descriptor: usize): void {
  let Y: usize = load<u32>(descriptor, 0);
  const outBytes = load<u32>(descriptor, 4);
  let X: usize = load<u32>(descriptor, 8);
  const P = load<u32>(descriptor, 12);
  const W = load<u32>(descriptor, 16);
  const d = load<u32>(descriptor, 20);
  const k = load<u32>(descriptor, 24);
  const outStarts = load<u32>(descriptor, 28);
  const outColumns = load<u32>(descriptor, 32);
  const outValues = load<u32>(descriptor, 36);
  const inStarts = load<u32>(descriptor, 40);
  const inColumns = load<u32>(descriptor, 44);
  const inValues = load<u32>(descriptor, 48);
  const base = load<u32>(descriptor, 52);
  let mask: usize = load<u32>(descriptor, 56);
  let A: usize = load<u32>(descriptor, 60);
  const stepA = load<u32>(descriptor, 64);
  const sums = load<u32>(descriptor, 68);
  const counts = load<u32>(descriptor, 72);
  const none = f32x4.splat(0);
  const threshold = f32x4.splat(1e-4);
  memory.fill(sums, 0, k * W);
  for (let n: u32 = 0; n < P; n++) {
    for (let i: u32 = 0; i < d; i++) {
      const begin = load<u32>(outStarts + (i << 2));
      const end = load<u32>(outStarts + (i << 2), 4);
      for (let v: u32 = 0; v < W; v += 16) {
        let value = v128.load(base + i * W + v);
        for (let e = begin; e < end; e++) {
          const component = v128.load(Y + <usize>load<u32>(outColumns + (e << 2)) + v);
          value = f32x4.add(value, f32x4.mul(v128.load32_splat(outValues + (e << 2)), component));
        }
        value = mask != 0 ? v128.and(value, v128.load(mask + v)) : f32x4.max(value, none);
        v128.store(A + i * W + v, value);
        const count = counts + i * W + v;
        v128.store(count, i32x4.sub(v128.load(count), f32x4.gt(value, threshold)));
      }
    }
    for (let c: u32 = 0; c < k; c++) {
      const begin = load<u32>(inStarts + (c << 2));
      const end = load<u32>(inStarts + (c << 2), 4);
      for (let v: u32 = 0; v < W; v += 16) {
        let value = none;
        for (let e = begin; e < end; e++) {
          const component = v128.load(A + <usize>load<u32>(inColumns + (e << 2)) + v);
          value = f32x4.add(value, f32x4.mul(v128.load32_splat(inValues + (e << 2)), component));
        }
        v128.store(X + c * W + v, value);
        const sum = sums + c * W + v;
        v128.store(sum, f32x4.add(v128.load(sum), value));
      }
    }
    Y += outBytes;
    X += k * W;
    A += stepA;
    if (mask != 0) mask += W;
  }
}

// counts i32 [d][lanes] += neurons of A f32 [P][d][lanes] above 1e−4.                                           [E19]
export function countAbove(A: usize, P: u32, d: u32, W: u32, counts: usize): void {
  const threshold = f32x4.splat(1e-4);
  const bytes = d * W;
  for (let n: u32 = 0; n < P; n++) {
    for (let v: u32 = 0; v < bytes; v += 16) {
      const at = counts + v;
      v128.store(at, i32x4.sub(v128.load(at), f32x4.gt(v128.load(A + v), threshold)));
    }
    A += bytes;
  }
}
