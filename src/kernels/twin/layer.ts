import {
  activateFields,
  PASS_BLOCK,
  passFields,
  type ActivateDescriptor,
  type Kernels,
  type PassDescriptor,
} from "../kernels.js";
import type { Views } from "./kernels.js";

const { fround } = Math;

type LayerKernels = Pick<
  Kernels,
  | "embedInput"
  | "markUsed"
  | "circuitsPass"
  | "positionsOf"
  | "linkActive"
  | "unlinkActive"
  | "listActive"
  | "readActive"
  | "markLive"
  | "collect"
  | "correct"
  | "columnSums"
  | "constants"
  | "activate"
  | "countAbove"
>;

function readFields<K extends string>(u32: Uint32Array, pointer: number, names: readonly K[]): Record<K, number> {
  return Object.fromEntries(names.map((name, index) => [name, u32[(pointer >> 2) + index]])) as Record<K, number>;
}

/** Twins of assembly/circuits.ts, plane.ts, neurons.ts, gates.ts and input.ts; comments there. */
export function referenceLayer(view: () => Views): LayerKernels {
  return {
    embedInput(Y, W, values, ids, neurons, S, count, z, d) {
      const { f32, f64, u32 } = view();
      for (let b = 0; b < count; b++) {
        for (let k = 0; k < z; k++) {
          const t = u32[(ids >> 2) + b * z + k];
          for (let s = 0; s < S; s++) {
            const neuron = u32[(neurons >> 2) + t * S + s];
            for (let i = 0; i < d; i++) {
              const at = (Y + (neuron * d + i) * W + b * 4) >> 2;
              f32[at] = f32[at] + fround(f64[(values >> 3) + (b * z + k) * d + i]);
            }
          }
        }
      }
    },
    linkActive(ids, pairs, heads, next) {
      const { i32, u32 } = view();
      for (let p = 0; p < pairs; p++) {
        const head = (heads >> 2) + u32[(ids >> 2) + p];
        i32[(next >> 2) + p] = i32[head];
        i32[head] = p;
      }
    },
    unlinkActive(ids, pairs, heads) {
      const { i32, u32 } = view();
      for (let p = 0; p < pairs; p++) i32[(heads >> 2) + u32[(ids >> 2) + p]] = -1;
    },
    positionsOf(ids, pairs, table, positions) {
      const { u32 } = view();
      for (let p = 0; p < pairs; p++) u32[(positions >> 2) + p] = u32[(table >> 2) + u32[(ids >> 2) + p]];
    },
    listActive(heads, next, T, z, W, stops, masks) {
      const { i32, u32 } = view();
      for (let t = 0; t < T; t++) {
        if (i32[(heads >> 2) + t] < 0) continue;
        u32[stops >> 2] = t;
        stops += 4;
        u32.fill(0xffffffff, masks >> 2, (masks + W) >> 2);
        for (let p = i32[(heads >> 2) + t]; p >= 0; p = i32[(next >> 2) + p]) u32[(masks >> 2) + Math.floor(p / z)] = 0;
        masks += W;
      }
      u32[stops >> 2] = 0xffffffff;
    },
    readActive(positions, pairs, z, gather, S, W, k, active) {
      const { f32, u32 } = view();
      for (let p = 0; p < pairs; p++) {
        const rows = (gather >> 2) + u32[(positions >> 2) + p] * S;
        for (let c = 0; c < k; c++) {
          const offset = c * W + 4 * Math.floor(p / z);
          let sum = f32[(u32[rows] + offset) >> 2];
          for (let s = 1; s < S; s++) sum = fround(sum + f32[(u32[rows + s] + offset) >> 2]);
          f32[(active >> 2) + p * k + c] = sum;
        }
      }
    },
    markLive(live, T, ids, pairs, neurons, S, starts, positions) {
      const { u8, u32 } = view();
      u8.fill(0, live, live + T);
      for (let p = 0; p < pairs; p++) {
        for (let s = 0; s < S; s++) {
          const neuron = (starts >> 2) + u32[(neurons >> 2) + u32[(ids >> 2) + p] * S + s];
          for (let e = u32[neuron]; e < u32[neuron + 1]; e++) u8[live + u32[(positions >> 2) + e]] = 1;
        }
      }
    },
    collect(count, targets, starts, rows, bytes) {
      const { f32, u32 } = view();
      for (let n = 0; n < count; n++) {
        for (let v = 0; v < bytes; v += 4) {
          let sum = 0;
          for (let e = u32[(starts >> 2) + n]; e < u32[(starts >> 2) + n + 1]; e++) {
            sum = fround(sum + f32[(u32[(rows >> 2) + e] + v) >> 2]);
          }
          f32[(u32[(targets >> 2) + n] + v) >> 2] = sum;
        }
      }
    },
    markUsed(mask, W, ids, neurons, S, count, z) {
      const { u32 } = view();
      for (let p = 0; p < count * z; p++) {
        const t = u32[(ids >> 2) + p];
        const lane = Math.floor(p / z);
        for (let s = 0; s < S; s++) u32[(mask + u32[(neurons >> 2) + t * S + s] * W + lane * 4) >> 2] = 0xffffffff;
      }
    },
    circuitsPass(descriptor) {
      const views = view();
      circuitsPass(views, readFields(views.u32, descriptor, passFields));
    },
    correct(count, targets, starts, rows, W, k, r, pass, matrix) {
      const { f32, u32 } = view();
      for (let n = 0; n < count; n++) {
        for (let lane = 0; lane < W; lane += 4) {
          const sums = Array.from({ length: matrix !== 0 ? k : pass }, (_, c) => {
            let sum = 0;
            for (let e = u32[(starts >> 2) + n]; e < u32[(starts >> 2) + n + 1]; e++) {
              sum = fround(sum + f32[(u32[(rows >> 2) + e] + c * W + lane) >> 2]);
            }
            return sum;
          });
          const row = u32[(targets >> 2) + n] + lane;
          if (matrix === 0) sums.forEach((sum, c) => (f32[(row + c * W) >> 2] = f32[(row + c * W) >> 2] - sum));
          else {
            for (let i = 0; i < r; i++) {
              let value = f32[(row + i * W) >> 2];
              for (let j = 0; j < k; j++) {
                value = fround(value + fround(f32[(matrix >> 2) + i * k + j] * sums[j]));
              }
              f32[(row + i * W) >> 2] = value;
            }
          }
        }
      }
    },
    columnSums(rows, bytes, P, weights, sums) {
      const { f32 } = view();
      for (let v = 0; v < bytes; v += 4) {
        let sum = 0;
        for (let n = 0; n < P; n++) {
          const weight = weights !== 0 ? f32[(weights >> 2) + n] : 1;
          sum = fround(sum + fround(weight * f32[(rows + n * bytes + v) >> 2]));
        }
        f32[(sums + v) >> 2] = sum;
      }
    },
    constants(base, bias, d, W, C, n, sums) {
      const { f32 } = view();
      for (let i = 0; i < d; i++) {
        for (let lane = 0; lane < W; lane += 4) {
          const at = (base + i * W + lane) >> 2;
          let sum = C === 0 ? f32[(bias >> 2) + i] : f32[at];
          for (let j = 0; C !== 0 && j < n; j++) {
            sum = fround(sum + fround(f32[(C >> 2) + i * n + j] * f32[(sums + j * W + lane) >> 2]));
          }
          f32[at] = sum;
        }
      }
    },
    activate(descriptor) {
      const views = view();
      activate(views, readFields(views.u32, descriptor, activateFields));
    },
    countAbove(A, P, d, W, counts) {
      const { f32, i32 } = view();
      for (let n = 0; n < P; n++) {
        for (let v = 0; v < d * W; v += 4) {
          if (f32[(A + n * d * W + v) >> 2] > fround(1e-4)) i32[(counts + v) >> 2]++;
        }
      }
    },
  };
}

