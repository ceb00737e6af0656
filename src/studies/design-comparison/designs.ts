import { designOf, type DesignName } from "../../designs/designs.js";
import { deriveSeed } from "../../base/random.js";
import { parseSpec } from "../../config/parse-spec.js";
import { designSize, type RunSpec } from "../../config/run-spec.js";
import { collisionError, sharedGroupError, type CollisionsOf } from "../../theory/collisions.js";
import type { SearchEffort } from "../bisection.js";

/** A design as shown in figures: a member of a family, or the published network. */
export interface ComparedDesign {
  /** A short, unique label for the design's lines. */
  readonly name: string;
  readonly design: DesignName;
  readonly S: number;
  readonly T: number;
  /** T with --wide; default: `T`. */
  readonly wideT?: number;
  readonly zs: readonly number[];
  /**
   * Numbers of layers to run by default and with --wide; the lists are indexed like `zs`. A z that has no entry in
   * `layers` runs only with --wide; otherwise, figures show rows for it that were kept from an earlier run with --wide.
   */
  readonly layers: readonly number[];
  readonly wideLayers: readonly number[];
  /** Where the design's errors come from, what it gives up, and what the numbers do not show. */
  readonly about: string;
  /** Mean |δx|² that no gate can remove; omitted if unknown, or if it follows from collisions in the design's cells. */
  readonly floor?: (z: number) => number;
}

/** Standard deviations of noise on every neuron in every layer, before the ReLU. */
export const noises = [0, 0.01, 0.03] as const;
/** The layer at which four of the five numbers in docs/designs are measured; the fifth is the depth. */
export const NUMBERS_AT = 5;

const T = 557;

/**
 * The approximate number of circuits per block in the columns design; it determines how often two active circuits meet.
 * Of the blocks, 59 hold six circuits, and the others hold four or five.
 */
const BLOCK = 5.3;

/** The designs, in the order of the families in docs/designs; designs/ has a spec of each. */
export const comparedDesigns: readonly ComparedDesign[] = [
  {
    ...{ name: "published", design: "published", S: 6, T, zs: [1, 2, 3] },
    ...{ layers: [5, 5], wideLayers: [6, 6, 6] },
    about:
      "The post's network, with prime steps and capped weights. Loads are uneven, and gates begin to open at an indicator of 0.25. Gates that open by mistake " +
      "make further gates open in the next layer, so the network holds for a few layers and then fails abruptly.",
  },
  {
    ...{ name: "A: rows", design: "rows", S: 3, T, zs: [1, 2, 3] },
    ...{ layers: [5], wideLayers: [100, 14, 10] },
    about:
      "It takes any rotation angles and uses a new embedding in every layer, as in the post. Rows are chosen by annealing, so the network is no " +
      "longer random. All three cells of a row hold the indicator, but only one holds x. With one active circuit, the only error is " +
      "rounding. With more active circuits, if two of them have x in the same cell in some layer, both are off by 1 from that layer on, and no linear readout can avoid this; at " +
      "z = 3, the design fails because three circuits together open gates. An inactive indicator reads 1/3 for each cell that its circuit shares with an active one.",
  },
  {
    ...{ name: "B: windows", design: "windows", S: 1, T, zs: [1, 2, 3] },
    ...{ layers: [], wideLayers: [20, 100, 70] },
    about:
      "With two and three active circuits, this design holds for far more layers than the rows design (measured with --wide). The drawback is that its indicators are not recomputed: they are a code of 70 or 95 " +
      "neurons that is only copied, so they are never cleaned and their noise adds up. The indicators of inactive circuits reach about 1. Cells of five neurons " +
      "make collisions smaller and more frequent: the mean square stays low for many layers while a large share of readouts is off by more than 0.25.",
  },
  {
    ...{ name: "B: S = 2", design: "windows", S: 2, T, zs: [2, 3] },
    ...{ layers: [], wideLayers: [50, 20] },
    about:
      "The same design with x on two cells, closer to the post's superposition. Each collision causes half the error, but there are four times as " +
      "many collisions, so this always does worse than x on one cell.",
  },
  {
    ...{ name: "C: grid", design: "grid", S: 1, T: 10_000, wideT: 87_616, zs: [1] },
    ...{ layers: [6], wideLayers: [100] },
    about:
      "With one of 87,616 circuits active, there are only rounding errors, and all inactive indicators stay between −1/4 and 1/4. This block " +
      "structure suits one active circuit: with a second one, the error grows without bound. The code is copied and not cleaned, so noise opens the wrong cells after a few layers.",
  },
  {
    ...{ name: "D: groups", design: "groups", S: 1, T: 558, zs: [2, 3] },
    ...{ layers: [12], wideLayers: [100, 100] },
    about:
      "It is exact unless two active circuits are in the same group (there are 62 groups); then both are wrong by 1 at every layer. A mean square of 0.014 does not show that " +
      "1.4% of readouts are lost, rather than all being slightly off. Circuits use the same cells at different times; activations are not superposed.",
    floor: (z) => sharedGroupError({ T: 558, groupSize: 9, z }),
  },
  {
    ...{ name: "switched", design: "switched", S: 1, T, zs: [2, 3] },
    ...{ layers: [12], wideLayers: [100, 100] },
    about:
      "It is robust to noise: bits are self-cleaning, x is snapped to one of 16 angles after every second step, and active circuits that share a " +
      "group are switched to a second grouping, so no pair collides. In return, no other angles are possible, the set of active circuits must not change, 1.5 of the " +
      "2.5 layers per step do nothing but clean, and at z = 3, triples that meet in both groupings are wrong.",
  },
  {
    ...{ name: "columns", design: "columns", S: 1, T, zs: [1, 2, 3] },
    ...{ layers: [12, 12], wideLayers: [100, 100, 100] },
    about:
      "It works with any angles, needs one layer per step, and is robust to simultaneous noise on neurons, weights and inputs. A self-cleaning code opens cells in 109 blocks: a cell is open " +
      "if its code neurons are 0. If two active circuits are in one block, both are switched off and thus wrong by 1: 0.8% of readouts at z = 2, 1.5% at z = 3. Noise on x is not removed and adds up.",
    floor: (z) => sharedGroupError({ T, groupSize: BLOCK, z }),
  },
];

