import type { Kernels } from "../kernels.js";
import type { Views } from "./kernels.js";

const { fround } = Math;
/** Steps of k that are summed from 0 before they join the sum of the blocks before. */
const KC = 512;

/** Twins of assembly/gemm.ts; comments there. */
export function referenceGemm(view: () => Views): Pick<Kernels, "packWeights" | "denseLayer"> {
  /** Where W[n][k] is in the packed weights. */
  const at = (n: number, k: number, N: number, K: number): number => {
    const first = Math.floor(k / KC) * KC;
    const kc = Math.min(KC, K - first);
    const panels = Math.ceil(N / 8);
    return first * panels * 8 + Math.floor(n / 8) * kc * 8 + (k - first) * 8 + (n % 8);
  };
  return {
    packWeights(packed, W, N, K) {
      const { f32 } = view();
      for (let n = 0; n < Math.ceil(N / 8) * 8; n++) {
        for (let k = 0; k < K; k++) f32[(packed >> 2) + at(n, k, N, K)] = n < N ? f32[(W >> 2) + n * K + k] : 0;
      }
    },
    denseLayer(out, A, packed, bias, _workspace, M, N, K, relu) {
      const { f32 } = view();
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
    },
  };
}
