import { designColour } from "../../drawing/theme.js";
import { HOLDS } from "../../engine/sums.js";

/** One design at a single layer, z and noise level. */
export interface DesignRow {
  readonly design: string;
  readonly z: number;
  readonly T: number;
  readonly noise: number;
  readonly layer: number;
  /** Number of samples per network. */
  readonly samples: number;
  readonly networks: number;
  /** Mean |δx|² of active circuits, averaged over networks, and its spread across networks. */
  readonly meanSquare: number;
  readonly sd: number | null;
  /** Share of active circuits with |δx| > 0.25. */
  readonly wrong: number;
  /** Largest |δx| of an active circuit, and largest indicator of an inactive one. */
  readonly worst: number;
  readonly inactive: number;
  /** The mean |δx|² that no gate can remove, even without noise; null if unknown. */
  readonly floor: number | null;
  /** Mean squared error of the naive network with the same number of neurons. [L4] */
  readonly naive: number;
}

/** The depth of a design at one z and noise level. */
export interface DepthRow extends Pick<DesignRow, "design" | "z" | "noise" | "samples" | "networks"> {
  /** The last layer up to which every mean square is at most 0.25; 0 if it is larger at layer 1. */
  readonly depth: number;
  /** Whether the depth is only a lower bound, because no deeper layer was run. */
  readonly isLeast: boolean;
  /** The last layer up to which every mean square is below the naive network's; 0 if layer 1 is no better. */
  readonly beatsNaive: number;
  /** Whether the error is below that of the naive network in every layer that was run. */
  readonly beatsNaiveInAll: boolean;
  /** Share of errors above 0.25 at layer `depth`, or at layer 1 if the depth is 0. */
  readonly wrong: number;
}

/** The largest T of one design at one z. */
export interface LargestRow extends Pick<DesignRow, "design" | "z" | "T" | "samples"> {
  /** Standard deviation of ln T. */
  readonly logSd: number;
  /** Whether T is the largest number that the design can hold and the error at T is still below the threshold. */
  readonly isAll: boolean;
}

/** Results of a design at one layer without noise, and its depth with noise. */
export interface FiveNumbers extends DesignRow {
  /** Largest |δx| that an adversarial search found. */
  readonly searched: number;
  /** The depths without noise and at each noise level. */
  readonly depths: readonly Pick<DepthRow, "depth" | "isLeast" | "beatsNaive" | "beatsNaiveInAll">[];
}

/** All measurements of designs of one size. */
export interface DesignComparison {
  readonly rows: readonly DesignRow[];
  readonly depths: readonly DepthRow[];
  readonly numbers: readonly FiveNumbers[];
}

/** The depth of a design: the number of layers before the mean square first exceeds 0.25. */
export function depthOf(rows: readonly DesignRow[]): DepthRow {
  const beyond = rows.findIndex(({ meanSquare }) => !(meanSquare <= HOLDS));
  const depth = beyond === -1 ? rows.length : beyond;
  const worse = rows.findIndex(({ meanSquare, naive }) => !(meanSquare < naive));
  const beatsNaive = worse === -1 ? rows.length : worse;
  const { design, z, noise, samples, networks } = rows[0];
  const { wrong } = rows[Math.max(0, depth - 1)];
  return {
    design,
    z,
    noise,
    depth,
    isLeast: beyond === -1,
    beatsNaive,
    beatsNaiveInAll: worse === -1,
    wrong,
    samples,
    networks,
  };
}

/**
 * Merges the rows of this run with rows kept from a longer run. If both runs have rows for the same design and z, the
 * kept rows are used.
 */
export function longestOf<Row extends Pick<DesignRow, "design" | "z">>(
  rows: readonly Row[],
  kept: readonly Row[],
): readonly Row[] {
  const isKept = ({ design, z }: Row): boolean => kept.some((row) => row.design === design && row.z === z);
  return [...rows.filter((row) => !isKept(row)), ...kept];
}

/**
 * The rows grouped by design and z, in the designs' order, each with its line's colour; combinations without rows are
 * left out.
 */
export function linesByDesign<Row extends Pick<DesignRow, "design" | "z">>(
  rows: readonly Row[],
  names: readonly string[],
  zs: readonly number[],
): { readonly name: string; readonly own: readonly Row[]; readonly colour: string }[] {
  return names
    .flatMap((name) => zs.map((z) => ({ name, own: rows.filter((row) => row.design === name && row.z === z) })))
    .flatMap(({ name, own }) => (own.length === 0 ? [] : [{ name, own, colour: designColour(name) }]));
}
