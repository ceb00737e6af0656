import { lastOf } from "../base/last.js";
import { mean, standardDeviation } from "../results/statistics.js";

/** One measurement of the search: the mean squares of several networks with T circuits. */
export interface Probe {
  readonly T: number;
  /** One mean square per network. */
  readonly values: readonly number[];
  /** The mean and its standard error, if they are not simply computed from `values`. */
  readonly estimate?: Estimate;
}

export interface Estimate {
  readonly mean: number;
  readonly error: number;
}

/** The state of the search for the largest T at one D. */
export interface BisectionState {
  readonly D: number;
  /** Largest T that the assignment can hold. */
  readonly assignable: number;
  /**
   * T to try first; default: `assignable`. Useful if `assignable` is expensive to measure or far from the T at which
   * the error crosses the threshold.
   */
  readonly start?: number;
  /** Smallest T to try. Default 2. */
  readonly least?: number;
  /** The smallest possible slope of ln error against ln T. Default 1. */
  readonly slope?: number;
  /** Whether `slope` is exact because a law gives it; a steeper slope between probes is then due to noise. */
  readonly isSlopeKnown?: boolean;
  readonly probes: readonly Probe[];
}

/** Limits on the effort of a search. */
export interface SearchEffort {
  /** Number of networks in the first probe at each T, and the largest number for a probe that stays undecided. */
  readonly firstNetworks: number;
  readonly mostNetworks: number;
  /** The search ends when the upper end of the bracket is at most this many times the lower end. */
  readonly narrow: number;
}

export interface LargestCount {
  readonly D: number;
  /** Largest T at which the error is below the threshold; equals `assignable` if `censored` is true. */
  readonly T: number;
  /** Standard deviation of ln T. */
  readonly logSd: number;
  /** Whether the error at the assignment's largest T is still below the threshold; T is then only a lower bound. */
  readonly censored: boolean;
  readonly assignable: number;
}

export const fullEffort: SearchEffort = { firstNetworks: 3, mostNetworks: 12, narrow: 1.06 };
/** A probe counts as above or below the threshold once its mean is more than this many standard errors away from it. */
export const CONFIDENCE = 2;

type Verdict = "below" | "above" | "undecided";

function estimateOf({ values, estimate }: Probe): Estimate {
  return estimate ?? { mean: mean(values), error: standardError(values) };
}

export function standardError(values: readonly number[]): number {
  return (standardDeviation(values) ?? Infinity) / Math.sqrt(values.length);
}

/** Which side of the threshold a probe is on, if known. */
export function verdict(probe: Probe, threshold: number): Verdict {
  const { mean, error } = estimateOf(probe);
  const distance = mean - threshold;
  if (Math.abs(distance) <= CONFIDENCE * error) return "undecided";
  return distance > 0 ? "above" : "below";
}

/** The probes closest to the crossing, one on each side. */
function bracket(state: BisectionState, threshold: number): { below: Probe | null; above: Probe | null } {
  const probes = [...state.probes].sort((a, b) => a.T - b.T);
  return {
    below: probes.filter((probe) => verdict(probe, threshold) === "below").at(-1) ?? null,
    above: probes.find((probe) => verdict(probe, threshold) === "above") ?? null,
  };
}

/**
 * What to measure next for one D: T and the total number of networks. Null once the search has ended.
 *
 * The search first probes `start` (by default, the assignment's largest T), and then larger or smaller values until the
 * crossing is bracketed. Then each probe halves the bracket in ln T. A probe within two standard errors of the
 * threshold gets more networks; if it stays that close, the crossing is computed from this probe, and the search ends.
 */
export function nextProbe(
  state: BisectionState,
  threshold: number,
  { firstNetworks, mostNetworks, narrow }: SearchEffort = fullEffort,
): { T: number; networks: number } | null {
  const { probes, assignable, start = assignable, least = 2 } = state;
  const open = probes.find((probe) => verdict(probe, threshold) === "undecided" && probe.values.length < mostNetworks);
  if (open) return { T: open.T, networks: Math.min(mostNetworks, 2 * open.values.length) };
  if (probes.some((probe) => verdict(probe, threshold) === "undecided")) return null;
  if (probes.length === 0) return { T: Math.min(start, assignable), networks: firstNetworks };
  const { below, above } = bracket(state, threshold);
  if (above === null) {
    const last = below!.T;
    return last === assignable ? null : { T: Math.min(assignable, Math.round(last / 0.6)), networks: firstNetworks };
  }
  if (below !== null && above.T / below.T <= narrow) return null;
  const T = Math.max(least, Math.round(below === null ? above.T * 0.6 : Math.sqrt(below.T * above.T)));
  if (T === below?.T || T === above.T) return null;
  return { T, networks: firstNetworks };
}

/**
 * Estimates from the measurements the T at which the error crosses the threshold. Call this only after `nextProbe` has
 * returned null.
 */
export function concludeBisection(state: BisectionState, threshold: number): LargestCount {
  const { D, assignable, slope: least = 1, isSlopeKnown = false, probes } = state;
  const { below, above } = bracket(state, threshold);
  const undecided = probes.find((probe) => verdict(probe, threshold) === "undecided");
  if (!undecided && above === null) return { D, T: assignable, logSd: 0, censored: true, assignable };
  // Between neighbouring probes, ln error is close to linear in ln T; the slope converts the uncertainty of the error
  // into an uncertainty of T.
  const sorted = [...probes].sort((a, b) => a.T - b.T);
  const low = below ?? sorted[0];
  const high = above ?? lastOf(sorted);
  const ends = [low, high].map(estimateOf);
  const slope =
    high.T > low.T && !isSlopeKnown
      ? Math.max(least, Math.log(ends[1].mean / ends[0].mean) / Math.log(high.T / low.T))
      : least;
  if (undecided) {
    const { mean, error } = estimateOf(undecided);
    const T = undecided.T * (threshold / mean) ** (1 / slope);
    return { D, T, logSd: error / mean / slope, censored: false, assignable };
  }
  const share = Math.log(threshold / ends[0].mean) / Math.log(ends[1].mean / ends[0].mean);
  const T = low.T * (high.T / low.T) ** share;
  const spread = Math.hypot(...ends.map(({ mean, error }) => (0.5 * error) / mean));
  return { D, T, logSd: spread / slope, censored: false, assignable };
}
