import type { ErrorReference } from "../../src/results/error-tables.js";
import { activities, bothOf, type ErrorRow, type Statistic, type StatisticOf } from "../../src/results/rows.js";

// Shared by the topics' fixed rows: the reference data in the form of our own results.

/** Numbers by layer, under the authors' names. */
export type ByLayer = Readonly<Record<string, readonly number[]>>;

/** An error's name in the authors' data: our alpha of active circuits is "on_active". */
export const theirName = ({ readout, activity }: StatisticOf): string =>
  `${readout === "alpha" ? "on" : readout}_${activity}`;

export function statistics(
  layer: number,
  mean: ByLayer,
  sd: ByLayer,
  theory: (of: StatisticOf) => number | null,
): ErrorRow["readouts"] {
  const statistic = (of: StatisticOf): Statistic => ({
    meanSquare: mean[`mse_${theirName(of)}`]![layer]!,
    sd: sd[`mse_${theirName(of)}`]?.[layer] ?? null,
    worst: mean[`worst_${theirName(of)}`]?.[layer] ?? 0,
    wrong: null,
    theory: theory(of),
  });
  const readouts = ["x", "alpha"].filter((readout) => bothOf(readout).every((of) => `mse_${theirName(of)}` in mean));
  return Object.fromEntries(
    readouts.map((readout) => {
      const [active, inactive] = bothOf(readout).map(statistic);
      return [readout, { active: active!, inactive: inactive! }];
    }),
  );
}

/** [E20] and [E22] for the published network. */
export function predicted(of: StatisticOf, layer: number, z: number, T: number, q: number): number | null {
  if (layer === 0) return null;
  if (of.activity === "inactive") return q * z;
  if (of.readout === "alpha") return 0;
  return (layer - 1) * T * q * q * (z + 8 * (z - 1)) + 9 * layer * q * (z - 1);
}

/** The measured values themselves, to be drawn as rings. */
export function asReference(rows: readonly ErrorRow[]): ErrorReference[] {
  const ring = ({ meanSquare, worst }: Statistic) => ({ meanSquare: meanSquare * 0.97, worst: worst * 0.95 });
  return rows.map(({ z, layer, readouts }) => ({
    z,
    layer,
    readouts: Object.fromEntries(
      Object.entries(readouts).map(([name, both]) => [
        name,
        Object.fromEntries(activities.map((activity) => [activity, ring(both[activity])])),
      ]),
    ),
  }));
}
