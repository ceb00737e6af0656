// Forward and backward passes of layers whose inputs are mostly 0. Inputs are compressed rows, so zeros cost nothing.
//
//   starts  u32 [count+1]: the entries of sample s are starts[s] … starts[s+1]−1
//   columns u32, each < K      values f32
//   weights f32 [K][N], one row for each input

import { RowsLayer } from "./descriptors";

// Number of a sample's outputs that are computed together: twelve vectors, which stay in registers.
const WIDE: u32 = 48;

// out f32 [count][N] = values · weights + bias.
//
// Order of additions: the entries of a sample one after another, starting from the bias (from 0 if its address is 0).
export function rowsLayer(descriptor: usize, out: usize, count: u32): void {
  const field = changetype<RowsLayer>(descriptor);
  const columns = field.columns;
  const values = field.values;
  const weights = field.weights;
  const bias = field.bias;
  const N = field.N;
  const row = <usize>N << 2;
  let starts = field.starts;
  let from: usize = <usize>load<u32>(starts) << 2;
  for (let s: u32 = 0; s < count; s++) {
    starts += 4;
    const to = <usize>load<u32>(starts) << 2;
    let n: u32 = 0;
    for (; n + WIDE <= N; n += WIDE) wideSum(out, columns, values, weights, bias, row, from, to, n << 2);
    for (; n + 4 <= N; n += 4) {
      let sum = bias != 0 ? v128.load(bias + (n << 2)) : f32x4.splat(0);
      for (let e = from; e < to; e += 4) {
        const w = v128.load(weights + <usize>load<u32>(columns + e) * row + (n << 2));
        sum = f32x4.add(sum, f32x4.mul(v128.load32_splat(values + e), w));
      }
      v128.store(out + (n << 2), sum);
    }
    for (; n < N; n++) {
      let sum: f32 = bias != 0 ? load<f32>(bias + (n << 2)) : 0;
      for (let e = from; e < to; e += 4) {
        sum += load<f32>(values + e) * load<f32>(weights + <usize>load<u32>(columns + e) * row + (n << 2));
      }
      store<f32>(out + (n << 2), sum);
    }
    from = to;
    out += row;
  }
}

// Computes bytes n…n+191 of one sample's sums.
@inline
function wideSum(
  out: usize,
  columns: usize,
  values: usize,
  weights: usize,
  bias: usize,
  row: usize,
  from: usize,
  to: usize,
  n: usize,
): void {
  let s0 = f32x4.splat(0);
  let s1 = s0;
  let s2 = s0;
  let s3 = s0;
  let s4 = s0;
  let s5 = s0;
  let s6 = s0;
  let s7 = s0;
  let s8 = s0;
  let s9 = s0;
  let s10 = s0;
  let s11 = s0;
  if (bias != 0) {
    const b = bias + n;
    s0 = v128.load(b);
    s1 = v128.load(b, 16);
    s2 = v128.load(b, 32);
    s3 = v128.load(b, 48);
    s4 = v128.load(b, 64);
    s5 = v128.load(b, 80);
    s6 = v128.load(b, 96);
    s7 = v128.load(b, 112);
    s8 = v128.load(b, 128);
    s9 = v128.load(b, 144);
    s10 = v128.load(b, 160);
    s11 = v128.load(b, 176);
  }
  for (let e = from; e < to; e += 4) {
    const w = weights + <usize>load<u32>(columns + e) * row + n;
    const x = v128.load32_splat(values + e);
    s0 = f32x4.add(s0, f32x4.mul(x, v128.load(w)));
    s1 = f32x4.add(s1, f32x4.mul(x, v128.load(w, 16)));
    s2 = f32x4.add(s2, f32x4.mul(x, v128.load(w, 32)));
    s3 = f32x4.add(s3, f32x4.mul(x, v128.load(w, 48)));
    s4 = f32x4.add(s4, f32x4.mul(x, v128.load(w, 64)));
    s5 = f32x4.add(s5, f32x4.mul(x, v128.load(w, 80)));
    s6 = f32x4.add(s6, f32x4.mul(x, v128.load(w, 96)));
    s7 = f32x4.add(s7, f32x4.mul(x, v128.load(w, 112)));
    s8 = f32x4.add(s8, f32x4.mul(x, v128.load(w, 128)));
    s9 = f32x4.add(s9, f32x4.mul(x, v128.load(w, 144)));
    s10 = f32x4.add(s10, f32x4.mul(x, v128.load(w, 160)));
    s11 = f32x4.add(s11, f32x4.mul(x, v128.load(w, 176)));
  }
  const at = out + n;
  v128.store(at, s0);
  v128.store(at, s1, 16);
  v128.store(at, s2, 32);
  v128.store(at, s3, 48);
  v128.store(at, s4, 64);
  v128.store(at, s5, 80);
  v128.store(at, s6, 96);
  v128.store(at, s7, 112);
  v128.store(at, s8, 128);
  v128.store(at, s9, 144);
  v128.store(at, s10, 160);
  v128.store(at, s11, 176);
}

