import { cosSinTurn, logOfFraction, philox as philoxBlock, RandomSequence } from "../../base/random.js";
import { readDescriptor, streamOf, type Twin } from "./views.js";
import * as fields from "../fields.js";

// Twins of the kernels in assembly/random.ts; see the comments there.

const fround = Math.fround;

export const philox: Twin<"philox"> = ({ u32 }, out, c0, c1, c2, c3, k0, k1) => {
  u32.set(philoxBlock([c0, c1, c2, c3], [k0, k1]), out >> 2);
};

export const sampleActive: Twin<"sampleActive"> = (views, descriptor, low, high, sub, first, count, z, mode) => {
  const { stream, T, d, kind, table, choices, ...field } = readDescriptor(views, fields.sampleActive, descriptor);
  const { u32, f64 } = views;
  let { ids } = field;
  const name = streamOf(stream);
  const at = table >> 3;
  for (let b = 0; b < count; b++) {
    const random = new RandomSequence(low + high * 2 ** 32, name, first + b, sub);
    if (mode === 1) u32[ids >> 2] = (first + b) % T;
    else {
      const chosen = new Set<number>();
      for (let k = 0; k < z; k++) {
        const last = T - z + k;
        const t = random.below(last + 1);
        chosen.add(chosen.has(t) ? last : t);
      }
      u32.set([...chosen], ids >> 2);
    }
    ids += z * 4;
    for (let k = 0; k < z; k++) {
      const out = (field.inputs >> 3) + (b * z + k) * d;
      if (kind === 0) {
        const [cos, sin] = cosSinTurn(random.uniform());
        for (let i = 0; i < d; i++) f64[out + i] = f64[at + i] + cos * f64[at + d + i] + sin * f64[at + 2 * d + i];
      } else if (kind === 1) {
        for (let i = 0; i < d; i++) f64[out + i] = f64[at + i] + (f64[at + d + i] - f64[at + i]) * random.uniform();
      } else {
        const vector = at + random.below(choices) * d;
        for (let i = 0; i < d; i++) f64[out + i] = f64[vector + i];
      }
    }
  }
};

export const unitVector: Twin<"unitVector"> = ({ f32 }, out, step, n, _scratch, seedLow, seedHigh, item, sub) => {
  const random = new RandomSequence(seedLow + seedHigh * 2 ** 32, "vectors", item, sub);
  const normals: number[] = [];
  while (normals.length < n) {
    const radius = Math.sqrt(-2 * logOfFraction(4294967296 - random.word()));
    normals.push(...cosSinTurn(random.uniform()).map((value) => radius * value));
  }
  let square = 0;
  for (let k = 0; k < n; k++) square += normals[k] * normals[k];
  for (let k = 0; k < n; k++) f32[(out + k * step) >> 2] = normals[k] / Math.sqrt(square);
};

export const addNoise: Twin<"addNoise"> = (views, descriptor, A, sigma, seedLow, seedHigh, sub, first, count) => {
  const { N, W, table } = readDescriptor(views, fields.addNoise, descriptor);
  const { f32 } = views;
  const scale = fround(sigma);
  for (let b = 0; b < count; b++) {
    const random = new RandomSequence(seedLow + seedHigh * 2 ** 32, "noise", first + b, sub);
    let word = 0;
    for (let n = 0; n < N; n++) {
      word = n % 2 === 1 ? word >>> 16 : random.word();
      const at = ((A + n * W) >> 2) + b;
      f32[at] = fround(f32[at] + fround(scale * f32[(table >> 2) + (word & 0xffff)]));
    }
  }
};
