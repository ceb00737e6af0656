// From lanes to a chunk: the sums of each sample are added to the chunk's float64 sums in sample order, so
// that the statistics of a chunk do not depend on the tile's width.                                               [E18]
//
// A chunk has five f64 per readout: [Σ active, max active, Σ inactive, max inactive] of squared lengths, and the number
// of active circuits above WRONG.

import { SumActive } from "./descriptors";

const CHUNK: usize = 40;
const WRONG: f64 = 0.2501 * 0.2501;
// Upper limit for a squared error; NaN counts as this value. Activations of a diverging network overflow float32.
const OVERFLOW: f64 = 1e60;

// Adds the sums over inactive circuits in a tile's first `count` lanes, multiplied by scale, to the chunk. Clears
// laneSum f64 [groups][lanes] and laneMax f32 [groups][lanes].
export function sumInactive(
  chunk: usize,
  laneSum: usize,
  laneMax: usize,
  groups: u32,
  lanes: u32,
  count: u32,
  scale: f64,
): void {
  for (let group: u32 = 0; group < groups; group++) {
    for (let b: u32 = 0; b < lanes; b++) {
      if (b < count) {
        store<f64>(chunk, load<f64>(chunk, 16) + load<f64>(laneSum) * scale, 16);
        store<f64>(chunk, max<f64>(load<f64>(chunk, 24), <f64>load<f32>(laneMax) * scale), 24);
      }
      store<f64>(laneSum, 0);
      store<f32>(laneMax, 0);
      laneSum += 8;
      laneMax += 4;
    }
    chunk += CHUNK;
  }
}

// Compares the active circuits of `count` samples with the truth: e = Q·(scale·g − shift) − R·a. Sums |e|² for each
// sample, and adds these sums to the chunk.
export function sumActive(descriptor: usize, count: u32, z: u32): void {
  const field = changetype<SumActive>(descriptor);
  const scale = field.scale;
  const active = field.active;
  const k = field.k;
  const truth = field.truth;
  const d = field.d;
  const shift = field.shift;
  const W = field.W;
  const groups = field.groups;
  const rows = field.rows;
  const Q = field.Q;
  const R = field.R;
  const readout = field.readout;
  let allRows: u32 = 0;
  for (let group: u32 = 0; group < groups; group++) allRows += load<u32>(rows + (group << 2));
  const direct = allRows == k && isIdentity(Q, k);
  for (let b: u32 = 0; b < count; b++) {
    const shiftAt = shift != 0 ? shift + (b << 2) : 0;
    let out = field.chunk;
    let rowQ = Q;
    let rowR = R;
    let firstRow: u32 = 0;
    for (let group: u32 = 0; group < groups; group++) {
      const n = load<u32>(rows + (group << 2));
      let total: f64 = 0;
      // The vector maximum does not branch on the data, unlike the scalar one.
      let largest = f64x2.splat(0);
      let wrong: f64 = 0;
      for (let slot: u32 = 0; slot < z; slot++) {
        const p = b * z + slot;
        const g = active + ((p * k) << 2);
        const a = truth + ((p * d) << 3);
        let square: f64 = 0;
        for (let i: u32 = 0; i < n; i++) {
          const q = rowQ + ((i * k) << 3);
          const r = rowR + ((i * d) << 3);
          let y: f64;
          if (direct) {
            const row = firstRow + i;
            y = coordinate(g + (row << 2), shiftAt != 0 ? shiftAt + row * W : 0);
          } else {
            y = k == 3 ? readThree(q, g, shiftAt, W) : readAny(q, g, shiftAt, W, k);
          }
          y *= scale;
          if (readout != 0) store<f64>(readout + ((p * allRows + firstRow + i) << 3), y);
          y = d == 4 ? subtractFour(y, r, a) : subtractAny(y, r, a, d);
          square += y * y;
        }
        square = square < OVERFLOW ? square : OVERFLOW;
        total += square;
        largest = f64x2.pmax(largest, f64x2.splat(square));
        wrong += <f64>(square > WRONG);
      }
      store<f64>(out, load<f64>(out) + total);
      store<f64>(out, max<f64>(load<f64>(out, 8), f64x2.extract_lane(largest, 0)), 8);
      store<f64>(out, load<f64>(out, 32) + wrong, 32);
      out += CHUNK;
      rowQ += (n * k) << 3;
      rowR += (n * d) << 3;
      firstRow += n;
    }
  }
}

// Whether the readouts are the coordinates in order, which means that Q f64 [k][k] is the identity.
function isIdentity(Q: usize, k: u32): bool {
  for (let i: u32 = 0; i < k; i++) {
    for (let j: u32 = 0; j < k; j++) {
      if (load<f64>(Q) != (i == j ? 1.0 : 0.0)) return false;
      Q += 8;
    }
  }
  return true;
}

// Coordinate j of g f32 [k], minus the coordinate's shift.
@inline
function coordinate(g: usize, shift: usize): f64 {
  const value = <f64>load<f32>(g);
  return shift != 0 ? value - <f64>load<f32>(shift) : value;
}

// Σ_j q_j (g_j − shift_j)
function readAny(q: usize, g: usize, shift: usize, W: u32, k: u32): f64 {
  let y: f64 = 0;
  for (let j: u32 = 0; j < k; j++) {
    y += load<f64>(q) * coordinate(g, shift);
    q += 8;
    g += 4;
    if (shift != 0) shift += W;
  }
  return y;
}

// The same sum for the three coordinates of rotations.
@inline
function readThree(q: usize, g: usize, shift: usize, W: u32): f64 {
  const second = shift != 0 ? shift + W : 0;
  const third = shift != 0 ? shift + 2 * W : 0;
  let y = 0.0 + load<f64>(q) * coordinate(g, shift);
  y += load<f64>(q, 8) * coordinate(g + 4, second);
  return y + load<f64>(q, 16) * coordinate(g + 8, third);
}

// y − Σ_j r_j a_j
function subtractAny(y: f64, r: usize, a: usize, d: u32): f64 {
  for (let j: u32 = 0; j < d << 3; j += 8) y -= load<f64>(r + j) * load<f64>(a + j);
  return y;
}

// The same difference for four components.
@inline
function subtractFour(y: f64, r: usize, a: usize): f64 {
  y -= load<f64>(r) * load<f64>(a);
  y -= load<f64>(r, 8) * load<f64>(a, 8);
  y -= load<f64>(r, 16) * load<f64>(a, 16);
  return y - load<f64>(r, 24) * load<f64>(a, 24);
}

// chunk f64 [d] += counts i32 [d][lanes] over the tile's first `count` lanes; clears counts.                    [E19]
export function sumCounts(chunk: usize, counts: usize, d: u32, lanes: u32, count: u32): void {
  for (let i: u32 = 0; i < d; i++) {
    for (let b: u32 = 0; b < lanes; b++) {
      if (b < count) store<f64>(chunk, load<f64>(chunk) + <f64>load<i32>(counts));
      store<i32>(counts, 0);
      counts += 4;
    }
    chunk += 8;
  }
}
