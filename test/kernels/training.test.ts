import { expect, test } from "vitest";
import { logOfFraction, normalPair, RandomSequence, streams } from "../../src/base/random.js";
import { loadKernels } from "../../src/kernels/node.js";
import { KernelPair } from "../support/kernel-pair.js";

const pair = new KernelPair();
const random = new RandomSequence(21, "user");
const normals = (length: number): Float32Array => Float32Array.from({ length }, () => normalPair(random)[0]);
/** Normal numbers with zeros of both signs among them, which matter for ReLU and masks. */
const mixed = (length: number): Float32Array =>
  normals(length).map((value) => (random.below(4) > 0 ? value : random.below(2) > 0 ? 0 : -0));

/** Sizes around the block of 16 columns, the tile of 4 × 8 and the blocks of 64, 128 and 512. */
const products = [1, 18, 66].flatMap((M) => [9, 50, 131].flatMap((N) => [2, 513].map((K) => ({ M, N, K }))));

test("A·W by packed columns and Aᵀ·B equal their twins bit for bit, and float64 within 1e-6·K", () => {
  for (const { M, N, K } of products) {
    pair.reset();
    const [A, W, B] = [normals(M * K), normals(K * N), normals(K * N)];
    const packed = pair.bytes(4 * 8 * K * Math.ceil(N / 8));
    const weights = pair.f32(W);
    pair.run((kernels) => kernels.packColumns(packed, weights, N, K));
    const columns = pair.same(packed, 4 * 8 * K * Math.ceil(N / 8));
    const turned = pair.f32(Float32Array.from({ length: N * K }, (_, at) => W[(at % K) * N + Math.floor(at / K)]!));
    pair.run((kernels) => kernels.packWeights(packed, turned, N, K));
    expect(Buffer.compare(pair.same(packed, columns.length), columns)).toBe(0);

    const workspace = pair.bytes(loadKernels().transposedWorkspace(N));
    pair.run((kernels) => expect(kernels.transposedWorkspace(N)).toBe(4 * 512 * (64 + 8 * Math.ceil(N / 8))));
    const product = pair.descriptor("transposedProduct", { workspace, M, N });
    const [from, to, out] = [pair.f32(A), pair.f32(B), pair.f32(new Float32Array(M * N + 1).fill(-7))];
    pair.run((kernels) => kernels.transposedProduct(product, out, from, to, K, false));
    const once = pair.sameF32(out, M * N + 1);
    expect(once[M * N], "the number after the result").toBe(-7);
    pair.run((kernels) => kernels.transposedProduct(product, out, from, to, K, true));
    const twice = pair.sameF32(out, M * N);
    let largest = 0;
    for (let m = 0; m < M; m++) {
      for (let n = 0; n < N; n++) {
        let sum = 0;
        for (let k = 0; k < K; k++) sum += A[k * M + m]! * B[k * N + n]!;
        for (const [all, times] of [[once, 1] as const, [twice, 2] as const]) {
          const difference = Math.abs(all[m * N + n]! - times * sum);
          if (!(difference <= largest)) largest = difference;
        }
      }
    }
    expect(largest, `${M}×${N}×${K}`).toBeLessThan(3e-6 * (K + 1));
  }
});

test.each([0.001, 0.02, 0.3, 1])("sparse inputs equal their twin bit for bit and have their share p = %s", (p) => {
  for (const [F, count] of [
    [1, 1],
    [7, 3],
    [100, 64],
    [100, 1],
    [333, 40],
  ] as const) {
    // prettier-ignore
    pair.reset();
    const [starts, columns, values] = [pair.bytes(4 * count + 4), pair.bytes(4 * F * count), pair.bytes(4 * F * count)];
    const logOff = logOfFraction(Math.max(1, Math.round((1 - p) * 2 ** 32)));
    const inputs = pair.descriptor("drawSparse", { logOff, starts, columns, values, F, stream: streams.samples });
    let entries = 0;
    for (let item = 0; item < 20; item++) {
      pair.run((kernels) => kernels.drawSparse(inputs, 5, 6, item, 3, count));
      const rows = pair.sameU32(starts, count + 1);
      pair.same(columns, 4 * F * count);
      expect(pair.sameF32(values, F * count).every((value) => Math.abs(value) <= 1)).toBe(true);
      entries += rows[count]!;
    }
    const [mean, deviation] = [20 * F * count * p, Math.sqrt(20 * F * count * p * (1 - p))];
    expect(Math.abs(entries - mean)).toBeLessThanOrEqual(5 * deviation + 1);
  }
});

