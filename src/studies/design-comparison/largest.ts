import { maxCircuits } from "../../assignment/prime-steps.js";
import { designOf } from "../../designs/designs.js";
import { lineSizes, linesOrder } from "../../designs/lines.js";
import { rowCells } from "../../designs/rows.js";
import { cellCount, windowSizes } from "../../designs/windows.js";
import type { LargestRow } from "./rows.js";
import { deriveSeed } from "../../base/random.js";
import { parseSpec } from "../../config/parse-spec.js";
import type { RunSpec } from "../../config/run-spec.js";
import { collisionLimit, type CollisionsOf } from "../../theory/collisions.js";
import { concludeCapacity, fullEffort, type SearchEffort } from "../bisection.js";
import type { RunTasks, Settings } from "../study.js";
import { searchLargest, type LargestSearch } from "../largest-count.js";

/** The criterion: mean |δx|² at most this at this layer. */
export const LARGEST = { layer: 5, threshold: 0.25 } as const;

/** Cells of x, for what collisions allow. */
type Cells = Pick<CollisionsOf, "P" | "cellNeurons">;

export interface Searched {
  readonly name: string;
  readonly spec: Pick<RunSpec, "design" | "S">;
  readonly zs: readonly number[];
  /** T to try first, by index of z; left out for the design's end. */
  readonly starts?: readonly number[];
  /** Takes minutes: with --wide alone. */
  readonly isDear?: boolean;
  /** Its cells, where collisions limit T; left out where something else does. */
  readonly cells?: (z: number) => Cells;
  /** Of the default, where its networks are large. */
  readonly effort?: SearchEffort;
}

/** How exact the default is: a bracket of 25%, of few networks. */
const SMALL: SearchEffort = { firstNetworks: 2, mostNetworks: 4, narrow: 1.25 };
/** Of large networks: until T is bracketed, or within two standard errors. */
const LEAST: SearchEffort = { firstNetworks: 2, mostNetworks: 2, narrow: 2.8 };

/** Neurons of a layer. */
const D = 1000;

const cellsOfRows = (): Cells => ({ P: rowCells(D), cellNeurons: 3 });

function cellsOfWindows(z: number): Cells {
  const sizes = windowSizes(1, z);
  return { ...sizes, P: cellCount({ D, ...sizes }) };
}

function cellsOfLines(z: number): Cells {
  const sizes = lineSizes({ D, z });
  return { ...sizes, P: linesOrder({ D, L: LARGEST.layer, ...sizes }) };
}

export const searchedDesigns: readonly Searched[] = [
  { name: "published", spec: { design: "standard", S: 6 }, zs: [1, 2, 3] },
  {
    name: "A: rows, S = 3",
    spec: { design: "rows", S: 3 },
    zs: [1, 2, 3],
    starts: [1900, 1050, 780],
    isDear: true,
    cells: cellsOfRows,
  },
  {
    name: "A: rows, S = 2",
    spec: { design: "rows", S: 2 },
    zs: [1, 2, 3],
    starts: [1500, 967, 781],
    effort: LEAST,
    cells: cellsOfRows,
  },
  {
    name: "B: windows",
    spec: { design: "windows", S: 1 },
    zs: [2, 3],
    starts: [1600, 1240],
    isDear: true,
    cells: cellsOfWindows,
  },
  {
    name: "B: lines",
    spec: { design: "lines", S: 1 },
    zs: [1, 2, 3],
    starts: [1e6, 6950, 3880],
    effort: LEAST,
    cells: cellsOfLines,
  },
  { name: "C: grid", spec: { design: "grid", S: 1 }, zs: [1] },
  { name: "D: groups", spec: { design: "groups", S: 1 }, zs: [2, 3], starts: [18_605, 10_368], effort: LEAST },
  { name: "switched", spec: { design: "switched", S: 1 }, zs: [2, 3] },
];

/** What is run for T circuits. */
function specOf(
  { spec }: Searched,
  run: { T: number; z: number; networks: number; samples: number; seed: number },
): RunSpec {
  const angles = designOf(spec.design)?.angles ?? null;
  return parseSpec({ ...spec, ...run, D, z: [run.z], L: LARGEST.layer, angles });
}

/** The most circuits that a searched design has for z. */
function assignable(searched: Searched, z: number): number {
  // Which T and how much of it is run makes no difference to what there is.
  const spec = specOf(searched, { T: 4, z, networks: 1, samples: 1, seed: 1 });
  return designOf(spec.design)?.largest({ ...spec, z }) ?? maxCircuits({ P: spec.D / 4, S: spec.S });
}

/** What collisions alone would allow; null where they are not what limits T. */
export function collisionBound(searched: Searched, z: number): number | null {
  if (searched.cells === undefined || z === 1) return null;
  const most = assignable(searched, z);
  return collisionLimit({ ...searched.cells(z), z, most, threshold: LARGEST.threshold }, LARGEST.layer);
}

/** The largest T of every design and z; with --wide of those whose search takes minutes, too. */
export async function measureLargest({ seed, quick, wide }: Settings, run: RunTasks): Promise<LargestRow[]> {
  const samples = wide ? 500 : quick ? 32 : 64;
  const effort = wide ? fullEffort : quick ? { firstNetworks: 2, mostNetworks: 2, narrow: 2 } : SMALL;
  const chosen = searchedDesigns.filter(({ isDear }) => wide || isDear !== true);
  const each = chosen.flatMap((searched) =>
    searched.zs.map((z, zIndex) => {
      const { name, starts, effort: own } = searched;
      const specFor = (T: number, networks: number): RunSpec =>
        specOf(searched, { T, z, networks, samples, seed: deriveSeed(seed, "frontier-largest", T, z) });
      const start = starts?.[zIndex];
      const state = {
        D,
        assignable: assignable(searched, z),
        probes: [],
        ...(start === undefined ? {} : { start }),
      };
      const search: LargestSearch = { state, specFor, ...(own === undefined || wide || quick ? {} : { effort: own }) };
      return { name, z, search };
    }),
  );
  const states = await searchLargest(
    each.map(({ search }) => search),
    { ...LARGEST, effort },
    run,
  );
  return each.map(({ name, z }, k): LargestRow => {
    const { T, logSd, censored } = concludeCapacity(states[k], LARGEST.threshold);
    return { design: name, z, T, logSd, isAll: censored, samples };
  });
}
