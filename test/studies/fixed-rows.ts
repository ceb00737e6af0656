import type { ErrorRow, Statistic } from "../../src/results/rows.js";

// What the topics' fixed rows share: the reference data in the shape of our own results.

/** Numbers by layer, by the authors' names. */
export type ByLayer = Readonly<Record<string, readonly number[]>>;

/** Our names of errors and theirs. */
export const names = {
  xActive: "x_active",
  xInactive: "x_inactive",
  alphaActive: "on_active",
  alphaInactive: "on_inactive",
};

export function statistics(
  layer: number,
  mean: ByLayer,
  sd: ByLayer,
  theory: (name: string) => number | null,
): Record<string, Statistic> {
  return Object.fromEntries(
    Object.entries(names)
      .filter(([, theirs]) => mean[`mse_${theirs}`] !== undefined)
      .map(([ours, theirs]) => [
        ours,
        {
          meanSquare: mean[`mse_${theirs}`]![layer]!,
          sd: sd[`mse_${theirs}`]?.[layer] ?? null,
          worst: mean[`worst_${theirs}`]?.[layer] ?? 0,
          wrong: null,
          theory: theory(ours),
        },
      ]),
  );
}

/** [E20], [E22] for the post's network. */
export function predicted(name: string, layer: number, z: number, T: number, q: number): number | null {
  if (layer === 0) return null;
  if (name.endsWith("Inactive")) return q * z;
  if (name === "alphaActive") return 0;
  return (layer - 1) * T * q * q * (z + 8 * (z - 1)) + 9 * layer * q * (z - 1);
}

/** The measured values themselves as rings. */
export function asReference(rows: readonly ErrorRow[]): {
  z: number;
  layer: number;
  errors: Record<string, { meanSquare: number; worst: number }>;
}[] {
  return rows.map(({ z, layer, errors }) => ({
    z,
    layer,
    errors: Object.fromEntries(
      Object.entries(errors).map(([name, { meanSquare, worst }]) => [
        name,
        { meanSquare: meanSquare * 0.97, worst: worst * 0.95 },
      ]),
    ),
  }));
}
