// All circuits over a tile of samples: read out, count errors, mix, write.
//
// A tile holds `lanes` samples (4, 8 or 16) side by side. The state of a part of the network is neuron-major:
//
//   row of neuron n:  [component 0: lanes × f32][component 1: lanes × f32] …
//
// so one neuron's component is W = 4·lanes bytes and everything runs in v128 along the samples: the cost does not depend
// on which neurons are on. `X` rows hold the k coordinates that the next weights and the readouts need (K·A); `Y` rows
// hold the r coordinates that the weights write, of which the pre-activation is O·Y. Tables of rows hold addresses.
//
// Circuits run in the order of their positions in the layer (layout.ts). What they write, V, goes to Y in one of two
// ways with the same sums: `collect` adds a neuron's rows of V in registers, which is fastest while V stays in the
// cache; `scatter` adds each circuit's row to its neurons' rows of Y, block by block.
//
// Sums run in a fixed order (s, then position ascending), one lane per sample, so results do not depend on the tile width.

import { planeCircuits } from "./plane";

// Circuits whose squared readouts are summed in float32 before they join the float64 sum. Their rows of V stay in L1.
const BLOCK: u32 = 64;

// What circuitsPass works on: u32 fields, pointers in bytes.
//
//    0 gather   u32 [T][S] addresses of rows of X, f32 [k][lanes]
//    4 scatter  u32 [T][S] addresses of rows of Y, f32 [r][lanes]; 0: V is left for collect
//    8 T        12 S
//   16 W        bytes of one component of a row, 4·lanes
//   20 k        coordinates of X            24 pass   leading coordinates that are written as they are
//   28 inner    columns of mix              32 outer  rows of mix: r = pass + outer, pass + inner ≤ k
//   36 mix      f32 [T][outer][inner]
//   40 V        f32 [T][r][lanes], with scatter [BLOCK][r][lanes]; overwritten
//   44 writes   0: read out only; V is one row of scratch
//   48 scratch  f32 [k][lanes]
//   52 stops    u32 positions of circuits that are active in some lane, ascending, then 0xffffffff
//   56 masks    u32 [stops][lanes] all ones where that circuit is inactive, else 0
//   60 shift    f32 [k][lanes] subtracted before the readout; 0: none
//   64 groups   number of readouts          68 rows   u32 [groups] rows of each
//   72 Q        f32 [Σ rows][k] readout of coordinates; 0: the rows are the leading coordinates in order
//   76 laneSum  f64 [groups][lanes] Σ |y|² over inactive circuits, added to
//   80 laneMax  f32 [groups][lanes] largest |y|², raised
//   84 partial  f32 [2][groups][lanes] workspace
//   88 plane    1: one coordinate passed and two mixed, or read out as one and two rows (plane.ts)
//   92 live     u8 [T]: circuits that read and write nothing but zeros may be 0, and are passed over; 0: all run

// Gathers every circuit's coordinates, sums and maximises the squared readouts of inactive ones, mixes and writes.
//                                                                                                [E11] [E17] [E18]
//   g = Σ_s X[gather[t,s]];  V[t] = (g[0…pass−1], mix_t g[pass…]);  Y[scatter[t,s]] += V[t]
export function circuitsPass(descriptor: usize): void {
  const T = load<u32>(descriptor, 8);
  const S4 = load<u32>(descriptor, 12) << 2;
  const W = load<u32>(descriptor, 16);
  const rowBytes = (load<u32>(descriptor, 24) + load<u32>(descriptor, 32)) * W;
  const scatter = <usize>load<u32>(descriptor, 4);
  const V = <usize>load<u32>(descriptor, 40);
  const keepsV = load<u32>(descriptor, 44) != 0 && scatter == 0;
  const statisticsBytes = 2 * load<u32>(descriptor, 64) * W;
  const partial = load<u32>(descriptor, 84);
  const live = <usize>load<u32>(descriptor, 92);
  let stops: usize = load<u32>(descriptor, 52);
  let masks: usize = load<u32>(descriptor, 56);
  for (let first: u32 = 0; first < T; first += BLOCK) {
    const blockEnd = min(first + BLOCK, T);
    memory.fill(partial, 0, statisticsBytes);
    for (let t = first; t < blockEnd; ) {
      let end = blockEnd;
      if (live != 0) {
        while (t < blockEnd && !load<u8>(live + t)) t++;
        end = t;
        while (end < blockEnd && load<u8>(live + end)) end++;
        if (t == end) break;
      }
      const rows = keepsV ? V + <usize>t * rowBytes : V;
      runCircuits(descriptor, t, end, rows, stops, masks);
      if (scatter != 0) scatterRows(rows, scatter + <usize>t * S4, scatter + <usize>end * S4, S4, rowBytes);
      while (load<u32>(stops) < end) {
        stops += 4;
        masks += W;
      }
      t = end;
    }
    addLanes(descriptor);
  }
}

