// Inputs of a layer's neurons: rows written by circuits, corrections between linked neurons, and constants.

import { Correct } from "./descriptors";
import { subtractRows, sumRows } from "./rows";

// Neurons are sorted by the length of their lists of rows, because the processor predicts the end of a loop well if the
// loop has as many iterations as for the previous neuron.

// targets[n] = Σ of the rows listed for neuron n, in order. Each row is `bytes` bytes long.
//
//   targets u32 [count] addresses of rows of Y      starts u32 [count+1], rows u32 addresses of rows of V
export function collect(count: u32, targets: usize, starts: usize, rows: usize, bytes: u32): void {
  let end = rows + (<usize>load<u32>(starts) << 2);
  for (let n: u32 = 0; n < count; n++) {
    const first = end;
    end = rows + (<usize>load<u32>(starts, 4) << 2);
    starts += 4;
    const target = <usize>load<u32>(targets + (n << 2));
    sumRows(target, first, end, bytes);
  }
}

// Corrects neurons using other neurons' coordinates: targets[n] += M · Σ of the rows listed for neuron n.        [E11]
export function correct(descriptor: usize): void {
  const field = changetype<Correct>(descriptor);
  const count = field.count;
  const targets = field.targets;
  const rows = field.rows;
  const W = field.W;
  const k = field.k;
  const matrix = field.matrix;
  const scratch = field.scratch;
  let starts = field.starts;
  let end = rows + (<usize>load<u32>(starts) << 2);
  for (let n: u32 = 0; n < count; n++) {
    const first = end;
    end = rows + (<usize>load<u32>(starts, 4) << 2);
    starts += 4;
    const Y = <usize>load<u32>(targets + (n << 2));
    if (matrix != 0) {
      sumRows(scratch, first, end, k * W);
      addProduct(Y, matrix, scratch, W, k, field.r);
    } else {
      subtractRows(Y, first, end, field.pass * W);
    }
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

// sums = Σ_n weights[n] · rows[n]. Rows are `bytes` bytes long; weights are f32 [P], or all 1 if the address is 0.
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

// If C = 0, base = bias. Otherwise base += C · sums, the part of W^l A that is the same for every neuron of a block.
// base f32 [d][lanes], bias f32 [d], C f32 [d][n], sums f32 [n][lanes].
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
