import type { Readout } from "../circuits/circuits.js";
import type { LayerSums } from "../engine/sums.js";
import type { Shape } from "../base/shape.js";
import { expectedActiveFraction } from "../theory/overlap.js";
import type { Activity, ErrorRow, Statistic } from "./rows.js";
import { mean, standardDeviation } from "./statistics.js";

/** Everything needed to make rows, except the sums. */
export interface RowsOf {
  readonly L: number;
  readonly T: number;
  /** Number of neurons in each block. */
  readonly blocks: readonly number[];
  readonly expectedActiveFraction: number;
  readonly readouts: readonly Readout[];
  /** Predicted mean squares by readout name and layer; null if there is no prediction. */
  readonly predicted: Readonly<Record<string, readonly Readonly<Record<Activity, number | null>>[]>> | null;
  readonly z: number;
}

/** `RowsOf` for networks of one part, such as the published one: active neurons are counted by block. */
export function onePartRows(shape: Shape, of: Pick<RowsOf, "readouts" | "z" | "predicted">): RowsOf {
  const { D, d, T, L } = shape;
  const blocks = new Array<number>(d).fill(D / d);
  return { ...of, L, T, blocks, expectedActiveFraction: expectedActiveFraction(shape, of.z) };
}

/**
 * Rows for one z: one per layer 0…L.
 *
 * @param sums sums of each network, over the same number of samples
 */
export function errorRows(of: RowsOf, sums: readonly LayerSums[]): ErrorRow[] {
  const { L, T, blocks, readouts, predicted, z } = of;
  const samples = sums[0].samples;
  // If there are many inactive circuits, their readouts are computed in the first samples only.
  const inactiveSamples = T > z ? Math.min(...sums.map(({ inactiveCount }) => inactiveCount)) / (T - z) : samples;
  return Array.from({ length: L + 1 }, (_, layer): ErrorRow => {
    const statistic = (name: string, group: number, activity: Activity): Statistic => {
      const squares = sums.map((own) => own.layers[layer].errors[group][activity]);
      const counts = sums.map((own) => (activity === "active" ? own.activeCount : own.inactiveCount));
      const means = (of: "sum" | "wrong"): number[] =>
        squares.map((own, k) => (counts[k] === 0 ? 0 : (own[of] ?? 0) / counts[k]));
      return {
        meanSquare: mean(means("sum")),
        sd: standardDeviation(means("sum")),
        worst: Math.sqrt(Math.max(...squares.map(({ max }) => max))),
        // The share is null unless wrong readouts were counted in all networks.
        wrong: squares.some(({ wrong }) => wrong === null) ? null : mean(means("wrong")),
        theory: activity === "inactive" && T === z ? null : (predicted?.[name]?.[layer]?.[activity] ?? null),
      };
    };
    const fractions = blocks.map((neurons, i) =>
      sums.map((own) => own.layers[layer].activeNeurons[i] / (own.samples * neurons)),
    );
    return {
      z,
      layer,
      samples,
      networks: sums.length,
      ...(inactiveSamples < samples ? { inactiveSamples } : {}),
      readouts: Object.fromEntries(
        readouts.map(({ name }, group) => [
          name,
          { active: statistic(name, group, "active"), inactive: statistic(name, group, "inactive") },
        ]),
      ),
      activeFraction: fractions.map(mean),
      activeFractionSd: sums.length < 2 ? null : fractions.map((values) => standardDeviation(values)!),
      expectedActiveFraction: of.expectedActiveFraction,
    };
  });
}
