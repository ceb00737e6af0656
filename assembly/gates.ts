// Computes the next layer's coordinates from pre-activations (bias, gate, projection) and counts the active neurons.

import { Activate } from "./descriptors";

// Applies bias, gate and projection to every neuron: X = K·A with A = gate(base + O·Y). Also sums X and counts the
// neurons that are on.
export function activate(descriptor: usize): void {
  const field = changetype<Activate>(descriptor);
  const kind = field.rotationGate;
  // Only the general loop stores A and supports the oracle gate.
  if (kind != 0 && field.mask == 0 && field.stepA == 0) {
    const four = field.d == 4;
    const all = field.summed > 1;
    // Common cases are compiled separately, so that their loops have fewer tests and keep everything in registers.
    if (four && kind == 1 && !all) rotationGate(field, true, false, false);
    else rotationGate(field, four, kind == 2, all);
    return;
  }
  let Y: usize = field.Y;
  const outBytes = field.outBytes;
  let X: usize = field.X;
  const P = field.P;
  const W = field.W;
  const d = field.d;
  const k = field.k;
  const outStarts = field.outStarts;
  const outColumns = field.outColumns;
  const outValues = field.outValues;
  const inStarts = field.inStarts;
  const inColumns = field.inColumns;
  const inValues = field.inValues;
  const base = field.base;
  let mask: usize = field.mask;
  let A: usize = field.A;
  const stepA = field.stepA;
  const sums = field.sums;
  const counts = field.counts;
  const none = f32x4.splat(0);
  const threshold = f32x4.splat(1e-4);
  const summed = field.summed;
  memory.fill(sums, 0, summed * W);
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
        value = mask != 0 ? v128.and(value, v128.load(mask + v)) : f32x4.pmax(value, none);
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
        if (c >= summed) continue;
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

// The gate for rotations, one vector of samples at a time, entirely in registers:
//
//   pre-activation  d = 4: base + (a·y_0, a·y_0, a·y_0 + b·y_1, a·y_0 + b·y_2)    d = 3: the last three
//   coordinates     d = 4: alpha = A_0 − A_1, x = (A_2 − alpha, A_3 − alpha)      d = 3: alpha = A_0, x from A_1 and A_2
//
// With `direct`, Y contains the d pre-activations without the base. Without `all`, x is not summed. The operations and
// their order are the same as in the general loop.
@inline
function rotationGate(field: Activate, four: bool, direct: bool, all: bool): void {
  const outBytes = field.outBytes;
  const P = field.P;
  const W = field.W;
  const outValues = field.outValues;
  const sums = field.sums;
  // The nonzero entries of O, row by row, are a, a, (a, b), (a, b); for d = 3, the first row is missing.
  const a = v128.load32_splat(outValues);
  const b = v128.load32_splat(outValues + (four ? 12 : 8));
  const zero = f32x4.splat(0);
  const threshold = f32x4.splat(1e-4);
  // Component 1 exists only for d = 4; for d = 3, the addresses in `Y` and `base` skip it.
  const second = four ? W : 0;
  for (let v: u32 = 0; v < W; v += 16) {
    let base = field.base + v;
    const base0 = v128.load(base);
    const base1 = v128.load(base + second);
    base += second + W;
    const base2 = v128.load(base);
    const base3 = v128.load(base + W);
    let counts = field.counts + v;
    let count0 = v128.load(counts);
    let count1 = zero;
    let count2 = zero;
    let count3 = zero;
    let alphaSum = zero;
    let x0Sum = zero;
    let x1Sum = zero;
    let Y = field.Y + v;
    let X = field.X + v;
    for (let n: u32 = 0; n < P; n++) {
      let A0: v128;
      let A1 = zero;
      let A2: v128;
      let A3: v128;
      if (direct) {
        A0 = f32x4.add(base0, v128.load(Y));
        A1 = f32x4.add(base1, v128.load(Y + second));
        A2 = f32x4.add(base2, v128.load(Y + second + W));
        A3 = f32x4.add(base3, v128.load(Y + second + 2 * W));
      } else {
        const drive = f32x4.mul(a, v128.load(Y));
        A0 = f32x4.add(base0, drive);
        A1 = f32x4.add(base1, drive);
        A2 = f32x4.add(f32x4.add(base2, drive), f32x4.mul(b, v128.load(Y + W)));
        A3 = f32x4.add(f32x4.add(base3, drive), f32x4.mul(b, v128.load(Y + 2 * W)));
      }
      A0 = f32x4.pmax(A0, zero);
      A2 = f32x4.pmax(A2, zero);
      A3 = f32x4.pmax(A3, zero);
      let alpha = A0;
      if (four) {
        A1 = f32x4.pmax(A1, zero);
        count1 = i32x4.sub(count1, f32x4.gt(A1, threshold));
        alpha = f32x4.sub(A0, A1);
      }
      count0 = i32x4.sub(count0, f32x4.gt(A0, threshold));
      count2 = i32x4.sub(count2, f32x4.gt(A2, threshold));
      count3 = i32x4.sub(count3, f32x4.gt(A3, threshold));
      const x0 = f32x4.sub(A2, alpha);
      const x1 = f32x4.sub(A3, alpha);
      v128.store(X, alpha);
      v128.store(X + W, x0);
      v128.store(X + 2 * W, x1);
      alphaSum = f32x4.add(alphaSum, alpha);
      if (all) {
        x0Sum = f32x4.add(x0Sum, x0);
        x1Sum = f32x4.add(x1Sum, x1);
      }
      Y += outBytes;
      X += 3 * W;
    }
    v128.store(sums + v, alphaSum);
    if (all) {
      v128.store(sums + W + v, x0Sum);
      v128.store(sums + 2 * W + v, x1Sum);
    }
    v128.store(counts, count0);
    if (four) v128.store(counts + W, i32x4.add(v128.load(counts + W), count1));
    counts += second + W;
    v128.store(counts, i32x4.add(v128.load(counts), count2));
    v128.store(counts + W, i32x4.add(v128.load(counts + W), count3));
  }
}

// Counts the neurons of `A` f32 [P][d][lanes] above 1e−4 and adds the result to `counts` i32 [d][lanes].        [E19]
export function countAbove(A: usize, P: u32, d: u32, W: u32, counts: usize): void {
  const threshold = f32x4.splat(1e-4);
  const bytes = d * W;
  let v: u32 = 0;
  // Takes four vectors at a time, so that each cache line of a row is read once.
  for (; v + 64 <= bytes; v += 64) {
    let count0 = v128.load(counts + v, 0);
    let count1 = v128.load(counts + v, 16);
    let count2 = v128.load(counts + v, 32);
    let count3 = v128.load(counts + v, 48);
    let row = A + v;
    for (let n: u32 = 0; n < P; n++) {
      count0 = i32x4.sub(count0, f32x4.gt(v128.load(row, 0), threshold));
      count1 = i32x4.sub(count1, f32x4.gt(v128.load(row, 16), threshold));
      count2 = i32x4.sub(count2, f32x4.gt(v128.load(row, 32), threshold));
      count3 = i32x4.sub(count3, f32x4.gt(v128.load(row, 48), threshold));
      row += bytes;
    }
    v128.store(counts + v, count0, 0);
    v128.store(counts + v, count1, 16);
    v128.store(counts + v, count2, 32);
    v128.store(counts + v, count3, 48);
  }
  for (; v < bytes; v += 16) {
    let count = v128.load(counts + v);
    let row = A + v;
    for (let n: u32 = 0; n < P; n++) {
      count = i32x4.sub(count, f32x4.gt(v128.load(row), threshold));
      row += bytes;
    }
    v128.store(counts + v, count);
  }
}
