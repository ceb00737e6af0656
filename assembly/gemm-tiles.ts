// The innermost loops of gemm.ts: a block of K times panels of packed weights.
//
// What decides their speed, seen in V8's machine code on a processor that takes up six operations a cycle, four of them
// arithmetic (Zen 4): a step of k is 16 multiplications and additions, 6 loads and as little else as can be.
//
// - V8 puts the loads of a straight piece of code at its front and spills what it cannot keep. An exit test between two
//   steps keeps each step's loads at that step's own front; loads among the arithmetic cost a tenth.
// - The test is of the address that each step moves anyway (a splatting load adds no offset to it): one operation. It
//   moves before it is used, which spares a copy of the loop's variable.
// - Eight steps a turn, because the engine's interrupt test and the jump back cost a quarter of a step.
//
// Order of additions: k ascending, from 0; the block's sum joins what out holds; with the last block comes the bias.

// Rows of A and columns of a panel.
export const MR: u32 = 4;
export const NR: u32 = 8;

// x·y + sum: rounded twice; in the relaxed binary once, where the processor has a fused instruction.
@inline
function mulAdd(x: v128, y: v128, sum: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(x, y, sum);
  return f32x4.add(f32x4.mul(x, y), sum);
}

// Tiles of out f32 [..][N], 4 rows by 8 columns each, += a block of K; one after another along the columns.
//
//   a        f32 [kc][4]
//   panel    f32 [kc][8], the first of those that lie behind one another
//   to       the first tile's first number in out
//   rows     of out from the first tile on, columns: the same; what a tile has beyond them is not written
//   isFirst  overwrite instead of adding
//   bias     f32 [columns], or 0 while blocks of K are still to come
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

// The same for up to four rows of A as they are, K numbers apart, and one panel: a tile without packing.
//
//   rows, columns  of out from the tile's first number on, columns at most 8
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
  // Rows that are not there are the first once more, and not written.
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

// The same for a single row of A as it is, f32 [kc], and up to three panels, which lie behind one another: a row that
// has no three others beside it takes a third of the time that it would in a tile.
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

// The rows of a tile at an edge, `row` bytes apart.
@inline
function finishRows(
  to: usize,
  row: u32,
  rows: u32,
  c00: v128,
  c01: v128,
  c10: v128,
  c11: v128,
  c20: v128,
  c21: v128,
  c30: v128,
  c31: v128,
  columns: u32,
  isFirst: bool,
  bias: usize,
  relu: bool,
): void {
  finishRow(to, c00, c01, columns, isFirst, bias, relu);
  if (rows > 1) finishRow(to + row, c10, c11, columns, isFirst, bias, relu);
  if (rows > 2) finishRow(to + 2 * row, c20, c21, columns, isFirst, bias, relu);
  if (rows > 3) finishRow(to + 3 * row, c30, c31, columns, isFirst, bias, relu);
}

// Adds a block's sums to up to eight numbers of a row of out; with the last block comes the bias (else 0) and the gate.
@inline
function finishRow(to: usize, low: v128, high: v128, columns: u32, isFirst: bool, bias: usize, relu: bool): void {
  if (columns >= 4) {
    finish4(to, low, isFirst, bias, relu);
    if (columns >= NR) {
      finish4(to + 16, high, isFirst, bias == 0 ? 0 : bias + 16, relu);
      return;
    }
    to += 16;
    if (bias != 0) bias += 16;
    low = high;
  }
  for (let j: u32 = columns & 3; j != 0; j--) {
    let sum = f32x4.extract_lane(low, 0);
    if (!isFirst) sum = load<f32>(to) + sum;
    if (bias != 0) {
      sum += load<f32>(bias);
      if (relu && sum < 0) sum = 0;
      bias += 4;
    }
    store<f32>(to, sum);
    to += 4;
    low = i32x4.shuffle(low, low, 1, 2, 3, 0);
  }
}

@inline
function finish4(to: usize, sums: v128, isFirst: bool, bias: usize, relu: bool): void {
  if (!isFirst) sums = f32x4.add(v128.load(to), sums);
  if (bias != 0) {
    sums = f32x4.add(sums, v128.load(bias));
    if (relu) sums = f32x4.pmax(sums, f32x4.splat(0));
  }
  v128.store(to, sums);
}