// Circuits first…end−1, by the loop that is made for them.
@inline
function runCircuits(descriptor: usize, first: u32, end: u32, V: usize, stops: usize, masks: usize): void {
  const gather = <usize>load<u32>(descriptor, 0);
  const S = load<u32>(descriptor, 12);
  if (load<u32>(descriptor, 88) == 0 || S != 6 || load<u32>(descriptor, 16) != 32) {
    anyCircuits(descriptor, first, end, V, stops, masks);
    return;
  }
  const mix = load<u32>(descriptor, 44) != 0 ? <usize>load<u32>(descriptor, 36) + (<usize>first << 4) : 0;
  const shift = load<u32>(descriptor, 60);
  const partial = load<u32>(descriptor, 84);
  const from = gather + <usize>first * 24;
  const to = gather + <usize>end * 24;
  planeCircuits(from, to, mix, V, gather, stops, masks, shift, partial);
}

// Circuits first…end−1 of any shape.
function anyCircuits(descriptor: usize, first: u32, end: u32, V: usize, stops: usize, masks: usize): void {
  const S4 = load<u32>(descriptor, 12) << 2;
  const W = load<u32>(descriptor, 16);
  const k = load<u32>(descriptor, 20);
  const pass = load<u32>(descriptor, 24);
  const inner = load<u32>(descriptor, 28);
  const outer = load<u32>(descriptor, 32);
  const writes = load<u32>(descriptor, 44) != 0;
  const g = load<u32>(descriptor, 48);
  const mixBytes = (inner * outer) << 2;
  let gather = <usize>load<u32>(descriptor, 0) + <usize>first * S4;
  let mix = <usize>load<u32>(descriptor, 36) + <usize>first * mixBytes;
  for (let t = first; t < end; t++) {
    gatherRow(g, gather, gather + S4, k * W);
    gather += S4;
    const active = load<u32>(stops) == t;
    readSquares(descriptor, active ? masks : 0);
    if (active) {
      stops += 4;
      masks += W;
    }
    if (writes) {
      memory.copy(V, g, pass * W);
      V += pass * W;
      mixRow(V, g + pass * W, mix, inner, outer, W);
      V += outer * W;
      mix += mixBytes;
    }
  }
}

// target = Σ_s of the rows whose addresses are listed, `bytes` bytes each.
@inline
function gatherRow(target: usize, rows: usize, rowsEnd: usize, bytes: usize): void {
  let v: usize = 0;
  for (; v + 32 <= bytes; v += 32) {
    let row = <usize>load<u32>(rows) + v;
    let a0 = v128.load(row, 0);
    let a1 = v128.load(row, 16);
    for (let o = rows + 4; o < rowsEnd; o += 4) {
      row = <usize>load<u32>(o) + v;
      a0 = f32x4.add(a0, v128.load(row, 0));
      a1 = f32x4.add(a1, v128.load(row, 16));
    }
    v128.store(target + v, a0, 0);
    v128.store(target + v, a1, 16);
  }
  for (; v < bytes; v += 16) {
    let a = v128.load(<usize>load<u32>(rows) + v);
    for (let o = rows + 4; o < rowsEnd; o += 4) a = f32x4.add(a, v128.load(<usize>load<u32>(o) + v));
    v128.store(target + v, a);
  }
}

