import type { Readout } from "../circuits/circuits.js";

/** A sum of squared errors and the largest of them (squares of lengths). */
export interface SquaredErrors {
  readonly sum: number;
  readonly max: number;
}

/** What a run of samples adds up to, per layer 0…L; chunks merge in order. [E18] [E19] */
export interface LayerSums {
  readonly samples: number;
  /** Active circuits over all samples: samples·z. */
  readonly activeCount: number;
  /** Inactive circuits over all samples: samples·(T−z). */
  readonly inactiveCount: number;
  readonly layers: readonly {
    /** One entry per readout. */
    readonly errors: readonly { readonly active: SquaredErrors; readonly inactive: SquaredErrors }[];
    /** Neurons with A > 1e−4 over all samples, per block. */
    readonly activeNeurons: readonly number[];
  }[];
}

const NONE: SquaredErrors = { sum: 0, max: 0 };

/** Sums of no samples. */
export function emptySums(readouts: readonly Readout[], d: number, L: number): LayerSums {
  return {
    samples: 0,
    activeCount: 0,
    inactiveCount: 0,
    layers: Array.from({ length: L + 1 }, () => ({
      errors: readouts.map(() => ({ active: NONE, inactive: NONE })),
      activeNeurons: new Array<number>(d).fill(0),
    })),
  };
}

function mergeErrors(a: SquaredErrors, b: SquaredErrors): SquaredErrors {
  return { sum: a.sum + b.sum, max: Math.max(a.max, b.max) };
}

/** The sums of two runs of samples, `a` before `b`. */
export function mergeSums(a: LayerSums, b: LayerSums): LayerSums {
  return {
    samples: a.samples + b.samples,
    activeCount: a.activeCount + b.activeCount,
    inactiveCount: a.inactiveCount + b.inactiveCount,
    layers: a.layers.map((layer, l) => ({
      errors: layer.errors.map(({ active, inactive }, group) => {
        const other = b.layers[l]!.errors[group]!;
        return { active: mergeErrors(active, other.active), inactive: mergeErrors(inactive, other.inactive) };
      }),
      activeNeurons: layer.activeNeurons.map((count, i) => count + b.layers[l]!.activeNeurons[i]!),
    })),
  };
}
