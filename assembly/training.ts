// The operations of training, except matrix products: loss and gradient, the mask of ReLU, sums over samples, and steps
// of the optimisers.

import { AdamStep, MomentumStep, PowerLoss } from "./descriptors";

// Replaces errors e, f32 [count][N], by gradient·|e|^(q−1)·sign(e), and adds Σ |e|^q to out f64 [1].
//
// |e|^(q−1) is computed by multiplying by |e| repeatedly, and by √|e| if 2q is odd; for q = 1, the sign of 0 is 0. A
// row is summed as four sums, each over every fourth number, in the order of the row. They are added as
// (0 + 2) + (1 + 3), and then the rest of the row is added. The sums of the rows are added in float64.
export function powerLoss(descriptor: usize, errors: usize, count: u32): void {
  const field = changetype<PowerLoss>(descriptor);
  const N = field.N;
  const halves = field.halves - 2;
  const whole = halves >> 1;
  const hasRoot = (halves & 1) != 0;
  const factor = <f32>field.gradient;
  const factors = f32x4.splat(factor);
  const signs = i32x4.splat(<i32>0x80000000);
  const zero = f32x4.splat(0);
  const one = f32x4.splat(1);
  let total = load<f64>(field.out);
  for (let s: u32 = 0; s < count; s++) {
    let sums = zero;
    let n: u32 = 0;
    if (halves == 6) {
      // For q = 4, the published loss.
      for (; n + 4 <= N; n += 4) {
        const e = v128.load(errors);
        const a = f32x4.abs(e);
        const power = f32x4.mul(f32x4.mul(a, a), a);
        sums = f32x4.add(sums, f32x4.mul(power, a));
        v128.store(errors, v128.bitselect(e, f32x4.mul(power, factors), signs));
        errors += 16;
      }
    }
    for (; n + 4 <= N; n += 4) {
      const e = v128.load(errors);
      const a = f32x4.abs(e);
      let power = one;
      for (let k: u32 = 0; k < whole; k++) power = k == 0 ? a : f32x4.mul(power, a);
      if (hasRoot) power = f32x4.mul(power, f32x4.sqrt(a));
      sums = f32x4.add(sums, f32x4.mul(power, a));
      if (halves == 0) power = v128.and(power, f32x4.ne(a, zero));
      v128.store(errors, v128.bitselect(e, f32x4.mul(power, factors), signs));
      errors += 16;
    }
    const pairs = f32x4.add(sums, i32x4.shuffle(sums, sums, 2, 3, 0, 1));
    let sum = f32x4.extract_lane(pairs, 0) + f32x4.extract_lane(pairs, 1);
    for (; n < N; n++) {
      const e = load<f32>(errors);
      const a = abs<f32>(e);
      let power: f32 = 1;
      for (let k: u32 = 0; k < whole; k++) power = k == 0 ? a : power * a;
      if (hasRoot) power *= sqrt<f32>(a);
      sum += power * a;
      if (halves == 0 && a == 0) power = 0;
      store<f32>(errors, copysign<f32>(power * factor, e));
      errors += 4;
    }
    total += <f64>sum;
  }
  store<f64>(field.out, total);
}

// Applies the mask of the ReLU: sets `gradient` to 0 where `values` is not above 0; both arrays are f32.
export function maskGradient(gradient: usize, values: usize, count: u32): void {
  const zero = f32x4.splat(0);
  let n: u32 = 0;
  for (; n + 4 <= count; n += 4) {
    v128.store(gradient, v128.and(v128.load(gradient), f32x4.gt(v128.load(values), zero)));
    gradient += 16;
    values += 16;
  }
  for (; n < count; n++) {
    if (!(load<f32>(values) > 0)) store<f32>(gradient, 0);
    gradient += 4;
    values += 4;
  }
}