// Adds the squared readouts of the coordinates in scratch to `partial`, on lanes where the mask is ones (0: all lanes).
function readSquares(descriptor: usize, mask: usize): void {
  const W = load<u32>(descriptor, 16);
  const k = load<u32>(descriptor, 20);
  const g = load<u32>(descriptor, 48);
  const shift = load<u32>(descriptor, 60);
  const groups = load<u32>(descriptor, 64);
  const groupRows = load<u32>(descriptor, 68);
  const Q = load<u32>(descriptor, 72);
  const half = groups * W;
  let partial: usize = load<u32>(descriptor, 84);
  let row: u32 = 0;
  for (let group: u32 = 0; group < groups; group++) {
    const rowsEnd = row + load<u32>(groupRows + (group << 2));
    for (let v: u32 = 0; v < W; v += 16) {
      let square = f32x4.splat(0);
      for (let i = row; i < rowsEnd; i++) {
        let y: v128;
        if (Q == 0) {
          y = v128.load(g + i * W + v);
          if (shift != 0) y = f32x4.sub(y, v128.load(shift + i * W + v));
        } else {
          y = f32x4.splat(0);
          for (let j: u32 = 0; j < k; j++) {
            let value = v128.load(g + j * W + v);
            if (shift != 0) value = f32x4.sub(value, v128.load(shift + j * W + v));
            y = f32x4.add(y, f32x4.mul(v128.load32_splat(Q + ((i * k + j) << 2)), value));
          }
        }
        square = f32x4.add(square, f32x4.mul(y, y));
      }
      if (mask != 0) square = v128.and(square, v128.load(mask + v));
      v128.store(partial, f32x4.add(v128.load(partial), square));
      v128.store(partial + half, f32x4.pmax(v128.load(partial + half), square));
      partial += 16;
    }
    row = rowsEnd;
  }
}

// target f32 [outer][lanes] = mix f32 [outer][inner] · g f32 [inner][lanes]
@inline
function mixRow(target: usize, g: usize, mix: usize, inner: u32, outer: u32, W: u32): void {
  for (let i: u32 = 0; i < outer; i++) {
    for (let v: u32 = 0; v < W; v += 16) {
      let sum = f32x4.mul(v128.load32_splat(mix), v128.load(g + v));
      for (let j: u32 = 1; j < inner; j++) {
        sum = f32x4.add(sum, f32x4.mul(v128.load32_splat(mix + (j << 2)), v128.load(g + j * W + v)));
      }
      v128.store(target + v, sum);
    }
    target += W;
    mix += inner << 2;
  }
}

