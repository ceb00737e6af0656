import { readDescriptor, type Twin } from "./views.js";
import * as fields from "../fields.js";

// Twins of the kernels in assembly/truth.ts; see the comments there.

export const truthLayer: Twin<"truthLayer"> = (views, descriptor, before, after, ids, count) => {
  const { d, mean, delta, bias, linear } = readDescriptor(views, fields.truthLayer, descriptor);
  const { u32, f64 } = views;
  for (let k = 0; k < count; k++) {
    const own = (delta >> 3) + u32[(ids >> 2) + k] * d * d;
    for (let i = 0; i < d; i++) {
      let sum = linear !== 0 ? 0 : f64[(bias >> 3) + i];
      for (let j = 0; j < d; j++) {
        sum += (f64[(mean >> 3) + i * d + j] + f64[own + i * d + j]) * f64[(before >> 3) + k * d + j];
      }
      f64[(after >> 3) + k * d + i] = linear !== 0 || sum > 0 ? sum : 0;
    }
  }
};
