// Runs all circuits over a tile of samples: reads each circuit out, sums the errors, and mixes and writes the circuits'
// coordinates.
//
// A tile holds `lanes` samples (4, 8 or 16) side by side. The state of a part of the network is stored neuron by
// neuron:
//
//   row of neuron n:  [component 0: lanes × f32][component 1: lanes × f32] …
//
// One component of a neuron takes W = 4·lanes bytes. All operations are v128 operations across samples, so the cost
// does not depend on which neurons are on. `X` rows hold the k coordinates that the next weights and the readouts need
// (K·A). `Y` rows hold the r coordinates that the weights produce; the pre-activation is O·Y. Tables that refer to rows
// contain the rows' addresses.
//
// Circuits run in the order of their positions in the layer (runningOrder in src/engine/row-lists.ts). Their output V
// is added to Y in one of two ways, which give the same sums: `collect` adds a neuron's rows of V in registers, which
// is faster while V stays in the cache; `scatter` adds each circuit's row to its neurons' rows of Y, block by block.
//
// Additions are in a fixed order (ascending s, then ascending position), with one lane per sample, so results do not
// depend on the tile's width.

import { CircuitsPass } from "./descriptors";
import { rotationCircuits } from "./rotations";
import { scatterRows, sumRows } from "./rows";

// Number of circuits whose squared readouts are summed in float32 before this sum is added to the float64 sum. The
// rows of V of these circuits stay in the L1 cache.
const BLOCK: u32 = 64;

// Gathers every circuit's coordinates, computes the sum and the maximum of inactive circuits' squared readouts, and
// mixes and writes the coordinates.                                                                   [E11] [E17] [E18]
//
//   g = Σ_s X[gather[t,s]];  V[t] = (g[0…pass−1], mix_t g[pass…]);  Y[scatter[t,s]] += V[t]
export function circuitsPass(descriptor: usize): void {
  const field = changetype<CircuitsPass>(descriptor);
  const T = field.T;
  const S4 = field.S << 2;
  const W = field.W;
  const rowBytes = (field.pass + field.outer) * W;
  const scatter = field.scatter;
  const V = field.V;
  const keepsV = field.writes != 0 && scatter == 0;
  const statisticsBytes = 2 * field.groups * W;
  const partial = field.partial;
  const reached = field.reached;
  let activeAt: usize = field.activeAt;
  let masks: usize = field.masks;
  for (let first: u32 = 0; first < T; first += BLOCK) {
    const blockEnd = min(first + BLOCK, T);
    memory.fill(partial, 0, statisticsBytes);
    for (let t = first; t < blockEnd; ) {
      let end = blockEnd;
      if (reached != 0) {
        while (t < blockEnd && !load<u8>(reached + t)) t++;
        end = t;
        while (end < blockEnd && load<u8>(reached + end)) end++;
        if (t == end) break;
      }
      const rows = keepsV ? V + <usize>t * rowBytes : V;
      runCircuits(field, t, end, rows, activeAt, masks);
      if (scatter != 0) scatterRows(rows, scatter + <usize>t * S4, scatter + <usize>end * S4, S4, rowBytes);
      while (load<u32>(activeAt) < end) {
        activeAt += 4;
        masks += W;
      }
      t = end;
    }
    addLanes(field);
  }
}

// Runs circuits first…end−1 with the loop that is specialised for them.
@inline
function runCircuits(field: CircuitsPass, first: u32, end: u32, V: usize, activeAt: usize, masks: usize): void {
  const gather = field.gather;
  if (field.isRotation == 0 || field.W != 32) {
    anyCircuits(field, first, end, V, activeAt, masks);
    return;
  }
  const mix = field.writes != 0 ? field.mix + (<usize>first << 4) : 0;
  const shift = field.shift;
  const partial = field.partial;
  const S4 = field.S << 2;
  const from = gather + <usize>first * S4;
  const to = gather + <usize>end * S4;
  rotationCircuits(from, to, S4, mix, V, gather, activeAt, masks, shift, partial);
}

// Runs circuits first…end−1 of any shape, with three loops: gather, read out, mix.
function anyCircuits(field: CircuitsPass, first: u32, end: u32, V: usize, activeAt: usize, masks: usize): void {
  const S4 = field.S << 2;
  const bytes = field.W * field.k;
  let gather = field.gather + <usize>first * S4;
  let g = field.scratch;
  for (let t = first; t < end; t++) {
    sumRows(g, gather, gather + S4, bytes);
    gather += S4;
    g += bytes;
  }
  readSquares(field, first, end, activeAt, masks);
  if (field.writes != 0) mixRows(field, first, end, V);
}

