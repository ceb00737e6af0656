import type { DepthRow, DesignRow, LargestRow } from "../../../src/studies/design-comparison/rows.js";

export const designs = ["published", "A: rows", "B: windows", "B: S = 2", "C: grid", "D: groups", "switched"];

const count = { samples: 2000, networks: 5 };

/** D1: the errors of one design explode, one design is exact, and the errors of the others grow from layer to layer. */
export function errorRows(): DesignRow[] {
  return designs.flatMap((design, k) =>
    [1, 2, 3].flatMap((z) =>
      Array.from({ length: design === "published" ? 6 : 40 }, (_, index): DesignRow => {
        const layer = index + 1;
        const meanSquare =
          design === "published" ? 0.001 * 8 ** layer : design === "C: grid" ? 1e-12 : 0.001 * z * k * layer;
        return {
          ...{ design, z, T: 557, noise: 0, layer, ...count, meanSquare, sd: 0.1 * meanSquare },
          ...{ wrong: 0.02, worst: 1, inactive: 0.5, floor: k === 2 ? 0.8 * meanSquare : null },
          naive: design === "C: grid" ? 0.975 : 0.551,
        };
      }),
    ),
  );
}

const beats = (depth: number) => ({ beatsNaive: 2 * depth, beatsNaiveInAll: depth > 30 });

/** D2, D3. */
export function depthRows(): DepthRow[] {
  return designs.flatMap((design, k) =>
    [1, 2, 3].flatMap((z) =>
      [0, 0.01, 0.03].map((noise, n): DepthRow => {
        const depth = Math.max(0, Math.round(100 / (1 + n * k) / z) - (k === 0 ? 97 : 0));
        return { design, z, noise, depth, isLeast: k > 3 && n === 0, wrong: 0.01 * k, ...count, ...beats(depth) };
      }),
    ),
  );
}

/** D4. */
export function largestRows(): LargestRow[] {
  return designs
    .filter((design) => design !== "B: windows")
    .flatMap((design, k) =>
      [1, 2, 3].map((z): LargestRow => ({
        ...{ design, z, T: design === "C: grid" ? 87_616 : 400 * (k + 1) - 90 * z },
        ...{ logSd: 0.02, isAll: k > 2, samples: 500 },
      })),
    );
}
