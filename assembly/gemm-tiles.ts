// The innermost loops of gemm.ts: they multiply a block of K by panels of packed weights.
//
// They are fast because each step of k needs only 16 multiplications and additions, 6 loads and little else. The
// following was found in V8's machine code on a processor that dispatches six operations per cycle, four of them
// arithmetic (Zen 4).
//
// - V8 moves the loads in straight-line code to the front and spills the values for which no registers are left. With
//   an exit test between two steps, each step's loads stay at the front of that step. (Loads in the middle of the
//   arithmetic would make the loop a tenth slower.)
// - The test uses the address that each step advances anyway (a splatting load adds no offset to it), so the test takes
//   one operation. The address advances before it is used, which saves a copy of the loop's variable.
// - An iteration has eight steps, to amortise the engine's interrupt test and the jump back, which together cost 1/4 of
//   a step.
//
// Order of additions: ascending k, starting from 0; then the block's sum is added to `out`; the last block also adds
// the bias.

import { finishRows, MR, mulAdd, NR } from "./gemm-store";

// Multiplies one block of K and adds the products to tiles of `out` f32 [..][N], 4 rows by 8 columns each, from left to
// right.
//
//   a        f32 [kc][4].
//   panel    f32 [kc][8], the first of several consecutive panels.
//   to       address of the first tile's first number in `out`.
//   rows     number of rows of `out` from the first tile on; likewise `columns`. Nothing is written beyond them.
//   isFirst  overwrite instead of adding.
//   bias     f32 [columns], or 0 while more blocks of K follow.
export function tiles(
  a: usize,
  panel: usize,
  kc: u32,
  to: usize,
  N: u32,
  rows: u32,
  columns: u32,
  isFirst: bool,
  bias: usize,
  relu: bool,
): void {
  const row = N << 2;
  const panelBytes = kc << 5;
  let x = f32x4.splat(0);
  let w0 = x;
  let w1 = x;
  while (true) {
    let c00 = f32x4.splat(0);
    let c01 = c00;
    let c10 = c00;
    let c11 = c00;
    let c20 = c00;
    let c21 = c00;
    let c30 = c00;
    let c31 = c00;
    let w = panel - 256;
    let at = a - 16;
    const end = at + (kc << 4);
    while (true) {
      w += 256;
      at += 16;
      w0 = v128.load(w, 0);
      w1 = v128.load(w, 16);
      x = v128.load32_splat(at);
      c00 = mulAdd(w0, x, c00);
      c01 = mulAdd(w1, x, c01);
      x = v128.load32_splat(at, 4);
      c10 = mulAdd(w0, x, c10);
      c11 = mulAdd(w1, x, c11);
      x = v128.load32_splat(at, 8);
      c20 = mulAdd(w0, x, c20);
      c21 = mulAdd(w1, x, c21);
      x = v128.load32_splat(at, 12);
      c30 = mulAdd(w0, x, c30);
      c31 = mulAdd(w1, x, c31);
      if (at == end) break;

      at += 16;
      w0 = v128.load(w, 32);
      w1 = v128.load(w, 48);
      x = v128.load32_splat(at);
      c00 = mulAdd(w0, x, c00);
      c01 = mulAdd(w1, x, c01);
      x = v128.load32_splat(at, 4);
      c10 = mulAdd(w0, x, c10);
      c11 = mulAdd(w1, x, c11);
      x = v128.load32_splat(at, 8);
      c20 = mulAdd(w0, x, c20);
      c21 = mulAdd(w1, x, c21);
      x = v128.load32_splat(at, 12);
      c30 = mulAdd(w0, x, c30);
      c31 = mulAdd(w1, x, c31);
      if (at == end) break;

      at += 16;
      w0 = v128.load(w, 64);
      w1 = v128.load(w, 80);
      x = v128.load32_splat(at);
      c00 = mulAdd(w0, x, c00);
      c01 = mulAdd(w1, x, c01);
      x = v128.load32_splat(at, 4);
      c10 = mulAdd(w0, x, c10);
      c11 = mulAdd(w1, x, c11);
      x = v128.load32_splat(at, 8);
      c20 = mulAdd(w0, x, c20);
      c21 = mulAdd(w1, x, c21);
      x = v128.load32_splat(at, 12);
      c30 = mulAdd(w0, x, c30);
      c31 = mulAdd(w1, x, c31);
      if (at == end) break;

      at += 16;
      w0 = v128.load(w, 96);
      w1 = v128.load(w, 112);
      x = v128.load32_splat(at);
      c00 = mulAdd(w0, x, c00);
      c01 = mulAdd(w1, x, c01);
      x = v128.load32_splat(at, 4);
      c10 = mulAdd(w0, x, c10);
      c11 = mulAdd(w1, x, c11);
      x = v128.load32_splat(at, 8);
      c20 = mulAdd(w0, x, c20);
      c21 = mulAdd(w1, x, c21);
      x = v128.load32_splat(at, 12);
      c30 = mulAdd(w0, x, c30);
      c31 = mulAdd(w1, x, c31);
      if (at == end) break;

      at += 16;
      w0 = v128.load(w, 128);
      w1 = v128.load(w, 144);
      x = v128.load32_splat(at);
      c00 = mulAdd(w0, x, c00);
      c01 = mulAdd(w1, x, c01);
      x = v128.load32_splat(at, 4);
      c10 = mulAdd(w0, x, c10);
      c11 = mulAdd(w1, x, c11);
      x = v128.load32_splat(at, 8);
      c20 = mulAdd(w0, x, c20);
      c21 = mulAdd(w1, x, c21);
      x = v128.load32_splat(at, 12);
      c30 = mulAdd(w0, x, c30);
      c31 = mulAdd(w1, x, c31);
      if (at == end) break;

      at += 16;
      w0 = v128.load(w, 160);
      w1 = v128.load(w, 176);
      x = v128.load32_splat(at);
      c00 = mulAdd(w0, x, c00);
      c01 = mulAdd(w1, x, c01);
      x = v128.load32_splat(at, 4);
      c10 = mulAdd(w0, x, c10);
      c11 = mulAdd(w1, x, c11);
      x = v128.load32_splat(at, 8);
      c20 = mulAdd(w0, x, c20);
      c21 = mulAdd(w1, x, c21);
      x = v128.load32_splat(at, 12);
      c30 = mulAdd(w0, x, c30);
      c31 = mulAdd(w1, x, c31);
      if (at == end) break;

      at += 16;
      w0 = v128.load(w, 192);
      w1 = v128.load(w, 208);
      x = v128.load32_splat(at);
      c00 = mulAdd(w0, x, c00);
      c01 = mulAdd(w1, x, c01);
      x = v128.load32_splat(at, 4);
      c10 = mulAdd(w0, x, c10);
      c11 = mulAdd(w1, x, c11);
      x = v128.load32_splat(at, 8);
      c20 = mulAdd(w0, x, c20);
      c21 = mulAdd(w1, x, c21);
      x = v128.load32_splat(at, 12);
      c30 = mulAdd(w0, x, c30);
      c31 = mulAdd(w1, x, c31);
      if (at == end) break;

      at += 16;
      w0 = v128.load(w, 224);
      w1 = v128.load(w, 240);
      x = v128.load32_splat(at);
      c00 = mulAdd(w0, x, c00);
      c01 = mulAdd(w1, x, c01);
      x = v128.load32_splat(at, 4);
      c10 = mulAdd(w0, x, c10);
      c11 = mulAdd(w1, x, c11);
      x = v128.load32_splat(at, 8);
      c20 = mulAdd(w0, x, c20);
      c21 = mulAdd(w1, x, c21);
      x = v128.load32_splat(at, 12);
      c30 = mulAdd(w0, x, c30);
      c31 = mulAdd(w1, x, c31);
      if (at == end) break;
    }
    const to1 = to + row;
    const to2 = to1 + row;
    const to3 = to2 + row;
    if (rows >= MR && columns >= NR) {
      if (!isFirst) {
        c00 = f32x4.add(v128.load(to), c00);
        c01 = f32x4.add(v128.load(to, 16), c01);
        c10 = f32x4.add(v128.load(to1), c10);
        c11 = f32x4.add(v128.load(to1, 16), c11);
        c20 = f32x4.add(v128.load(to2), c20);
        c21 = f32x4.add(v128.load(to2, 16), c21);
        c30 = f32x4.add(v128.load(to3), c30);
        c31 = f32x4.add(v128.load(to3, 16), c31);
      }
      if (bias != 0) {
        w0 = v128.load(bias);
        w1 = v128.load(bias, 16);
        c00 = f32x4.add(c00, w0);
        c01 = f32x4.add(c01, w1);
        c10 = f32x4.add(c10, w0);
        c11 = f32x4.add(c11, w1);
        c20 = f32x4.add(c20, w0);
        c21 = f32x4.add(c21, w1);
        c30 = f32x4.add(c30, w0);
        c31 = f32x4.add(c31, w1);
        if (relu) {
          x = f32x4.splat(0);
          c00 = f32x4.pmax(c00, x);
          c01 = f32x4.pmax(c01, x);
          c10 = f32x4.pmax(c10, x);
          c11 = f32x4.pmax(c11, x);
          c20 = f32x4.pmax(c20, x);
          c21 = f32x4.pmax(c21, x);
          c30 = f32x4.pmax(c30, x);
          c31 = f32x4.pmax(c31, x);
        }
      }
      v128.store(to, c00);
      v128.store(to, c01, 16);
      v128.store(to1, c10);
      v128.store(to1, c11, 16);
      v128.store(to2, c20);
      v128.store(to2, c21, 16);
      v128.store(to3, c30);
      v128.store(to3, c31, 16);
    } else {
      finishRows(to, row, rows, c00, c01, c10, c11, c20, c21, c30, c31, columns, isFirst, bias, relu);
    }
    if (columns <= NR) break;
    columns -= NR;
    if (bias != 0) bias += 4 * NR;
    panel += panelBytes;
    to += 4 * NR;
  }
}
