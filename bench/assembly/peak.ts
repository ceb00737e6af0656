// The highest rate at which the engine and this processor multiply and add, with operands in registers and nothing
// loaded or stored. There are four chains of products; each iteration computes two products of each chain and adds each
// product to a separate sum. Within an iteration, an addition waits only for its own product. No product occurs twice,
// so the compiler can neither drop a product nor move one out of the loop. A processor that can start two
// multiplications and two additions per cycle (Zen 4) reaches that rate here: in four cycles, it starts 16 operations,
// each on a vector of four numbers. (Twelve chains s = s + s·b reach only 0.82 of this rate, because each operation
// waits for the one before.)
//
// Each iteration performs 64 floating-point operations.

// Address of the fourteen vectors of operands.
const OPERANDS: usize = 1024;

// All operands are 1, so that no product or sum is subnormal, infinite or NaN. They are loaded from memory, so that the
// compiler does not know their values.
export function fill(): void {
  for (let i: usize = 0; i < 14 * 16; i += 16) v128.store(OPERANDS + i, f32x4.splat(1));
}

export function peak(turns: u32): f32 {
  const a = v128.load(OPERANDS, 0);
  const b = v128.load(OPERANDS, 16);
  let m0 = v128.load(OPERANDS, 32);
  let m1 = v128.load(OPERANDS, 48);
  let m2 = v128.load(OPERANDS, 64);
  let m3 = v128.load(OPERANDS, 80);
  let s0 = v128.load(OPERANDS, 96);
  let s1 = v128.load(OPERANDS, 112);
  let s2 = v128.load(OPERANDS, 128);
  let s3 = v128.load(OPERANDS, 144);
  let s4 = v128.load(OPERANDS, 160);
  let s5 = v128.load(OPERANDS, 176);
  let s6 = v128.load(OPERANDS, 192);
  let s7 = v128.load(OPERANDS, 208);
  for (let turn: u32 = 0; turn < turns; turn++) {
    s0 = f32x4.add(s0, f32x4.mul(m0, b));
    m0 = f32x4.mul(m0, a);
    s1 = f32x4.add(s1, m0);
    s2 = f32x4.add(s2, f32x4.mul(m1, b));
    m1 = f32x4.mul(m1, a);
    s3 = f32x4.add(s3, m1);
    s4 = f32x4.add(s4, f32x4.mul(m2, b));
    m2 = f32x4.mul(m2, a);
    s5 = f32x4.add(s5, m2);
    s6 = f32x4.add(s6, f32x4.mul(m3, b));
    m3 = f32x4.mul(m3, a);
    s7 = f32x4.add(s7, m3);
  }
  // The sums are added in sequence: with a tree of additions, V8 makes three more copies per iteration (6% slower).
  s0 = f32x4.add(s0, s1);
  s0 = f32x4.add(s0, s2);
  s0 = f32x4.add(s0, s3);
  s0 = f32x4.add(s0, s4);
  s0 = f32x4.add(s0, s5);
  s0 = f32x4.add(s0, s6);
  s0 = f32x4.add(s0, s7);
  return f32x4.extract_lane(s0, 0);
}
