// Sums rows, given a list of their addresses. The size of a row is a multiple of 16 bytes: with eight samples, 96, 64
// or 32 for three, two or one coordinates.

// target = Σ of the listed rows, added in order from 0.
@inline
export function sumRows(target: usize, list: usize, listEnd: usize, bytes: usize): void {
  if (bytes == 96) {
    sumSix(target, list, listEnd, 0);
    return;
  }
  let v: usize = 0;
  for (; v + 96 <= bytes; v += 96) sumSix(target, list, listEnd, v);
  for (; v + 32 <= bytes; v += 32) {
    let a0 = f32x4.splat(0);
    let a1 = a0;
    for (let o = list; o != listEnd; o += 4) {
      const row = <usize>load<u32>(o) + v;
      a0 = f32x4.add(a0, v128.load(row, 0));
      a1 = f32x4.add(a1, v128.load(row, 16));
    }
    v128.store(target + v, a0, 0);
    v128.store(target + v, a1, 16);
  }
  if (v < bytes) {
    let a = f32x4.splat(0);
    for (let o = list; o != listEnd; o += 4) a = f32x4.add(a, v128.load(<usize>load<u32>(o) + v));
    v128.store(target + v, a);
  }
}

// Computes bytes v…v+95 of the sum.
@inline
function sumSix(target: usize, list: usize, listEnd: usize, v: usize): void {
  let a0 = f32x4.splat(0);
  let a1 = a0;
  let a2 = a0;
  let a3 = a0;
  let a4 = a0;
  let a5 = a0;
  for (let o = list; o != listEnd; o += 4) {
    const row = <usize>load<u32>(o) + v;
    a0 = f32x4.add(a0, v128.load(row, 0));
    a1 = f32x4.add(a1, v128.load(row, 16));
    a2 = f32x4.add(a2, v128.load(row, 32));
    a3 = f32x4.add(a3, v128.load(row, 48));
    a4 = f32x4.add(a4, v128.load(row, 64));
    a5 = f32x4.add(a5, v128.load(row, 80));
  }
  v128.store(target + v, a0, 0);
  v128.store(target + v, a1, 16);
  v128.store(target + v, a2, 32);
  v128.store(target + v, a3, 48);
  v128.store(target + v, a4, 64);
  v128.store(target + v, a5, 80);
}

// target −= Σ of the listed rows.
@inline
export function subtractRows(target: usize, list: usize, listEnd: usize, bytes: usize): void {
  if (bytes == 32) {
    subtractPair(target, list, listEnd, 0);
    return;
  }
  let v: usize = 0;
  for (; v + 32 <= bytes; v += 32) subtractPair(target, list, listEnd, v);
  if (v < bytes) {
    let a = f32x4.splat(0);
    for (let o = list; o != listEnd; o += 4) a = f32x4.add(a, v128.load(<usize>load<u32>(o) + v));
    v128.store(target + v, f32x4.sub(v128.load(target + v), a));
  }
}

// Computes bytes v…v+31 of the difference. If v is the constant 0, the innermost loop saves one addition.
@inline
function subtractPair(target: usize, list: usize, listEnd: usize, v: usize): void {
  let a0 = f32x4.splat(0);
  let a1 = a0;
  for (let o = list; o != listEnd; o += 4) {
    const row = <usize>load<u32>(o) + v;
    a0 = f32x4.add(a0, v128.load(row, 0));
    a1 = f32x4.add(a1, v128.load(row, 16));
  }
  v128.store(target + v, f32x4.sub(v128.load(target + v, 0), a0), 0);
  v128.store(target + v, f32x4.sub(v128.load(target + v, 16), a1), 16);
}

// Adds each row of V to the S rows of Y whose addresses are listed for it.
export function scatterRows(V: usize, rows: usize, rowsEnd: usize, S4: usize, bytes: usize): void {
  while (rows != rowsEnd) {
    const end = rows + S4;
    if (bytes == 96) {
      const a0 = v128.load(V, 0);
      const a1 = v128.load(V, 16);
      const a2 = v128.load(V, 32);
      const a3 = v128.load(V, 48);
      const a4 = v128.load(V, 64);
      const a5 = v128.load(V, 80);
      for (; rows != end; rows += 4) {
        const row = <usize>load<u32>(rows);
        v128.store(row, f32x4.add(v128.load(row, 0), a0), 0);
        v128.store(row, f32x4.add(v128.load(row, 16), a1), 16);
        v128.store(row, f32x4.add(v128.load(row, 32), a2), 32);
        v128.store(row, f32x4.add(v128.load(row, 48), a3), 48);
        v128.store(row, f32x4.add(v128.load(row, 64), a4), 64);
        v128.store(row, f32x4.add(v128.load(row, 80), a5), 80);
      }
    } else {
      for (; rows != end; rows += 4) {
        const row = <usize>load<u32>(rows);
        for (let v: usize = 0; v < bytes; v += 16) {
          v128.store(row + v, f32x4.add(v128.load(row + v), v128.load(V + v)));
        }
      }
    }
    V += bytes;
  }
}
