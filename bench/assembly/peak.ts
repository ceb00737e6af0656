// What the engine and this processor can multiply and add at best, operands in registers, nothing loaded or stored: four
// chains of products, two products from each a turn, each added to a sum of its own. No operation waits for another of
// the same turn but its own product, and no product is the same twice, so nothing can be left out or moved out of the loop. On a
// processor that starts two multiplications and two additions a cycle (Zen 4) it does exactly that: 16 operations of
// four numbers in four cycles. (Twelve chains s = s + s·b, an older version of this loop, reach 0.82 of it: they wait.)
//
// 64 floating-point operations a turn.

// Where the fourteen vectors of operands lie.
const OPERANDS: usize = 1024;

// Ones, so that products and sums stay ordinary numbers; loaded, so that the compiler knows nothing of them.
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
  // Added up one after another: as a tree, V8 takes three copies a turn more and the loop 6% longer.
  s0 = f32x4.add(s0, s1);
  s0 = f32x4.add(s0, s2);
  s0 = f32x4.add(s0, s3);
  s0 = f32x4.add(s0, s4);
  s0 = f32x4.add(s0, s5);
  s0 = f32x4.add(s0, s6);
  s0 = f32x4.add(s0, s7);
  return f32x4.extract_lane(s0, 0);
}
