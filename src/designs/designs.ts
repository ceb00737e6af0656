import type { Angles } from "../circuits/rotation.js";
import type { PartedNetwork } from "../network/parted.js";
import { grid, gridSize } from "./grid.js";
import { groups, groupsLargest } from "./groups.js";

/** Sizes and settings of a design; the caller checks them. */
export interface DesignOptions {
  /** Neurons per layer in all; designs use as many of them as they can. */
  readonly D: number;
  readonly T: number;
  readonly S: number;
  readonly L: number;
  /** θ of every circuit, [T]. */
  readonly angles: Angles;
  /** Inputs at this many equal steps of the circle; null for any angle. */
  readonly inputAngles: number | null;
  /** Of the cells' gates; null for the design's own. */
  readonly gain: number | null;
  readonly offset: number | null;
  /** What the design draws at random depends on these alone. */
  readonly seed: number;
  readonly network: number;
}

/** Another way to run many conditional rotations in one large network. */
export interface Design {
  /** In a few words, for help. */
  readonly help: string;
  /** Values of S that the design has, the first unless said. */
  readonly S: readonly number[];
  /** The largest T at D neurons; 0 where none fits. */
  readonly largest: (D: number) => number;
  readonly build: (options: DesignOptions) => PartedNetwork;
}

/** Gates that leave the margin that rounding needs: [E2]'s offset of 1 has none. */
const margin = ({ gain, offset }: DesignOptions) => ({ gain: gain ?? 2.2, offset: offset ?? 1.1 });

/** The designs by name; "standard" is the post's construction, which has no entry. */
export const designs = {
  grid: {
    help: "q² circuits in q cells, one active at a time",
    S: [1],
    largest: (D) => gridSize(D) ** 2,
    build: (options) => grid({ ...options, ...margin(options) }),
  },
  groups: {
    help: "groups of 3×3 circuits, several active at once in different groups",
    S: [1],
    largest: groupsLargest,
    build: (options) => groups({ ...options, ...margin(options) }),
  },
} as const satisfies Record<string, Design>;

export type DesignName = "standard" | keyof typeof designs;
export const designNames: readonly DesignName[] = ["standard", ...(Object.keys(designs) as (keyof typeof designs)[])];

/** The design of that name; null for the post's construction. */
export function designOf(name: DesignName): Design | null {
  return name === "standard" ? null : designs[name];
}
