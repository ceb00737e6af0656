// Layers by their sparse weights, and noise: how networks of several parts run.

// out = W·A + bias, with ReLU when `relu` is true; rows of `W` bytes, one lane per sample, W a multiple of 16.
//
//   out      f32 [N][lanes]      A  f32 [·][lanes]
//   starts   u32 [N+1], columns u32: byte offsets of rows of A, values f32: the weights in compressed rows
//   bias     f32 [N], or 0 for none
//
// Order: entries of a row one after another, beginning from the bias; lanes do not meet.
export function sparseLayer(
  out: usize,
  A: usize,
  starts: usize,
  columns: usize,
  values: usize,
  bias: usize,
  N: u32,
  W: u32,
  relu: bool,
): void {
  const zero = f32x4.splat(0);
  let at: usize = <usize>load<u32>(starts) << 2;
  for (let n: u32 = 0; n < N; n++) {
    starts += 4;
    const end = <usize>load<u32>(starts) << 2;
    const first = bias != 0 ? v128.load32_splat(bias + (n << 2)) : zero;
    if (W == 64) {
      let s0 = first;
      let s1 = first;
      let s2 = first;
      let s3 = first;
      for (; at < end; at += 4) {
        const row = A + <usize>load<u32>(columns + at);
        const weight = v128.load32_splat(values + at);
        s0 = f32x4.add(s0, f32x4.mul(weight, v128.load(row)));
        s1 = f32x4.add(s1, f32x4.mul(weight, v128.load(row, 16)));
        s2 = f32x4.add(s2, f32x4.mul(weight, v128.load(row, 32)));
        s3 = f32x4.add(s3, f32x4.mul(weight, v128.load(row, 48)));
      }
      if (relu) {
        s0 = f32x4.max(s0, zero);
        s1 = f32x4.max(s1, zero);
        s2 = f32x4.max(s2, zero);
        s3 = f32x4.max(s3, zero);
      }
      v128.store(out, s0);
      v128.store(out, s1, 16);
      v128.store(out, s2, 32);
      v128.store(out, s3, 48);
    } else {
      for (let v: u32 = 0; v < W; v += 16) {
        let sum = first;
        for (let e = at; e < end; e += 4) {
          const row = A + <usize>load<u32>(columns + e) + v;
          sum = f32x4.add(sum, f32x4.mul(v128.load32_splat(values + e), v128.load(row)));
        }
        v128.store(out + v, relu ? f32x4.max(sum, zero) : sum);
      }
      at = end;
    }
    out += W;
  }
}

// A = max(A, 0) over `bytes` bytes, a multiple of 16.
export function rectify(A: usize, bytes: u32): void {
  const zero = f32x4.splat(0);
  for (let at = A, end = A + bytes; at < end; at += 16) v128.store(at, f32x4.max(v128.load(at), zero));
}
