// Sums over pairs: of circuits (the check of the embedding-matrix term) and of vectors (dot products). Nothing of the
// number of pairs is kept.

// Circuits whose squares are summed in float32 before they join a float64 sum.
const BLOCK: u32 = 256;

// Writes what circuits v = first…first+count−1 give as inputs, one lane each: X = e_v and Y = its links.           [E23]
//
//   Y        f32 [P][2][lanes]   zero before: how many of v's neurons n is linked to, and Σ of those links' weights
//   X        f32 [P][1][lanes]   zero before
//   neurons  u32 [T][S]          of layer l−1
//   starts   u32 [P+1]           links of neuron m of layer l−1 are starts[m]…starts[m+1]−1
//   rows     u32                 row starts in Y of the neurons of layer l
//   weights  f32                 Σ of r_u over the circuits u that link the two
//
// All sums are of whole numbers, exact in any order.
export function embedLinks(
  Y: usize,
  X: usize,
  W: u32,
  neurons: usize,
  S: u32,
  first: u32,
  count: u32,
  starts: usize,
  rows: usize,
  weights: usize,
): void {
  let row = neurons + ((<usize>first * S) << 2);
  for (let b: u32 = 0; b < count; b++) {
    const rowEnd = row + (S << 2);
    for (; row < rowEnd; row += 4) {
      const m = <usize>load<u32>(row);
      store<f32>(X + m * W, 1);
      const end = load<u32>(starts + (m << 2), 4) << 2;
      for (let e = load<u32>(starts + (m << 2)) << 2; e < end; e += 4) {
        const y = Y + <usize>load<u32>(rows + e);
        store<f32>(y, load<f32>(y) + 1);
        store<f32>(y + W, load<f32>(y + W) + load<f32>(weights + e));
      }
    }
    X += 4;
    Y += 4;
  }
}

// Adds (a_tv − c_tv)² over circuits t < v for the tile's v = first…first+count−1.                              [E23]
//
//   Y        f32 [P][2][lanes]   C e_v and Σ_u r_u e_u ⟨e_u|e_v⟩ for the input e_v
//   X        f32 [P][1][lanes]   e_v
//   rowsY    u32 [T][S] row starts in Y of layer l          rowsX   u32 [T][S] row starts in X of layer l−1
//   signs    f32 [T]             r_t = ±1
//   sums     f64 [3], added to:  (i) w̄ = 0, Δw_u = r_u; (ii) w̄ = 1, Δw = 0; (iii) both
//
// a_tv is linked·Y_0 − constant for (ii), own·Y_1 for (i), gathered over the neurons of t; c_tv is overlap·X·w_t.
export function embeddingPairs(
  Y: usize,
  X: usize,
  rowsY: usize,
  rowsX: usize,
  signs: usize,
  T: u32,
  S: u32,
  W: u32,
  first: u32,
  count: u32,
  linked: f64,
  constant: f64,
  own: f64,
  overlap: f64,
  sums: usize,
): void {
  // Circuits before the tile are compared on all lanes at once, in float32; the sums join float64 every BLOCK circuits.
  const scale = f32x4.splat(<f32>linked);
  const shift = f32x4.splat(<f32>constant);
  const ownScale = f32x4.splat(<f32>own);
  const overlapScale = f32x4.splat(<f32>overlap);
  for (let v: u32 = 0; v < W; v += 16) {
    for (let block: u32 = 0; block < first; block += BLOCK) {
      const end = min(block + BLOCK, first);
      let delta = f32x4.splat(0);
      let mean = f32x4.splat(0);
      let both = f32x4.splat(0);
      let row = (block * S) << 2;
      for (let t = block; t < end; t++) {
        let y0 = f32x4.splat(0);
        let y1 = f32x4.splat(0);
        let x = f32x4.splat(0);
        const rowEnd = row + (S << 2);
        for (; row < rowEnd; row += 4) {
          const y = Y + <usize>load<u32>(rowsY + row) + v;
          y0 = f32x4.add(y0, v128.load(y));
          y1 = f32x4.add(y1, v128.load(y + W));
          x = f32x4.add(x, v128.load(X + <usize>load<u32>(rowsX + row) + v));
        }
        x = f32x4.mul(overlapScale, x);
        const sign = v128.load32_splat(signs + (t << 2));
        const e1 = f32x4.sub(f32x4.mul(ownScale, y1), f32x4.mul(x, sign));
        const e2 = f32x4.sub(f32x4.sub(f32x4.mul(scale, y0), shift), x);
        const e3 = f32x4.add(e1, e2);
        delta = f32x4.add(delta, f32x4.mul(e1, e1));
        mean = f32x4.add(mean, f32x4.mul(e2, e2));
        both = f32x4.add(both, f32x4.mul(e3, e3));
      }
      addLanes(sums, delta, v, count);
      addLanes(sums + 8, mean, v, count);
      addLanes(sums + 16, both, v, count);
    }
  }
  for (let b: u32 = 1; b < count; b++) {
    const lane = b << 2;
    let delta: f64 = 0;
    let mean: f64 = 0;
    let both: f64 = 0;
    let row = (first * S) << 2;
    for (let t = first; t < first + b; t++) {
      let y0: f64 = 0;
      let y1: f64 = 0;
      let x: f64 = 0;
      for (let s: u32 = 0; s < S; s++) {
        const y = Y + <usize>load<u32>(rowsY + row) + lane;
        y0 += <f64>load<f32>(y);
        y1 += <f64>load<f32>(y + W);
        x += <f64>load<f32>(X + <usize>load<u32>(rowsX + row) + lane);
        row += 4;
      }
      const sign = <f64>load<f32>(signs + (t << 2));
      const e1 = own * y1 - overlap * x * sign;
      const e2 = linked * y0 - constant - overlap * x;
      delta += e1 * e1;
      mean += e2 * e2;
      both += (e1 + e2) * (e1 + e2);
    }
    store<f64>(sums, load<f64>(sums) + delta);
    store<f64>(sums, load<f64>(sums, 8) + mean, 8);
    store<f64>(sums, load<f64>(sums, 16) + both, 16);
  }
}