// Adds the rows, f32 [count][N], one after another to sums f32 [N].
export function addRows(sums: usize, rows: usize, N: u32, count: u32): void {
  for (let s: u32 = 0; s < count; s++) {
    let n: u32 = 0;
    let at = sums;
    for (; n + 4 <= N; n += 4) {
      v128.store(at, f32x4.add(v128.load(at), v128.load(rows)));
      at += 16;
      rows += 16;
    }
    for (; n < N; n++) {
      store<f32>(at, load<f32>(at) + load<f32>(rows));
      at += 4;
      rows += 4;
    }
  }
}

// One step of Adam, in place:
//
//   m = k₁m + (1−k₁)g    v = k₂v + (1−k₂)g²    parameter = shrink·parameter − rate·(m / (root·√v + epsilon))
export function adamStep(descriptor: usize, parameters: usize, gradient: usize, count: u32): void {
  const field = changetype<AdamStep>(descriptor);
  const k1 = <f32>field.firstKept;
  const k2 = <f32>field.secondKept;
  const n1 = <f32>(1 - field.firstKept);
  const n2 = <f32>(1 - field.secondKept);
  const rate = <f32>field.rate;
  const root = <f32>field.root;
  const epsilon = <f32>field.epsilon;
  const shrink = <f32>field.shrink;
  let first = field.first;
  let second = field.second;
  const kept1 = f32x4.splat(k1);
  const kept2 = f32x4.splat(k2);
  const new1 = f32x4.splat(n1);
  const new2 = f32x4.splat(n2);
  const rates = f32x4.splat(rate);
  const roots = f32x4.splat(root);
  const epsilons = f32x4.splat(epsilon);
  const shrinks = f32x4.splat(shrink);
  let i: u32 = 0;
  for (; i + 4 <= count; i += 4) {
    const g = v128.load(gradient);
    const m = f32x4.add(f32x4.mul(kept1, v128.load(first)), f32x4.mul(new1, g));
    const v = f32x4.add(f32x4.mul(kept2, v128.load(second)), f32x4.mul(new2, f32x4.mul(g, g)));
    v128.store(first, m);
    v128.store(second, v);
    const move = f32x4.div(m, f32x4.add(f32x4.mul(roots, f32x4.sqrt(v)), epsilons));
    v128.store(parameters, f32x4.sub(f32x4.mul(shrinks, v128.load(parameters)), f32x4.mul(rates, move)));
    parameters += 16;
    gradient += 16;
    first += 16;
    second += 16;
  }
  for (; i < count; i++) {
    const g = load<f32>(gradient);
    const m = k1 * load<f32>(first) + n1 * g;
    const v = k2 * load<f32>(second) + n2 * (g * g);
    store<f32>(first, m);
    store<f32>(second, v);
    store<f32>(parameters, shrink * load<f32>(parameters) - rate * (m / (root * sqrt<f32>(v) + epsilon)));
    parameters += 4;
    gradient += 4;
    first += 4;
    second += 4;
  }
}

// One step of gradient descent with momentum, in place: u = kept·u + g, parameter = shrink·parameter − rate·u.
export function momentumStep(descriptor: usize, parameters: usize, gradient: usize, count: u32): void {
  const field = changetype<MomentumStep>(descriptor);
  const kept = <f32>field.kept;
  const rate = <f32>field.rate;
  const shrink = <f32>field.shrink;
  let moving = field.moving;
  const kepts = f32x4.splat(kept);
  const rates = f32x4.splat(rate);
  const shrinks = f32x4.splat(shrink);
  let i: u32 = 0;
  for (; i + 4 <= count; i += 4) {
    const u = f32x4.add(f32x4.mul(kepts, v128.load(moving)), v128.load(gradient));
    v128.store(moving, u);
    v128.store(parameters, f32x4.sub(f32x4.mul(shrinks, v128.load(parameters)), f32x4.mul(rates, u)));
    parameters += 16;
    gradient += 16;
    moving += 16;
  }
  for (; i < count; i++) {
    const u = kept * load<f32>(moving) + load<f32>(gradient);
    store<f32>(moving, u);
    store<f32>(parameters, shrink * load<f32>(parameters) - rate * u);
    parameters += 4;
    gradient += 4;
    moving += 4;
  }
}