/** The spec for one design at one z, with the given sizes and a seed that depends on z. */
export function comparisonSpec(
  { design, S }: ComparedDesign,
  z: number,
  size: { T: number; L: number; networks: number; samples: number; seed: number },
): RunSpec {
  const { seed } = size;
  return parseSpec({
    ...{ ...size, design, S, z: [z] },
    // The text "frontier" is part of the seed of every published sample, so it must not change.
    seed: deriveSeed(seed, "frontier", z),
  });
}

/** The cells that hold x in a spec's design, if collisions in them limit T. */
export function cellsOf(spec: RunSpec, z: number): Pick<CollisionsOf, "P" | "cellNeurons"> | null {
  return designOf(spec.design)?.cells?.(designSize(spec, z)) ?? null;
}

/** Mean |δx|² that no gate can remove; null if unknown. */
export function errorFloor({ floor }: ComparedDesign, spec: RunSpec, z: number, layer: number): number | null {
  if (floor !== undefined) return floor(z);
  const cells = cellsOf(spec, z);
  return cells === null ? null : collisionError({ ...cells, T: spec.T, z }, layer);
}

/** A design, and how to search for its largest T. */
export interface SearchedDesign {
  readonly name: string;
  readonly spec: Pick<RunSpec, "design" | "S">;
  readonly zs: readonly number[];
  /** The T to try first for each element of `zs`; if omitted, the design's maximum. */
  readonly starts?: readonly number[];
  /** Values of z whose searches run without --wide (none if omitted); for all other z, figures show kept rows. */
  readonly defaultZs?: readonly number[];
  /** The search effort without --wide; given only for designs with large networks. */
  readonly effort?: SearchEffort;
}

/**
 * The effort for large networks: two networks for each T. The search ends once T is known to within a factor of 2.8 or
 * the error is within two standard errors of the threshold.
 */
const LEAST_EFFORT: SearchEffort = { firstNetworks: 2, mostNetworks: 2, narrow: 2.8 };

/** All searched designs, in the order of figure D4. */
export const searchedDesigns: readonly SearchedDesign[] = [
  { name: "published", spec: { design: "published", S: 6 }, zs: [1, 2, 3], defaultZs: [1, 2] },
  {
    name: "A: rows, S = 3",
    spec: { design: "rows", S: 3 },
    zs: [1, 2, 3],
    starts: [1900, 1050, 780],
  },
  {
    name: "A: rows, S = 2",
    spec: { design: "rows", S: 2 },
    zs: [1, 2, 3],
    starts: [1500, 967, 781],
  },
  {
    name: "B: windows",
    spec: { design: "windows", S: 1 },
    zs: [2, 3],
    starts: [1600, 1240],
  },
  {
    name: "B: lines",
    spec: { design: "lines", S: 1 },
    zs: [1, 2, 3],
    starts: [1e6, 6950, 3880],
  },
  { name: "C: grid", spec: { design: "grid", S: 1 }, zs: [1], defaultZs: [1] },
  {
    name: "D: groups",
    spec: { design: "groups", S: 1 },
    zs: [2, 3],
    defaultZs: [2],
    starts: [18_605, 10_368],
    effort: LEAST_EFFORT,
  },
  { name: "switched", spec: { design: "switched", S: 1 }, zs: [2, 3], defaultZs: [2] },
  { name: "columns", spec: { design: "columns", S: 1 }, zs: [2, 3], starts: [15_000, 9000] },
  { name: "general", spec: { design: "general", S: 1 }, zs: [2, 3], starts: [9000, 5500] },
];
