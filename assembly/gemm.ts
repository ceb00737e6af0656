// Dense layers: out = gate(A·Wᵀ + bias) for weights of any kind.
//
// The innermost tile is 4 rows of A by 8 rows of W: eight accumulators, and per step of k two vectors of W and four
// numbers of A, each met by both vectors. Everything is packed in the order in which that tile reads it:
//
//   W f32 [N][K]  →  packed once:   [⌈K/256⌉] blocks of [⌈N/8⌉] panels   k=0: W[n…n+7][0]   k=1: W[n…n+7][1]   …
//   A f32 [M][K]  →  per block:     128 rows in panels of four           k=0: A[m…m+3][0]   k=1: A[m…m+3][1]   …
//
// A panel of W (256·8 numbers) stays in L1 while all rows of A pass by, the block of A (128·256) in L2. Rows and
// columns beyond M and N are packed as zeros, so odd sizes run the same loop; only the last store looks at the edge.
//
// Order of additions: k ascending within a block of 256, from 0; blocks in order; then the bias.

// Steps of k in a block, rows of A in a block, and the tile.
const KC: u32 = 256;
const MC: u32 = 128;
const MR: u32 = 4;
const NR: u32 = 8;

// ── Packing ──────────────────────────────────────────────────────────────────────────────────────────────────────────

// packed f32 [⌈K/256⌉][⌈N/8⌉][kc][8], K·8·⌈N/8⌉ numbers, from W f32 [N][K].
export function packWeights(packed: usize, W: usize, N: u32, K: u32): void {
  for (let k: u32 = 0; k < K; k += KC) {
    const kc = min(KC, K - k);
    for (let n: u32 = 0; n < N; n += NR) {
      const from = W + ((<usize>n * K + k) << 2);
      packPanel(packed, from, min(MR, N - n), K, kc, NR);
      const rest = n + MR < N ? min(MR, N - n - MR) : 0;
      packPanel(packed + 16, from + ((<usize>MR * K) << 2), rest, K, kc, NR);
      packed += (kc * NR) << 2;
    }
  }
}