// Adds the lanes of four samples, those below count, to a float64 sum.
function addLanes(sum: usize, lanes: v128, v: u32, count: u32): void {
  let total = load<f64>(sum);
  const b = v >> 2;
  if (b < count) total += <f64>f32x4.extract_lane(lanes, 0);
  if (b + 1 < count) total += <f64>f32x4.extract_lane(lanes, 1);
  if (b + 2 < count) total += <f64>f32x4.extract_lane(lanes, 2);
  if (b + 3 < count) total += <f64>f32x4.extract_lane(lanes, 3);
  store<f64>(sum, total);
}

// Steps of k that are summed from 0 before they join the sum of the blocks before: of a tile's panels, both fit L1.
const KC: u32 = 256;

// Dot products of the vectors of some panels of 8 with those of others: largest |dot| and Σ dot² over pairs u < v.  [E25]
//
//   vectors  f32 [⌈n/256⌉][all][kc][8]    blocks of 256 components of panels of eight vectors, zero beyond m
//   result   f64 [2]                      largest |dot| raised, Σ dot² added to
//   scratch  f32 [panels][others][8][8]   overwritten: the dots
//
// u is of the panels panel…panel+panels−1 of all ⌈m/8⌉, v of other…other+others−1. The blocks of k are outermost, so that
// what both ranges have of one block stays in the cache while every panel meets every other; and what they have of it lies
// together, since pieces that are a power of two apart would put each other out of the cache. Order of additions: k ascending
// within a block of 256, from 0; blocks in order.
export function dotPairs(
  vectors: usize,
  n: u32,
  all: u32,
  panel: u32,
  panels: u32,
  other: u32,
  others: u32,
  scratch: usize,
  result: usize,
): void {
  for (let k: u32 = 0; k < n; k += KC) {
    const kc = min(KC, n - k);
    const block = vectors + ((<usize>k * all) << 5);
    const bytes = <usize>kc << 5;
    let out = scratch;
    for (let i = panel; i < panel + panels; i++) {
      const a = block + <usize>i * bytes;
      for (let j = other; j < other + others; j++) {
        if (j >= i) {
          const b = block + <usize>j * bytes;
          dotTile(a, b, kc, out, k == 0);
          dotTile(a + 16, b, kc, out + 128, k == 0);
        }
        out += 256;
      }
    }
  }
  let largest = f32x4.splat(0);
  let squares = f64x2.splat(0);
  for (let i = panel; i < panel + panels; i++) {
    for (let j = other; j < other + others; j++) {
      if (j >= i) {
        if (j == i) clearLower(scratch);
        for (let at = scratch; at < scratch + 256; at += 16) {
          const dots = v128.load(at);
          largest = f32x4.max(largest, f32x4.abs(dots));
          const low = f64x2.promote_low_f32x4(dots);
          const high = f64x2.promote_low_f32x4(i32x4.shuffle(dots, dots, 2, 3, 2, 3));
          squares = f64x2.add(squares, f64x2.add(f64x2.mul(low, low), f64x2.mul(high, high)));
        }
      }
      scratch += 256;
    }
  }
  store<f64>(result, load<f64>(result, 8) + (f64x2.extract_lane(squares, 0) + f64x2.extract_lane(squares, 1)), 8);
  let most = max<f32>(f32x4.extract_lane(largest, 0), f32x4.extract_lane(largest, 1));
  most = max<f32>(most, max<f32>(f32x4.extract_lane(largest, 2), f32x4.extract_lane(largest, 3)));
  store<f64>(result, max<f64>(load<f64>(result), <f64>most));
}

