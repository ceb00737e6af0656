import { cosSinTurn, logOfFraction, RandomSequence } from "../../base/random.js";
import type { Kernels } from "../kernels.js";
import type { Views } from "./kernels.js";

const { fround } = Math;
/** Circuits whose squares are summed in float32 before they join a float64 sum. */
const BLOCK = 256;
/** Steps of k that are summed from 0 before they join the sum of the blocks before. */
const KC = 256;

/** Twins of assembly/pairs.ts and of unitVector in assembly/random.ts; comments there. */
export function referencePairs(
  view: () => Views,
): Pick<Kernels, "embedLinks" | "embeddingPairs" | "unitVector" | "dotPairs"> {
  return {
    embedLinks(Y, X, W, neurons, S, first, count, starts, rows, weights) {
      const { f32, u32 } = view();
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
    },
    embeddingPairs(Y, X, rowsY, rowsX, signs, _T, S, W, first, count, linked, constant, own, overlap, sums) {
      const { f32, f64, u32 } = view();
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
      const [scale, shift, ownScale, overlapScale] = [linked, constant, own, overlap].map(fround) as [
        number,
        ...number[],
      ];
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
    },
    unitVector(out, step, n, _scratch, seedLow, seedHigh, item, sub) {
      const { f32 } = view();
      const random = new RandomSequence(seedLow + seedHigh * 2 ** 32, "vectors", item, sub);
      const normals: number[] = [];
      while (normals.length < n) {
        const radius = Math.sqrt(-2 * logOfFraction(4294967296 - random.word()));
        normals.push(...cosSinTurn(random.uniform()).map((value) => radius * value));
      }
      let square = 0;
      for (let k = 0; k < n; k++) square += normals[k] * normals[k];
      for (let k = 0; k < n; k++) f32[(out + k * step) >> 2] = normals[k] / Math.sqrt(square);
    },
    dotPairs(vectors, n, all, panel, panels, other, others, _scratch, result) {
      const { f32, f64 } = view();
      const component = (v: number, k: number): number => {
        const first = k - (k % KC);
        const panelAt = first * all + (v >> 3) * Math.min(KC, n - first);
        return f32[(vectors >> 2) + (panelAt + (k - first)) * 8 + (v & 7)];
      };
      const dot = (u: number, v: number): number => {
        let sum = 0;
        for (let first = 0; first < n; first += KC) {
          let block = 0;
          for (let k = first; k < Math.min(first + KC, n); k++) {
            block = fround(block + fround(component(u, k) * component(v, k)));
          }
          sum = first === 0 ? block : fround(sum + block);
        }
        return sum;
      };
      const squares = [0, 0];
      for (let i = panel; i < panel + panels; i++) {
        for (let j = Math.max(i, other); j < other + others; j++) {
          for (let u = i * 8; u < i * 8 + 8; u++) {
            const dots = Array.from({ length: 8 }, (_, v) => (j * 8 + v <= u ? 0 : dot(u, j * 8 + v)));
            for (const value of dots) f64[result >> 3] = Math.max(f64[result >> 3], Math.abs(value));
            for (const v of [0, 1, 4, 5]) squares[v & 1] += dots[v] * dots[v] + dots[v + 2] * dots[v + 2];
          }
        }
      }
      f64[(result >> 3) + 1] = f64[(result >> 3) + 1] + (squares[0] + squares[1]);
    },
  };
}
