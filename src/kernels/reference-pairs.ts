import type { Kernels } from "./kernels.js";
import type { Views } from "./reference.js";

const { fround } = Math;
/** Circuits whose squares are summed in float32 before they join a float64 sum. */
const BLOCK = 256;

/** Twins of assembly/pairs.ts; comments there. */
export function referencePairs(view: () => Views): Pick<Kernels, "embeddingPairs" | "dotPairs"> {
  return {
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
        for (let s = 0; s < S; s++) sum = add(sum, f32[(from + u32[(rows >> 2) + t * S + s]! + offset) >> 2]!);
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
              const x = fround(overlapScale! * gather(X, rowsX, t, lane, add));
              const delta = fround(fround(ownScale! * y1) - fround(x * f32[(signs >> 2) + t]!));
              const mean = fround(fround(fround(scale * y0) - shift!) - x);
              [delta, mean, fround(delta + mean)].forEach((error, k) => {
                totals[k]![b] = fround(totals[k]![b]! + fround(error * error));
              });
            }
          }
          for (let k = 0; k < 3; k++) {
            for (let b = 0; b < 4; b++) if (v / 4 + b < count) f64[at + k] = f64[at + k]! + totals[k]![b]!;
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
          const delta = own * y1 - overlap * x * f32[(signs >> 2) + t]!;
          const mean = linked * y0 - constant - overlap * x;
          [delta, mean, delta + mean].forEach((error, k) => (totals[k]! += error * error));
        }
        totals.forEach((total, k) => (f64[at + k] = f64[at + k]! + total));
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
