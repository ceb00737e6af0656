// Dense layers: out = gate(A·Wᵀ + bias) for weights of any kind.
//
// The innermost tile is 4 rows of A by 8 rows of W, with eight accumulators. Each step of k takes two vectors of W and
// four numbers of A, and multiplies each number by both vectors. Everything is packed in the order in which the tile
// reads it:
//
//   W f32 [N][K]  →  packed once:   [⌈K/512⌉] blocks of [⌈N/8⌉] panels   k=0: W[n…n+7][0]   k=1: W[n…n+7][1]   …
//   A f32 [M][K]  →  per block:     64 rows in panels of four            k=0: A[m…m+3][0]   k=1: A[m…m+3][1]   …
//
// Four rows of A (512·4 numbers) stay in L1 while they are multiplied by 128 columns, and `out` is written along the
// columns. The 128 columns of W (512·128) and the block of A (64·512) stay in L2. Rows and columns beyond M and N are
// packed as zeros, so partly filled tiles run the same loop (gemm-tiles.ts), and only the final store (gemm-store.ts)
// checks the edge. A single row of A (for example, if M = 1) is read in place, which takes a third of the time that a
// tile would take. If W has only one panel (N ≤ 8), all rows of A are read in place. For N = 1, A and W swap
// roles.
//
// Order of additions: ascending k within a block of 512, starting from 0; then block by block; then the bias.

import { DenseLayer } from "./descriptors";
import { MR, NR } from "./gemm-store";
import { rowByPanels, rowsByPanel } from "./gemm-rows";
import { tiles } from "./gemm-tiles";

// Steps of k in a block, rows of A in a block, and columns that are processed together with these rows.
const KC: u32 = 512;
const MC: u32 = 64;
const NC: u32 = 128;

// Number of rows of A that are processed together if N = 1; they make up three panels.
const COLUMN_ROWS: u32 = 24;

// ── Packing ──────────────────────────────────────────────────────────────────────────────────────────────────────────

// Packs W f32 [N][K] into f32 [⌈K/512⌉][⌈N/8⌉][kc][8], which takes K·8·⌈N/8⌉ numbers.
export function packWeights(packed: usize, W: usize, N: u32, K: u32): void {
  for (let k: u32 = 0; k < K; k += KC) {
    const kc = min(KC, K - k);
    packPanels(packed, W + (<usize>k << 2), N, K, kc);
    packed += (<usize>((N + NR - 1) / NR) * kc * NR) << 2;
  }
}

// Packs rows that are K numbers apart into panels of eight, [⌈rows/8⌉][kc][8].
function packPanels(packed: usize, from: usize, rows: u32, K: u32, kc: u32): void {
  for (let n: u32 = 0; n < rows; n += NR) {
    packPanel(packed, from, min(MR, rows - n), K, kc, NR);
    const rest = n + MR < rows ? min(MR, rows - n - MR) : 0;
    packPanel(packed + 16, from + ((<usize>MR * K) << 2), rest, K, kc, NR);
    packed += (kc * NR) << 2;
    from += (<usize>NR * K) << 2;
  }
}

