import { readDescriptor, type Twin } from "./views.js";
import * as fields from "../fields.js";

// Twins of the kernels in assembly/errors.ts; see the comments there.

export const sumInactive: Twin<"sumInactive"> = (
  { f32, f64 },
  chunk,
  laneSum,
  laneMax,
  groups,
  lanes,
  count,
  scale,
) => {
  for (let group = 0; group < groups; group++) {
    const out = (chunk >> 3) + group * 5;
    for (let b = 0; b < lanes; b++) {
      const sum = (laneSum >> 3) + group * lanes + b;
      const max = (laneMax >> 2) + group * lanes + b;
      if (b < count) {
        f64[out + 2] = f64[out + 2] + f64[sum] * scale;
        f64[out + 3] = Math.max(f64[out + 3], f32[max] * scale);
      }
      f64[sum] = 0;
      f32[max] = 0;
    }
  }
};

export const sumActive: Twin<"sumActive"> = (views, descriptor, count, z) => {
  const { scale, chunk, active, k, truth, d, shift, W, groups, rows, Q, R, readout } = readDescriptor(
    views,
    fields.sumActive,
    descriptor,
  );
  const { f32, f64, u32 } = views;
  const rowsOf = Array.from({ length: groups }, (_, group) => u32[(rows >> 2) + group]);
  const allRows = rowsOf.reduce((sum, n) => sum + n, 0);
  for (let b = 0; b < count; b++) {
    let firstRow = 0;
    rowsOf.forEach((n, group) => {
      let total = 0;
      let largest = 0;
      let wrong = 0;
      for (let slot = 0; slot < z; slot++) {
        const p = b * z + slot;
        let square = 0;
        for (let i = firstRow; i < firstRow + n; i++) {
          let y = 0;
          for (let j = 0; j < k; j++) {
            let g = f32[(active >> 2) + p * k + j];
            if (shift !== 0) g -= f32[(shift + j * W + b * 4) >> 2];
            y += f64[(Q >> 3) + i * k + j] * g;
          }
          y *= scale;
          if (readout !== 0) f64[(readout >> 3) + p * allRows + i] = y;
          for (let j = 0; j < d; j++) y -= f64[(R >> 3) + i * d + j] * f64[(truth >> 3) + p * d + j];
          square += y * y;
        }
        if (!(square < 1e60)) square = 1e60;
        total += square;
        if (largest < square) largest = square;
        if (square > 0.2501 * 0.2501) wrong++;
      }
      const out = (chunk >> 3) + group * 5;
      f64[out] = f64[out] + total;
      f64[out + 1] = Math.max(f64[out + 1], largest);
      f64[out + 4] = f64[out + 4] + wrong;
      firstRow += n;
    });
  }
};

export const sumCounts: Twin<"sumCounts"> = ({ f64, i32 }, chunk, counts, d, lanes, count) => {
  for (let i = 0; i < d; i++) {
    for (let b = 0; b < lanes; b++) {
      const at = (counts >> 2) + i * lanes + b;
      if (b < count) f64[(chunk >> 3) + i] = f64[(chunk >> 3) + i] + i32[at];
      i32[at] = 0;
    }
  }
};
