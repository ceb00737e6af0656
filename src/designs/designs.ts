import type { Angles } from "../circuits/rotation.js";
import type { MultiPartNetwork } from "../network/multi-part.js";
import { countWords } from "./code.js";
import { grid, gridLargest } from "./grid.js";
import { groups, groupsLargest } from "./groups.js";
import { lines, lineSizes, linesOrder } from "./lines.js";
import { packingLargest } from "./packing.js";
import { rows, rowCells, usualRamp } from "./rows.js";
import { switched, SWITCHED_ANGLES, switchedSize } from "./switched.js";
import { cellCount, windows, windowSizes } from "./windows.js";

/** Settings that some designs have; null for the design's own. */
export interface DesignSettings {
  /** Of the cells' gates. */
  readonly gain: number | null;
  readonly offset: number | null;
  /** Where gates begin to open and are fully open. */
  readonly ramp: readonly number[] | null;
  /** Neurons of a cell, of the indicators' code, and of a word of it. */
  readonly cellNeurons: number | null;
  readonly codeNeurons: number | null;
  readonly codeSize: number | null;
}

/** Sizes of a design; the caller checks them. */
export interface DesignSize {
  /** Neurons per layer in all; designs use as many of them as they can. */
  readonly D: number;
  readonly S: number;
  /** Circuits active at once that it is made for; others may be run. */
  readonly z: number;
  readonly L: number;
}

export interface DesignOptions extends DesignSize, DesignSettings {
  /** θ of every circuit, [T]. */
  readonly angles: Angles;
  /** Inputs at this many equal steps of the circle; null for any angle. */
  readonly inputAngles: number | null;
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
  /** How many angles x may have; null for any. */
  readonly angles: number | null;
  /** How many circuits active at once it keeps apart whatever its sizes; where there is such a number. */
  readonly mostActive?: number;
  /** Neurons of its code and of a word, unless said; where they are settings. */
  readonly code?: (size: Pick<DesignSize, "D" | "S" | "z">) => {
    readonly codeNeurons: number;
    readonly codeSize: number;
  };
  /** Neurons that its cells may have; where that is a setting. */
  readonly cellNeurons?: readonly number[];
  /** Which settings it has. */
  readonly settings: readonly (keyof DesignSettings)[];
  /** The largest T; 0 where none fits. */
  readonly largest: (size: DesignSize & DesignSettings) => number;
  /** What takes the room, in words, for when T circuits do not fit; where it is not the number of neurons alone. */
  readonly room?: (size: DesignSize & DesignSettings) => string;
  /** Whether T circuits, no more than the largest, may turn out not to fit when a network is built; left out, never. */
  readonly isTight?: (size: DesignSize & DesignSettings & { readonly T: number }) => boolean;
  /** Milliseconds, roughly, that choosing who is where takes for one layer; left out, none to speak of. */
  readonly layerCost?: (size: { readonly T: number; readonly S: number; readonly z: number }) => number;
  readonly build: (options: DesignOptions) => MultiPartNetwork;
}

/** Gates that leave the margin that rounding needs: [E2]'s offset of 1 has none. */
const margin = ({ gain, offset }: DesignSettings) => ({ gain: gain ?? 2.2, offset: offset ?? 1.1 });

const windowSettings = ({ S, z, cellNeurons, codeNeurons, codeSize }: DesignSize & DesignSettings) => {
  const usual = windowSizes(S, z);
  return {
    cellNeurons: cellNeurons ?? usual.cellNeurons,
    codeNeurons: codeNeurons ?? usual.codeNeurons,
    codeSize: codeSize ?? usual.codeSize,
  };
};

/** Circuits that a windows network may have: what its search and its code keep grows with T². */
const MOST_IN_WINDOWS = 4000;

function windowsLargest(size: DesignSize & DesignSettings): number {
  const settings = windowSettings(size);
  const cells = cellCount({ ...size, ...settings });
  if (cells < size.S) return 0;
  // The words of the circuits of one cell must be independent, their mean taken off.
  const distinct = Math.max(1, Math.floor((cells * (settings.codeNeurons - 1)) / size.S));
  return Math.min(MOST_IN_WINDOWS, distinct, countWords(settings.codeNeurons, settings.codeSize, MOST_IN_WINDOWS));
}

