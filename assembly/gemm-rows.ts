// Innermost loops of gemm.ts for rows of A that are not packed: out += a block of K. For arguments see gemm-tiles.ts.

import { finishRow, finishRows, mulAdd, NR } from "./gemm-store";

// Multiplies up to four unpacked rows of A by one panel: a tile without packing. Rows begin K numbers apart.
//
//   rows, columns  size of the part of out that begins at the tile's first number; at most 8 columns
export function rowsByPanel(
  a: usize,
  K: u32,
  panel: usize,
  kc: u32,
  to: usize,
  rows: u32,
  columns: u32,
  isFirst: bool,
  bias: usize,
  relu: bool,
): void {
  const next = <usize>K << 2;
  // In place of missing rows, the first row is read again; the results are not written.
  let a1 = rows > 1 ? a + next : a;
  let a2 = rows > 2 ? a1 + next : a;
  let a3 = rows > 3 ? a2 + next : a;
  let c00 = f32x4.splat(0);
  let c01 = c00;
  let c10 = c00;
  let c11 = c00;
  let c20 = c00;
  let c21 = c00;
  let c30 = c00;
  let c31 = c00;
  let x = c00;
  let w0 = x;
  let w1 = x;
  const end = a + (kc << 2);
  while (a != end) {
    w0 = v128.load(panel);
    w1 = v128.load(panel, 16);
    x = v128.load32_splat(a);
    c00 = mulAdd(w0, x, c00);
    c01 = mulAdd(w1, x, c01);
    x = v128.load32_splat(a1);
    c10 = mulAdd(w0, x, c10);
    c11 = mulAdd(w1, x, c11);
    x = v128.load32_splat(a2);
    c20 = mulAdd(w0, x, c20);
    c21 = mulAdd(w1, x, c21);
    x = v128.load32_splat(a3);
    c30 = mulAdd(w0, x, c30);
    c31 = mulAdd(w1, x, c31);
    panel += 32;
    a += 4;
    a1 += 4;
    a2 += 4;
    a3 += 4;
  }
  finishRows(to, columns << 2, rows, c00, c01, c10, c11, c20, c21, c30, c31, columns, isFirst, bias, relu);
}

// The same for one unpacked row of A, f32 [kc], and up to three consecutive panels. For a single row that
// is left over, this takes a third of the time that a tile would take.
export function rowByPanels(
  a: usize,
  panel: usize,
  panels: u32,
  kc: u32,
  to: usize,
  columns: u32,
  isFirst: bool,
  bias: usize,
  relu: bool,
): void {
  const size = kc << 5;
  let u = panel - 64;
  let v = panels > 1 ? u + size : u;
  let w = panels > 2 ? v + size : u;
  let c0 = f32x4.splat(0);
  let c1 = c0;
  let c2 = c0;
  let c3 = c0;
  let c4 = c0;
  let c5 = c0;
  let x = c0;
  a -= 4;
  const end = a + (kc << 2);
  while (true) {
    u += 64;
    v += 64;
    w += 64;
    a += 4;
    x = v128.load32_splat(a);
    c0 = mulAdd(v128.load(u), x, c0);
    c1 = mulAdd(v128.load(u, 16), x, c1);
    c2 = mulAdd(v128.load(v), x, c2);
    c3 = mulAdd(v128.load(v, 16), x, c3);
    c4 = mulAdd(v128.load(w), x, c4);
    c5 = mulAdd(v128.load(w, 16), x, c5);
    if (a == end) break;
    a += 4;
    x = v128.load32_splat(a);
    c0 = mulAdd(v128.load(u, 32), x, c0);
    c1 = mulAdd(v128.load(u, 48), x, c1);
    c2 = mulAdd(v128.load(v, 32), x, c2);
    c3 = mulAdd(v128.load(v, 48), x, c3);
    c4 = mulAdd(v128.load(w, 32), x, c4);
    c5 = mulAdd(v128.load(w, 48), x, c5);
    if (a == end) break;
  }
  finishRow(to, c0, c1, columns, isFirst, bias, relu);
  if (panels > 1) finishRow(to + 32, c2, c3, columns - NR, isFirst, bias == 0 ? 0 : bias + 32, relu);
  if (panels > 2) finishRow(to + 64, c4, c5, columns - 2 * NR, isFirst, bias == 0 ? 0 : bias + 64, relu);
}
