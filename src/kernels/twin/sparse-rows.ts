import { readDescriptor, type Twin, type Views } from "./views.js";
import * as fields from "../fields.js";

// Twins of the kernels in assembly/sparse-rows.ts; see the comments there.

const fround = Math.fround;

/** Calls `use` for every entry of `count` samples, in order, with the entry's sample, input and value. */
function forEntries(
  views: Views,
  descriptor: number,
  count: number,
  use: (s: number, k: number, value: number) => void,
): void {
  const { starts, columns, values } = readDescriptor(views, fields.rowsLayer, descriptor);
  const { f32, u32 } = views;
  for (let s = 0; s < count; s++) {
    for (let e = u32[(starts >> 2) + s]; e < u32[(starts >> 2) + s + 1]; e++)
      use(s, u32[(columns >> 2) + e], f32[(values >> 2) + e]);
  }
}

export const rowsLayer: Twin<"rowsLayer"> = (views, descriptor, out, count) => {
  const { weights, bias, N } = readDescriptor(views, fields.rowsLayer, descriptor);
  const { f32 } = views;
  const first = bias === 0 ? new Float32Array(N) : f32.slice(bias >> 2, (bias >> 2) + N);
  for (let s = 0; s < count; s++) f32.set(first, (out >> 2) + s * N);
  forEntries(views, descriptor, count, (s, k, value) => {
    for (let n = 0; n < N; n++) {
      const at = (out >> 2) + s * N + n;
      f32[at] = fround(f32[at] + fround(value * f32[(weights >> 2) + k * N + n]));
    }
  });
};

export const listPositive: Twin<"listPositive"> = (views, descriptor, A, count) => {
  const { starts, columns, values, K } = readDescriptor(views, fields.rowsLayer, descriptor);
  const { f32, u32 } = views;
  let entry = 0;
  u32[starts >> 2] = 0;
  for (let at = 0; at < count * K; at++) {
    const value = f32[(A >> 2) + at];
    u32[(columns >> 2) + entry] = at % K;
    f32[(values >> 2) + entry] = value;
    if (!(value <= 0)) entry++;
    if (at % K === K - 1) u32[(starts >> 2) + (at + 1) / K] = entry;
  }
};

/** The dot product of N numbers a_n and b_n, added in the same order as in the core. */
function dot(f32: Float32Array, a: number, b: number, N: number): number {
  const lanes = new Float32Array(4);
  const whole = N - (N % 4);
  for (let n = 0; n < whole; n++) lanes[n % 4] = fround(lanes[n % 4] + fround(f32[a + n] * f32[b + n]));
  let sum = fround(fround(lanes[0] + lanes[2]) + fround(lanes[1] + lanes[3]));
  for (let n = whole; n < N; n++) sum = fround(sum + fround(f32[a + n] * f32[b + n]));
  return sum;
}

export const rowsBackward: Twin<"rowsBackward"> = (views, descriptor, out, errors, count) => {
  const { weights, N, K } = readDescriptor(views, fields.rowsLayer, descriptor);
  const { f32 } = views;
  f32.fill(0, out >> 2, (out >> 2) + count * K);
  forEntries(views, descriptor, count, (s, k) => {
    f32[(out >> 2) + s * K + k] = dot(f32, (errors >> 2) + s * N, (weights >> 2) + k * N, N);
  });
};

export const rowsGradient: Twin<"rowsGradient"> = (views, descriptor, gradient, errors, count) => {
  const { N } = readDescriptor(views, fields.rowsLayer, descriptor);
  const { f32 } = views;
  forEntries(views, descriptor, count, (s, k, value) => {
    for (let n = 0; n < N; n++) {
      const at = (gradient >> 2) + k * N + n;
      f32[at] = fround(f32[at] + fround(value * f32[(errors >> 2) + s * N + n]));
    }
  });
};

export const subtractLabels: Twin<"subtractLabels"> = (views, descriptor, errors, count) => {
  const { weights, N } = readDescriptor(views, fields.rowsLayer, descriptor);
  const { f32 } = views;
  forEntries(views, descriptor, count, (s, k, value) => {
    const row = (errors >> 2) + s * N;
    if (value > 0) f32[row + k] -= value;
    if (weights === 0) return;
    for (let n = 0; n < N; n++) f32[row + n] -= fround(value * f32[(weights >> 2) + k * N + n]);
  });
};
