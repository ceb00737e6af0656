import { readDescriptor, type Twin } from "./views.js";
import * as fields from "../fields.js";

// Twins of the kernels in assembly/gemm.ts; see the comments there.

const fround = Math.fround;
/** Number of values of k in a block: each block is summed from 0 and then added to the sum of the previous blocks. */
const KC = 512;
/** Number of rows of A that are packed together. */
const MC = 64;

/** The index of W[n][k] in the packed weights. */
const at = (n: number, k: number, N: number, K: number): number => {
  const first = Math.floor(k / KC) * KC;
  const kc = Math.min(KC, K - first);
  const panels = Math.ceil(N / 8);
  return first * panels * 8 + Math.floor(n / 8) * kc * 8 + (k - first) * 8 + (n % 8);
};

export const packWeights: Twin<"packWeights"> = ({ f32 }, packed, W, N, K) => {
  for (let n = 0; n < Math.ceil(N / 8) * 8; n++) {
    for (let k = 0; k < K; k++) f32[(packed >> 2) + at(n, k, N, K)] = n < N ? f32[(W >> 2) + n * K + k] : 0;
  }
};

export const denseWorkspace: Twin<"denseWorkspace"> = () => 4 * (MC * KC + 8);

export const denseLayer: Twin<"denseLayer"> = (views, descriptor, out, A, M, relu) => {
  const { packed, bias, N, K } = readDescriptor(views, fields.denseLayer, descriptor);
  const { f32 } = views;
  for (let m = 0; m < M; m++) {
    for (let n = 0; n < N; n++) {
      let sum = 0;
      for (let first = 0; first < K; first += KC) {
        let block = 0;
        for (let k = first; k < Math.min(first + KC, K); k++) {
          block = fround(block + fround(f32[(A >> 2) + m * K + k] * f32[(packed >> 2) + at(n, k, N, K)]));
        }
        sum = first === 0 ? block : fround(sum + block);
      }
      sum = fround(sum + f32[(bias >> 2) + n]);
      f32[(out >> 2) + m * N + n] = relu && sum < 0 ? 0 : sum;
    }
  }
};
