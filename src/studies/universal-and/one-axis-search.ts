import { deriveSeed } from "../../base/random.js";
import { collect } from "../../jobs/execute.js";
import { wilsonInterval } from "../../results/statistics.js";
import {
  concludeBisection,
  CONFIDENCE,
  nextProbe,
  standardError,
  verdict,
  type BisectionState,
  type Estimate,
  type Probe,
  type SearchEffort,
} from "../bisection.js";
import type { RunTasks, Settings } from "../study.js";
import type { AndNeuronsRow } from "./one-axis-figure.js";
import type { AndCountTask } from "./one-axis-measure.js";
import { WRONG, type Way } from "./one-axis-ways.js";

/** One search for the largest count. */
export interface CountSearch {
  readonly way: Way;
  readonly D: number;
  readonly l: number;
}

/**
 * Number of samples in the first round of a probe (`first`) and the most that a probe takes (`most`); the search ends
 * when G is known to within the factor `narrow`.
 */
export interface CountEffort {
  readonly first: number;
  readonly most: number;
  readonly narrow: number;
}

function effortOf({ way, D }: CountSearch, { first, most, narrow }: CountEffort): SearchEffort {
  const networks = (samples: number): number => Math.max(2, Math.ceil(samples / way.samples(D)));
  return { firstNetworks: networks(first), mostNetworks: networks(most), narrow: narrow ** (1 / way.power) };
}

/**
 * The share of samples with a wrong AND over the given networks, estimated by the midpoint of Wilson's interval at two
 * standard errors. Its error is a quarter of the interval's width or the error from the spread across networks,
 * whichever is larger.
 */
function shareWrong(values: readonly number[], samples: number): Estimate {
  const all = values.length * samples;
  const wrong = Math.round(values.reduce((sum, value) => sum + value, 0) * samples);
  const [low, high] = wilsonInterval(wrong, all, CONFIDENCE);
  return { mean: (low + high) / 2, error: Math.max((high - low) / (2 * CONFIDENCE), standardError(values)) };
}

/**
 * Searches for the largest count that each method can handle, all methods side by side, as in figure CAP. A probe
 * starts with a few networks and doubles their number until its share of wrong samples is known to be above or below
 * the allowed share.
 */
export async function searchCounts(
  searches: readonly CountSearch[],
  effort: CountEffort,
  { seed }: Pick<Settings, "seed">,
  run: RunTasks,
): Promise<BisectionState[]> {
  let states = searches.map(({ way, D, l }): BisectionState => {
    const least = way.least(l);
    const start = Math.max(least, Math.round(way.start(D, l)));
    return {
      D,
      least,
      assignable: way.largest(D),
      start,
      slope: way.slope,
      isSlopeKnown: way.law !== undefined,
      probes: [],
    };
  });
  for (;;) {
    const wanted = states.flatMap((state, index) => {
      const probe = state.assignable < 2 ? null : nextProbe(state, WRONG, effortOf(searches[index], effort));
      if (probe === null) return [];
      return [{ index, ...probe, known: state.probes.find(({ T }) => T === probe.T)?.values ?? [] }];
    });
    if (wanted.length === 0) return states;
    const tasks = wanted.flatMap(({ index, T, networks, known }) => {
      const { way, D, l } = searches[index];
      const own = { D, count: T, active: l, samples: way.samples(D) };
      return Array.from({ length: networks - known.length }, (_, k): AndCountTask => {
        const drawn = { seed: deriveSeed(seed, "and-count", way.name, D, l, T), repeat: known.length + k };
        return { kind: "and-count", network: way.network(D, l), ...own, ...drawn };
      });
    });
    const results = await collect(run(tasks, tasks.length));
    let at = 0;
    const found = new Map(
      wanted.map(({ index, T, networks, known }): [number, Probe] => {
        const { way, D } = searches[index];
        const fresh = results.slice(at, (at += networks - known.length));
        const values = [...known, ...fresh.map(({ wrong, samples }) => wrong / samples)];
        return [index, { T, values, estimate: shareWrong(values, way.samples(D)) }];
      }),
    );
    states = states.map((state, index) => {
      const probe = found.get(index);
      return probe === undefined
        ? state
        : { ...state, probes: [...state.probes.filter(({ T }) => T !== probe.T), probe] };
    });
  }
}

/** One row of the figure from a finished search. */
export function countRow({ way, D, l }: CountSearch, state: BisectionState): AndNeuronsRow {
  const row = { name: way.name, D, active: l, G: null, m: null, logSd: 0, censored: false };
  const isFound = state.probes.some((probe) => verdict(probe, WRONG) !== "above");
  if (state.assignable < 2 || !isFound) return { ...row, note: way.failure(D, l) };
  const { T, logSd, censored } = concludeBisection(state, WRONG);
  const count = Math.min(state.assignable, Math.max(way.least(l), Math.floor(T)));
  const sd = way.power * Math.hypot(logSd, bracketSd(state));
  return {
    ...row,
    ...{ G: way.gates(count), m: way.inputs(count), logSd: sd, censored, note: censored ? way.end : null },
  };
}

/**
 * The standard deviation of ln T, taken as uniform over the bracket; 0 if there is no bracket or if the verdict on a
 * probe is undecided.
 */
function bracketSd({ probes }: BisectionState): number {
  const of = (side: ReturnType<typeof verdict>): number[] =>
    probes.filter((probe) => verdict(probe, WRONG) === side).map(({ T }) => T);
  if (of("undecided").length > 0 || of("above").length === 0 || of("below").length === 0) return 0;
  return Math.log(Math.min(...of("above")) / Math.max(...of("below"))) / Math.sqrt(12);
}
