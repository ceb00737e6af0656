// Shared by the innermost loops of gemm.ts: a tile's size and arithmetic, and functions that store its sums at an edge
// of `out`.

// Rows of A and columns of a panel in one tile.
export const MR: u32 = 4;
export const NR: u32 = 8;

// x·y + sum, rounded twice. The binary built with relaxed SIMD does only one rounding if the processor has a fused instruction.
@inline
export function mulAdd(x: v128, y: v128, sum: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(x, y, sum);
  return f32x4.add(f32x4.mul(x, y), sum);
}

// Stores the rows of a tile at an edge of `out`; they are `row` bytes apart.
@inline
export function finishRows(
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

// Adds a block's sums to up to eight numbers of a row of `out`. For the last block, also adds the bias and applies the
// gate; for all other blocks, `bias` is 0.
@inline
export function finishRow(to: usize, low: v128, high: v128, columns: u32, isFirst: bool, bias: usize, relu: bool): void {
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
