// Sums over pairs: of circuits (the check of the embedding-matrix term) and of vectors (dot products). Nothing of the
// number of pairs is kept.

// Adds (a_tv − c_tv)² over circuits t < v for the tile's v = first…first+count−1.                              [E23]
//
//   Y        f32 [P][2][lanes]   Σ_u e_u g_u − excess, Σ_u r_u e_u g_u for the input e_v
//   X        f32 [P][1][lanes]   e_v
//   rowsY    u32 [T][S] row starts in Y of layer l          rowsX   u32 [T][S] row starts in X of layer l−1
//   signs    f32 [T]             r_t = ±1
//   sums     f64 [3], added to:  (i) w̄ = 0, Δw_u = r_u; (ii) w̄ = 1, Δw = 0; (iii) both
//
// a_tv is linked·Y_0 − constant for (ii), own·Y_1 for (i), gathered over the neurons of t; c_tv is overlap·X·w_t.
export function embeddingPairs(
  Y: usize,
  X: usize,
  rowsY: usize,
  rowsX: usize,
  signs: usize,
  T: u32,
  S: u32,
  W: u32,
  first: u32,
  count: u32,
  linked: f64,
  constant: f64,
  own: f64,
  overlap: f64,
  sums: usize,
): void {
  for (let b: u32 = 0; b < count; b++) {
    const lane = b << 2;
    let delta: f64 = 0;
    let mean: f64 = 0;
    let both: f64 = 0;
    let row: u32 = 0;
    for (let t: u32 = 0; t < first + b; t++) {
      let y0: f64 = 0;
      let y1: f64 = 0;
      let x: f64 = 0;
      for (let s: u32 = 0; s < S; s++) {
        const y = Y + <usize>load<u32>(rowsY + row) + lane;
        y0 += <f64>load<f32>(y);
        y1 += <f64>load<f32>(y + W);
        x += <f64>load<f32>(X + <usize>load<u32>(rowsX + row) + lane);
        row += 4;
      }
      const sign = <f64>load<f32>(signs + (t << 2));
      const e1 = own * y1 - overlap * x * sign;
      const e2 = linked * y0 - constant - overlap * x;
      delta += e1 * e1;
      mean += e2 * e2;
      both += (e1 + e2) * (e1 + e2);
    }
    store<f64>(sums, load<f64>(sums) + delta);
    store<f64>(sums, load<f64>(sums, 8) + mean, 8);
    store<f64>(sums, load<f64>(sums, 16) + both, 16);
  }
}

// Dot products of one panel of 8 vectors with all vectors after each: largest |dot| and Σ dot².                 [E25]
//
//   vectors  f32 [⌈m/8⌉][n][8]   eight vectors side by side, zero beyond m
//   result   f64 [2]             largest |dot| raised, Σ dot² added to
//   scratch  f32 [8][8]
export function dotPairs(vectors: usize, n: u32, m: u32, panel: u32, scratch: usize, result: usize): void {
  const bytes = <usize>n * 32;
  const a = vectors + <usize>panel * bytes;
  const panels = (m + 7) / 8;
  let largest = f32x4.splat(0);
  for (let other = panel; other < panels; other++) {
    const b = vectors + <usize>other * bytes;
    dotBlock(a, b, n, scratch);
    dotBlock(a + 16, b, n, scratch + 128);
    let squares = f64x2.splat(0);
    for (let i: u32 = 0; i < 8; i++) {
      if (other == panel) for (let j: u32 = 0; j <= i; j++) store<f32>(scratch + (i << 5) + (j << 2), 0);
      for (let j: u32 = 0; j < 32; j += 16) {
        const dots = v128.load(scratch + (i << 5) + j);
        largest = f32x4.max(largest, f32x4.abs(dots));
        const low = f64x2.promote_low_f32x4(dots);
        const high = f64x2.promote_low_f32x4(i32x4.shuffle(dots, dots, 2, 3, 2, 3));
        squares = f64x2.add(squares, f64x2.add(f64x2.mul(low, low), f64x2.mul(high, high)));
      }
    }
    store<f64>(result, load<f64>(result, 8) + f64x2.extract_lane(squares, 0) + f64x2.extract_lane(squares, 1), 8);
  }
  let most = max<f32>(f32x4.extract_lane(largest, 0), f32x4.extract_lane(largest, 1));
  most = max<f32>(most, max<f32>(f32x4.extract_lane(largest, 2), f32x4.extract_lane(largest, 3)));
  store<f64>(result, max<f64>(load<f64>(result), <f64>most));
}

// out f32 [4][8] = the dots of four of a's vectors with b's eight, sums in order of the component.
function dotBlock(a: usize, b: usize, n: u32, out: usize): void {
  let c00 = f32x4.splat(0);
  let c01 = f32x4.splat(0);
  let c10 = f32x4.splat(0);
  let c11 = f32x4.splat(0);
  let c20 = f32x4.splat(0);
  let c21 = f32x4.splat(0);
  let c30 = f32x4.splat(0);
  let c31 = f32x4.splat(0);
  for (let k: u32 = 0; k < n; k++) {
    const b0 = v128.load(b, 0);
    const b1 = v128.load(b, 16);
    let x = v128.load32_splat(a, 0);
    c00 = f32x4.add(c00, f32x4.mul(x, b0));
    c01 = f32x4.add(c01, f32x4.mul(x, b1));
    x = v128.load32_splat(a, 4);
    c10 = f32x4.add(c10, f32x4.mul(x, b0));
    c11 = f32x4.add(c11, f32x4.mul(x, b1));
    x = v128.load32_splat(a, 8);
    c20 = f32x4.add(c20, f32x4.mul(x, b0));
    c21 = f32x4.add(c21, f32x4.mul(x, b1));
    x = v128.load32_splat(a, 12);
    c30 = f32x4.add(c30, f32x4.mul(x, b0));
    c31 = f32x4.add(c31, f32x4.mul(x, b1));
    a += 32;
    b += 32;
  }
  v128.store(out, c00, 0);
  v128.store(out, c01, 16);
  v128.store(out, c10, 32);
  v128.store(out, c11, 48);
  v128.store(out, c20, 64);
  v128.store(out, c21, 80);
  v128.store(out, c30, 96);
  v128.store(out, c31, 112);
}
