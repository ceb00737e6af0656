import type { Kernels } from "../kernels/kernels.js";
import { writeDescriptor } from "../kernels/descriptors.js";
import * as fields from "../kernels/fields.js";
import { Arena } from "../kernels/memory.js";

/** How many columns of the right factor are multiplied at a time, to keep memory small. */
const COLUMNS = 2048;

/**
 * `A·Bᵀ` in float32 on the core's dense kernel. The call takes over the kernels' memory.
 *
 * @param A [M][K] and B [N][K], row-major
 * @returns [M][N]
 */
export function timesTransposed(kernels: Kernels, A: Float32Array, B: Float32Array, K: number): Float32Array {
  const M = A.length / K;
  const N = B.length / K;
  const product = new Float32Array(M * N);
  for (let first = 0; first < N; first += COLUMNS) {
    const columns = Math.min(COLUMNS, N - first);
    const arena = new Arena(kernels.memory, kernels.heapBase());
    const left = arena.f32(A);
    const right = arena.f32(B.subarray(first * K, (first + columns) * K));
    const packed = arena.bytes(4 * K * 8 * Math.ceil(columns / 8));
    const bias = arena.bytes(4 * columns);
    const workspace = arena.bytes(kernels.denseWorkspace());
    const out = arena.bytes(4 * M * columns);
    kernels.packWeights(packed, right, columns, K);
    const layer = writeDescriptor(arena, fields.denseLayer, { packed, bias, workspace, N: columns, K });
    kernels.denseLayer(layer, out, left, M, false);
    const part = arena.viewF32(out, M * columns);
    for (let m = 0; m < M; m++) product.set(part.subarray(m * columns, (m + 1) * columns), m * N + first);
  }
  return product;
}

/** How many rows of the left factor are multiplied at a time. */
const ROWS = 512;

/**
 * `A·Aᵀ` on the same kernel, [M][M]. Only the lower half and entries near the diagonal are computed; all other entries
 * are 0.
 */
export function lowerGram(kernels: Kernels, A: Float32Array, K: number): Float32Array {
  const M = A.length / K;
  const product = new Float32Array(M * M);
  for (let first = 0; first < M; first += ROWS) {
    const end = Math.min(M, first + ROWS);
    const part = timesTransposed(kernels, A.subarray(first * K, end * K), A.subarray(0, end * K), K);
    for (let m = first; m < end; m++) product.set(part.subarray((m - first) * end, (m - first + 1) * end), m * M);
  }
  return product;
}