// Of a panel with itself only the pairs u < v count.
function clearLower(dots: usize): void {
  for (let i: u32 = 0; i < 8; i++) for (let j: u32 = 0; j <= i; j++) store<f32>(dots + (i << 5) + (j << 2), 0);
}

// out f32 [4][8] = or += the dots of four of a's vectors with b's eight over kc steps. The exit between two steps keeps each
// step's loads beside its sums, as in gemm.ts.
function dotTile(a: usize, b: usize, kc: u32, out: usize, isFirst: bool): void {
  let c00 = f32x4.splat(0);
  let c01 = c00;
  let c10 = c00;
  let c11 = c00;
  let c20 = c00;
  let c21 = c00;
  let c30 = c00;
  let c31 = c00;
  const end = b + (kc << 5);
  while (true) {
    let b0 = v128.load(b, 0);
    let b1 = v128.load(b, 16);
    let x = v128.load32_splat(a, 0);
    c00 = f32x4.add(c00, f32x4.mul(x, b0));
    c01 = f32x4.add(c01, f32x4.mul(x, b1));
    x = v128.load32_splat(a, 4);
    c10 = f32x4.add(c10, f32x4.mul(x, b0));
    c11 = f32x4.add(c11, f32x4.mul(x, b1));
    x = v128.load32_splat(a, 8);
    c20 = f32x4.add(c20, f32x4.mul(x, b0));
    c21 = f32x4.add(c21, f32x4.mul(x, b1));
    x = v128.load32_splat(a, 12);
    c30 = f32x4.add(c30, f32x4.mul(x, b0));
    c31 = f32x4.add(c31, f32x4.mul(x, b1));
    if (b + 32 == end) break;
    a += 32;
    b0 = v128.load(b, 32);
    b1 = v128.load(b, 48);
    x = v128.load32_splat(a, 0);
    c00 = f32x4.add(c00, f32x4.mul(x, b0));
    c01 = f32x4.add(c01, f32x4.mul(x, b1));
    x = v128.load32_splat(a, 4);
    c10 = f32x4.add(c10, f32x4.mul(x, b0));
    c11 = f32x4.add(c11, f32x4.mul(x, b1));
    x = v128.load32_splat(a, 8);
    c20 = f32x4.add(c20, f32x4.mul(x, b0));
    c21 = f32x4.add(c21, f32x4.mul(x, b1));
    x = v128.load32_splat(a, 12);
    c30 = f32x4.add(c30, f32x4.mul(x, b0));
    c31 = f32x4.add(c31, f32x4.mul(x, b1));
    a += 32;
    b += 64;
    if (b == end) break;
  }
  storeRow(out, c00, c01, isFirst);
  storeRow(out + 32, c10, c11, isFirst);
  storeRow(out + 64, c20, c21, isFirst);
  storeRow(out + 96, c30, c31, isFirst);
}

@inline
function storeRow(out: usize, low: v128, high: v128, isFirst: bool): void {
  if (!isFirst) {
    low = f32x4.add(v128.load(out, 0), low);
    high = f32x4.add(v128.load(out, 16), high);
  }
  v128.store(out, low, 0);
  v128.store(out, high, 16);
}
