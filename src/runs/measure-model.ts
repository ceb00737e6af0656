import type { HostSignal } from "../base/host.js";
import { InputError, shown, wholeNumber } from "../base/errors.js";
import type { Kernels } from "../kernels/kernels.js";
import { inUse } from "../kernels/memory.js";
import type { DenseModel } from "../network/dense-model.js";
import { DenseEngine } from "../engine/dense.js";
import { MOST_SAMPLES } from "../engine/sampling.js";
import type { Gate } from "../network/construction.js";
import { mergeSums, type LayerSums } from "../engine/sums.js";
import { predictErrors } from "../theory/errors.js";
import { circuitExpectations } from "../theory/expectations.js";
import { errorRows, onePartRows } from "../results/error-rows.js";
import { chunkSamples } from "./tasks.js";
import type { ErrorRow } from "../results/rows.js";

/** Random inputs for a model, as a run's spec says them. */
export interface ModelInput {
  /** Circuits active at once, one value or several. */
  readonly z: readonly number[];
  readonly samples: number;
  readonly sampling: "random" | "each";
  readonly seed: number;
  readonly gate: Gate;
  /** Which network of the run the model is; its samples are its own. */
  readonly network: number;
  /** How layers differ in who shares neurons; the theory is of `permuted` [E9], the default. */
  readonly schedule?: string;
}

/** How the measurement of a model is watched and stopped. */
export interface MeasureModelOptions {
  readonly onProgress?: (done: number, total: number) => void;
  readonly signal?: HostSignal;
}

/**
 * Runs random inputs through a dense model, whose weights may be imported, edited or pruned, and compares them with its
 * circuits alone. [E18] [E19]
 *
 * @param kernels the core to run on, for this call alone until it is settled
 * @returns rows per z and layer 0…L: those of `runSpec` with the same network and input, within rounding
 * @throws InputError naming what is wrong with the input
 * @throws the signal's reason when it is aborted
 */
export async function measureModel(
  model: DenseModel,
  input: ModelInput,
  kernels: Kernels,
  { onProgress, signal }: MeasureModelOptions = {},
): Promise<ErrorRow[]> {
  const { shape, circuits } = model;
  const { samples, sampling, seed, gate, network } = input;
  if (!Array.isArray(input.z) || input.z.length === 0) {
    throw new InputError(`z = ${shown(input.z)}: must be a list of at least one number of circuits.`);
  }
  wholeNumber("samples", samples, 1, MOST_SAMPLES);
  wholeNumber("seed", seed, 0);
  wholeNumber("network", network, 0);
  const runner = new DenseEngine(kernels, model, { gate, z: Math.max(...input.z) });
  const expectations = (input.schedule ?? "permuted") === "permuted" ? circuitExpectations(circuits) : null;
  const size = Math.min(64, chunkSamples(shape.T));
  const total = input.z.length * samples;
  let done = 0;
  const rows: ErrorRow[] = [];
  // Others on the core are refused until this has ended.
  inUse.add(kernels);
  try {
    for (const z of input.z) {
      let sums: LayerSums | null = null;
      for (let first = 0; first < samples; first += size) {
        signal?.throwIfAborted();
        const count = Math.min(size, samples - first);
        const chunk = runner.runChunk({ z, sampling, seed, network }, first, count);
        sums = sums === null ? chunk : mergeSums(sums, chunk);
        onProgress?.((done += count), total);
        // Lets timers and signals through.
        await new Promise((resolve) => setTimeout(resolve));
      }
      const predicted = expectations === null ? null : predictErrors(shape, circuits, z, expectations);
      rows.push(...errorRows(onePartRows(shape, { readouts: circuits.readouts, predicted, z }), [sums!]));
    }
  } finally {
    inUse.delete(kernels);
  }
  return rows;
}
