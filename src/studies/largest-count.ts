import type { RunSpec } from "../config/run-spec.js";
import { nextProbe, type BisectionState, type SearchEffort } from "./bisection.js";
import type { RunTasks } from "./study.js";
import { mergeRuns } from "../runs/rows.js";
import { runTasks } from "../runs/tasks.js";

/** One search for the largest T. */
export interface LargestCountSearch {
  readonly state: BisectionState;
  /**
   * The spec of the run that measures T circuits on the given number of networks; it must have rotations and a single
   * z.
   */
  readonly specFor: (T: number, networks: number) => RunSpec;
  /** The effort for this search; default: the effort in the options. */
  readonly effort?: SearchEffort;
}

export interface LargestCountOptions {
  /** The mean squared error of active circuits' x at this layer must be at most `threshold`. */
  readonly layer: number;
  readonly threshold: number;
  readonly effort?: SearchEffort;
}

/** Runs all searches for the largest T side by side, and returns the final state of each. */
export async function searchLargestCounts(
  searches: readonly LargestCountSearch[],
  { layer, threshold, effort }: LargestCountOptions,
  run: RunTasks,
): Promise<BisectionState[]> {
  let states = searches.map(({ state }) => state);
  for (;;) {
    const wanted = states.flatMap((state, index) => {
      const probe = nextProbe(state, threshold, searches[index].effort ?? effort);
      if (probe === null) return [];
      const { T, networks } = probe;
      // A probe that is requested again keeps its networks and gets additional ones.
      const known = state.probes.find((earlier) => earlier.T === T)?.values ?? [];
      const spec = searches[index].specFor(T, networks);
      return [{ index, T, known, spec, fresh: { ...spec, networks: networks - known.length } }];
    });
    if (wanted.length === 0) return states;
    const tasks = wanted.flatMap(({ spec, known }) =>
      [...runTasks(spec)]
        .filter(({ network }) => network >= known.length)
        .map((task) => ({ ...task, activeOnly: true })),
    );
    const runs = await mergeRuns(
      wanted.map(({ fresh }) => fresh),
      run(tasks, tasks.length),
    );
    states = states.map((state, index) => {
      const k = wanted.findIndex((probe) => probe.index === index);
      if (k === -1) return state;
      // For rotations, x is the second readout.
      const values = runs[k].map(([sums]) => sums.layers[layer].errors[1].active.sum / sums.activeCount);
      const { T, known } = wanted[k];
      const probe = { T, values: [...known, ...values] };
      return { ...state, probes: [...state.probes.filter((earlier) => earlier.T !== T), probe] };
    });
  }
}
