import { spread, wilsonInterval } from "../../results/statistics.js";
import type { UniversalAndSums } from "./measure.js";

/** Results of networks of one size, over networks and samples. */
export interface UniversalAndRow {
  readonly m: number;
  readonly d: number;
  /** Number of inputs that are on. */
  readonly active: number;
  readonly networks: number;
  readonly samples: number;
  /** Root mean square error by the number of a gate's inputs that are on, 0…k; null if there is no such gate. */
  readonly rms: readonly (number | null)[];
  readonly worst: number;
  /** Share of samples with every gate on the correct side of ½, with Wilson's 95% interval. */
  readonly allRight: number;
  readonly low: number;
  readonly high: number;
  /** Squared error summed over all gates, divided by the same sum for outputs of 0; null if no gate gives 1. */
  readonly overZero: number | null;
  /** The standard deviation of `overZero` across networks. */
  readonly overZeroSd: number | null;
  /**
   * Number of neurons from which a gate is read: mean, standard deviation and minimum over gates. If all pairs are
   * computed, this is the number of neurons that both inputs drive.
   */
  readonly readers: { readonly mean: number; readonly sd: number; readonly least: number };
  /** Share of gates whose value cannot be read from any neuron. */
  readonly unread: number;
}

/** @param networks the sums of each network of this size */
export function universalAndRow(
  size: { readonly m: number; readonly d: number; readonly active: number },
  networks: readonly UniversalAndSums[],
): UniversalAndRow {
  const sum = (of: (sums: UniversalAndSums) => number): number => networks.reduce((all, sums) => all + of(sums), 0);
  const average = (of: (sums: UniversalAndSums) => number): number => sum(of) / networks.length;
  const samples = sum((sums) => sums.samples);
  const allRight = sum((sums) => sums.allRight);
  const [low, high] = wilsonInterval(allRight, samples);
  const ratios = networks.map(({ squares, trueCount }) => squares.reduce((all, square) => all + square, 0) / trueCount);
  const isNever = sum(({ trueCount }) => trueCount) === 0;
  const { mean: overZero, sd: overZeroSd } = isNever ? { mean: null, sd: null } : spread(ratios);
  return {
    ...size,
    ...{ networks: networks.length, samples },
    rms: networks[0].counts.map((_, on) => {
      const count = sum(({ counts }) => counts[on]);
      return count === 0 ? null : Math.sqrt(sum(({ squares }) => squares[on]) / count);
    }),
    worst: Math.max(...networks.map(({ worst }) => worst)),
    ...{ allRight: allRight / samples, low, high, overZero, overZeroSd },
    readers: {
      mean: average(({ readers }) => readers.mean),
      sd: average(({ readers }) => readers.sd),
      least: Math.min(...networks.map(({ readers }) => readers.least)),
    },
    unread: average((sums) => sums.unread / sums.gateCount),
  };
}