function circuitsPass({ f32, f64, u32 }: Views, field: PassDescriptor): void {
  const { gather, scatter, T, S, W, k, pass, inner, outer, groups } = field;
  const rowsOf = Array.from({ length: groups }, (_, group) => u32[(field.rows >> 2) + group]);
  const partial = Array.from({ length: groups }, () => ({ sum: 0, max: 0 }));
  const rowBytes = (pass + outer) * W;
  for (let lane = 0; lane < W; lane += 4) {
    let stop = 0;
    for (let t = 0; t < T; t++) {
      const g = Array.from({ length: k }, (_, c) => {
        let sum = 0;
        for (let s = 0; s < S; s++) sum = fround(sum + f32[(u32[(gather >> 2) + t * S + s] + c * W + lane) >> 2]);
        return sum;
      });
      const shifted = g.map((value, c) =>
        field.shift !== 0 ? fround(value - f32[(field.shift + c * W + lane) >> 2]) : value,
      );
      const stopped = u32[(field.stops >> 2) + stop] === t;
      const active = stopped && u32[(field.masks + stop * W + lane) >> 2] === 0;
      if (stopped) stop++;
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
}

function activate({ f32, u32, i32 }: Views, field: ActivateDescriptor): void {
  const { P, W, d, k } = field;
  for (let at = field.sums >> 2; at < (field.sums + field.summed * W) >> 2; at++) f32[at] = 0;
  const rows = (starts: number, row: number): [number, number] => [
    u32[(starts >> 2) + row],
    u32[(starts >> 2) + row + 1],
  ];
  for (let n = 0; n < P; n++) {
    const Y = field.Y + n * field.outBytes;
    const A = field.A + n * field.stepA;
    const X = field.X + n * k * W;
    for (let lane = 0; lane < W; lane += 4) {
      for (let i = 0; i < d; i++) {
        let value = f32[(field.base + i * W + lane) >> 2];
        const [begin, end] = rows(field.outStarts, i);
        for (let e = begin; e < end; e++) {
          const component = f32[(Y + u32[(field.outColumns >> 2) + e] + lane) >> 2];
          value = fround(value + fround(f32[(field.outValues >> 2) + e] * component));
        }
        const kept = field.mask === 0 || u32[(field.mask + n * W + lane) >> 2] !== 0;
        if (field.mask === 0 ? value < 0 : !kept) value = 0;
        f32[(A + i * W + lane) >> 2] = value;
        if (value > fround(1e-4)) i32[(field.counts + i * W + lane) >> 2]++;
      }
      for (let c = 0; c < k; c++) {
        let value = 0;
        const [begin, end] = rows(field.inStarts, c);
        for (let e = begin; e < end; e++) {
          const component = f32[(A + u32[(field.inColumns >> 2) + e] + lane) >> 2];
          value = fround(value + fround(f32[(field.inValues >> 2) + e] * component));
        }
        f32[(X + c * W + lane) >> 2] = value;
        if (c >= field.summed) continue;
        const sum = (field.sums + c * W + lane) >> 2;
        f32[sum] = f32[sum] + value;
      }
    }
  }
}
