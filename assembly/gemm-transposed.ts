// The products for a dense layer's gradients, computed with the tiles of gemm.ts: A·W, with W packed by columns, and
// Aᵀ·B.

import { TransposedProduct } from "./descriptors";
import { MR, NR } from "./gemm-store";
import { tiles } from "./gemm-tiles";

// The same constants as in gemm.ts.
const KC: u32 = 512;
const MC: u32 = 64;
const NC: u32 = 128;

// Packs W f32 [K][N] in the order in which packWeights would pack Wᵀ f32 [N][K]; denseLayer then computes A·W.
export function packColumns(packed: usize, W: usize, N: u32, K: u32): void {
  for (let k: u32 = 0; k < K; k += KC) {
    const kc = min(KC, K - k);
    packPanels(packed, W + ((<usize>k * N) << 2), N, N, kc, NR);
    packed += (<usize>((N + NR - 1) / NR) * kc * NR) << 2;
  }
}

// Packs adjacent columns into panels [⌈columns/width⌉][kc][width]; rows are `stride` numbers apart. Missing columns
// are filled with zeros. The width is 4 or 8.
//
// Takes sixteen columns, a cache line, at a time, so that each line is read once.
function packPanels(packed: usize, from: usize, columns: u32, stride: u32, kc: u32, width: u32): void {
  const row = <usize>stride << 2;
  const panel = (<usize>kc * width) << 2;
  const step = <usize>width << 2;
  const group = 16 / width;
  let n: u32 = 0;
  for (; n + 16 <= columns; n += 16) {
    let at = from + (n << 2);
    let to = packed;
    if (width == 8) {
      for (let k: u32 = 0; k < kc; k++) {
        v128.store(to, v128.load(at));
        v128.store(to, v128.load(at, 16), 16);
        v128.store(to + panel, v128.load(at, 32));
        v128.store(to + panel, v128.load(at, 48), 16);
        at += row;
        to += step;
      }
    } else {
      const to2 = 2 * panel;
      const to3 = 3 * panel;
      for (let k: u32 = 0; k < kc; k++) {
        v128.store(to, v128.load(at));
        v128.store(to + panel, v128.load(at, 16));
        v128.store(to + to2, v128.load(at, 32));
        v128.store(to + to3, v128.load(at, 48));
        at += row;
        to += step;
      }
    }
    packed += group * panel;
  }
  for (; n < columns; n += width) {
    const count = min(width, columns - n);
    let at = from + (n << 2);
    let to = packed;
    for (let k: u32 = 0; k < kc; k++) {
      for (let i: u32 = 0; i < width; i++) {
        store<f32>(to + (i << 2), i < count ? load<f32>(at + (i << 2)) : 0);
      }
      at += row;
      to += step;
    }
    packed += panel;
  }
}

// Size in bytes of the workspace that transposedProduct needs: a block of A and one of B.
export function transposedWorkspace(N: u32): u32 {
  return 4 * KC * (MC + NR * ((N + NR - 1) / NR));
}

// out f32 [M][N] = Aᵀ·B for A f32 [K][M] and B f32 [K][N]; if `adds`, the product is added to out.
//
// Order of additions: ascending k within a block of 512, starting from 0; then block by block.
export function transposedProduct(descriptor: usize, out: usize, A: usize, B: usize, K: u32, adds: bool): void {
  const field = changetype<TransposedProduct>(descriptor);
  const M = field.M;
  const N = field.N;
  const block = field.workspace;
  const packed = block + 4 * KC * MC;
  for (let k: u32 = 0; k < K; k += KC) {
    const kc = min(KC, K - k);
    const isFirst = !adds && k == 0;
    packPanels(packed, B + ((<usize>k * N) << 2), N, N, kc, NR);
    for (let m: u32 = 0; m < M; m += MC) {
      const mc = min(MC, M - m);
      packPanels(block, A + ((<usize>k * M + m) << 2), mc, M, kc, MR);
      for (let n: u32 = 0; n < N; n += NC) {
        const nc = min(NC, N - n);
        const panel = packed + ((<usize>n * kc) << 2);
        for (let i: u32 = 0; i < mc; i += MR) {
          const at = block + ((<usize>i * kc) << 2);
          const to = out + ((<usize>(m + i) * N + n) << 2);
          tiles(at, panel, kc, to, N, mc - i, nc, isFirst, 0, false);
        }
      }
    }
  }
}
