// The pass over circuits, for rotations: each circuit copies one coordinate, alpha, and rotates the other two, x.
//
// It does the work of the three loops in circuits.ts in one loop, for tiles of eight samples (two vectors per
// coordinate). Sums and maxima stay in registers from circuit to circuit. With S = 6, the
// addresses of a circuit's rows are kept in registers as well.
//
//   row of X   [alpha: v0 v1][x_0: v0 v1][x_1: v0 v1], 96 bytes        row of V  [alpha][mix·x][mix·x]

import { sumRows } from "./rows";

// Sums values in the order of their rows.
@inline
function sum6(a0: v128, a1: v128, a2: v128, a3: v128, a4: v128, a5: v128): v128 {
  return f32x4.add(f32x4.add(f32x4.add(f32x4.add(f32x4.add(a0, a1), a2), a3), a4), a5);
}

@inline
function square(a: v128): v128 {
  return f32x4.mul(a, a);
}

// a·b + c·d
@inline
function dot2(a: v128, b: v128, c: v128, d: v128): v128 {
  return f32x4.add(f32x4.mul(a, b), f32x4.mul(c, d));
}

// Runs the circuits whose address rows (S4 = 4·S bytes each) lie between gather and gatherEnd.
//
//   mix          f32 [circuits][2][2]; 0: read out only
//   V            output rows of these circuits, 96 bytes each
//   firstGather  address of position 0's address row
//   activeAt     u32 positions of active circuits, from the next one on
//   masks        the masks of the circuits listed in activeAt, [lanes] each
//   shift        0 or f32 [3][8]
//   partial      f32 [Σ alpha², Σ x², max alpha², max x²][8], continued from the previous call
export function rotationCircuits(
  gather: usize,
  gatherEnd: usize,
  S4: usize,
  mix: usize,
  V: usize,
  firstGather: usize,
  activeAt: usize,
  masks: usize,
  shift: usize,
  partial: usize,
): void {
  // Common cases are compiled separately, without the tests that other cases need.
  const writes = mix != 0;
  const shifted = shift != 0;
  if (S4 != 24) run(gather, gatherEnd, S4, mix, V, firstGather, activeAt, masks, shift, partial, false, writes, shifted);
  else if (shifted) run(gather, gatherEnd, 24, mix, V, firstGather, activeAt, masks, shift, partial, true, writes, true);
  else if (writes) run(gather, gatherEnd, 24, mix, V, firstGather, activeAt, masks, 0, partial, true, true, false);
  else run(gather, gatherEnd, 24, 0, V, firstGather, activeAt, masks, 0, partial, true, false, false);
}