// Writes kc vectors [rows 0…3 at k], `stride` numbers apart, of up to four rows that are K numbers apart; missing rows
// are zeros.
function packPanel(to: usize, row: usize, rows: u32, K: u32, kc: u32, stride: u32): void {
  const step = stride << 2;
  const end = row + (kc << 2);
  if (rows == MR) {
    const next = <usize>K << 2;
    let r1 = row + next;
    let r2 = r1 + next;
    let r3 = r2 + next;
    // Four by four numbers at a time, turned in registers.
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

// out f32 [M][N] = A f32 [M][K] · Wᵀ + bias f32 [N], then max(·, 0) when relu.
//
//   packed     of packWeights
//   workspace  128·256 + 8 numbers, overwritten
//
// out must not overlap A: it is written block by block of K.
export function denseLayer(
  out: usize,
  A: usize,
  packed: usize,
  bias: usize,
  workspace: usize,
  M: u32,
  N: u32,
  K: u32,
  relu: bool,
): void {
  const block = workspace + 32;
  for (let k: u32 = 0; k < K; k += KC) {
    const kc = min(KC, K - k);
    const isLast = k + KC >= K;
    for (let m: u32 = 0; m < M; m += MC) {
      const mc = min(MC, M - m);
      for (let i: u32 = 0; i < mc; i += MR) {
        const from = A + ((<usize>(m + i) * K + k) << 2);
        packPanel(block + ((<usize>i * kc) << 2), from, min(MR, mc - i), K, kc, MR);
      }
      let panel = packed;
      for (let n: u32 = 0; n < N; n += NR) {
        for (let i: u32 = 0; i < mc; i += MR) {
          const to = out + ((<usize>(m + i) * N + n) << 2);
          const panelBias = isLast ? bias + (n << 2) : 0;
          tile(block + ((<usize>i * kc) << 2), panel, kc, to, N, mc - i, N - n, k == 0, panelBias, relu, workspace);
        }
        panel += (kc * NR) << 2;
      }
    }
    packed += (<usize>((N + NR - 1) / NR) * kc * NR) << 2;
  }
}

// Four rows by eight columns over kc steps. The engine moves all loads of a straight piece of code to its front and
// spills what it cannot keep; the exit test between two steps keeps each step's loads beside its sums.
function tile(
  a: usize,
  w: usize,
  kc: u32,
  to: usize,
  N: u32,
  rows: u32,
  columns: u32,
  isFirst: bool,
  bias: usize,
  relu: bool,
  spare: usize,
): void {
  let c00 = f32x4.splat(0);
  let c01 = c00;
  let c10 = c00;
  let c11 = c00;
  let c20 = c00;
  let c21 = c00;
  let c30 = c00;
  let c31 = c00;
  const end = w + (kc << 5);
  while (true) {
    let w0 = v128.load(w, 0);
    let w1 = v128.load(w, 16);
    let x = v128.load32_splat(a, 0);
    c00 = f32x4.add(c00, f32x4.mul(x, w0));
    c01 = f32x4.add(c01, f32x4.mul(x, w1));
    x = v128.load32_splat(a, 4);
    c10 = f32x4.add(c10, f32x4.mul(x, w0));
    c11 = f32x4.add(c11, f32x4.mul(x, w1));
    x = v128.load32_splat(a, 8);
    c20 = f32x4.add(c20, f32x4.mul(x, w0));
    c21 = f32x4.add(c21, f32x4.mul(x, w1));
    x = v128.load32_splat(a, 12);
    c30 = f32x4.add(c30, f32x4.mul(x, w0));
    c31 = f32x4.add(c31, f32x4.mul(x, w1));
    if (w + 32 == end) break;
    // Moving `a` twice lets both steps share the four offsets, which a splatting load cannot add by itself.
    a += 16;
    w0 = v128.load(w, 32);
    w1 = v128.load(w, 48);
    x = v128.load32_splat(a, 0);
    c00 = f32x4.add(c00, f32x4.mul(x, w0));
    c01 = f32x4.add(c01, f32x4.mul(x, w1));
    x = v128.load32_splat(a, 4);
    c10 = f32x4.add(c10, f32x4.mul(x, w0));
    c11 = f32x4.add(c11, f32x4.mul(x, w1));
    x = v128.load32_splat(a, 8);
    c20 = f32x4.add(c20, f32x4.mul(x, w0));
    c21 = f32x4.add(c21, f32x4.mul(x, w1));
    x = v128.load32_splat(a, 12);
    c30 = f32x4.add(c30, f32x4.mul(x, w0));
    c31 = f32x4.add(c31, f32x4.mul(x, w1));
    a += 16;
    w += 64;
    if (w == end) break;
  }
  const step = N << 2;
  finishRow(to, c00, c01, columns, isFirst, bias, relu, spare);
  if (rows > 1) finishRow(to + step, c10, c11, columns, isFirst, bias, relu, spare);
  if (rows > 2) finishRow(to + 2 * step, c20, c21, columns, isFirst, bias, relu, spare);
  if (rows > 3) finishRow(to + 3 * step, c30, c31, columns, isFirst, bias, relu, spare);
}

// Adds a block's eight sums to a row of out; with the last block comes the bias (else 0) and the gate.
@inline
function finishRow(
  to: usize,
  low: v128,
  high: v128,
  columns: u32,
  isFirst: bool,
  bias: usize,
  relu: bool,
  spare: usize,
): void {
  if (columns >= NR) {
    if (!isFirst) {
      low = f32x4.add(v128.load(to, 0), low);
      high = f32x4.add(v128.load(to, 16), high);
    }
    if (bias != 0) {
      low = f32x4.add(low, v128.load(bias, 0));
      high = f32x4.add(high, v128.load(bias, 16));
      if (relu) {
        const zero = f32x4.splat(0);
        low = f32x4.pmax(low, zero);
        high = f32x4.pmax(high, zero);
      }
    }
    v128.store(to, low, 0);
    v128.store(to, high, 16);
    return;
  }
  // The last columns of an odd N go through `spare`, one by one.
  v128.store(spare, low, 0);
  v128.store(spare, high, 16);
  for (let j: u32 = 0; j < columns << 2; j += 4) {
    let sum = load<f32>(spare + j);
    if (!isFirst) sum = load<f32>(to + j) + sum;
    if (bias != 0) {
      sum += load<f32>(bias + j);
      if (relu && sum < 0) sum = 0;
    }
    store<f32>(to + j, sum);
  }
}
