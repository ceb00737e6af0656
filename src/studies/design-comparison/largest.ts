import { maxCircuits } from "../../assignment/prime-steps.js";
import { designOf } from "../../designs/designs.js";
import { cellsOf, searchedDesigns, type SearchedDesign } from "./designs.js";
import type { LargestRow } from "./rows.js";
import { deriveSeed } from "../../base/random.js";
import { parseSpec } from "../../config/parse-spec.js";
import { designSize, type RunSpec } from "../../config/run-spec.js";
import { collisionLimit } from "../../theory/collisions.js";
import { concludeBisection, fullEffort, type SearchEffort } from "../bisection.js";
import type { RunTasks, Settings } from "../study.js";
import { searchLargestCounts, type LargestCountSearch } from "../largest-count.js";

/** The criterion: at this layer, mean |δx|² is at most this. */
export const LARGEST = { layer: 5, threshold: 0.25 } as const;

/** The default precision: T to within 25%, with few networks. */
const SMALL_EFFORT: SearchEffort = { firstNetworks: 2, mostNetworks: 4, narrow: 1.25 };

/** Number of neurons per layer. */
const D = 1000;

/** The spec of the run that measures T circuits. */
function specOf(
  { spec }: SearchedDesign,
  run: { T: number; z: number; networks: number; samples: number; seed: number },
): RunSpec {
  const angles = designOf(spec.design)?.angles ?? null;
  return parseSpec({ ...spec, ...run, D, z: [run.z], L: LARGEST.layer, angles });
}

/** A spec for computing values that depend neither on T nor on the number of samples and networks. */
function anySpecOf(searched: SearchedDesign, z: number): RunSpec {
  return specOf(searched, { T: 4, z, networks: 1, samples: 1, seed: 1 });
}

/** The largest number of circuits that a design can hold for z. */
function assignable(searched: SearchedDesign, z: number): number {
  const spec = anySpecOf(searched, z);
  return designOf(spec.design)?.largest(designSize(spec, z)) ?? maxCircuits({ P: spec.D / 4, S: spec.S });
}

/** The T that collisions alone would allow; null if they do not limit T. */
export function collisionBound(searched: SearchedDesign, z: number): number | null {
  const spec = anySpecOf(searched, z);
  const cells = z === 1 ? null : cellsOf(spec, z);
  if (cells === null) return null;
  const most = assignable(searched, z);
  return collisionLimit({ ...cells, z, most, threshold: LARGEST.threshold }, LARGEST.layer);
}

/** The largest T of every design and z; searches that take minutes run only with --wide. */
export async function measureLargest({ seed, quick, wide }: Settings, run: RunTasks): Promise<LargestRow[]> {
  const samples = wide ? 500 : quick ? 32 : 64;
  const effort = wide ? fullEffort : quick ? { firstNetworks: 2, mostNetworks: 2, narrow: 2 } : SMALL_EFFORT;
  const each = searchedDesigns.flatMap((searched) =>
    searched.zs.flatMap((z, zIndex) => {
      const { name, starts, effort: own, defaultZs } = searched;
      if (!wide && defaultZs?.includes(z) !== true) return [];
      const specFor = (T: number, networks: number): RunSpec =>
        specOf(searched, { T, z, networks, samples, seed: deriveSeed(seed, "frontier-largest", T, z) });
      const start = starts?.[zIndex];
      const state = {
        D,
        assignable: assignable(searched, z),
        probes: [],
        ...(start === undefined ? {} : { start }),
      };
      const search: LargestCountSearch = {
        state,
        specFor,
        ...(own === undefined || wide || quick ? {} : { effort: own }),
      };
      return { name, z, search };
    }),
  );
  const states = await searchLargestCounts(
    each.map(({ search }) => search),
    { ...LARGEST, effort },
    run,
  );
  return each.map(({ name, z }, k): LargestRow => {
    const { T, logSd, censored } = concludeBisection(states[k], LARGEST.threshold);
    return { design: name, z, T, logSd, isAll: censored, samples };
  });
}