// Adds each row of V to the S rows of Y whose addresses are listed for it.
function scatterRows(V: usize, rows: usize, rowsEnd: usize, S4: usize, bytes: usize): void {
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

// Moves the sums and maxima of a block of circuits into laneSum and laneMax.
function addLanes(descriptor: usize): void {
  const half = load<u32>(descriptor, 64) * load<u32>(descriptor, 16);
  let laneSum: usize = load<u32>(descriptor, 76);
  let laneMax: usize = load<u32>(descriptor, 80);
  let partial: usize = load<u32>(descriptor, 84);
  for (let at: u32 = 0; at < half; at += 16) {
    const sums = v128.load(partial);
    const high = i32x4.shuffle(sums, sums, 2, 3, 2, 3);
    v128.store(laneSum, f64x2.add(v128.load(laneSum), f64x2.promote_low_f32x4(sums)));
    v128.store(laneSum, f64x2.add(v128.load(laneSum, 16), f64x2.promote_low_f32x4(high)), 16);
    v128.store(laneMax, f32x4.pmax(v128.load(laneMax), v128.load(partial + half)));
    laneSum += 32;
    laneMax += 16;
    partial += 16;
  }
}

// ── Active circuits ──────────────────────────────────────────────────────────────────────────────────────────────────

// positions[p] = table[ids[p]]: where active circuits are in a layer's order.
export function positionsOf(ids: usize, pairs: u32, table: usize, positions: usize): void {
  for (let p: u32 = 0; p < pairs; p++) {
    store<u32>(positions + (p << 2), load<u32>(table + (<usize>load<u32>(ids + (p << 2)) << 2)));
  }
}

// Lists the active pairs p = b·z + slot of every circuit: heads i32 [T] (all −1 before), next i32 [pairs].
export function linkActive(ids: usize, pairs: u32, heads: usize, next: usize): void {
  for (let p: u32 = 0; p < pairs; p++) {
    const head = heads + (<usize>load<u32>(ids + (p << 2)) << 2);
    store<i32>(next + (p << 2), load<i32>(head));
    store<i32>(head, p);
  }
}

// Sets the heads of the listed circuits back to −1.
export function unlinkActive(ids: usize, pairs: u32, heads: usize): void {
  for (let p: u32 = 0; p < pairs; p++) store<i32>(heads + (<usize>load<u32>(ids + (p << 2)) << 2), -1);
}

// Writes the stops and masks of circuitsPass from linked pairs.
export function listActive(heads: usize, next: usize, T: u32, z: u32, W: u32, stops: usize, masks: usize): void {
  const none = i32x4.splat(-1);
  for (let t: u32 = 0; t < T; t++) {
    // Four circuits that are all inactive need one look.
    if (t + 4 <= T && i32x4.all_true(i32x4.eq(v128.load(heads + (<usize>t << 2)), none))) {
      t += 3;
      continue;
    }
    let p = load<i32>(heads + (<usize>t << 2));
    if (p < 0) continue;
    store<u32>(stops, t);
    stops += 4;
    for (let v: u32 = 0; v < W; v += 16) v128.store(masks + v, none);
    for (; p >= 0; p = load<i32>(next + (p << 2))) store<u32>(masks + ((<u32>p / z) << 2), 0);
    masks += W;
  }
  store<u32>(stops, 0xffffffff);
}

// Gathers the coordinates of active circuits: active f32 [pairs][k] = Σ_s X[gather[position,s]] in the pair's lane.
export function readActive(
  positions: usize,
  pairs: u32,
  z: u32,
  gather: usize,
  S: u32,
  W: u32,
  k: u32,
  active: usize,
): void {
  for (let p: u32 = 0; p < pairs; p++) {
    const rows = gather + <usize>load<u32>(positions + (p << 2)) * <usize>(S << 2);
    const rowsEnd = rows + (S << 2);
    let offset = (p / z) << 2;
    for (let c: u32 = 0; c < k; c++) {
      let sum = load<f32>(<usize>load<u32>(rows) + offset);
      for (let row = rows + 4; row < rowsEnd; row += 4) sum += load<f32>(<usize>load<u32>(row) + offset);
      store<f32>(active, sum);
      active += 4;
      offset += W;
    }
  }
}

// Flags the circuits that share a neuron with an active one: live u8 [T]. Lists of circuits per neuron are compressed
// rows, starts u32 [P+1] and positions u32.
export function markLive(
  live: usize,
  T: u32,
  ids: usize,
  pairs: u32,
  neurons: usize,
  S: u32,
  starts: usize,
  positions: usize,
): void {
  memory.fill(live, 0, T);
  for (let p: u32 = 0; p < pairs; p++) {
    const row = neurons + <usize>load<u32>(ids + (p << 2)) * <usize>(S << 2);
    for (let s: u32 = 0; s < S; s++) {
      const neuron = starts + (<usize>load<u32>(row + (s << 2)) << 2);
      const end = positions + (<usize>load<u32>(neuron, 4) << 2);
      for (let e = positions + (<usize>load<u32>(neuron) << 2); e != end; e += 4) store<u8>(live + load<u32>(e), 1);
    }
  }
}
