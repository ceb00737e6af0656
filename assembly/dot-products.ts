// Dot products of all pairs of many vectors; the products are not stored.                                       [E25]

import { DotProducts } from "./descriptors";

// Number of steps of k in a block. Each block is summed from 0 and then added to the sum of earlier blocks; two panels
// of a block fit in L1.
const KC: u32 = 256;

// Dot products of vectors u in one range of panels with vectors v in another: max |dot| and Σ dot² over u < v.    [E25]
//
// There are ⌈m/8⌉ panels. u is in panels `panel` to `panel + panels − 1`, v in panels `other` to `other + others − 1`.
// The loop over blocks of k is outermost, so that one block of each range stays in the cache while each panel of one
// range is multiplied by each panel of the other. Each range's block is contiguous, because pieces that lie a power of
// two apart would evict each other from the cache. Order of additions: ascending k within a block of 256, starting from
// 0; then block by block.
export function dotProducts(descriptor: usize, panel: u32, panels: u32, other: u32, others: u32): void {
  const field = changetype<DotProducts>(descriptor);
  const vectors = field.vectors;
  const n = field.n;
  const all = field.all;
  const result = field.result;
  let scratch = field.scratch;
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

// In the product of a panel with itself, only pairs u < v are needed.
function clearLower(dots: usize): void {
  for (let i: u32 = 0; i < 8; i++) for (let j: u32 = 0; j <= i; j++) store<f32>(dots + (i << 5) + (j << 2), 0);
}

// Computes the dot products of four vectors of `a` with eight vectors of `b` over kc steps, and writes them to `out`,
// f32 [4][8], or adds them to it. The exit test between two steps stops V8 from moving loads to an earlier step (see
// gemm-tiles.ts).
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
