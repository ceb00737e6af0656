import { readDescriptor, type Twin } from "./views.js";
import * as fields from "../fields.js";

// Twins of the kernels in assembly/sparse.ts; see the comments there.

const fround = Math.fround;

export const sparseLayer: Twin<"sparseLayer"> = (views, descriptor, out, A, relu) => {
  const { starts, columns, values, bias, N, W } = readDescriptor(views, fields.sparseLayer, descriptor);
  const { f32, u32 } = views;
  for (let n = 0; n < N; n++) {
    const [begin, end] = [u32[(starts >> 2) + n], u32[(starts >> 2) + n + 1]];
    for (let lane = 0; lane < W >> 2; lane++) {
      let sum = bias === 0 ? 0 : f32[(bias >> 2) + n];
      for (let e = begin; e < end; e++) {
        const from = (A + u32[(columns >> 2) + e]) >> 2;
        sum = fround(sum + fround(f32[(values >> 2) + e] * f32[from + lane]));
      }
      f32[((out + n * W) >> 2) + lane] = relu ? Math.max(sum, 0) : sum;
    }
  }
};

export const rectify: Twin<"rectify"> = ({ f32 }, A, bytes) => {
  const values = f32.subarray(A >> 2, (A + bytes) >> 2);
  values.forEach((value, at) => (values[at] = Math.max(value, 0)));
};

export const inactiveErrors: Twin<"inactiveErrors"> = (views, descriptor, constants) => {
  const { wrong, most, read, isActive, out, T, rows, stride, W } = readDescriptor(
    views,
    fields.inactiveErrors,
    descriptor,
  );
  const { f32, f64, u8 } = views;
  const lanes = W >> 2;
  for (let lane = 0; lane < lanes; lane++) {
    let sum = 0;
    let largest = 0;
    let count = 0;
    for (let t = 0; t < T; t++) {
      let square = 0;
      for (let r = 0; r < rows; r++) {
        const value = f32[(read >> 2) + (t * stride + r) * lanes + lane] + f64[(constants >> 3) + r];
        square += value * value;
      }
      if (u8[isActive + t * lanes + lane] !== 0) continue;
      if (!(square < most)) square = most;
      sum += square;
      if (square > largest) largest = square;
      if (square > wrong) count++;
    }
    [sum, largest, count].forEach((value, k) => (f64[(out >> 3) + k * lanes + lane] = value));
  }
};
