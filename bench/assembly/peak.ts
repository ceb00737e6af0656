// What this processor's Wasm engine can multiply and add at best: twelve independent accumulators, operands in registers.
// 96 floating-point operations a turn.
export function peak(turns: u32, x: f32, y: f32): f32 {
  const a = f32x4.splat(x);
  let b = f32x4.splat(y);
  let s0 = a;
  let s1 = a;
  let s2 = a;
  let s3 = a;
  let s4 = a;
  let s5 = a;
  let s6 = a;
  let s7 = a;
  let s8 = a;
  let s9 = a;
  let s10 = a;
  let s11 = a;
  for (let turn: u32 = 0; turn < turns; turn++) {
    s0 = f32x4.add(s0, f32x4.mul(a, b));
    s1 = f32x4.add(s1, f32x4.mul(s1, b));
    s2 = f32x4.add(s2, f32x4.mul(s2, b));
    s3 = f32x4.add(s3, f32x4.mul(s3, b));
    s4 = f32x4.add(s4, f32x4.mul(s4, b));
    s5 = f32x4.add(s5, f32x4.mul(s5, b));
    s6 = f32x4.add(s6, f32x4.mul(s6, b));
    s7 = f32x4.add(s7, f32x4.mul(s7, b));
    s8 = f32x4.add(s8, f32x4.mul(s8, b));
    s9 = f32x4.add(s9, f32x4.mul(s9, b));
    s10 = f32x4.add(s10, f32x4.mul(s10, b));
    s11 = f32x4.add(s11, f32x4.mul(s11, b));
  }
  s0 = f32x4.add(f32x4.add(f32x4.add(s0, s1), f32x4.add(s2, s3)), f32x4.add(f32x4.add(s4, s5), f32x4.add(s6, s7)));
  s0 = f32x4.add(s0, f32x4.add(f32x4.add(s8, s9), f32x4.add(s10, s11)));
  return f32x4.extract_lane(s0, 0) + f32x4.extract_lane(s0, 1);
}
