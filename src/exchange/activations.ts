import type { HostSignal } from "../base/host.js";
import { wholeNumber } from "../base/errors.js";
import { DenseEngine } from "../engine/dense.js";
import { splitSeed, type Split } from "../engine/splits.js";
import type { Kernels } from "../kernels/kernels.js";
import type { DenseModel } from "../network/dense-model.js";
import type { SampleSink, SampleTensor } from "./sample-sinks.js";
import type { Tensor } from "./tensor.js";

/** Which samples of a model: sample k depends on (seed, split, z, k) alone. */
export interface SplitInput {
  readonly samples: number;
  /** Circuits active at once. */
  readonly z: number;
  readonly seed: number;
  readonly split: Split;
}

/** Most samples that are written. */
export const MOST_RECORDED = 100_000_000;

/** Samples that go through the network together, and into a file's row group: results do not depend on it, Parquet's bytes do. */
const BATCH = 128;

/**
 * What is recorded of samples, by name:
 *
 *     circuits         I32 [samples, z]      the active circuits
 *     inputs           F32 [samples, z, d]   their a^0
 *     truth.1 …        F32 [samples, z, d]   their a^l alone
 *     activations.0 …  F32 [samples, D]      A^l; layer 0 is the embedded input
 */
export function recordedTensors(
  { shape: { D, d, L } }: DenseModel,
  { samples, z }: Pick<SplitInput, "samples" | "z">,
): Map<string, SampleTensor> {
  const layers = Array.from({ length: L + 1 }, (_, l) => l);
  return new Map<string, SampleTensor>([
    ["circuits", { dtype: "I32", shape: [samples, z] }],
    ["inputs", { dtype: "F32", shape: [samples, z, d] }],
    ...layers.slice(1).map((l) => [`truth.${l}`, { dtype: "F32", shape: [samples, z, d] }] as const),
    ...layers.map((l) => [`activations.${l}`, { dtype: "F32", shape: [samples, D] }] as const),
  ]);
}

/**
 * Runs the samples of a split and puts what `recordedTensors` names into a sink, in order. In one thread: the bytes depend on
 * model and input alone.
 *
 * @param kernels the core to run on; the call takes over its memory
 * @throws InputError naming z or samples out of range
 * @throws the signal's reason when it is aborted
 */
export async function recordActivations(
  model: DenseModel,
  { samples, z, seed, split }: SplitInput,
  kernels: Kernels,
  sink: SampleSink,
  options: { readonly signal?: HostSignal; readonly onProgress?: (done: number, total: number) => void } = {},
): Promise<void> {
  const { D, d, L, T } = model.shape;
  wholeNumber("samples", samples, 1, MOST_RECORDED);
  const engine = new DenseEngine(kernels, model, { gate: "relu", z: wholeNumber("z", z, 1, T), batch: BATCH });
  const input = { z, sampling: "random", seed: splitSeed(seed, split), network: 0 } as const;
  for (let first = 0; first < samples; first += BATCH) {
    options.signal?.throwIfAborted();
    const count = Math.min(BATCH, samples - first);
    engine.runBatch(input, first, count);
    const rows = new Map<string, Tensor<"F32" | "I32">>();
    const floats = (name: string, shape: readonly number[], data: Float32Array): void =>
      void rows.set(name, { dtype: "F32", shape, data });
    const circuits = Int32Array.from(engine.activeCircuits(count, z).flat());
    rows.set("circuits", { dtype: "I32", shape: [count, z], data: circuits });
    for (let l = 0; l <= L; l++) {
      const truth = Float32Array.from(engine.truth(l, count * z).flat());
      floats(l === 0 ? "inputs" : `truth.${l}`, [count, z, d], truth);
    }
    for (let l = 0; l <= L; l++) {
      const data = new Float32Array(count * D);
      for (let k = 0; k < count; k++) data.set(engine.activations(l, k), k * D);
      floats(`activations.${l}`, [count, D], data);
    }
    sink.append(rows);
    options.onProgress?.(first + count, samples);
    // Lets timers and signals through.
    await new Promise((resolve) => setTimeout(resolve));
  }
  sink.finish();
}
