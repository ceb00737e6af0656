// Runs each circuit by itself, in float64: the truth with which readouts are compared.                             [E1]

import { TruthLayer } from "./descriptors";

// One layer of `count` active circuits: after f64 [count][d] becomes ReLU(w_t·before + b), with t = ids[k].
//
//   before  f64 [count][d]      ids  u32 [count]
export function truthLayer(descriptor: usize, before: usize, after: usize, ids: usize, count: u32): void {
  const field = changetype<TruthLayer>(descriptor);
  const d = field.d;
  const mean = field.mean;
  const delta = field.delta;
  const bias = field.bias;
  const linear = field.linear != 0;
  const row = d << 3;
  for (let k: u32 = 0; k < count; k++) {
    let own = delta + <usize>load<u32>(ids + (k << 2)) * <usize>(row * d);
    if (d == 4) {
      fourRows(before, after, mean, own, bias, linear);
      before += 32;
      after += 32;
      continue;
    }
    let shared = mean;
    for (let i: u32 = 0; i < row; i += 8) {
      let sum: f64 = linear ? 0 : load<f64>(bias + i);
      for (let j: u32 = 0; j < row; j += 8) {
        sum += (load<f64>(shared + j) + load<f64>(own + j)) * load<f64>(before + j);
      }
      store<f64>(after + i, linear || sum > 0 ? sum : 0);
      own += row;
      shared += row;
    }
    before += row;
    after += row;
  }
}

// The same for circuits with four components, two rows side by side.
@inline
function fourRows(before: usize, after: usize, mean: usize, own: usize, bias: usize, linear: bool): void {
  const zero = f64x2.splat(0);
  const b0 = v128.load64_splat(before, 0);
  const b1 = v128.load64_splat(before, 8);
  const b2 = v128.load64_splat(before, 16);
  const b3 = v128.load64_splat(before, 24);
  for (let i: usize = 0; i < 32; i += 16) {
    const upper01 = f64x2.add(v128.load(mean, 0), v128.load(own, 0));
    const upper23 = f64x2.add(v128.load(mean, 16), v128.load(own, 16));
    const lower01 = f64x2.add(v128.load(mean, 32), v128.load(own, 32));
    const lower23 = f64x2.add(v128.load(mean, 48), v128.load(own, 48));
    let sum = linear ? zero : v128.load(bias + i);
    sum = f64x2.add(sum, f64x2.mul(i64x2.shuffle(upper01, lower01, 0, 2), b0));
    sum = f64x2.add(sum, f64x2.mul(i64x2.shuffle(upper01, lower01, 1, 3), b1));
    sum = f64x2.add(sum, f64x2.mul(i64x2.shuffle(upper23, lower23, 0, 2), b2));
    sum = f64x2.add(sum, f64x2.mul(i64x2.shuffle(upper23, lower23, 1, 3), b3));
    v128.store(after + i, linear ? sum : f64x2.pmax(zero, sum));
    mean += 64;
    own += 64;
  }
}