// ReLU: lists the entries of A f32 [count][K] that are above 0 or NaN. The list is written to the compressed rows of
// the descriptor, which must have room for count·K entries.
export function listPositive(descriptor: usize, A: usize, count: u32): void {
  const field = changetype<RowsLayer>(descriptor);
  const columns = field.columns;
  const values = field.values;
  const K = field.K;
  let starts = field.starts;
  let entry: usize = 0;
  store<u32>(starts, 0);
  for (let s: u32 = 0; s < count; s++) {
    for (let k: u32 = 0; k < K; k++) {
      // Always writes the entry; if ReLU makes it 0, the next entry overwrites it. This avoids a branch that could
      // be mispredicted.
      const value = load<f32>(A);
      store<u32>(columns + entry, k);
      store<f32>(values + entry, value);
      entry += <usize>!(value <= 0) << 2;
      A += 4;
    }
    starts += 4;
    store<u32>(starts, <u32>(entry >> 2));
  }
}

// The gradient at the listed inputs, and 0 at all other inputs: out f32 [count][K], out[s][k] = Σ_n
// errors[s][n]·weights[k][n].
//
// Order of additions: four sums, each over every fourth n in ascending order; then (0 + 2) + (1 + 3); then the rest,
// one by one.
export function rowsBackward(descriptor: usize, out: usize, errors: usize, count: u32): void {
  const field = changetype<RowsLayer>(descriptor);
  const columns = field.columns;
  const weights = field.weights;
  const N = field.N;
  const row = <usize>N << 2;
  const rowOut = <usize>field.K << 2;
  const whole = row & ~(<usize>15);
  let starts = field.starts;
  let e: usize = <usize>load<u32>(starts) << 2;
  for (let s: u32 = 0; s < count; s++) {
    starts += 4;
    const to = <usize>load<u32>(starts) << 2;
    memory.fill(out, 0, rowOut);
    for (; e + 16 <= to; e += 16) {
      const at = columns + e;
      const k0 = <usize>load<u32>(at);
      const k1 = <usize>load<u32>(at, 4);
      const k2 = <usize>load<u32>(at, 8);
      const k3 = <usize>load<u32>(at, 12);
      const w0 = weights + k0 * row;
      const w1 = weights + k1 * row;
      const w2 = weights + k2 * row;
      const w3 = weights + k3 * row;
      let s0 = f32x4.splat(0);
      let s1 = s0;
      let s2 = s0;
      let s3 = s0;
      for (let n: usize = 0; n < whole; n += 16) {
        const x = v128.load(errors + n);
        s0 = f32x4.add(s0, f32x4.mul(x, v128.load(w0 + n)));
        s1 = f32x4.add(s1, f32x4.mul(x, v128.load(w1 + n)));
        s2 = f32x4.add(s2, f32x4.mul(x, v128.load(w2 + n)));
        s3 = f32x4.add(s3, f32x4.mul(x, v128.load(w3 + n)));
      }
      store<f32>(out + (k0 << 2), finishDot(s0, errors, w0, whole, row));
      store<f32>(out + (k1 << 2), finishDot(s1, errors, w1, whole, row));
      store<f32>(out + (k2 << 2), finishDot(s2, errors, w2, whole, row));
      store<f32>(out + (k3 << 2), finishDot(s3, errors, w3, whole, row));
    }
    for (; e < to; e += 4) {
      const k = <usize>load<u32>(columns + e);
      const w = weights + k * row;
      let sum = f32x4.splat(0);
      for (let n: usize = 0; n < whole; n += 16) {
        sum = f32x4.add(sum, f32x4.mul(v128.load(errors + n), v128.load(w + n)));
      }
      store<f32>(out + (k << 2), finishDot(sum, errors, w, whole, row));
    }
    out += rowOut;
    errors += row;
  }
}

