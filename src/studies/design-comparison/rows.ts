/** One design at one layer, z and noise. */
export interface DesignRow {
  readonly design: string;
  readonly z: number;
  readonly T: number;
  readonly noise: number;
  readonly layer: number;
  /** Per network. */
  readonly samples: number;
  readonly networks: number;
  /** Mean |δx|² of active circuits, over networks, and its spread between them. */
  readonly meanSquare: number;
  readonly sd: number | null;
  /** Share of active circuits with |δx| > 0.25. */
  readonly wrong: number;
  /** Largest |δx| of an active circuit, and largest readout of an inactive indicator. */
  readonly worst: number;
  readonly inactive: number;
  /** What no gate can avoid, where that is known (without noise). */
  readonly floor: number | null;
}

/** How deep a design is at one z and noise. */
export interface DepthRow {
  readonly design: string;
  readonly z: number;
  readonly noise: number;
  /** Layers with a mean square of at most 0.25, all before them too. */
  readonly depth: number;
  /** No deeper layer was run: the depth is at least that. */
  readonly isLeast: boolean;
  /** At that layer, or at layer 1 when the depth is 0. */
  readonly wrong: number;
  readonly samples: number;
  readonly networks: number;
}

/** The largest T of one design and z. */
export interface LargestRow {
  readonly design: string;
  readonly z: number;
  readonly T: number;
  /** Standard deviation of ln T. */
  readonly logSd: number;
  /** The design has no more circuits than T, and is below the threshold with all of them. */
  readonly isAll: boolean;
  readonly samples: number;
}

/** What a design is reported by, at one layer without noise, and how deep it is with noise. */
export interface FiveNumbers extends DesignRow {
  /** Largest |δx| that an adversarial search found. */
  readonly searched: number;
  /** Without noise and with that of each level. */
  readonly depths: readonly { readonly depth: number; readonly isLeast: boolean }[];
}

/** All that is measured of designs of one size. */
export interface DesignComparison {
  readonly rows: readonly DesignRow[];
  readonly depths: readonly DepthRow[];
  readonly numbers: readonly FiveNumbers[];
}
