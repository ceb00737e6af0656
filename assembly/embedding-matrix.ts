// Measures the error of the embedding-matrix term. Each lane takes one circuit as its input and compares it with all
// lower-numbered circuits. No array grows with the number of pairs of circuits.                                   [E23]

import { EmbeddingErrors, EmbedLinks } from "./descriptors";

// Number of circuits whose squares are summed in float32 before this sum is added to a float64 sum.
const BLOCK: u32 = 256;

// Sets up one lane for each of the circuits v = first…first+count−1: X = e_v and Y = the links of v.              [E23]
//
// All terms are whole numbers, so sums are exact in any order.
export function embedLinks(descriptor: usize, first: u32, count: u32): void {
  const field = changetype<EmbedLinks>(descriptor);
  const W = field.W;
  const S = field.S;
  const starts = field.starts;
  const rows = field.rows;
  const weights = field.weights;
  let Y = field.Y;
  let X = field.X;
  let row = field.neurons + ((<usize>first * S) << 2);
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
export function embeddingErrors(descriptor: usize, first: u32, count: u32): void {
  const field = changetype<EmbeddingErrors>(descriptor);
  const linked = field.linked;
  const constant = field.constant;
  const own = field.own;
  const overlap = field.overlap;
  const Y = field.Y;
  const X = field.X;
  const rowsY = field.rowsY;
  const rowsX = field.rowsX;
  const signs = field.signs;
  const S = field.S;
  const W = field.W;
  const sums = field.sums;
  // Circuits t < first are compared in all lanes at once, in float32; after every BLOCK circuits, the sums are added to
  // float64 sums.
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

// Adds the lanes of four samples to a float64 sum, skipping lanes `count` and above.
function addLanes(sum: usize, lanes: v128, v: u32, count: u32): void {
  let total = load<f64>(sum);
  const b = v >> 2;
  if (b < count) total += <f64>f32x4.extract_lane(lanes, 0);
  if (b + 1 < count) total += <f64>f32x4.extract_lane(lanes, 1);
  if (b + 2 < count) total += <f64>f32x4.extract_lane(lanes, 2);
  if (b + 3 < count) total += <f64>f32x4.extract_lane(lanes, 3);
  store<f64>(sum, total);
}
