import type { Readout } from "../circuits/circuits.js";

/** The largest mean square of x at which a network still works. */
export const HOLDS = 0.25;

/**
 * The square of the largest error that does not count as wrong. That error is 0.25, a quarter of x's length, which the
 * ramp tolerates [E4]. Many errors are exactly a quarter, as when two circuits share one of four neurons, so rounding
 * would decide whether they count as wrong. The limit is therefore 0.2501, so that errors of a quarter never count
 * as wrong.
 */
export const WRONG_SQUARE = 0.2501 * 0.2501;

/** Cap on the square of an error: the activations of a diverging network can exceed the range of float32. */
export const OVERFLOW = 1e60;

/** A sum of squared errors (squared lengths), and the largest of these squares. */
export interface SquaredErrors {
  readonly sum: number;
  readonly max: number;
  /**
   * Number of errors above 0.25, with a margin for rounding; null if they are not counted (for inactive circuits, only
   * the sparse engine counts them).
   */
  readonly wrong: number | null;
}

/** The sums over a run of samples, for each layer 0…L; chunks are merged in order. [E18] [E19] */
export interface LayerSums {
  readonly samples: number;
  /** Number of active circuits over all samples: samples·z. */
  readonly activeCount: number;
  /** Number of inactive circuits over the samples in which they were read: samples·(T−z) if all samples were read. */
  readonly inactiveCount: number;
  readonly layers: readonly {
    /** Errors for each readout. */
    readonly errors: readonly { readonly active: SquaredErrors; readonly inactive: SquaredErrors }[];
    /** Number of neurons with A > 1e−4 over all samples, for each block or, in networks of several parts, each part. */
    readonly activeNeurons: readonly number[];
  }[];
}

const NONE: SquaredErrors = { sum: 0, max: 0, wrong: 0 };

/** The sums before any sample has been added. */
export function emptySums(readouts: readonly Readout[], blocks: number, L: number): LayerSums {
  return {
    samples: 0,
    activeCount: 0,
    inactiveCount: 0,
    layers: Array.from({ length: L + 1 }, () => ({
      errors: readouts.map(() => ({ active: NONE, inactive: NONE })),
      activeNeurons: new Array<number>(blocks).fill(0),
    })),
  };
}

function mergeErrors(a: SquaredErrors, b: SquaredErrors): SquaredErrors {
  const wrong = a.wrong === null || b.wrong === null ? null : a.wrong + b.wrong;
  return { sum: a.sum + b.sum, max: Math.max(a.max, b.max), wrong };
}

/** Merges the sums of two runs of samples; `a` belongs to the first run. */
export function mergeSums(a: LayerSums, b: LayerSums): LayerSums {
  return {
    samples: a.samples + b.samples,
    activeCount: a.activeCount + b.activeCount,
    inactiveCount: a.inactiveCount + b.inactiveCount,
    layers: a.layers.map((layer, l) => ({
      errors: layer.errors.map(({ active, inactive }, group) => {
        const other = b.layers[l].errors[group];
        return { active: mergeErrors(active, other.active), inactive: mergeErrors(inactive, other.inactive) };
      }),
      activeNeurons: layer.activeNeurons.map((count, i) => count + b.layers[l].activeNeurons[i]),
    })),
  };
}
