import { expect, test } from "vitest";
import { normalPair, normalQuantiles, RandomSequence } from "../../src/base/random.js";
import { KernelPair } from "../support/kernel-pair.js";

const pair = new KernelPair();
const random = new RandomSequence(8, "user");

const sizes = [4, 8, 16].flatMap((lanes) => [0, 0.1, 1].map((density) => ({ lanes, density })));

test.each(sizes)("sparse layers equal their twin bit for bit, $lanes lanes, density $density", ({ lanes, density }) => {
  const [N, K] = [37, 29];
  for (const relu of [false, true]) {
    for (const withBias of [false, true]) {
      pair.reset();
      const A = Float32Array.from({ length: K * lanes }, () => normalPair(random)[0]);
      const dense = Array.from({ length: N }, () =>
        Array.from({ length: K }, () => (random.uniform() < density ? normalPair(random)[0] : 0)),
      );
      const bias = Float32Array.from({ length: N }, () => normalPair(random)[0]);
      const starts = [0];
      const columns: number[] = [];
      const values: number[] = [];
      for (const row of dense) {
        row.forEach((value, k) => {
          if (value === 0) return;
          columns.push(k * lanes * 4);
          values.push(value);
        });
        starts.push(columns.length);
      }
      const out = pair.f32(new Float32Array(N * lanes + 1).fill(-7));
      const from = pair.f32(A);
      const tables = { starts: pair.u32(starts), columns: pair.u32(columns), values: pair.f32(values) };
      const biases = withBias ? pair.f32(bias) : 0;
      const descriptor = pair.descriptor("sparseLayer", { ...tables, bias: biases, N, W: 4 * lanes });
      pair.run((kernels) => kernels.sparseLayer(descriptor, out, from, relu));
      const ours = pair.sameF32(out, N * lanes + 1);
      expect(ours[N * lanes], "the number after the result").toBe(-7);
      for (let n = 0; n < N; n++) {
        for (let lane = 0; lane < lanes; lane++) {
          const sum = dense[n]!.reduce((total, w, k) => total + w * A[k * lanes + lane]!, withBias ? bias[n]! : 0);
          expect(Math.abs(ours[n * lanes + lane]! - (relu ? Math.max(sum, 0) : sum))).toBeLessThan(1e-5);
        }
      }
    }
  }
});

test.each([4, 8, 16])("squares of inactive circuits equal their twin bit for bit, %i lanes", (lanes) => {
  const [T, stride] = [31, 3];
  pair.reset();
  const values = Float32Array.from({ length: T * stride * lanes }, () => normalPair(random)[0]);
  // Overflowed readouts and NaN count as the largest value.
  [values[stride * lanes], values[5 * stride * lanes + 2]] = [3e38, NaN];
  const marks = Uint8Array.from({ length: T * lanes }, () => (random.below(5) === 0 ? 1 : 0));
  marks[lanes] = 0;
  const read = pair.f32(values);
  const constants = pair.f64([0.5, -0.25, 1 / 3]);
  const isActive = pair.bytes(T * lanes);
  pair.run(({ memory }) => new Uint8Array(memory.buffer, isActive, T * lanes).set(marks));
  const out = pair.f64(new Float64Array(3 * lanes + 1).fill(-7));
  for (const [row, rows] of [
    [0, 1],
    [1, 2],
  ] as const) {
    const at = { read: read + 4 * row * lanes, isActive, out };
    const sizes = { T, rows, stride, W: 4 * lanes };
    const descriptor = pair.descriptor("inactiveErrors", { wrong: 0.0625, most: 1e60, ...at, ...sizes });
    pair.run((kernels) => kernels.inactiveErrors(descriptor, constants + 8 * row));
    const ours = new Float64Array(pair.same(out, 8 * (3 * lanes + 1)).buffer);
    expect(ours[3 * lanes], "the number after the result").toBe(-7);
    for (let lane = 0; lane < lanes; lane++) {
      const inactive = Array.from({ length: T }, (_, t) => t).filter((t) => marks[t * lanes + lane] === 0);
      const squares = inactive.map((t) => {
        let square = 0;
        for (let r = row; r < row + rows; r++) {
          square += (values[(t * stride + r) * lanes + lane]! + [0.5, -0.25, 1 / 3][r]!) ** 2;
        }
        return square < 1e60 ? square : 1e60;
      });
      expect(ours[lane]! / squares.reduce((sum, square) => sum + square, 0)).toBeCloseTo(1, 12);
      expect(ours[lanes + lane]! / Math.max(...squares)).toBeCloseTo(1, 12);
      expect(ours[2 * lanes + lane]).toBe(squares.filter((square) => square > 0.0625).length);
    }
  }
});

test("noise equals its twin bit for bit, is normal, and depends only on sample and layer", () => {
  pair.reset();
  const table = pair.f32(normalQuantiles());
  const [N, lanes] = [1001, 8];
  const at = pair.bytes(4 * N * lanes);
  const descriptor = pair.descriptor("addNoise", { N, W: 4 * lanes, table });
  const draw = (first: number, count: number, sub: number): Float32Array => {
    pair.run((kernels) => kernels.zero(at, 4 * N * lanes));
    pair.run((kernels) => kernels.addNoise(descriptor, at, 0.5, 11, 3, sub, first, count));
    return pair.sameF32(at, N * lanes);
  };
  const lane = (values: Float32Array, b: number): number[] =>
    Array.from({ length: N }, (_, n) => values[n * lanes + b]!);
  const noise = draw(5, 7, 2);
  expect(lane(noise, 7).every((value) => value === 0)).toBe(true);
  expect(lane(draw(8, 1, 2), 0)).toEqual(lane(noise, 3));
  expect(lane(draw(8, 1, 3), 0)).not.toEqual(lane(noise, 3));
  const all = [0, 1, 2, 3, 4, 5, 6].flatMap((b) => lane(noise, b));
  const moment = (power: number): number => all.reduce((sum, value) => sum + (2 * value) ** power, 0) / all.length;
  // With 7007 draws, the moments have standard errors of 0.012, 0.017 and 0.12.
  expect(Math.abs(moment(1))).toBeLessThan(0.04);
  expect(Math.abs(moment(2) - 1)).toBeLessThan(0.055);
  expect(Math.abs(moment(4) - 3)).toBeLessThan(0.4);
});

test("rectify equals its twin bit for bit", () => {
  pair.reset();
  const values = Float32Array.from({ length: 64 }, () => normalPair(random)[0]);
  const at = pair.f32(values);
  pair.run((kernels) => kernels.rectify(at, 4 * 64));
  expect(pair.sameF32(at, 64)).toEqual(values.map((value) => Math.max(value, 0)));
});