// The sum of four lanes, plus the dot product of two rows from byte n to byte `end`.
@inline
function finishDot(lanes: v128, a: usize, b: usize, n: usize, end: usize): f32 {
  const pairs = f32x4.add(lanes, i32x4.shuffle(lanes, lanes, 2, 3, 0, 1));
  let sum = f32x4.extract_lane(pairs, 0) + f32x4.extract_lane(pairs, 1);
  for (; n < end; n += 4) sum += load<f32>(a + n) * load<f32>(b + n);
  return sum;
}

// Adds the gradient of the weights, f32 [K][N]: gradient[k] += values[s][k] · errors[s], errors f32 [count][N].
//
// Order of additions: one sample after another.
export function rowsGradient(descriptor: usize, gradient: usize, errors: usize, count: u32): void {
  const field = changetype<RowsLayer>(descriptor);
  const columns = field.columns;
  const values = field.values;
  const N = field.N;
  const row = <usize>N << 2;
  const whole = row & ~(<usize>15);
  let starts = field.starts;
  let from: usize = <usize>load<u32>(starts) << 2;
  for (let s: u32 = 0; s < count; s++) {
    starts += 4;
    const to = <usize>load<u32>(starts) << 2;
    let n: usize = 0;
    for (; n + 128 <= row; n += 128) {
      const at = errors + n;
      const x0 = v128.load(at);
      const x1 = v128.load(at, 16);
      const x2 = v128.load(at, 32);
      const x3 = v128.load(at, 48);
      const x4 = v128.load(at, 64);
      const x5 = v128.load(at, 80);
      const x6 = v128.load(at, 96);
      const x7 = v128.load(at, 112);
      for (let e = from; e < to; e += 4) {
        const g = gradient + <usize>load<u32>(columns + e) * row + n;
        const v = v128.load32_splat(values + e);
        v128.store(g, f32x4.add(v128.load(g), f32x4.mul(v, x0)));
        v128.store(g, f32x4.add(v128.load(g, 16), f32x4.mul(v, x1)), 16);
        v128.store(g, f32x4.add(v128.load(g, 32), f32x4.mul(v, x2)), 32);
        v128.store(g, f32x4.add(v128.load(g, 48), f32x4.mul(v, x3)), 48);
        v128.store(g, f32x4.add(v128.load(g, 64), f32x4.mul(v, x4)), 64);
        v128.store(g, f32x4.add(v128.load(g, 80), f32x4.mul(v, x5)), 80);
        v128.store(g, f32x4.add(v128.load(g, 96), f32x4.mul(v, x6)), 96);
        v128.store(g, f32x4.add(v128.load(g, 112), f32x4.mul(v, x7)), 112);
      }
    }
    for (; n < whole; n += 16) {
      const x = v128.load(errors + n);
      for (let e = from; e < to; e += 4) {
        const g = gradient + <usize>load<u32>(columns + e) * row + n;
        v128.store(g, f32x4.add(v128.load(g), f32x4.mul(v128.load32_splat(values + e), x)));
      }
    }
    for (; n < row; n += 4) {
      const x = load<f32>(errors + n);
      for (let e = from; e < to; e += 4) {
        const g = gradient + <usize>load<u32>(columns + e) * row + n;
        store<f32>(g, load<f32>(g) + load<f32>(values + e) * x);
      }
    }
    from = to;
    errors += row;
  }
}

// Subtracts the labels of "compressed computation" for sparse inputs x: errors f32 [count][N] −= ReLU(x) + M·x.
//
// For each entry in order, subtracts ReLU(x_k) from errors[s][k], and then subtracts x_k times row k of the weights
// (column k of M) from errors[s]. If the address of the weights is 0, there is no M.
export function subtractLabels(descriptor: usize, errors: usize, count: u32): void {
  const field = changetype<RowsLayer>(descriptor);
  const columns = field.columns;
  const values = field.values;
  const weights = field.weights;
  const row = <usize>field.N << 2;
  let starts = field.starts;
  let e: usize = <usize>load<u32>(starts) << 2;
  for (let s: u32 = 0; s < count; s++) {
    starts += 4;
    const to = <usize>load<u32>(starts) << 2;
    for (; e < to; e += 4) {
      const k = <usize>load<u32>(columns + e);
      const value = load<f32>(values + e);
      const at = errors + (k << 2);
      if (value > 0) store<f32>(at, load<f32>(at) - value);
      if (weights == 0) continue;
      const w = weights + k * row;
      for (let n: usize = 0; n < row; n += 4) {
        store<f32>(errors + n, load<f32>(errors + n) - value * load<f32>(w + n));
      }
    }
    errors += row;
  }
}
