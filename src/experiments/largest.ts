import type { RunSpec } from "../spec.js";
import { nextProbe, type CapacityState, type SearchEffort } from "./capacity-search.js";
import type { RunTasks } from "./experiment.js";
import { countTasks, mergeRuns, tasksOfAll } from "./measured.js";

/** One search for the largest T. */
export interface LargestSearch {
  readonly state: CapacityState;
  /** What is run to measure T circuits on some networks; one z, rotations. */
  readonly specFor: (T: number, networks: number) => RunSpec;
}

export interface LargestOptions {
  /** The mean square error on x of active circuits at this layer is to be at most `threshold`. */
  readonly layer: number;
  readonly threshold: number;
  readonly effort?: SearchEffort;
}

/** Searches for the largest T, all searches side by side; returns what is then known of each. */
export async function searchLargest(
  searches: readonly LargestSearch[],
  { layer, threshold, effort }: LargestOptions,
  run: RunTasks,
): Promise<CapacityState[]> {
  let states = searches.map(({ state }) => state);
  for (;;) {
    const wanted = states.flatMap((state, index) => {
      const probe = nextProbe(state, threshold, effort);
      return probe ? [{ index, ...probe, spec: searches[index]!.specFor(probe.T, probe.networks) }] : [];
    });
    if (wanted.length === 0) return states;
    const specs = wanted.map(({ spec }) => spec);
    const count = specs.reduce((sum, spec) => sum + countTasks(spec), 0);
    const runs = await mergeRuns(specs, run(tasksOfAll(specs), count));
    states = states.map((state, index) => {
      const k = wanted.findIndex((probe) => probe.index === index);
      if (k === -1) return state;
      // x is the second readout of rotations; a probe asked for again replaces the smaller one.
      const values = runs[k]!.map(([sums]) => sums!.layers[layer]!.errors[1]!.active.sum / sums!.activeCount);
      const probe = { T: wanted[k]!.T, values };
      return { ...state, probes: [...state.probes.filter(({ T }) => T !== probe.T), probe] };
    });
  }
}