@inline
function run(
  gather: usize,
  gatherEnd: usize,
  S4: usize,
  mix: usize,
  V: usize,
  firstGather: usize,
  activeAt: usize,
  masks: usize,
  shift: usize,
  partial: usize,
  six: bool,
  writes: bool,
  shifted: bool,
): void {
  let alphaSum0 = v128.load(partial, 0);
  let alphaSum1 = v128.load(partial, 16);
  let xSum0 = v128.load(partial, 32);
  let xSum1 = v128.load(partial, 48);
  let alphaMax0 = v128.load(partial, 64);
  let alphaMax1 = v128.load(partial, 80);
  let xMax0 = v128.load(partial, 96);
  let xMax1 = v128.load(partial, 112);
  let nextActive = activeRow(activeAt, firstGather, S4);
  while (gather != gatherEnd) {
    let r0: usize = 0;
    let r1: usize = 0;
    let r2: usize = 0;
    let r3: usize = 0;
    let r4: usize = 0;
    let r5: usize = 0;
    if (six) {
      r0 = load<u32>(gather, 0);
      r1 = load<u32>(gather, 4);
      r2 = load<u32>(gather, 8);
      r3 = load<u32>(gather, 12);
      r4 = load<u32>(gather, 16);
      r5 = load<u32>(gather, 20);
    } else {
      sumRows(V, gather, gather + S4, 96);
    }
    {
      let alpha = six
        ? sum6(
            v128.load(r0, 0), v128.load(r1, 0), v128.load(r2, 0),
            v128.load(r3, 0), v128.load(r4, 0), v128.load(r5, 0),
          )
        : v128.load(V, 0);
      // This store also stops the engine from moving all loads to the front, where they would not fit in registers.
      v128.store(V, alpha, 0);
      let x0 = six
        ? sum6(
            v128.load(r0, 32), v128.load(r1, 32), v128.load(r2, 32),
            v128.load(r3, 32), v128.load(r4, 32), v128.load(r5, 32),
          )
        : v128.load(V, 32);
      let x1 = six
        ? sum6(
            v128.load(r0, 64), v128.load(r1, 64), v128.load(r2, 64),
            v128.load(r3, 64), v128.load(r4, 64), v128.load(r5, 64),
          )
        : v128.load(V, 64);
      if (writes) {
        const M = v128.load(mix);
        const m00 = i32x4.shuffle(M, M, 0, 0, 0, 0);
        const m01 = i32x4.shuffle(M, M, 1, 1, 1, 1);
        const m10 = i32x4.shuffle(M, M, 2, 2, 2, 2);
        const m11 = i32x4.shuffle(M, M, 3, 3, 3, 3);
        v128.store(V, dot2(m00, x0, m01, x1), 32);
        v128.store(V, dot2(m10, x0, m11, x1), 64);
      }
      if (shifted) {
        alpha = f32x4.sub(alpha, v128.load(shift, 0));
        x0 = f32x4.sub(x0, v128.load(shift, 32));
        x1 = f32x4.sub(x1, v128.load(shift, 64));
      }
      let alphaSquare = square(alpha);
      let xSquare = f32x4.add(square(x0), square(x1));
      if (gather == nextActive) {
        alphaSquare = v128.and(alphaSquare, v128.load(masks, 0));
        xSquare = v128.and(xSquare, v128.load(masks, 0));
      }
      alphaSum0 = f32x4.add(alphaSum0, alphaSquare);
      xSum0 = f32x4.add(xSum0, xSquare);
      alphaMax0 = f32x4.pmax(alphaMax0, alphaSquare);
      xMax0 = f32x4.pmax(xMax0, xSquare);
    }
    {
      let alpha = six
        ? sum6(
            v128.load(r0, 16), v128.load(r1, 16), v128.load(r2, 16),
            v128.load(r3, 16), v128.load(r4, 16), v128.load(r5, 16),
          )
        : v128.load(V, 16);
      v128.store(V, alpha, 16);
      let x0 = six
        ? sum6(
            v128.load(r0, 48), v128.load(r1, 48), v128.load(r2, 48),
            v128.load(r3, 48), v128.load(r4, 48), v128.load(r5, 48),
          )
        : v128.load(V, 48);
      let x1 = six
        ? sum6(
            v128.load(r0, 80), v128.load(r1, 80), v128.load(r2, 80),
            v128.load(r3, 80), v128.load(r4, 80), v128.load(r5, 80),
          )
        : v128.load(V, 80);
      if (writes) {
        const M = v128.load(mix);
        const m00 = i32x4.shuffle(M, M, 0, 0, 0, 0);
        const m01 = i32x4.shuffle(M, M, 1, 1, 1, 1);
        const m10 = i32x4.shuffle(M, M, 2, 2, 2, 2);
        const m11 = i32x4.shuffle(M, M, 3, 3, 3, 3);
        v128.store(V, dot2(m00, x0, m01, x1), 48);
        v128.store(V, dot2(m10, x0, m11, x1), 80);
        mix += 16;
        V += 96;
      }
      if (shifted) {
        alpha = f32x4.sub(alpha, v128.load(shift, 16));
        x0 = f32x4.sub(x0, v128.load(shift, 48));
        x1 = f32x4.sub(x1, v128.load(shift, 80));
      }
      let alphaSquare = square(alpha);
      let xSquare = f32x4.add(square(x0), square(x1));
      if (gather == nextActive) {
        alphaSquare = v128.and(alphaSquare, v128.load(masks, 16));
        xSquare = v128.and(xSquare, v128.load(masks, 16));
        masks += 32;
        activeAt += 4;
        nextActive = activeRow(activeAt, firstGather, S4);
      }
      alphaSum1 = f32x4.add(alphaSum1, alphaSquare);
      xSum1 = f32x4.add(xSum1, xSquare);
      alphaMax1 = f32x4.pmax(alphaMax1, alphaSquare);
      xMax1 = f32x4.pmax(xMax1, xSquare);
    }
    gather += S4;
  }
  v128.store(partial, alphaSum0, 0);
  v128.store(partial, alphaSum1, 16);
  v128.store(partial, xSum0, 32);
  v128.store(partial, xSum1, 48);
  v128.store(partial, alphaMax0, 64);
  v128.store(partial, alphaMax1, 80);
  v128.store(partial, xMax0, 96);
  v128.store(partial, xMax1, 112);
}

// Where the next active circuit's list of addresses begins, or 0, which matches no list, if no active circuit is left.
@inline
function activeRow(activeAt: usize, firstGather: usize, S4: usize): usize {
  const position = load<u32>(activeAt);
  return position == 0xffffffff ? 0 : firstGather + <usize>position * S4;
}
