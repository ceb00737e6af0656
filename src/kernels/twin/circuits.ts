import { PASS_BLOCK } from "../kernels.js";
import { readDescriptor, type Twin } from "./views.js";
import * as fields from "../fields.js";

// Twins of the kernels in assembly/circuits.ts and rotations.ts; see the comments there.

const fround = Math.fround;

export const circuitsPass: Twin<"circuitsPass"> = (views, descriptor) => {
  const { f32, f64, u32 } = views;
  const field = readDescriptor(views, fields.circuitsPass, descriptor);
  const { gather, scatter, T, S, W, k, pass, inner, outer, groups } = field;
  const rowsOf = Array.from({ length: groups }, (_, group) => u32[(field.rows >> 2) + group]);
  const partial = Array.from({ length: groups }, () => ({ sum: 0, max: 0 }));
  const rowBytes = (pass + outer) * W;
  for (let lane = 0; lane < W; lane += 4) {
    let nextActive = 0;
    for (let t = 0; t < T; t++) {
      const g = Array.from({ length: k }, (_, c) => {
        let sum = 0;
        for (let s = 0; s < S; s++) sum = fround(sum + f32[(u32[(gather >> 2) + t * S + s] + c * W + lane) >> 2]);
        return sum;
      });
      const shifted = g.map((value, c) =>
        field.shift !== 0 ? fround(value - f32[(field.shift + c * W + lane) >> 2]) : value,
      );
      const isListed = u32[(field.activeAt >> 2) + nextActive] === t;
      const active = isListed && u32[(field.masks + nextActive * W + lane) >> 2] === 0;
      if (isListed) nextActive++;
      let row = 0;
      for (let group = 0; group < groups; group++) {
        let square = 0;
        for (let i = row; i < row + rowsOf[group]; i++) {
          let y = field.Q === 0 ? shifted[i] : 0;
          for (let j = 0; field.Q !== 0 && j < k; j++) {
            y = fround(y + fround(f32[(field.Q >> 2) + i * k + j] * shifted[j]));
          }
          square = fround(square + fround(y * y));
        }
        row += rowsOf[group];
        if (active) continue;
        partial[group].sum = fround(partial[group].sum + square);
        if (partial[group].max < square) partial[group].max = square;
      }
      if (field.writes !== 0) {
        const written = g.slice(0, pass);
        for (let i = 0; i < outer; i++) {
          const factors = (field.mix >> 2) + (t * outer + i) * inner;
          let sum = fround(f32[factors] * g[pass]);
          for (let j = 1; j < inner; j++) sum = fround(sum + fround(f32[factors + j] * g[pass + j]));
          written.push(sum);
        }
        const V = field.V + (scatter === 0 ? t : t % PASS_BLOCK) * rowBytes + lane;
        written.forEach((value, c) => (f32[(V + c * W) >> 2] = value));
        for (let s = 0; scatter !== 0 && s < S; s++) {
          const target = u32[(scatter >> 2) + t * S + s] + lane;
          written.forEach((value, c) => (f32[(target + c * W) >> 2] = f32[(target + c * W) >> 2] + value));
        }
      }
      if ((t + 1) % PASS_BLOCK === 0 || t + 1 === T) {
        partial.forEach((statistic, group) => {
          const at = (group * W + lane) >> 2;
          f64[(field.laneSum >> 3) + at] = f64[(field.laneSum >> 3) + at] + statistic.sum;
          const max = (field.laneMax >> 2) + at;
          if (f32[max] < statistic.max) f32[max] = statistic.max;
          statistic.sum = 0;
          statistic.max = 0;
        });
      }
    }
  }
};

export const positionsOf: Twin<"positionsOf"> = ({ u32 }, ids, occurrences, table, positions) => {
  for (let p = 0; p < occurrences; p++) u32[(positions >> 2) + p] = u32[(table >> 2) + u32[(ids >> 2) + p]];
};

export const linkActive: Twin<"linkActive"> = ({ i32, u32 }, ids, occurrences, heads, next) => {
  for (let p = 0; p < occurrences; p++) {
    const head = (heads >> 2) + u32[(ids >> 2) + p];
    i32[(next >> 2) + p] = i32[head];
    i32[head] = p;
  }
};

export const unlinkActive: Twin<"unlinkActive"> = ({ i32, u32 }, ids, occurrences, heads) => {
  for (let p = 0; p < occurrences; p++) i32[(heads >> 2) + u32[(ids >> 2) + p]] = -1;
};

export const listActive: Twin<"listActive"> = ({ i32, u32 }, heads, next, T, z, W, activeAt, masks) => {
  for (let t = 0; t < T; t++) {
    if (i32[(heads >> 2) + t] < 0) continue;
    u32[activeAt >> 2] = t;
    activeAt += 4;
    u32.fill(0xffffffff, masks >> 2, (masks + W) >> 2);
    for (let p = i32[(heads >> 2) + t]; p >= 0; p = i32[(next >> 2) + p]) u32[(masks >> 2) + Math.floor(p / z)] = 0;
    masks += W;
  }
  u32[activeAt >> 2] = 0xffffffff;
};

export const readActive: Twin<"readActive"> = ({ f32, u32 }, positions, occurrences, z, gather, S, W, k, active) => {
  for (let p = 0; p < occurrences; p++) {
    const rows = (gather >> 2) + u32[(positions >> 2) + p] * S;
    for (let c = 0; c < k; c++) {
      const offset = c * W + 4 * Math.floor(p / z);
      let sum = f32[(u32[rows] + offset) >> 2];
      for (let s = 1; s < S; s++) sum = fround(sum + f32[(u32[rows + s] + offset) >> 2]);
      f32[(active >> 2) + p * k + c] = sum;
    }
  }
};

export const markReached: Twin<"markReached"> = (
  { u8, u32 },
  reached,
  T,
  ids,
  occurrences,
  neurons,
  S,
  starts,
  positions,
) => {
  u8.fill(0, reached, reached + T);
  for (let p = 0; p < occurrences; p++) {
    for (let s = 0; s < S; s++) {
      const neuron = (starts >> 2) + u32[(neurons >> 2) + u32[(ids >> 2) + p] * S + s];
      for (let e = u32[neuron]; e < u32[neuron + 1]; e++) u8[reached + u32[(positions >> 2) + e]] = 1;
    }
  }
};
