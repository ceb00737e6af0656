import type { HostSignal } from "../base/host.js";
import { wholeNumber } from "../base/errors.js";
import { DenseEngine } from "../engine/dense.js";
import { splitSeed, type Split } from "../engine/splits.js";
import type { Kernels } from "../kernels/kernels.js";
import { SparseEngine } from "../engine/sparse.js";
import type { TileEngine } from "../engine/tile-engine.js";
import type { DenseModel } from "../network/dense-model.js";
import { widthOf } from "../network/layer.js";
import { everyLayer, type MultiPartNetwork } from "../network/multi-part.js";
import type { SampleSink, SampleTensor } from "./sample-sinks.js";
import type { Tensor } from "./tensor.js";

/** The samples of a model to record; sample k depends only on (seed, split, z, k). */
export interface SplitInput {
  readonly samples: number;
  /** Number of circuits active at once. */
  readonly z: number;
  readonly seed: number;
  readonly split: Split;
}

/** The largest number of samples that may be written. */
export const MOST_RECORDED = 100_000_000;

/**
 * The model that runs the samples: a network of one part, given by its dense weights, or a network of several parts.
 */
export type Recorded = DenseModel | MultiPartNetwork;

/**
 * Number of samples that run together through a dense model and form a row group of a Parquet file. This number affects
 * the bytes of Parquet files, but not the results.
 */
const BATCH = 128;

function widthOfRecorded(source: Recorded): number {
  return "shape" in source ? source.shape.D : widthOf(source.parts);
}

/** For each step 1…L, the layer after which the circuits have completed it. */
export function recordedSteps(source: Recorded): readonly number[] {
  return "shape" in source ? everyLayer(source.shape.L) : source.steps;
}

/**
 * The tensors recorded for samples, by name; n is a layer of the network, l a step of the circuits:
 *
 *     circuits         I32 [samples, z]      the active circuits
 *     inputs           F32 [samples, z, d]   their inputs a^0
 *     truth.1 …        F32 [samples, z, d]   a^l when they run alone
 *     activations.0 …  F32 [samples, D]      A^n; layer 0 is the embedded input
 */
export function recordedTensors(
  source: Recorded,
  { samples, z }: Pick<SplitInput, "samples" | "z">,
): Map<string, SampleTensor> {
  const { L, d } = source.circuits;
  const D = widthOfRecorded(source);
  const N = recordedSteps(source)[L - 1];
  return new Map<string, SampleTensor>([
    ["circuits", { dtype: "I32", shape: [samples, z] }],
    ["inputs", { dtype: "F32", shape: [samples, z, d] }],
    ...everyLayer(L).map((l) => [`truth.${l}`, { dtype: "F32", shape: [samples, z, d] }] as const),
    ...[0, ...everyLayer(N)].map((n) => [`activations.${n}`, { dtype: "F32", shape: [samples, D] }] as const),
  ]);
}

/** Runs samples in batches; `layer` returns A^n of one sample in the last batch. */
interface Recorder {
  readonly engine: TileEngine;
  readonly layer: (n: number, sample: number) => Float32Array;
}

function recorderOf(source: Recorded, z: number, kernels: Kernels): Recorder {
  if ("shape" in source) {
    const engine = new DenseEngine(kernels, source, { gate: "relu", z, batch: BATCH });
    return { engine, layer: (n, sample) => engine.activations(n, sample) };
  }
  const engine = new SparseEngine(kernels, source, { z, keepActivations: true, readInactive: false });
  return { engine, layer: (n, sample) => engine.layerActivations(n, sample) };
}

/**
 * Runs the samples of a split and writes the tensors of `recordedTensors` to a sink, in order. Uses one thread, so
 * that the bytes depend only on the network and the input.
 *
 * @param kernels the core to run on; the call takes over its memory
 * @throws InputError if z or the number of samples is out of range (the error names it)
 * @throws the signal's reason if the signal is aborted
 */
export async function recordActivations(
  source: Recorded,
  { samples, z, seed, split }: SplitInput,
  kernels: Kernels,
  sink: SampleSink,
  options: { readonly signal?: HostSignal; readonly onProgress?: (done: number, total: number) => void } = {},
): Promise<void> {
  const { d, L, T } = source.circuits;
  wholeNumber("samples", samples, 1, MOST_RECORDED);
  const { engine, layer } = recorderOf(source, wholeNumber("z", z, 1, T), kernels);
  const D = widthOfRecorded(source);
  const N = recordedSteps(source)[L - 1];
  const input = { z, sampling: "random", seed: splitSeed(seed, split), network: 0 } as const;
  for (let first = 0; first < samples; first += engine.lanes) {
    options.signal?.throwIfAborted();
    const count = Math.min(engine.lanes, samples - first);
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
    for (let n = 0; n <= N; n++) {
      const data = new Float32Array(count * D);
      for (let k = 0; k < count; k++) data.set(layer(n, k), k * D);
      floats(`activations.${n}`, [count, D], data);
    }
    sink.append(rows);
    options.onProgress?.(first + count, samples);
    // Gives timers and signals a chance to run.
    await new Promise((resolve) => setTimeout(resolve));
  }
  sink.finish();
}
