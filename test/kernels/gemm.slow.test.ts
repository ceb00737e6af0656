import { expect, test } from "vitest";
import { normalPair, RandomSequence } from "../../src/base/random.js";
import { loadKernels } from "../../src/kernels/node.js";
import { KernelPair } from "../support/kernel-pair.js";

const pair = new KernelPair();
const random = new RandomSequence(6, "user");
const normals = (length: number): Float32Array => Float32Array.from({ length }, () => normalPair(random)[0]);

const workspaceBytes = loadKernels().denseWorkspace();

/**
 * Sizes around the tile (4 × 8), the blocks of rows (64), columns (128) and steps (512), and sizes that are not
 * multiples of the tile.
 */
const shapes = [
  ...[1, 3, 4, 7, 33, 130].flatMap((M) =>
    [1, 7, 8, 9, 33].flatMap((N) => [1, 2, 7, 256, 257, 515].map((K) => ({ M, N, K }))),
  ),
  ...[1, 6].flatMap((M) => [256, 257, 281, 520].flatMap((N) => [1, 9, 258].map((K) => ({ M, N, K })))),
];

test.each([true, false])("dense layers equal their twin bit for bit, and float64 within 1e-6·K; ReLU: %s", (relu) => {
  for (const { M, N, K } of shapes) {
    pair.reset();
    const [A, W, b] = [normals(M * K), normals(N * K), normals(N)];
    const [from, weights, bias] = [pair.f32(A), pair.f32(W), pair.f32(b)];
    const numbers = K * 8 * Math.ceil(N / 8);
    const packed = pair.bytes(4 * numbers);
    const layer = pair.descriptor("denseLayer", { packed, bias, workspace: pair.bytes(workspaceBytes), N, K });
    const out = pair.f32(new Float32Array(M * N + 1).fill(-7));
    pair.run((kernels) => kernels.packWeights(packed, weights, N, K));
    pair.same(packed, 4 * numbers);
    pair.run((kernels) => kernels.denseLayer(layer, out, from, M, relu));
    const ours = pair.sameF32(out, M * N + 1);
    expect(ours[M * N], "the number after the result").toBe(-7);
    let largest = 0;
    for (let m = 0; m < M; m++) {
      for (let n = 0; n < N; n++) {
        let sum = b[n]!;
        for (let k = 0; k < K; k++) sum += A[m * K + k]! * W[n * K + k]!;
        // The comparison is negated so that NaN counts as larger.
        const difference = Math.abs(ours[m * N + n]! - (relu ? Math.max(sum, 0) : sum));
        if (!(difference <= largest)) largest = difference;
      }
    }
    expect(largest, `${M}×${N}×${K}`).toBeLessThan(1e-6 * (K + 1));
  }
});

test.each([true, false])("signs of zeros and all alignments of the result also equal the twin's; ReLU: %s", (relu) => {
  const values = [0, -0, 1, -1, 2.5, -3, 2 ** -149, -(2 ** -149)];
  const some = (length: number, from: number): number[] =>
    Array.from({ length }, (_, i) => values[(7 * i + from) % values.length]!);
  for (const { M, N, K } of [1, 2, 3, 5].flatMap((M) =>
    [1, 2, 5, 8, 9, 17, 37].flatMap((N) => [1, 2, 3].map((K) => ({ M, N, K }))),
  )) {
    for (const offset of [0, 4, 8, 12]) {
      pair.reset();
      const [from, weights, bias] = [pair.f32(some(M * K, 1)), pair.f32(some(N * K, 3)), pair.f32(some(N, 5))];
      const packed = pair.bytes(4 * K * 8 * Math.ceil(N / 8));
      const layer = pair.descriptor("denseLayer", { packed, bias, workspace: pair.bytes(workspaceBytes), N, K });
      const room = pair.f32(new Float32Array(M * N + 8).fill(-7));
      pair.run((kernels) => {
        kernels.packWeights(packed, weights, N, K);
        kernels.denseLayer(layer, room + offset, from, M, relu);
      });
      const all = pair.sameF32(room, M * N + 8);
      expect([...all.subarray(0, offset / 4), ...all.subarray(offset / 4 + M * N)]).toEqual(new Array(8).fill(-7));
    }
  }
});
