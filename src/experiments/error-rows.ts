import type { Readout } from "../circuits/circuits.js";
import type { LayerSums } from "../measure/sums.js";
import type { Shape } from "../shape.js";
import type { PredictedError } from "../theory/errors.js";
import { expectedActiveFraction } from "../theory/overlap.js";
import type { ErrorRow, Statistic } from "./rows.js";
import { mean, standardDeviation } from "./statistics.js";

/** What rows say besides the sums. */
export interface RowsOf {
  readonly shape: Shape;
  readonly readouts: readonly Readout[];
  /** By readout name, index is the layer: of the same shape and z. */
  readonly predicted: Readonly<Record<string, readonly PredictedError[]>>;
  readonly z: number;
}

/**
 * Rows of one z, a row per layer 0…L.
 *
 * @param sums of each network, of the same number of samples
 */
export function errorRows({ shape, readouts, predicted, z }: RowsOf, sums: readonly LayerSums[]): ErrorRow[] {
  const P = shape.D / shape.d;
  return Array.from({ length: shape.L + 1 }, (_, layer): ErrorRow => {
    const errors: Record<string, Statistic> = {};
    readouts.forEach(({ name }, group) => {
      for (const which of ["active", "inactive"] as const) {
        const squares = sums.map((own) => own.layers[layer]!.errors[group]![which]);
        const counts = sums.map((own) => (which === "active" ? own.activeCount : own.inactiveCount));
        const means = squares.map(({ sum }, network) => (counts[network] === 0 ? 0 : sum / counts[network]!));
        errors[`${name}${which === "active" ? "Active" : "Inactive"}`] = {
          meanSquare: mean(means),
          sd: standardDeviation(means),
          worst: Math.sqrt(Math.max(...squares.map(({ max }) => max))),
          theory: predicted[name]![layer]![which],
        };
      }
    });
    const fractions = Array.from({ length: shape.d }, (__, i) =>
      sums.map((own) => own.layers[layer]!.activeNeurons[i]! / (own.samples * P)),
    );
    return {
      z,
      layer,
      samples: sums[0]!.samples,
      networks: sums.length,
      errors,
      activeFraction: fractions.map(mean),
      activeFractionSd: sums.length < 2 ? null : fractions.map((values) => standardDeviation(values)!),
      expectedActiveFraction: expectedActiveFraction(shape, z),
    };
  });
}
