import type { CleaningRow } from "../../../src/studies/cleaning/figure.js";

/** Rows of figure CLEAN that look like measured ones. */
export function cleaningRows(): CleaningRow[] {
  const maps = (["copied", "ramp", "late ramp", "bit"] as const).flatMap((cleaner, k) =>
    Array.from({ length: 13 }, (_, n): CleaningRow => {
      const input = n / 10 - 0.1;
      const output = Math.min(1, Math.max(0, input * (1 + k) - 0.2 * k));
      return {
        cleaner,
        of: "indicator",
        wanted: null,
        input,
        noise: 0,
        passes: 1,
        output,
        worst: null,
        theory: output,
      };
    }),
  );
  const vectors = (["moved", "snap"] as const).flatMap((cleaner) =>
    ([0, 1] as const).flatMap((wanted) =>
      Array.from({ length: 11 }, (_, n): CleaningRow => {
        const input = 0.03 * n;
        const output = cleaner === "moved" ? input : wanted === 0 ? 9 * input : Math.max(0, input - 0.1);
        const rest = { output, worst: 1.3 * output, theory: cleaner === "moved" ? input : null };
        return { cleaner, of: "x", wanted, input, noise: 0, passes: 1, ...rest };
      }),
    ),
  );
  const noise = (["copied", "ramp", "late ramp", "bit", "moved", "snap"] as const).flatMap((cleaner, k) =>
    [0.01, 0.03].flatMap((sigma) =>
      [1, 10, 50].map((passes): CleaningRow => {
        const output = sigma * (k % 4 === 0 ? Math.sqrt(passes) : 1 + k / 10);
        const of = k > 3 ? "x" : "indicator";
        return { cleaner, of, wanted: 1, input: null, noise: sigma, passes, output, worst: 3 * output, theory: null };
      }),
    ),
  );
  return [...maps, ...vectors, ...noise];
}

/** The maps, given by the corners of piecewise linear functions. */
export const cleaningFormulas = {
  copied: [
    [-0.1, 0],
    [0, 0],
    [1.1, 1.1],
  ],
  snap: [
    [0, 0],
    [0.11, 0],
  ],
} as const;
