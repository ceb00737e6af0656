import { maxCircuits } from "../assignment/prime-steps.js";
import { designOf } from "../designs/designs.js";
import { lineSizes, linesOrder } from "../designs/lines.js";
import { packingLargest } from "../designs/packing.js";
import { rowCells } from "../designs/rows.js";
import { cellCount, windowSizes } from "../designs/windows.js";
import type { LargestRow } from "../report/frontier-rows.js";
import { deriveSeed } from "../random.js";
import { parseSpec, type RunSpec } from "../spec.js";
import { collisionLimit } from "../theory/collisions.js";
import { concludeCapacity, fullEffort, type SearchEffort } from "./capacity-search.js";
import type { RunTasks, Settings } from "./experiment.js";
import { searchLargest, type LargestSearch } from "./largest.js";

/** The criterion: mean |δx|² at most this at this layer. */
export const LARGEST = { layer: 5, threshold: 0.25 } as const;

export interface Searched {
  readonly name: string;
  readonly spec: Pick<RunSpec, "design" | "S">;
  readonly zs: readonly number[];
  /** T to try first, by index of z; left out for the design's end. */
  readonly starts?: readonly number[];
  /** Takes minutes: with --wide alone. */
  readonly isDear?: boolean;
  /** Its cells, where collisions limit T; left out where something else does. */
  readonly cells?: (z: number) => { readonly P: number; readonly cellNeurons: number; readonly most: number };
  /** Of the default, where its networks are large. */
  readonly effort?: SearchEffort;
}

/** How exact the default is: a bracket of 25%, of few networks. */
const SMALL: SearchEffort = { firstNetworks: 2, mostNetworks: 4, narrow: 1.25 };
const D = 1000;

const rowCellsOf = (S: number) => () => ({
  P: rowCells(D),
  cellNeurons: 3,
  most: packingLargest(rowCells(D), S, 10_000),
});

function windowCellsOf(z: number) {
  const sizes = windowSizes(1, z);
  return { P: cellCount({ D, ...sizes }), cellNeurons: sizes.cellNeurons, most: 4000 };
}

function lineCellsOf(z: number) {
  const sizes = lineSizes({ D, z });
  const P = linesOrder({ D, L: LARGEST.layer, ...sizes });
  return { P, cellNeurons: sizes.cellNeurons, most: P * P };
}

/** What collisions alone would allow; null where they are not what limits T. */
export function collisionBound({ cells }: Searched, z: number): number | null {
  if (cells === undefined || z === 1) return null;
  return collisionLimit({ ...cells(z), z, threshold: LARGEST.threshold }, LARGEST.layer);
}

const LEAST: SearchEffort = { firstNetworks: 2, mostNetworks: 2, narrow: 2.8 };

export const searchedDesigns: readonly Searched[] = [
  { name: "published", spec: { design: "standard", S: 6 }, zs: [1, 2, 3] },
  {
    name: "A: rows, S = 3",
    spec: { design: "rows", S: 3 },
    zs: [1, 2, 3],
    starts: [1900, 1050, 780],
    isDear: true,
    cells: rowCellsOf(3),
  },
  {
    name: "A: rows, S = 2",
    spec: { design: "rows", S: 2 },
    zs: [1, 2, 3],
    starts: [1500, 967, 781],
    effort: LEAST,
    cells: rowCellsOf(2),
  },
  {
    name: "B: windows",
    spec: { design: "windows", S: 1 },
    zs: [2, 3],
    starts: [1600, 1240],
    isDear: true,
    cells: windowCellsOf,
  },
  {
    name: "B: lines",
    spec: { design: "lines", S: 1 },
    zs: [1, 2, 3],
    starts: [1e6, 6950, 3880],
    effort: LEAST,
    cells: lineCellsOf,
  },
  { name: "C: grid", spec: { design: "grid", S: 1 }, zs: [1] },
  { name: "D: groups", spec: { design: "groups", S: 1 }, zs: [2, 3], starts: [18_605, 10_368], effort: LEAST },
  { name: "switched", spec: { design: "switched", S: 1 }, zs: [2, 3] },
];

/** The largest T of every design and z; with --wide of those whose search takes minutes, too. */
export async function measureLargest({ seed, quick, wide }: Settings, run: RunTasks): Promise<LargestRow[]> {
  const samples = wide ? 500 : quick ? 32 : 64;
  const effort = wide ? fullEffort : quick ? { firstNetworks: 2, mostNetworks: 2, narrow: 2 } : SMALL;
  const chosen = searchedDesigns.filter(({ isDear }) => wide || isDear !== true);
  const each = chosen.flatMap(({ name, spec, zs, starts, effort: own }) =>
    zs.map((z, zIndex) => {
      const specFor = (T: number, networks: number): RunSpec => {
        const angles = designOf(spec.design)?.angles ?? null;
        const ofProbe = deriveSeed(seed, "frontier-largest", T, z);
        return parseSpec({ ...spec, T, z: [z], L: LARGEST.layer, networks, samples, seed: ofProbe, angles });
      };
      const size = { ...specFor(4, 1), z };
      const assignable = designOf(spec.design)?.largest(size) ?? maxCircuits({ P: size.D / 4, S: size.S });
      const start = starts?.[zIndex];
      const state = { D: size.D, assignable, probes: [], ...(start === undefined ? {} : { start }) };
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
    const { T, logSd, censored } = concludeCapacity(states[k]!, LARGEST.threshold);
    return { design: name, z, T, logSd, isLeast: censored, samples };
  });
}