// Writes kc vectors [rows 0…3 at k], `stride` numbers apart, from up to four rows that are K numbers apart. Missing
// rows are filled with zeros.
function packPanel(to: usize, row: usize, rows: u32, K: u32, kc: u32, stride: u32): void {
  const step = stride << 2;
  const end = row + (kc << 2);
  if (rows == MR) {
    const next = <usize>K << 2;
    let r1 = row + next;
    let r2 = r1 + next;
    let r3 = r2 + next;
    // Takes a 4×4 block of numbers at a time and transposes it in registers.
    for (; row + 16 <= end; row += 16) {
      const a0 = v128.load(row);
      const a1 = v128.load(r1);
      const a2 = v128.load(r2);
      const a3 = v128.load(r3);
      const low01 = i32x4.shuffle(a0, a1, 0, 4, 1, 5);
      const low23 = i32x4.shuffle(a2, a3, 0, 4, 1, 5);
      const high01 = i32x4.shuffle(a0, a1, 2, 6, 3, 7);
      const high23 = i32x4.shuffle(a2, a3, 2, 6, 3, 7);
      v128.store(to, i64x2.shuffle(low01, low23, 0, 2));
      v128.store(to + step, i64x2.shuffle(low01, low23, 1, 3));
      v128.store(to + 2 * step, i64x2.shuffle(high01, high23, 0, 2));
      v128.store(to + 3 * step, i64x2.shuffle(high01, high23, 1, 3));
      to += 4 * step;
      r1 += 16;
      r2 += 16;
      r3 += 16;
    }
    for (; row < end; row += 4) {
      store<f32>(to, load<f32>(row), 0);
      store<f32>(to, load<f32>(r1), 4);
      store<f32>(to, load<f32>(r2), 8);
      store<f32>(to, load<f32>(r3), 12);
      to += step;
      r1 += 4;
      r2 += 4;
      r3 += 4;
    }
    return;
  }
  for (; row < end; row += 4) {
    v128.store(to, f32x4.splat(0));
    for (let r: u32 = 0; r < rows; r++) store<f32>(to + (r << 2), load<f32>(row + ((<usize>r * K) << 2)));
    to += step;
  }
}

// ── The product ──────────────────────────────────────────────────────────────────────────────────────────────────────

// Size in bytes of the workspace that denseLayer needs: a block of A, with a vector before it.
export function denseWorkspace(): u32 {
  return 4 * (MC * KC + 8);
}

// out f32 [M][N] = A f32 [M][K] · Wᵀ + bias f32 [N], then max(·, 0) if relu.
//
// out must not overlap A, because out is written after each block of K.
export function denseLayer(descriptor: usize, out: usize, A: usize, M: u32, relu: bool): void {
  const field = changetype<DenseLayer>(descriptor);
  const bias = field.bias;
  const workspace = field.workspace;
  const N = field.N;
  const K = field.K;
  let packed = field.packed;
  if (N == 1 && M > 1) {
    singleColumn(out, A, packed, bias, workspace, M, K, relu);
    return;
  }
  if (K == 1) {
    outerProduct(out, A, packed, bias, M, N, relu);
    return;
  }
  const block = workspace + 32;
  for (let k: u32 = 0; k < K; k += KC) {
    const kc = min(KC, K - k);
    const isFirst = k == 0;
    const isLast = k + KC >= K;
    const panelBytes = kc << 5;
    const blockBytes = <usize>((N + NR - 1) / NR) * panelBytes;
    for (let m: u32 = 0; m < M; m += MC) {
      const mc = min(MC, M - m);
      // A single row left over is read in place.
      const rows = (mc & (MR - 1)) == 1 ? mc - 1 : mc;
      const from = A + ((<usize>m * K + k) << 2);
      const to = out + ((<usize>m * N) << 2);
      if (N <= NR) {
        // Packing pays off if rows are multiplied by several panels.
        const first = isLast ? bias : 0;
        for (let i: u32 = 0; i < rows; i += MR) {
          const at = from + ((<usize>i * K) << 2);
          rowsByPanel(at, K, packed, kc, to + ((<usize>i * N) << 2), rows - i, N, isFirst, first, relu);
        }
      } else {
        for (let i: u32 = 0; i < rows; i += MR) {
          packPanel(block + ((<usize>i * kc) << 2), from + ((<usize>i * K) << 2), min(MR, rows - i), K, kc, MR);
        }
        for (let n: u32 = 0; n < N; n += NC) {
          const nc = min(NC, N - n);
          const panel = packed + ((<usize>n * kc) << 2);
          const first = isLast ? bias + (n << 2) : 0;
          for (let i: u32 = 0; i < rows; i += MR) {
            const at = block + ((<usize>i * kc) << 2);
            const row = to + ((<usize>i * N + n) << 2);
            tiles(at, panel, kc, row, N, rows - i, nc, isFirst, first, relu);
          }
        }
      }
      if (rows < mc) {
        const last = to + ((<usize>rows * N) << 2);
        const row = from + ((<usize>rows * K) << 2);
        let panel = packed;
        for (let n: u32 = 0; n < N; n += 3 * NR) {
          const panels = min(3, (N - n + NR - 1) / NR);
          const panelBias = isLast ? bias + (n << 2) : 0;
          rowByPanels(row, panel, panels, kc, last + (n << 2), N - n, isFirst, panelBias, relu);
          panel += 3 * panelBytes;
        }
      }
    }
    packed += blockBytes;
  }
}

