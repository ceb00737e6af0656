// What reaches the neurons of a layer: rows written by circuits, corrections between pairs of neurons, and constants.

// Lists of rows per neuron come sorted by length: a loop that runs as often as the one before is predicted well.

// targets[n] = Σ of the rows listed for neuron n, in order; rows of `bytes` bytes.
//
//   targets u32 [count] addresses of rows of Y      starts u32 [count+1], rows u32 addresses of rows of V
export function collect(count: u32, targets: usize, starts: usize, rows: usize, bytes: u32): void {
  let end = rows + (<usize>load<u32>(starts) << 2);
  for (let n: u32 = 0; n < count; n++) {
    const first = end;
    end = rows + (<usize>load<u32>(starts, 4) << 2);
    starts += 4;
    const target = <usize>load<u32>(targets + (n << 2));
    if (bytes == 96) {
      sumSix(target, first, end);
      continue;
    }
    let v: usize = 0;
    for (; v + 32 <= bytes; v += 32) {
      let a0 = f32x4.splat(0);
      let a1 = a0;
      for (let row = first; row != end; row += 4) {
        const from = <usize>load<u32>(row) + v;
        a0 = f32x4.add(a0, v128.load(from, 0));
        a1 = f32x4.add(a1, v128.load(from, 16));
      }
      v128.store(target + v, a0, 0);
      v128.store(target + v, a1, 16);
    }
    if (v < bytes) {
      let a = f32x4.splat(0);
      for (let row = first; row != end; row += 4) a = f32x4.add(a, v128.load(<usize>load<u32>(row) + v));
      v128.store(target + v, a);
    }
  }
}

// target = Σ of the listed rows, three coordinates of eight samples.
@inline
function sumSix(target: usize, row: usize, end: usize): void {
  let a0 = f32x4.splat(0);
  let a1 = a0;
  let a2 = a0;
  let a3 = a0;
  let a4 = a0;
  let a5 = a0;
  for (; row != end; row += 4) {
    const from = <usize>load<u32>(row);
    a0 = f32x4.add(a0, v128.load(from, 0));
    a1 = f32x4.add(a1, v128.load(from, 16));
    a2 = f32x4.add(a2, v128.load(from, 32));
    a3 = f32x4.add(a3, v128.load(from, 48));
    a4 = f32x4.add(a4, v128.load(from, 64));
    a5 = f32x4.add(a5, v128.load(from, 80));
  }
  v128.store(target, a0, 0);
  v128.store(target, a1, 16);
  v128.store(target, a2, 32);
  v128.store(target, a3, 48);
  v128.store(target, a4, 64);
  v128.store(target, a5, 80);
}

// Corrects neurons by the coordinates of others: targets[n] += M · Σ of the rows listed for n.                   [E11]
//
//   targets  u32 [count] addresses of rows of Y     starts u32 [count+1], rows u32 addresses of rows of X
//   matrix   f32 [r][k]; 0: M = −1 on the leading `pass` coordinates
//   scratch  f32 [k][lanes]
export function correct(
  count: u32,
  targets: usize,
  starts: usize,
  rows: usize,
  W: u32,
  k: u32,
  r: u32,
  pass: u32,
  matrix: usize,
  scratch: usize,
): void {
  const used = (matrix != 0 ? k : pass) * W;
  let end = rows + (<usize>load<u32>(starts) << 2);
  for (let n: u32 = 0; n < count; n++) {
    const first = end;
    end = rows + (<usize>load<u32>(starts, 4) << 2);
    starts += 4;
    const Y = <usize>load<u32>(targets + (n << 2));
    let v: usize = 0;
    for (; v + 32 <= used; v += 32) {
      let a0 = f32x4.splat(0);
      let a1 = a0;
      for (let row = first; row != end; row += 4) {
        const from = <usize>load<u32>(row) + v;
        a0 = f32x4.add(a0, v128.load(from, 0));
        a1 = f32x4.add(a1, v128.load(from, 16));
      }
      if (matrix == 0) {
        v128.store(Y + v, f32x4.sub(v128.load(Y + v, 0), a0), 0);
        v128.store(Y + v, f32x4.sub(v128.load(Y + v, 16), a1), 16);
      } else {
        v128.store(scratch + v, a0, 0);
        v128.store(scratch + v, a1, 16);
      }
    }
    if (v < used) {
      let a = f32x4.splat(0);
      for (let row = first; row != end; row += 4) a = f32x4.add(a, v128.load(<usize>load<u32>(row) + v));
      if (matrix == 0) v128.store(Y + v, f32x4.sub(v128.load(Y + v), a));
      else v128.store(scratch + v, a);
    }
    if (matrix != 0) addProduct(Y, matrix, scratch, W, k, r);
  }
}

// Y f32 [r][lanes] += matrix f32 [r][k] · rows f32 [k][lanes]
@inline
function addProduct(Y: usize, matrix: usize, rows: usize, W: u32, k: u32, r: u32): void {
  for (let i: u32 = 0; i < r; i++) {
    for (let v: u32 = 0; v < W; v += 16) {
      let sum = v128.load(Y + i * W + v);
      for (let j: u32 = 0; j < k; j++) {
        const factor = v128.load32_splat(matrix + ((i * k + j) << 2));
        sum = f32x4.add(sum, f32x4.mul(factor, v128.load(rows + j * W + v)));
      }
      v128.store(Y + i * W + v, sum);
    }
  }
}

// sums = Σ_n weights[n] · rows[n], rows of `bytes` bytes; weights f32 [P] or 0 for ones.
export function columnSums(rows: usize, bytes: u32, P: u32, weights: usize, sums: usize): void {
  for (let v: u32 = 0; v < bytes; v += 16) {
    let sum = f32x4.splat(0);
    let row = rows + v;
    for (let n: u32 = 0; n < P; n++) {
      const weight = weights != 0 ? v128.load32_splat(weights + (n << 2)) : f32x4.splat(1);
      sum = f32x4.add(sum, f32x4.mul(weight, v128.load(row)));
      row += bytes;
    }
    v128.store(sums + v, sum);
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
