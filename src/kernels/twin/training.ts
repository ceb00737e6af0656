import { readDescriptor, type Twin } from "./views.js";
import * as fields from "../fields.js";

// Twins of the kernels in assembly/training.ts; see the comments there.

const fround = Math.fround;

export const powerLoss: Twin<"powerLoss"> = (views, descriptor, errors, count) => {
  const { gradient, out, N, halves } = readDescriptor(views, fields.powerLoss, descriptor);
  const { f32, f64 } = views;
  const factor = fround(gradient);
  const whole = N - (N % 4);
  for (let s = 0; s < count; s++) {
    const lanes = new Float32Array(4);
    let sum = 0;
    for (let n = 0; n < N; n++) {
      const at = (errors >> 2) + s * N + n;
      const a = Math.abs(f32[at]);
      let power = 1;
      for (let k = 0; k < (halves - 2) >> 1; k++) power = fround(power * a);
      if (halves % 2 === 1) power = fround(power * fround(Math.sqrt(a)));
      if (n < whole) lanes[n % 4] = fround(lanes[n % 4] + fround(power * a));
      else {
        if (n === whole) sum = sumOf(lanes);
        sum = fround(sum + fround(power * a));
      }
      if (halves === 2 && a === 0) power = 0;
      const slope = fround(power * factor);
      f32[at] = f32[at] < 0 || Object.is(f32[at], -0) ? -slope : slope;
    }
    f64[out >> 3] += whole === N ? sumOf(lanes) : sum;
  }
};

const sumOf = (lanes: Float32Array): number => fround(fround(lanes[0] + lanes[2]) + fround(lanes[1] + lanes[3]));

export const maskGradient: Twin<"maskGradient"> = ({ f32 }, gradient, values, count) => {
  for (let i = 0; i < count; i++) if (!(f32[(values >> 2) + i] > 0)) f32[(gradient >> 2) + i] = 0;
};

export const addRows: Twin<"addRows"> = ({ f32 }, sums, rows, N, count) => {
  for (let i = 0; i < N * count; i++) f32[(sums >> 2) + (i % N)] += f32[(rows >> 2) + i];
};

export const adamStep: Twin<"adamStep"> = (views, descriptor, parameters, gradient, count) => {
  const field = readDescriptor(views, fields.adamStep, descriptor);
  const { f32 } = views;
  const [k1, k2, n1, n2] = [field.firstKept, field.secondKept, 1 - field.firstKept, 1 - field.secondKept].map(fround);
  const [rate, root, epsilon, shrink] = [field.rate, field.root, field.epsilon, field.shrink].map(fround);
  for (let i = 0; i < count; i++) {
    const [p, at1, at2] = [(parameters >> 2) + i, (field.first >> 2) + i, (field.second >> 2) + i];
    const g = f32[(gradient >> 2) + i];
    const m = fround(fround(k1 * f32[at1]) + fround(n1 * g));
    const v = fround(fround(k2 * f32[at2]) + fround(n2 * fround(g * g)));
    [f32[at1], f32[at2]] = [m, v];
    const move = fround(m / fround(fround(root * fround(Math.sqrt(v))) + epsilon));
    f32[p] = fround(fround(shrink * f32[p]) - fround(rate * move));
  }
};

export const momentumStep: Twin<"momentumStep"> = (views, descriptor, parameters, gradient, count) => {
  const field = readDescriptor(views, fields.momentumStep, descriptor);
  const { f32 } = views;
  const [kept, rate, shrink] = [field.kept, field.rate, field.shrink].map(fround);
  for (let i = 0; i < count; i++) {
    const [p, at] = [(parameters >> 2) + i, (field.moving >> 2) + i];
    f32[at] = fround(fround(kept * f32[at]) + f32[(gradient >> 2) + i]);
    f32[p] = fround(fround(shrink * f32[p]) - fround(rate * f32[at]));
  }
};
