import type { HostSignal } from "../base/host.js";
import { given, InputError, oneOf, shown, wholeNumber } from "../base/errors.js";
import type { Kernels } from "../kernels/kernels.js";
import { inUse } from "../kernels/memory.js";
import { samplings } from "../circuits/inputs.js";
import type { Engine } from "../engine/engine.js";
import { MOST_SAMPLES } from "../engine/sampling.js";
import { mergeSums, type LayerSums } from "../engine/sums.js";
import type { Gate } from "../network/construction.js";
import { errorRows, type RowsOf } from "../results/error-rows.js";
import type { ErrorRow } from "../results/rows.js";
import { chunkSamples } from "./tasks.js";

/** Random inputs for a model, with the fields of a run's spec. */
export interface ModelInput {
  /** One or more values of z, the number of circuits active at once. */
  readonly z: readonly number[];
  readonly samples: number;
  readonly sampling: "random" | "each";
  readonly seed: number;
  readonly gate: Gate;
  /** Index of the model's network in the run; every network has different samples. */
  readonly network: number;
  /** How the sharing of neurons varies between layers. Default: `permuted`, as the theory assumes [E9]. */
  readonly schedule?: string;
}

/** Progress callback and cancellation for the measurement of a model. */
export interface MeasureModelOptions {
  readonly onProgress?: (done: number, total: number) => void;
  readonly signal?: HostSignal;
}

/**
 * @param T number of circuits
 * @throws InputError naming the invalid input or option
 */
export function checkInput(input: Omit<ModelInput, "gate">, T: number, options: MeasureModelOptions): void {
  given("options", options, "an object { onProgress, signal }");
  const { z, samples, sampling, seed, network } = given("input", input, "an object { z, samples, … }");
  if (!Array.isArray(z) || z.length === 0) {
    throw new InputError(`z = ${shown(z)}: must be a nonempty list of circuit counts.`, "type");
  }
  for (const [k, count] of z.entries()) wholeNumber(`z[${k}]`, count, 1, T);
  oneOf("sampling", sampling, samplings);
  wholeNumber("samples", samples, 1, MOST_SAMPLES);
  wholeNumber("seed", seed, 0);
  wholeNumber("network", network, 0);
}

/**
 * Runs random inputs through an engine and returns a row for each z and layer. The kernels are reserved for this call
 * until it settles.
 */
export async function measureEngine(
  engine: Engine,
  input: Omit<ModelInput, "gate">,
  kernels: Kernels,
  { onProgress, signal }: MeasureModelOptions,
  rowsOf: (z: number) => RowsOf | Promise<RowsOf>,
): Promise<ErrorRow[]> {
  const { samples, sampling, seed, network } = input;
  const size = Math.min(64, chunkSamples(engine.circuits.T));
  const total = input.z.length * samples;
  let done = 0;
  const rows: ErrorRow[] = [];
  // Other calls on the core are rejected until this one has ended.
  inUse.add(kernels);
  try {
    for (const z of input.z) {
      let sums: LayerSums | null = null;
      for (let first = 0; first < samples; first += size) {
        signal?.throwIfAborted();
        const count = Math.min(size, samples - first);
        const chunk = engine.runChunk({ z, sampling, seed, network }, first, count);
        sums = sums === null ? chunk : mergeSums(sums, chunk);
        onProgress?.((done += count), total);
        // Yields, so that timers and signals are handled.
        await new Promise((resolve) => setTimeout(resolve));
      }
      rows.push(...errorRows(await rowsOf(z), [sums!]));
    }
  } finally {
    inUse.delete(kernels);
  }
  return rows;
}
