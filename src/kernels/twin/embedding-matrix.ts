import { readDescriptor, type Twin } from "./views.js";
import * as fields from "../fields.js";

// Twins of the kernels in assembly/embedding-matrix.ts; see the comments there.

const fround = Math.fround;
/** Number of circuits whose squares are summed in float32 before they are added to a float64 sum. */
const BLOCK = 256;

export const embedLinks: Twin<"embedLinks"> = (views, descriptor, first, count) => {
  const { Y, X, W, neurons, S, starts, rows, weights } = readDescriptor(views, fields.embedLinks, descriptor);
  const { f32, u32 } = views;
  const add = (at: number, value: number): void => void (f32[at >> 2] = f32[at >> 2] + value);
  for (let b = 0; b < count; b++) {
    for (let s = 0; s < S; s++) {
      const m = u32[(neurons >> 2) + (first + b) * S + s];
      f32[(X + m * W + 4 * b) >> 2] = 1;
      for (let e = u32[(starts >> 2) + m]; e < u32[(starts >> 2) + m + 1]; e++) {
        const y = Y + u32[(rows >> 2) + e] + 4 * b;
        add(y, 1);
        add(y + W, f32[(weights >> 2) + e]);
      }
    }
  }
};

export const embeddingErrors: Twin<"embeddingErrors"> = (views, descriptor, first, count) => {
  const { linked, constant, own, overlap, Y, X, rowsY, rowsX, signs, S, W, sums } = readDescriptor(
    views,
    fields.embeddingErrors,
    descriptor,
  );
  const { f32, f64, u32 } = views;
  const at = sums >> 3;
  const gather = (
    from: number,
    rows: number,
    t: number,
    offset: number,
    add: (a: number, b: number) => number,
  ): number => {
    let sum = 0;
    for (let s = 0; s < S; s++) sum = add(sum, f32[(from + u32[(rows >> 2) + t * S + s] + offset) >> 2]);
    return sum;
  };
  const [scale, shift, ownScale, overlapScale] = [linked, constant, own, overlap].map(fround) as [number, ...number[]];
  for (let v = 0; v < W; v += 16) {
    for (let block = 0; block < first; block += BLOCK) {
      const totals = [0, 1, 2].map(() => [0, 0, 0, 0]);
      for (let t = block; t < Math.min(block + BLOCK, first); t++) {
        for (let b = 0; b < 4; b++) {
          const lane = v + b * 4;
          const add = (a: number, value: number): number => fround(a + value);
          const y0 = gather(Y, rowsY, t, lane, add);
          const y1 = gather(Y, rowsY, t, lane + W, add);
          const x = fround(overlapScale * gather(X, rowsX, t, lane, add));
          const delta = fround(fround(ownScale * y1) - fround(x * f32[(signs >> 2) + t]));
          const mean = fround(fround(fround(scale * y0) - shift) - x);
          [delta, mean, fround(delta + mean)].forEach((error, k) => {
            totals[k][b] = fround(totals[k][b] + fround(error * error));
          });
        }
      }
      for (let k = 0; k < 3; k++) {
        for (let b = 0; b < 4; b++) if (v / 4 + b < count) f64[at + k] = f64[at + k] + totals[k][b];
      }
    }
  }
  for (let b = 1; b < count; b++) {
    const totals = [0, 0, 0];
    for (let t = first; t < first + b; t++) {
      const add = (a: number, value: number): number => a + value;
      const y0 = gather(Y, rowsY, t, b * 4, add);
      const y1 = gather(Y, rowsY, t, b * 4 + W, add);
      const x = gather(X, rowsX, t, b * 4, add);
      const delta = own * y1 - overlap * x * f32[(signs >> 2) + t];
      const mean = linked * y0 - constant - overlap * x;
      [delta, mean, delta + mean].forEach((error, k) => (totals[k] += error * error));
    }
    totals.forEach((total, k) => (f64[at + k] = f64[at + k] + total));
  }
};
