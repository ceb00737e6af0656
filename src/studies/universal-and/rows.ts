import { wilsonInterval } from "../../results/statistics.js";
import { pairClasses, type PairClass, type UniversalAndSums } from "./measure.js";

/** What networks of one size do, over networks and samples. */
export interface UniversalAndRow {
  readonly m: number;
  readonly d: number;
  /** Inputs that are on. */
  readonly active: number;
  readonly networks: number;
  readonly samples: number;
  /** Root mean square error by how many of a pair's inputs are on; null where no pair is in the class. */
  readonly rms: Readonly<Record<PairClass, number | null>>;
  readonly worst: number;
  /** Share of samples with every pair on its side of ½, with Wilson's 95 % interval. */
  readonly allRight: number;
  readonly low: number;
  readonly high: number;
  /** Squared error summed over all pairs over that of answering 0; null where no pair is on. */
  readonly overZero: number | null;
  /** Share of pairs that no neuron reads. */
  readonly unread: number;
}

/** @param networks sums of each network of the size */
export function universalAndRow(
  size: { readonly m: number; readonly d: number; readonly active: number },
  networks: readonly UniversalAndSums[],
): UniversalAndRow {
  const sum = (of: (sums: UniversalAndSums) => number): number => networks.reduce((all, sums) => all + of(sums), 0);
  const samples = sum((sums) => sums.samples);
  const allRight = sum((sums) => sums.allRight);
  const [low, high] = wilsonInterval(allRight, samples);
  const rms = (of: PairClass): number | null => {
    const count = sum(({ counts }) => counts[of]);
    return count === 0 ? null : Math.sqrt(sum(({ squares }) => squares[of]) / count);
  };
  const on = sum(({ counts }) => counts.on);
  return {
    ...size,
    ...{ networks: networks.length, samples },
    rms: { none: rms("none"), one: rms("one"), on: rms("on") },
    worst: Math.max(...networks.map(({ worst }) => worst)),
    ...{ allRight: allRight / samples, low, high },
    overZero: on === 0 ? null : sum(({ squares }) => pairClasses.reduce((all, of) => all + squares[of], 0)) / on,
    unread: sum((sums) => sums.unread) / networks.length / ((size.m * (size.m - 1)) / 2),
  };
}