/** Where words are so few, or so many in a cell, that those of a cell may depend on each other by chance. */
function windowsAreTight({ T, ...size }: DesignSize & DesignSettings & { readonly T: number }): boolean {
  const settings = windowSettings(size);
  const { codeNeurons, codeSize } = settings;
  const inCell = (T * size.S) / cellCount({ ...size, ...settings });
  return 4 * inCell > codeNeurons - 1 || countWords(codeNeurons, codeSize, 100 * T) < 100 * T;
}

const lineSettings = ({ D, z, cellNeurons, codeNeurons, codeSize }: DesignSize & DesignSettings) => {
  const usual = lineSizes({ D, z });
  return {
    cellNeurons: cellNeurons ?? usual.cellNeurons,
    codeNeurons: codeNeurons ?? usual.codeNeurons,
    codeSize: codeSize ?? usual.codeSize,
  };
};

function linesRoom(size: DesignSize & DesignSettings): string {
  const settings = lineSettings(size);
  const p = linesOrder({ ...size, ...settings });
  const { cellNeurons, codeNeurons } = settings;
  const code = `L = ${size.L} takes ${Math.max(1, size.L - 1)} × ${codeNeurons} neurons of code`;
  return `${code}, which leaves ${p === 0 ? "no two" : `a prime number of ${p}`} cells of ${cellNeurons}`;
}

/** All lines. */
function linesLargest(size: DesignSize & DesignSettings): number {
  return linesOrder({ ...size, ...lineSettings(size) }) ** 2;
}

/** Circuits that a rows network may have: what its search keeps grows with T. */
const MOST_IN_ROWS = 10_000;

/** The designs by name; "standard" is the post's construction, which has no entry. */
export const designs = {
  windows: {
    help: "other cells in every layer, indicators in a fixed code",
    S: [1, 2],
    angles: null,
    code: ({ S, z }) => windowSizes(S, z),
    cellNeurons: [3, 5],
    settings: ["cellNeurons", "codeNeurons", "codeSize"],
    largest: windowsLargest,
    isTight: windowsAreTight,
    layerCost: ({ T, S }) => 1.2e-4 * S * T ** 2,
    build: (options) => windows({ ...options, ...windowSettings(options) }),
  },
  lines: {
    help: "p² circuits as lines over p elements, for as many layers as its code has columns",
    S: [1],
    angles: null,
    code: lineSizes,
    cellNeurons: [3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25],
    settings: ["cellNeurons", "codeNeurons", "codeSize"],
    largest: linesLargest,
    room: linesRoom,
    build: (options) => lines({ ...options, ...lineSettings(options) }),
  },
  grid: {
    help: "q² circuits in q cells, one active at a time",
    S: [1],
    angles: null,
    mostActive: 1,
    settings: ["gain", "offset"],
    largest: ({ D }) => gridLargest(D),
    build: (options) => grid({ ...options, ...margin(options) }),
  },
  groups: {
    help: "groups of k×k circuits, several active at once in different groups",
    S: [1],
    angles: null,
    settings: ["gain", "offset"],
    largest: ({ D }) => groupsLargest(D),
    build: (options) => groups({ ...options, ...margin(options) }),
  },
  switched: {
    help: "groups of 5×5 circuits in two groupings, cleaned of noise; two active at once, 16 angles",
    S: [1],
    angles: SWITCHED_ANGLES,
    settings: [],
    largest: ({ D }) => switchedSize(D).T,
    build: switched,
  },
  rows: {
    help: "rows of cells whose gates are capped, dealt out anew in every layer by annealing",
    S: [3, 2],
    angles: null,
    settings: ["ramp"],
    largest: ({ D, S }) => packingLargest(rowCells(D), S, MOST_IN_ROWS),
    // Rows that must not meet again in the next layer take longer to find.
    layerCost: ({ T, S, z }) => (S === 3 && z > 1 ? 6e-4 : 1.4e-4) * T ** 2,
    build: (options) => rows({ ...options, ramp: options.ramp ?? usualRamp(options.S) }),
  },
} as const satisfies Record<string, Design>;

export type DesignName = "standard" | keyof typeof designs;
export const designNames: readonly DesignName[] = ["standard", ...(Object.keys(designs) as (keyof typeof designs)[])];

/** The design of that name; null for the post's construction. */
export function designOf(name: DesignName): Design | null {
  return name === "standard" ? null : designs[name];
}
