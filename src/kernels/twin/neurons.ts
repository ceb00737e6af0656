import { readDescriptor, type Twin } from "./views.js";
import * as fields from "../fields.js";

// Twins of the kernels in assembly/neurons.ts; see the comments there.

const fround = Math.fround;

export const collect: Twin<"collect"> = ({ f32, u32 }, count, targets, starts, rows, bytes) => {
  for (let n = 0; n < count; n++) {
    for (let v = 0; v < bytes; v += 4) {
      let sum = 0;
      for (let e = u32[(starts >> 2) + n]; e < u32[(starts >> 2) + n + 1]; e++) {
        sum = fround(sum + f32[(u32[(rows >> 2) + e] + v) >> 2]);
      }
      f32[(u32[(targets >> 2) + n] + v) >> 2] = sum;
    }
  }
};

export const correct: Twin<"correct"> = (views, descriptor) => {
  const { count, targets, starts, rows, W, k, r, pass, matrix } = readDescriptor(views, fields.correct, descriptor);
  const { f32, u32 } = views;
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
};

export const columnSums: Twin<"columnSums"> = ({ f32 }, rows, bytes, P, weights, sums) => {
  for (let v = 0; v < bytes; v += 4) {
    let sum = 0;
    for (let n = 0; n < P; n++) {
      const weight = weights !== 0 ? f32[(weights >> 2) + n] : 1;
      sum = fround(sum + fround(weight * f32[(rows + n * bytes + v) >> 2]));
    }
    f32[(sums + v) >> 2] = sum;
  }
};

export const constants: Twin<"constants"> = ({ f32 }, base, bias, d, W, C, n, sums) => {
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
};
