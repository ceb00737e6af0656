import { readDescriptor, type Twin } from "./views.js";
import * as fields from "../fields.js";

// Twins of the kernels in assembly/gates.ts; see the comments there.

const fround = Math.fround;

export const activate: Twin<"activate"> = (views, descriptor) => {
  const { f32, u32, i32 } = views;
  const field = readDescriptor(views, fields.activate, descriptor);
  const { P, W, d, k } = field;
  for (let at = field.sums >> 2; at < (field.sums + field.summed * W) >> 2; at++) f32[at] = 0;
  const rows = (starts: number, row: number): [number, number] => [
    u32[(starts >> 2) + row],
    u32[(starts >> 2) + row + 1],
  ];
  for (let n = 0; n < P; n++) {
    const Y = field.Y + n * field.outBytes;
    const A = field.A + n * field.stepA;
    const X = field.X + n * k * W;
    for (let lane = 0; lane < W; lane += 4) {
      for (let i = 0; i < d; i++) {
        let value = f32[(field.base + i * W + lane) >> 2];
        const [begin, end] = rows(field.outStarts, i);
        for (let e = begin; e < end; e++) {
          const component = f32[(Y + u32[(field.outColumns >> 2) + e] + lane) >> 2];
          value = fround(value + fround(f32[(field.outValues >> 2) + e] * component));
        }
        const kept = field.mask === 0 || u32[(field.mask + n * W + lane) >> 2] !== 0;
        if (field.mask === 0 ? value < 0 : !kept) value = 0;
        f32[(A + i * W + lane) >> 2] = value;
        if (value > fround(1e-4)) i32[(field.counts + i * W + lane) >> 2]++;
      }
      for (let c = 0; c < k; c++) {
        let value = 0;
        const [begin, end] = rows(field.inStarts, c);
        for (let e = begin; e < end; e++) {
          const component = f32[(A + u32[(field.inColumns >> 2) + e] + lane) >> 2];
          value = fround(value + fround(f32[(field.inValues >> 2) + e] * component));
        }
        f32[(X + c * W + lane) >> 2] = value;
        if (c >= field.summed) continue;
        const sum = (field.sums + c * W + lane) >> 2;
        f32[sum] = f32[sum] + value;
      }
    }
  }
};

export const countAbove: Twin<"countAbove"> = ({ f32, i32 }, A, P, d, W, counts) => {
  for (let n = 0; n < P; n++) {
    for (let v = 0; v < d * W; v += 4) {
      if (f32[(A + n * d * W + v) >> 2] > fround(1e-4)) i32[(counts + v) >> 2]++;
    }
  }
};
