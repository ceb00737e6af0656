import type { Kernels } from "./kernels.js";
import type { Views } from "./reference.js";

const { fround } = Math;

/** Twins of assembly/pairs.ts; comments there. */
export function referencePairs(view: () => Views): Pick<Kernels, "embeddingPairs" | "dotPairs"> {
  return {
    embeddingPairs(Y, X, rowsY, rowsX, signs, _T, S, W, first, count, linked, constant, own, overlap, sums) {
      const { f32, f64, u32 } = view();
      for (let b = 0; b < count; b++) {
        const totals = [0, 0, 0];
        for (let t = 0; t < first + b; t++) {
          let [y0, y1, x] = [0, 0, 0];
          for (let s = 0; s < S; s++) {
            const y = Y + u32[(rowsY >> 2) + t * S + s]! + b * 4;
            y0 += f32[y >> 2]!;
            y1 += f32[(y + W) >> 2]!;
            x += f32[(X + u32[(rowsX >> 2) + t * S + s]! + b * 4) >> 2]!;
          }
          const delta = own * y1 - overlap * x * f32[(signs >> 2) + t]!;
          const mean = linked * y0 - constant - overlap * x;
          [delta, mean, delta + mean].forEach((error, k) => (totals[k]! += error * error));
        }
        totals.forEach((total, k) => (f64[(sums >> 3) + k]! += total));
      }
    },
    dotPairs(vectors, n, m, panel, _scratch, result) {
      const { f32, f64 } = view();
      const component = (v: number, k: number): number => f32[(vectors >> 2) + ((v >> 3) * n + k) * 8 + (v & 7)]!;
      for (let other = panel; other < Math.ceil(m / 8); other++) {
        const squares = [0, 0];
        for (let i = panel * 8; i < panel * 8 + 8; i++) {
          const dots = Array.from({ length: 8 }, (_, j) => {
            if (other * 8 + j <= i) return 0;
            let dot = 0;
            for (let k = 0; k < n; k++) dot = fround(dot + fround(component(i, k) * component(other * 8 + j, k)));
            return dot;
          });
          for (const dot of dots) f64[result >> 3] = Math.max(f64[result >> 3]!, Math.abs(dot));
          for (const j of [0, 1, 4, 5]) squares[j & 1]! += dots[j]! * dots[j]! + dots[j + 2]! * dots[j + 2]!;
        }
        f64[(result >> 3) + 1] = f64[(result >> 3) + 1]! + squares[0]! + squares[1]!;
      }
    },
  };
}