test("layers of compressed rows, forwards and backwards, equal their twins and dense products", () => {
  for (const [N, K, count] of [
    [1, 1, 1],
    [3, 5, 4],
    [4, 9, 3],
    [50, 100, 4],
    [103, 21, 3],
    [260, 3, 2],
  ] as const) {
    // prettier-ignore
    for (const hasBias of [false, true]) {
      pair.reset();
      const A = mixed(count * K).map((value) => Math.max(value, 0));
      A.fill(0, 0, K);
      const [W, b, E] = [normals(K * N), normals(N), normals(count * N)];
      const layer = pair.descriptor("rowsLayer", {
        ...{ starts: pair.bytes(4 * count + 4), columns: pair.bytes(4 * count * K), values: pair.bytes(4 * count * K) },
        ...{ weights: pair.f32(W), bias: hasBias ? pair.f32(b) : 0, N, K },
      });
      const [from, out, errors] = [pair.f32(A), pair.bytes(4 * count * N), pair.f32(E)];
      const [back, gradient] = [pair.bytes(4 * count * K), pair.f32(new Float32Array(K * N).fill(0.5))];
      pair.run((kernels) => {
        kernels.listPositive(layer, from, count);
        kernels.rowsLayer(layer, out, count);
        kernels.rowsBackward(layer, back, errors, count);
        kernels.rowsGradient(layer, gradient, errors, count);
      });
      const at = (row: number, length: number, column: number): number => row * length + column;
      const sum = (length: number, of: (i: number) => number): number => {
        let all = 0;
        for (let i = 0; i < length; i++) all += of(i);
        return all;
      };
      pair.sameF32(out, count * N).forEach((value, i) => {
        const [s, n] = [Math.floor(i / N), i % N];
        const wanted = (hasBias ? b[n]! : 0) + sum(K, (k) => A[at(s, K, k)]! * W[at(k, N, n)]!);
        expect(Math.abs(value - wanted)).toBeLessThan(1e-5 * (1 + K));
      });
      pair.sameF32(back, count * K).forEach((value, i) => {
        const [s, k] = [Math.floor(i / K), i % K];
        const wanted = A[i]! > 0 ? sum(N, (n) => E[at(s, N, n)]! * W[at(k, N, n)]!) : 0;
        expect(Math.abs(value - wanted)).toBeLessThan(1e-5 * (1 + N));
      });
      pair.sameF32(gradient, K * N).forEach((value, i) => {
        const [k, n] = [Math.floor(i / N), i % N];
        const wanted = 0.5 + sum(count, (s) => A[at(s, K, k)]! * E[at(s, N, n)]!);
        expect(Math.abs(value - wanted)).toBeLessThan(1e-5 * (1 + count));
      });
    }
  }
});

test.each([true, false])("labels equal their twin, and ReLU(x) + M·x; M: %s", (isMixed) => {
  pair.reset();
  const [N, count] = [7, 5];
  const x = mixed(count * N);
  const [M, E] = [normals(N * N), normals(count * N)];
  const entries = [...x.keys()].filter((i) => x[i] !== 0);
  const starts = Array.from({ length: count + 1 }, (_, s) => entries.filter((i) => i < s * N).length);
  const labels = pair.descriptor("rowsLayer", {
    ...{ starts: pair.u32(starts), columns: pair.u32(entries.map((i) => i % N)), bias: 0, N, K: N },
    ...{ values: pair.f32(entries.map((i) => x[i]!)), weights: isMixed ? pair.f32(M) : 0 },
  });
  const errors = pair.f32(E);
  pair.run((kernels) => kernels.subtractLabels(labels, errors, count));
  pair.sameF32(errors, count * N).forEach((value, i) => {
    const row = x.subarray(i - (i % N), i - (i % N) + N);
    const label = Math.max(0, x[i]!) + (isMixed ? row.reduce((sum, own, k) => sum + own * M[k * N + (i % N)]!, 0) : 0);
    expect(value).toBeCloseTo(E[i]! - label, 4);
  });
});

