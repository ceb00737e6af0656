import type { Readout } from "../circuits/circuits.js";

/** Mean square of x up to which a network counts as holding. */
export const HOLDS = 0.25;

/**
 * The square of 0.25, the largest error that does not count as wrong: what the ramp tolerates [E4], a quarter of x's
 * length. Many errors are exactly a quarter, as when two circuits share one of four neurons, and rounding would decide
 * whether they count: 0.2501 counts none of them.
 */
export const WRONG_SQUARE = 0.2501 * 0.2501;

/** Cap on the square of an error, because activations of a diverging network exceed float32. */
export const OVERFLOW = 1e60;

/** A sum of squared errors (squares of lengths) and the largest of them. */
export interface SquaredErrors {
  readonly sum: number;
  readonly max: number;
  /** Number of errors above 0.25, apart from rounding; null if not counted (inactive, except in the sparse engine). */
  readonly wrong: number | null;
}

/** The sums of a run of samples, per layer 0…L; chunks merge in order. [E18] [E19] */
export interface LayerSums {
  readonly samples: number;
  /** Active circuits over all samples: samples·z. */
  readonly activeCount: number;
  /** Inactive circuits over all samples whose inactive circuits were read: samples·(T−z) if all were read. */
  readonly inactiveCount: number;
  readonly layers: readonly {
    /** One entry per readout. */
    readonly errors: readonly { readonly active: SquaredErrors; readonly inactive: SquaredErrors }[];
    /** Number of neurons with A > 1e−4 over all samples, per block (per part in networks with several). */
    readonly activeNeurons: readonly number[];
  }[];
}

const NONE: SquaredErrors = { sum: 0, max: 0, wrong: 0 };

/** The sums of zero samples. */
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

/** The sums of two runs of samples, `a` before `b`. */
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
