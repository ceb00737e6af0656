import { readDescriptor, type Twin } from "./views.js";
import * as fields from "../fields.js";

// Twins of the kernels in assembly/input.ts; see the comments there.

const fround = Math.fround;

export const embedInput: Twin<"embedInput"> = (views, descriptor, count, z) => {
  const { Y, W, values, ids, neurons, S, d } = readDescriptor(views, fields.embedInput, descriptor);
  const { f32, f64, u32 } = views;
  for (let b = 0; b < count; b++) {
    for (let k = 0; k < z; k++) {
      const t = u32[(ids >> 2) + b * z + k];
      for (let s = 0; s < S; s++) {
        const neuron = u32[(neurons >> 2) + t * S + s];
        for (let i = 0; i < d; i++) {
          const at = (Y + (neuron * d + i) * W + b * 4) >> 2;
          f32[at] = f32[at] + fround(f64[(values >> 3) + (b * z + k) * d + i]);
        }
      }
    }
  }
};

export const markUsed: Twin<"markUsed"> = ({ u32 }, mask, W, ids, neurons, S, count, z) => {
  for (let p = 0; p < count * z; p++) {
    const t = u32[(ids >> 2) + p];
    const lane = Math.floor(p / z);
    for (let s = 0; s < S; s++) u32[(mask + u32[(neurons >> 2) + t * S + s] * W + lane * 4) >> 2] = 0xffffffff;
  }
};