// Adds the squared readouts of the gathered circuits to `partial`, in the lanes in which the circuits are inactive.
function readSquares(field: CircuitsPass, first: u32, end: u32, activeAt: usize, masks: usize): void {
  const W = field.W;
  const k = field.k;
  const gathered = field.scratch;
  const shift = field.shift;
  const groups = field.groups;
  const groupRows = field.rows;
  const Q = field.Q;
  const half = groups * W;
  let partial: usize = field.partial;
  let row: u32 = 0;
  for (let group: u32 = 0; group < groups; group++) {
    const rows = load<u32>(groupRows + (group << 2));
    for (let v: u32 = 0; v < W; v += 16) {
      let sum = v128.load(partial);
      let most = v128.load(partial + half);
      let nextActive = activeAt;
      let mask = masks + v;
      let g = gathered + v;
      for (let t = first; t < end; t++) {
        let square = f32x4.splat(0);
        if (Q == 0) {
          let y = g + row * W;
          let by = shift + row * W + v;
          for (let i: u32 = 0; i < rows; i++) {
            let value = v128.load(y);
            if (shift != 0) value = f32x4.sub(value, v128.load(by));
            square = f32x4.add(square, f32x4.mul(value, value));
            y += W;
            by += W;
          }
        } else {
          for (let i = row; i < row + rows; i++) {
            const y = readRow(Q + ((i * k) << 2), g, shift != 0 ? shift + v : 0, k, W);
            square = f32x4.add(square, f32x4.mul(y, y));
          }
        }
        if (load<u32>(nextActive) == t) {
          square = v128.and(square, v128.load(mask));
          nextActive += 4;
          mask += W;
        }
        sum = f32x4.add(sum, square);
        most = f32x4.pmax(most, square);
        g += k * W;
      }
      v128.store(partial, sum);
      v128.store(partial + half, most);
      partial += 16;
    }
    row += rows;
  }
}

// Σ_j q_j (g_j − shift_j), where components are W bytes apart.
@inline
function readRow(q: usize, g: usize, shift: usize, k: u32, W: u32): v128 {
  let y = f32x4.splat(0);
  for (let j: u32 = 0; j < k; j++) {
    let value = v128.load(g);
    if (shift != 0) value = f32x4.sub(value, v128.load(shift + j * W));
    y = f32x4.add(y, f32x4.mul(v128.load32_splat(q + (j << 2)), value));
    g += W;
  }
  return y;
}

// V[t] = (g[0…pass−1], mix_t g[pass…]) for the gathered circuits.
function mixRows(field: CircuitsPass, first: u32, end: u32, V: usize): void {
  const W = field.W;
  const bytes = field.k * W;
  const passBytes = field.pass * W;
  const inner = field.inner;
  const outer = field.outer;
  let g = field.scratch;
  let mix = field.mix + (<usize>(first * inner * outer) << 2);
  for (let t = first; t < end; t++) {
    for (let v: u32 = 0; v < passBytes; v += 16) v128.store(V + v, v128.load(g + v));
    V += passBytes;
    for (let i: u32 = 0; i < outer; i++) {
      for (let v: u32 = 0; v < W; v += 16) v128.store(V + v, mixOne(mix, g + passBytes + v, inner, W));
      V += W;
      mix += inner << 2;
    }
    g += bytes;
  }
}

// Σ_j mix_j g_j, where components are W bytes apart; the first four are added without a loop.
@inline
function mixOne(mix: usize, g: usize, inner: u32, W: u32): v128 {
  let sum = f32x4.mul(v128.load32_splat(mix), v128.load(g));
  if (inner > 1) sum = f32x4.add(sum, f32x4.mul(v128.load32_splat(mix, 4), v128.load(g + W)));
  if (inner > 2) sum = f32x4.add(sum, f32x4.mul(v128.load32_splat(mix, 8), v128.load(g + 2 * W)));
  if (inner > 3) sum = f32x4.add(sum, f32x4.mul(v128.load32_splat(mix, 12), v128.load(g + 3 * W)));
  for (let j: u32 = 4; j < inner; j++) {
    sum = f32x4.add(sum, f32x4.mul(v128.load32_splat(mix + (j << 2)), v128.load(g + j * W)));
  }
  return sum;
}

