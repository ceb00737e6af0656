import type { RunSpec } from "../config/run-spec.js";
import type { ChunkTask } from "./chunk.js";

/**
 * Samples per task, determined by T alone, so that chunks and the order of additions do not depend on the executor.
 * Large networks get small chunks, so that progress is smooth and the work is evenly distributed.
 */
export function chunkSamples(T: number): number {
  return Math.min(2048, Math.max(16, 2 ** Math.floor(20 - Math.log2(T))));
}

/** Number of tasks per network and z. */
export function chunksOf({ samples, T }: RunSpec): number {
  return Math.ceil(samples / chunkSamples(T));
}

/** Number of tasks of a run. */
export function countTasks(spec: RunSpec): number {
  return spec.networks * spec.z.length * chunksOf(spec);
}

/** The tasks of a run: network by network, z by z, chunk by chunk. */
export function* runTasks(spec: RunSpec): Generator<ChunkTask, void, undefined> {
  const size = chunkSamples(spec.T);
  for (let network = 0; network < spec.networks; network++) {
    for (const z of spec.z) {
      for (let first = 0; first < spec.samples; first += size) {
        yield { kind: "chunk", spec, network, z, first, count: Math.min(size, spec.samples - first) };
      }
    }
  }
}

/** The tasks of several runs, one run after another. */
export function* tasksOfAll(specs: readonly RunSpec[]): Generator<ChunkTask, void, undefined> {
  for (const spec of specs) yield* runTasks(spec);
}
