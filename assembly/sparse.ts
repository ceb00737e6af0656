// Layers with sparse weights, and errors of inactive circuits, for networks of several parts. For noise, see random.ts.

import { InactiveErrors, SparseLayer } from "./descriptors";

// out = W·A + bias, followed by ReLU if `relu` is true. Rows are `W` bytes long, with one lane per sample.
//
//   out  f32 [N][lanes]      A  f32 [·][lanes]
//
// Order of additions: the entries of a row one after another, starting from the bias; lanes are independent.
export function sparseLayer(descriptor: usize, out: usize, A: usize, relu: bool): void {
  const field = changetype<SparseLayer>(descriptor);
  const columns = field.columns;
  const values = field.values;
  const bias = field.bias;
  const N = field.N;
  const W = field.W;
  let starts = field.starts;
  const zero = f32x4.splat(0);
  let at: usize = <usize>load<u32>(starts) << 2;
  for (let n: u32 = 0; n < N; n++) {
    starts += 4;
    const end = <usize>load<u32>(starts) << 2;
    const first = bias != 0 ? v128.load32_splat(bias + (n << 2)) : zero;
    if (W == 64) {
      let s0 = first;
      let s1 = first;
      let s2 = first;
      let s3 = first;
      for (; at < end; at += 4) {
        const row = A + <usize>load<u32>(columns + at);
        const weight = v128.load32_splat(values + at);
        s0 = f32x4.add(s0, f32x4.mul(weight, v128.load(row)));
        s1 = f32x4.add(s1, f32x4.mul(weight, v128.load(row, 16)));
        s2 = f32x4.add(s2, f32x4.mul(weight, v128.load(row, 32)));
        s3 = f32x4.add(s3, f32x4.mul(weight, v128.load(row, 48)));
      }
      if (relu) {
        s0 = f32x4.max(s0, zero);
        s1 = f32x4.max(s1, zero);
        s2 = f32x4.max(s2, zero);
        s3 = f32x4.max(s3, zero);
      }
      v128.store(out, s0);
      v128.store(out, s1, 16);
      v128.store(out, s2, 32);
      v128.store(out, s3, 48);
    } else {
      for (let v: u32 = 0; v < W; v += 16) {
        let sum = first;
        for (let e = at; e < end; e += 4) {
          const row = A + <usize>load<u32>(columns + e) + v;
          sum = f32x4.add(sum, f32x4.mul(v128.load32_splat(values + e), v128.load(row)));
        }
        v128.store(out + v, relu ? f32x4.max(sum, zero) : sum);
      }
      at = end;
    }
    out += W;
  }
}

// A = max(A, 0) for `bytes` bytes, a multiple of 16.
export function rectify(A: usize, bytes: u32): void {
  const zero = f32x4.splat(0);
  for (let at = A, end = A + bytes; at < end; at += 16) v128.store(at, f32x4.max(v128.load(at), zero));
}

// For each sample, the squared errors of one readout over the inactive circuits, for which it should be 0. `constants`
// f64 [rows] are added to the values read.
//
// The square for circuit t is Σ_r (read_r + constant_r)², summed in float64 in ascending row order. A value above
// `most`, or NaN, counts as `most`. Circuits are added in order; lanes are independent.
export function inactiveErrors(descriptor: usize, constants: usize): void {
  const field = changetype<InactiveErrors>(descriptor);
  const read = field.read;
  const isActive = field.isActive;
  const out = field.out;
  const T = field.T;
  const rows = field.rows;
  const W = field.W;
  const step = <usize>field.stride * W;
  const lanes = W >> 2;
  const limit = f64x2.splat(field.wrong);
  const bound = f64x2.splat(field.most);
  for (let lane: u32 = 0; lane < lanes; lane += 4) {
    let sums0 = f64x2.splat(0);
    let sums1 = sums0;
    let largest0 = sums0;
    let largest1 = sums0;
    let counts0 = i64x2.splat(0);
    let counts1 = counts0;
    let from = read + (lane << 2);
    let marks = isActive + lane;
    for (let t: u32 = 0; t < T; t++) {
      let square0 = f64x2.splat(0);
      let square1 = square0;
      for (let r: u32 = 0; r < rows; r++) {
        const constant = v128.load64_splat(constants + (r << 3));
        const four = v128.load(from + r * W);
        const low = f64x2.add(f64x2.promote_low_f32x4(four), constant);
        const high = f64x2.add(f64x2.promote_low_f32x4(i64x2.shuffle(four, four, 1, 1)), constant);
        square0 = f64x2.add(square0, f64x2.mul(low, low));
        square1 = f64x2.add(square1, f64x2.mul(high, high));
      }
      square0 = f64x2.pmin(bound, square0);
      square1 = f64x2.pmin(bound, square1);
      if (load<u32>(marks) != 0) {
        // Expands bytes that are 0 or 1 to lanes of all zeros or all ones.
        const bytes = i16x8.extend_low_i8x16_u(v128.load32_zero(marks));
        const active = i32x4.ne(i32x4.extend_low_i16x8_u(bytes), i32x4.splat(0));
        square0 = v128.andnot(square0, i32x4.shuffle(active, active, 0, 0, 1, 1));
        square1 = v128.andnot(square1, i32x4.shuffle(active, active, 2, 2, 3, 3));
      }
      sums0 = f64x2.add(sums0, square0);
      sums1 = f64x2.add(sums1, square1);
      largest0 = f64x2.pmax(largest0, square0);
      largest1 = f64x2.pmax(largest1, square1);
      counts0 = i64x2.sub(counts0, f64x2.gt(square0, limit));
      counts1 = i64x2.sub(counts1, f64x2.gt(square1, limit));
      from += step;
      marks += lanes;
    }
    const at = out + (lane << 3);
    const row = <usize>lanes << 3;
    v128.store(at, sums0);
    v128.store(at, sums1, 16);
    v128.store(at + row, largest0);
    v128.store(at + row, largest1, 16);
    for (let half: u32 = 0; half < 2; half++) {
      const counts = half == 0 ? counts0 : counts1;
      store<f64>(at + 2 * row + (half << 4), <f64>i64x2.extract_lane(counts, 0));
      store<f64>(at + 2 * row + (half << 4), <f64>i64x2.extract_lane(counts, 1), 8);
    }
  }
}