// K = 1: nothing is summed, and the packed weights are the only column of W. Most of the time goes into writing `out`.
// Vectors are stored at addresses that are multiples of 16 (a store across two cache lines costs as much as two
// stores).
function outerProduct(out: usize, A: usize, W: usize, bias: usize, M: u32, N: u32, relu: bool): void {
  // No number is less than −∞, so one loop is enough for both cases.
  const least = f32x4.splat(relu ? 0 : -Infinity);
  const row = <usize>N << 2;
  for (let m: u32 = 0; m < M; m++) {
    const a = v128.load32_splat(A);
    const first = min<usize>((0 - out) & 12, row);
    let n = outerNumbers(out, A, W, bias, 0, first, relu);
    for (; n + 64 <= row; n += 64) {
      const w = W + n;
      const b = bias + n;
      const to = out + n;
      v128.store(to, outerVector(a, v128.load(w), v128.load(b), least));
      v128.store(to, outerVector(a, v128.load(w, 16), v128.load(b, 16), least), 16);
      v128.store(to, outerVector(a, v128.load(w, 32), v128.load(b, 32), least), 32);
      v128.store(to, outerVector(a, v128.load(w, 48), v128.load(b, 48), least), 48);
    }
    for (; n + 16 <= row; n += 16) {
      v128.store(out + n, outerVector(a, v128.load(W + n), v128.load(bias + n), least));
    }
    outerNumbers(out, A, W, bias, n, row, relu);
    A += 4;
    out += row;
  }
}

// a·w + b, clipped. Sums start from 0 here too, which turns −0 into 0.
@inline
function outerVector(a: v128, w: v128, b: v128, least: v128): v128 {
  return f32x4.pmax(f32x4.add(f32x4.add(f32x4.splat(0), f32x4.mul(a, w)), b), least);
}

// Writes part of a row of an outer product, from byte `n` to byte `end`; returns the byte at which it stopped.
@inline
function outerNumbers(out: usize, A: usize, W: usize, bias: usize, n: usize, end: usize, relu: bool): usize {
  const a = load<f32>(A);
  for (; n < end; n += 4) {
    const sum = <f32>0 + a * load<f32>(W + n) + load<f32>(bias + n);
    store<f32>(out + n, relu && sum < 0 ? 0 : sum);
  }
  return n;
}

// For N = 1, A and W swap roles: A serves as the weights, in panels of eight rows, and the single row of W as a row
// of A.
function singleColumn(
  out: usize,
  A: usize,
  packed: usize,
  bias: usize,
  workspace: usize,
  M: u32,
  K: u32,
  relu: bool,
): void {
  const biases = workspace;
  const column = workspace + 4 * COLUMN_ROWS;
  const block = column + 4 * KC;
  const sum = v128.load32_splat(bias);
  for (let i: u32 = 0; i < 4 * COLUMN_ROWS; i += 16) v128.store(biases + i, sum);
  for (let k: u32 = 0; k < K; k += KC) {
    const kc = min(KC, K - k);
    const last: usize = k + KC >= K ? biases : 0;
    for (let i: u32 = 0; i < kc; i++) store<f32>(column + (i << 2), load<f32>(packed + (i << 5)));
    for (let m: u32 = 0; m < M; m += COLUMN_ROWS) {
      const rows = min(COLUMN_ROWS, M - m);
      packPanels(block, A + ((<usize>m * K + k) << 2), rows, K, kc);
      rowByPanels(column, block, (rows + NR - 1) / NR, kc, out + (m << 2), rows, k == 0, last, relu);
    }
    packed += kc << 5;
  }
}