test.each([1, 1.5, 2, 2.5, 3, 4, 6, 8])("the loss |e|^q and its gradient equal their twin and float64, q = %s", (q) => {
  for (const [N, count] of [
    [1, 2],
    [3, 1],
    [4, 3],
    [50, 2],
    [103, 4],
  ] as const) {
    // prettier-ignore
    pair.reset();
    const e = mixed(N * count);
    const [out, errors] = [pair.f64([0.25]), pair.f32(e)];
    const loss = pair.descriptor("powerLoss", { gradient: q / 9, out, N, halves: 2 * q });
    pair.run((kernels) => kernels.powerLoss(loss, errors, count));
    const wanted = e.reduce((sum, value) => sum + Math.abs(value) ** q, 0.25);
    expect(Math.abs(pair.sameF64(out, 1)[0]! / wanted - 1)).toBeLessThan(1e-6);
    pair.sameF32(errors, N * count).forEach((value, i) => {
      const slope = (q / 9) * Math.abs(e[i]!) ** (q - 1) * Math.sign(e[i]!);
      expect(Math.abs(value - slope)).toBeLessThanOrEqual(1e-6 * Math.abs(slope));
    });
  }
});

test("the mask of ReLU and sums over rows equal their twins bit for bit", () => {
  for (const [N, count] of [
    [1, 3],
    [4, 2],
    [7, 5],
    [50, 4],
  ] as const) {
    // prettier-ignore
    pair.reset();
    const [g, A] = [normals(N * count), mixed(N * count)];
    const [gradient, values, sums] = [pair.f32(g), pair.f32(A), pair.f32(normals(N))];
    pair.run((kernels) => {
      kernels.addRows(sums, gradient, N, count);
      kernels.maskGradient(gradient, values, N * count);
    });
    pair.same(sums, 4 * N);
    expect(pair.sameF32(gradient, N * count)).toEqual(g.map((value, i) => (A[i]! > 0 ? value : 0)));
  }
});

test("steps of Adam and of momentum equal their twins bit for bit, and float64 within 1e-6", () => {
  for (const count of [1, 4, 7, 33]) {
    pair.reset();
    const [p, g, m, v] = [normals(count), normals(count), normals(count), normals(count).map((value) => value * value)];
    const at = [pair.f32(p), pair.f32(p), pair.f32(g), pair.f32(m), pair.f32(v), pair.f32(m)] as const;
    const decays = { rate: 0.01, shrink: 0.999 };
    const adam = pair.descriptor("adamStep", {
      ...{ firstKept: 0.9, secondKept: 0.999, ...decays, root: 1.5, epsilon: 1e-8, first: at[3], second: at[4] },
    });
    const momentum = pair.descriptor("momentumStep", { kept: 0.8, ...decays, moving: at[5] });
    pair.run((kernels) => {
      kernels.adamStep(adam, at[0], at[2], count);
      kernels.momentumStep(momentum, at[1], at[2], count);
    });
    const [byAdam, byMomentum, first, second, moving] = [at[0], at[1], at[3], at[4], at[5]].map((address) =>
      pair.sameF32(address, count),
    );
    for (let i = 0; i < count; i++) {
      const [mean, square] = [0.9 * m[i]! + 0.1 * g[i]!, 0.999 * v[i]! + 0.001 * g[i]! * g[i]!];
      expect(first![i]).toBeCloseTo(mean, 5);
      expect(second![i]).toBeCloseTo(square, 5);
      expect(byAdam![i]).toBeCloseTo(0.999 * p[i]! - (0.01 * mean) / (1.5 * Math.sqrt(square) + 1e-8), 5);
      expect(moving![i]).toBeCloseTo(0.8 * m[i]! + g[i]!, 5);
      expect(byMomentum![i]).toBeCloseTo(0.999 * p[i]! - 0.01 * (0.8 * m[i]! + g[i]!), 5);
    }
  }
});
