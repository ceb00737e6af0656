import { readDescriptor, type Twin } from "./views.js";
import * as fields from "../fields.js";

// Twins of the kernels in assembly/dot-products.ts; see the comments there.

const fround = Math.fround;
/** Number of components in a block: every block is summed from 0, then added to the sum of the blocks before it. */
const KC = 256;

export const dotProducts: Twin<"dotProducts"> = (views, descriptor, panel, panels, other, others) => {
  const { vectors, n, all, result } = readDescriptor(views, fields.dotProducts, descriptor);
  const { f32, f64 } = views;
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
};
