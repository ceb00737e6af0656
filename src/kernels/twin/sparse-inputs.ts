import { logOfFraction, RandomSequence } from "../../base/random.js";
import { readDescriptor, streamOf, type Twin } from "./views.js";
import * as fields from "../fields.js";

// Twins of the kernels in assembly/sparse-inputs.ts; see the comments there.

export const drawSparse: Twin<"drawSparse"> = (views, descriptor, low, high, item, sub, count) => {
  const { logOff, starts, columns, values, F, stream } = readDescriptor(views, fields.drawSparse, descriptor);
  const { f32, u32 } = views;
  const random = new RandomSequence(low + high * 2 ** 32, streamOf(stream), item, sub);
  let entry = 0;
  let sample = 0;
  for (let at = 0; ; at++) {
    at += Math.floor(logOfFraction(4294967296 - random.word()) / logOff);
    if (!(at < F * count)) break;
    while (sample <= Math.floor(at / F)) u32[(starts >> 2) + sample++] = entry;
    u32[(columns >> 2) + entry] = at % F;
    f32[(values >> 2) + entry++] = 2 * random.uniform() - 1 + 2 ** -32;
  }
  while (sample <= count) u32[(starts >> 2) + sample++] = entry;
};
