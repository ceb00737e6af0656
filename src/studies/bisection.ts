import { lastOf } from "../base/last.js";
import { mean, standardDeviation } from "../results/statistics.js";

/** One measurement on the way: the mean square at T over some networks. */
export interface Probe {
  readonly T: number;
  /** One mean square per network. */
  readonly values: readonly number[];
}

/** What is known of the largest T at one D. */
export interface BisectionState {
  readonly D: number;
  /** Largest T that the assignment has room for. */
  readonly assignable: number;
  /** T to try first, where the end of the assignment is far off or dear; default: the end. */
  readonly start?: number;
  readonly probes: readonly Probe[];
}

/** How much a search may take. */
export interface SearchEffort {
  /** Networks in a first probe, and in one that stays undecided. */
  readonly firstNetworks: number;
  readonly mostNetworks: number;
  /** The search ends when the bracket is this narrow. */
  readonly narrow: number;
}

export interface LargestCount {
  readonly D: number;
  /** Largest T below the threshold; `assignable` when censored. */
  readonly T: number;
  /** Standard deviation of ln T. */
  readonly logSd: number;
  /** The assignment ends below the threshold, so that T is only a lower bound. */
  readonly censored: boolean;
  readonly assignable: number;
}

export const fullEffort: SearchEffort = { firstNetworks: 3, mostNetworks: 12, narrow: 1.06 };
/** A probe decides when its mean is this many standard errors from the threshold. */
const CONFIDENCE = 2;

type Verdict = "below" | "above" | "undecided";

function standardError(values: readonly number[]): number {
  return (standardDeviation(values) ?? Infinity) / Math.sqrt(values.length);
}

/** On which side of the threshold a probe is, if that is known. */
export function verdict({ values }: Probe, threshold: number): Verdict {
  const distance = mean(values) - threshold;
  if (Math.abs(distance) <= CONFIDENCE * standardError(values)) return "undecided";
  return distance > 0 ? "above" : "below";
}

/** The best-known T on either side. */
function bracket(state: BisectionState, threshold: number): { below: Probe | null; above: Probe | null } {
  const probes = [...state.probes].sort((a, b) => a.T - b.T);
  return {
    below: probes.filter((probe) => verdict(probe, threshold) === "below").at(-1) ?? null,
    above: probes.find((probe) => verdict(probe, threshold) === "above") ?? null,
  };
}

/**
 * What to measure next for one D: T, and how many networks in all. null when enough is known.
 *
 * The end of the assignment is probed first, or `start` and from there upwards; then the bracket is halved in ln T. A probe
 * within two standard errors of the threshold gets more networks; one that stays there ends the search, since it *is* the
 * crossing.
 */
export function nextProbe(
  state: BisectionState,
  threshold: number,
  { firstNetworks, mostNetworks, narrow }: SearchEffort = fullEffort,
): { T: number; networks: number } | null {
  const { probes, assignable, start = assignable } = state;
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
  const T = Math.round(below === null ? above.T * 0.6 : Math.sqrt(below.T * above.T));
  if (T < 2 || T === below?.T || T === above.T) return null;
  return { T, networks: firstNetworks };
}

/** The crossing from what was measured. Call when nextProbe has nothing more to ask. */
export function concludeBisection(state: BisectionState, threshold: number): LargestCount {
  const { D, assignable, probes } = state;
  const { below, above } = bracket(state, threshold);
  const undecided = probes.find((probe) => verdict(probe, threshold) === "undecided");
  if (!undecided && above === null) return { D, T: assignable, logSd: 0, censored: true, assignable };
  // ln error is close to linear in ln T between neighbours; its slope turns errors of the error into errors of T.
  const sorted = [...probes].sort((a, b) => a.T - b.T);
  const low = below ?? sorted[0];
  const high = above ?? lastOf(sorted);
  const slope =
    high.T > low.T ? Math.max(1, Math.log(mean(high.values) / mean(low.values)) / Math.log(high.T / low.T)) : 1;
  if (undecided) {
    const value = mean(undecided.values);
    const T = undecided.T * (threshold / value) ** (1 / slope);
    return { D, T, logSd: standardError(undecided.values) / value / slope, censored: false, assignable };
  }
  const share = Math.log(threshold / mean(low.values)) / Math.log(mean(high.values) / mean(low.values));
  const T = low.T * (high.T / low.T) ** share;
  const spread = Math.hypot(...[low, high].map(({ values }) => (0.5 * standardError(values)) / mean(values)));
  return { D, T, logSd: spread / slope, censored: false, assignable };
}
