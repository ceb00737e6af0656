import { RandomSequence } from "../../base/random.js";
import type { Kernels } from "../kernels.js";
import type { Views } from "./kernels.js";

const { fround } = Math;

type Names = "sparseLayer" | "rectify" | "inactiveErrors" | "addNoise";

/** Twins of assembly/sparse.ts and of addNoise. */
export function referenceSparse(view: () => Views): Pick<Kernels, Names> {
  return {
    sparseLayer(out, A, starts, columns, values, bias, N, W, relu) {
      const { f32, u32 } = view();
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
    },
    rectify(A, bytes) {
      const values = view().f32.subarray(A >> 2, (A + bytes) >> 2);
      values.forEach((value, at) => (values[at] = Math.max(value, 0)));
    },
    inactiveErrors(read, constants, isActive, out, T, rows, stride, W, wrong, most) {
      const { f32, f64, u8 } = view();
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
    },
    addNoise(A, N, W, count, table, sigma, seedLow, seedHigh, sub, first) {
      const { f32 } = view();
      const scale = fround(sigma);
      for (let b = 0; b < count; b++) {
        const random = new RandomSequence(seedLow + seedHigh * 2 ** 32, "noise", first + b, sub);
        let word = 0;
        for (let n = 0; n < N; n++) {
          word = n % 2 === 1 ? word >>> 16 : random.word();
          const at = ((A + n * W) >> 2) + b;
          f32[at] = fround(f32[at] + fround(scale * f32[(table >> 2) + (word & 0xffff)]));
        }
      }
    },
  };
}
