import { wholeNumber } from "../base/errors.js";
import { finish, type Steps } from "../base/steps.js";
import type { Kernels } from "../kernels/kernels.js";
import type { Gate } from "../network/construction.js";
import type { Network } from "../network/network.js";
import { factoredRun, type TileWidth } from "../engine/factored-run.js";
import { MOST_SAMPLES } from "../engine/sampling.js";
import { mergeSums, type LayerSums } from "../engine/sums.js";
import { errorRows, onePartRows } from "./error-rows.js";
import type { ErrorRow } from "./rows.js";

/** The random samples, and how to run them. */
export interface MeasureInput {
  /** Circuits active at once, 1 ≤ z ≤ T. */
  readonly z: number;
  readonly samples: number;
  readonly seed: number;
  /** `random` (default): z distinct circuits, all sets equally likely; `each`: sample k runs circuit k mod T, z = 1. */
  readonly sampling?: "random" | "each";
  /** Default "relu". */
  readonly gate?: Gate;
  /** Number of samples run side by side; results do not depend on it. Default 16. */
  readonly lanes?: TileWidth;
}

/**
 * Samples per call of the core. The first call runs entirely in code from the baseline compiler, so keep it short.
 */
const CHUNK = 1024;

/**
 * Runs random inputs through the network and through the circuits alone, and measures the difference. [E18] [E19]
 *
 * Statistics are accumulated in float64: nothing of size samples × T is kept. Sample k depends on (seed, z, k) alone.
 *
 * @param kernels the core to run on: `loadKernels()` in Node; the call takes over its memory. The core must not be in
 *   use by an asynchronous call
 * @returns a row per layer 0…L, for one network. `theory` is null, because the theory assumes that the embedding is
 * drawn anew in every layer, which a network does not record; if it is drawn anew, use `predictErrors`
 * @throws InputError naming the argument, its value and its bound
 */
export function measure(network: Network, input: MeasureInput, kernels: Kernels): ErrorRow[] {
  return finish(measureSteps(network, input, kernels));
}

/** `measure` in small steps. */
export function* measureSteps(network: Network, input: MeasureInput, kernels: Kernels): Steps<ErrorRow[]> {
  const { z, samples, seed, sampling = "random", gate = "relu", lanes = 16 } = { ...input };
  wholeNumber("samples", samples, 1, MOST_SAMPLES);
  wholeNumber("seed", seed, 0);
  const runner = factoredRun(kernels, network, { gate, z, lanes });
  let sums: LayerSums | null = null;
  for (let first = 0; first < samples; first += CHUNK) {
    const count = Math.min(CHUNK, samples - first);
    const steps = runner.chunkSteps({ z, sampling, seed, network: 0 }, first, count);
    let step = steps.next();
    for (; step.done !== true; step = steps.next()) yield (first + step.value * count) / samples;
    const chunk = step.value;
    sums = sums === null ? chunk : mergeSums(sums, chunk);
  }
  const rows = onePartRows(network.shape, { readouts: network.circuits.readouts, predicted: null, z });
  return errorRows(rows, [sums!]);
}