// Adds the sums and maxima of a block of circuits to laneSum and laneMax.
function addLanes(field: CircuitsPass): void {
  const half = field.groups * field.W;
  let laneSum: usize = field.laneSum;
  let laneMax: usize = field.laneMax;
  let partial: usize = field.partial;
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

// An occurrence is one active circuit in one sample; the occurrences in sample b have the numbers p = b·z + slot.

// positions[p] = table[ids[p]]: the positions of active circuits in a layer's order.
export function positionsOf(ids: usize, occurrences: u32, table: usize, positions: usize): void {
  for (let p: u32 = 0; p < occurrences; p++) {
    store<u32>(positions + (p << 2), load<u32>(table + (<usize>load<u32>(ids + (p << 2)) << 2)));
  }
}

// Lists the occurrences of every circuit: heads i32 [T] (all −1 at the start), next i32 [occurrences].
export function linkActive(ids: usize, occurrences: u32, heads: usize, next: usize): void {
  for (let p: u32 = 0; p < occurrences; p++) {
    const head = heads + (<usize>load<u32>(ids + (p << 2)) << 2);
    store<i32>(next + (p << 2), load<i32>(head));
    store<i32>(head, p);
  }
}

// Resets the heads of the listed circuits to −1.
export function unlinkActive(ids: usize, occurrences: u32, heads: usize): void {
  for (let p: u32 = 0; p < occurrences; p++) store<i32>(heads + (<usize>load<u32>(ids + (p << 2)) << 2), -1);
}

// Fills `activeAt` and `masks` for circuitsPass from the linked lists of occurrences.
export function listActive(heads: usize, next: usize, T: u32, z: u32, W: u32, activeAt: usize, masks: usize): void {
  const none = i32x4.splat(-1);
  for (let t: u32 = 0; t < T; t++) {
    // Four circuits that are all inactive need only one test.
    if (t + 4 <= T && i32x4.all_true(i32x4.eq(v128.load(heads + (<usize>t << 2)), none))) {
      t += 3;
      continue;
    }
    let p = load<i32>(heads + (<usize>t << 2));
    if (p < 0) continue;
    store<u32>(activeAt, t);
    activeAt += 4;
    for (let v: u32 = 0; v < W; v += 16) v128.store(masks + v, none);
    for (; p >= 0; p = load<i32>(next + (p << 2))) store<u32>(masks + ((<u32>p / z) << 2), 0);
    masks += W;
  }
  store<u32>(activeAt, 0xffffffff);
}

// Gathers coordinates of active circuits: active f32 [occurrences][k] = Σ_s X[gather[position,s]] in the sample's
// lane.
export function readActive(
  positions: usize,
  occurrences: u32,
  z: u32,
  gather: usize,
  S: u32,
  W: u32,
  k: u32,
  active: usize,
): void {
  for (let p: u32 = 0; p < occurrences; p++) {
    const rows = gather + <usize>load<u32>(positions + (p << 2)) * <usize>(S << 2);
    const rowsEnd = rows + (S << 2);
    let offset = (p / z) << 2;
    if (S == 6) {
      const r0 = <usize>load<u32>(rows, 0);
      const r1 = <usize>load<u32>(rows, 4);
      const r2 = <usize>load<u32>(rows, 8);
      const r3 = <usize>load<u32>(rows, 12);
      const r4 = <usize>load<u32>(rows, 16);
      const r5 = <usize>load<u32>(rows, 20);
      for (let c: u32 = 0; c < k; c++) {
        let sum = load<f32>(r0 + offset) + load<f32>(r1 + offset);
        sum += load<f32>(r2 + offset);
        sum += load<f32>(r3 + offset);
        sum += load<f32>(r4 + offset);
        store<f32>(active, sum + load<f32>(r5 + offset));
        active += 4;
        offset += W;
      }
      continue;
    }
    for (let c: u32 = 0; c < k; c++) {
      let sum = load<f32>(<usize>load<u32>(rows) + offset);
      for (let row = rows + 4; row < rowsEnd; row += 4) sum += load<f32>(<usize>load<u32>(row) + offset);
      store<f32>(active, sum);
      active += 4;
      offset += W;
    }
  }
}

// Sets `reached` u8 [T] to 1 for the circuits that share a neuron with an active one, and to 0 for all others. The
// circuits of each neuron are listed as compressed rows: `starts` u32 [P+1] and `positions` u32.
export function markReached(
  reached: usize,
  T: u32,
  ids: usize,
  occurrences: u32,
  neurons: usize,
  S: u32,
  starts: usize,
  positions: usize,
): void {
  memory.fill(reached, 0, T);
  for (let p: u32 = 0; p < occurrences; p++) {
    const row = neurons + <usize>load<u32>(ids + (p << 2)) * <usize>(S << 2);
    for (let s: u32 = 0; s < S; s++) {
      const neuron = starts + (<usize>load<u32>(row + (s << 2)) << 2);
      const end = positions + (<usize>load<u32>(neuron, 4) << 2);
      for (let e = positions + (<usize>load<u32>(neuron) << 2); e != end; e += 4) store<u8>(reached + load<u32>(e), 1);
    }
  }
}
