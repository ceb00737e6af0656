import { packWeights } from "./gemm.js";
import { readDescriptor, type Twin } from "./views.js";
import * as fields from "../fields.js";

// Twins of the kernels in assembly/gemm-transposed.ts; see the comments there.

const fround = Math.fround;
const KC = 512;

export const packColumns: Twin<"packColumns"> = (views, packed, W, N, K) => {
  const bytes = 32 * K * Math.ceil(N / 8);
  // Wᵀ, stored after the space for its packed form.
  const f32 = new Float32Array(bytes / 4 + N * K);
  for (let at = 0; at < N * K; at++) f32[bytes / 4 + at] = views.f32[(W >> 2) + (at % K) * N + Math.floor(at / K)];
  packWeights({ ...views, f32 }, 0, bytes, N, K);
  views.f32.set(f32.subarray(0, bytes / 4), packed >> 2);
};

export const transposedWorkspace: Twin<"transposedWorkspace"> = (_views, N) => 4 * KC * (64 + 8 * Math.ceil(N / 8));

export const transposedProduct: Twin<"transposedProduct"> = (views, descriptor, out, A, B, K, adds) => {
  const { M, N } = readDescriptor(views, fields.transposedProduct, descriptor);
  const { f32 } = views;
  for (let m = 0; m < M; m++) {
    for (let n = 0; n < N; n++) {
      const at = (out >> 2) + m * N + n;
      for (let first = 0; first < K; first += KC) {
        let block = 0;
        for (let k = first; k < Math.min(first + KC, K); k++)
          block = fround(block + fround(f32[(A >> 2) + k * M + m] * f32[(B >> 2) + k * N + n]));
        f32[at] = first === 0 && !adds ? block : fround(f32[at] + block);
      }
    }
  }
};
