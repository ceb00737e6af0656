import type { Readout } from "../circuits/circuits.js";
import { wholeNumber } from "../base/errors.js";
import type { Kernels } from "../kernels/kernels.js";
import type { Gate } from "../network/construction.js";
import type { Network } from "../network/network.js";
import { FactoredEngine, type TileWidth } from "../engine/factored.js";
import { MOST_SAMPLES } from "../engine/sampling.js";
import { mergeSums, type LayerSums, type SquaredErrors } from "../engine/sums.js";

/** Errors of one readout over some circuits and samples. [E18] */
export interface ReadoutErrors {
  /** Circuits times samples. */
  readonly count: number;
  /** Mean of the squared error, summed over the readout's coordinates; 0 of none. */
  readonly meanSquare: number;
  /** Largest error, a length. */
  readonly worst: number;
}

/** What is measured at one layer. */
export interface LayerErrors {
  readonly layer: number;
  /** By readout name. */
  readonly readouts: Readonly<Record<string, { readonly active: ReadoutErrors; readonly inactive: ReadoutErrors }>>;
  /** Share of neurons with A > 1e−4 per block, [d]; at layer 0 of the embedded input. [E19] */
  readonly activeFraction: readonly number[];
}

export interface MeasureInput {
  /** Circuits active at once, 1 ≤ z ≤ T. */
  readonly z: number;
  readonly samples: number;
  readonly seed: number;
  /** `random` (default): z distinct circuits, uniform among all sets; `each`: sample k runs circuit k mod T, z = 1. */
  readonly sampling?: "random" | "each";
  /** Default "relu". */
  readonly gate?: Gate;
  /** Samples side by side; results do not depend on it. Default 16. */
  readonly lanes?: TileWidth;
}

/** Samples between two returns from the core: long first calls would stay in the engine's baseline compiler. */
const CHUNK = 1024;

/**
 * Runs random inputs through the network and through the bare circuits and measures the difference. [E18] [E19]
 *
 * Statistics stream in float64: nothing of size samples × T is kept. Sample k depends on (seed, z, k) alone.
 *
 * @param kernels the core to run on: `loadKernels()` in Node; the call takes over its memory
 * @returns one entry per layer 0…L (layer 0 is the input: error 0)
 * @throws InputError naming the argument, its value and its bound
 */
export function measure(network: Network, input: MeasureInput, kernels: Kernels): LayerErrors[] {
  const { z, seed, sampling = "random", gate = "relu", lanes = 16 } = input;
  wholeNumber("samples", input.samples, 1, MOST_SAMPLES);
  wholeNumber("seed", seed, 0);
  const runner = new FactoredEngine(kernels, network, { gate, z, lanes });
  let sums: LayerSums | null = null;
  for (let first = 0; first < input.samples; first += CHUNK) {
    const chunk = runner.runChunk({ z, sampling, seed, network: 0 }, first, Math.min(CHUNK, input.samples - first));
    sums = sums === null ? chunk : mergeSums(sums, chunk);
  }
  return layerErrors(sums!, network.circuits.readouts, network.shape.D / network.shape.d);
}

/**
 * Means and worst cases from sums.
 *
 * @param P block size, for the active fractions
 */
export function layerErrors(sums: LayerSums, readouts: readonly Readout[], P: number): LayerErrors[] {
  const of = ({ sum, max }: SquaredErrors, count: number): ReadoutErrors => ({
    count,
    meanSquare: count === 0 ? 0 : sum / count,
    worst: Math.sqrt(max),
  });
  return sums.layers.map(({ errors, activeNeurons }, layer) => ({
    layer,
    readouts: Object.fromEntries(
      readouts.map(({ name }, group) => [
        name,
        {
          active: of(errors[group].active, sums.activeCount),
          inactive: of(errors[group].inactive, sums.inactiveCount),
        },
      ]),
    ),
    activeFraction: activeNeurons.map((count) => count / (sums.samples * P)),
  }));
}
