import { lastOf } from "../../base/last.js";
import { writeDescriptor } from "../../kernels/descriptors.js";
import * as fields from "../../kernels/fields.js";
import type { Kernels } from "../../kernels/kernels.js";
import { Arena } from "../../kernels/memory.js";
import type { Cleaner, CleanerLayer } from "../../network/cleaner.js";
import { normalQuantiles, seedKey } from "../../base/random.js";
import type { Task, TaskKind } from "../../jobs/task.js";

export interface CleaningTask extends Task<readonly (readonly (readonly number[])[])[]> {
  readonly kind: "cleaning";
  readonly cleaner: Cleaner;
  /** Initial values of the quantity, [samples][1 or 2]. */
  readonly values: readonly (readonly number[])[];
  /** The numbers of passes after which the quantity is read, ascending, each at least 1. */
  readonly passes: readonly number[];
  /** Standard deviation of normal noise on every neuron in every layer, before the ReLU. */
  readonly noise: number;
  readonly seed: number;
}

/** Number of samples run side by side. */
const LANES = 16;
const W = 4 * LANES;

/**
 * Runs a cleaner's layers repeatedly, on the kernels that also run designs.
 *
 * @returns the readout after each number of passes in `passes`, [passes][samples][1 or 2]; without noise, a sample's
 *   readout depends only on its initial value
 */
export function runCleaner(
  kernels: Kernels,
  { cleaner, values, passes, noise, seed }: Omit<CleaningTask, "kind">,
): number[][][] {
  const arena = new Arena(kernels.memory, kernels.heapBase());
  const { layers, write, offset, read } = cleaner;
  const most = Math.max(write.length, ...layers.map(({ bias }) => bias.length));
  const [first, second] = [arena.bytes(most * W), arena.bytes(most * W)];
  const table = arena.f32(noise === 0 ? [] : normalQuantiles());
  const loaded = layers.map((layer) => loadLayer(arena, layer, table));
  const [low, high] = seedKey(seed);
  const results = passes.map(() => values.map((): number[] => []));
  for (let sample = 0; sample < values.length; sample += LANES) {
    const own = values.slice(sample, sample + LANES);
    let [before, after] = [first, second];
    const A = arena.viewF32(before, write.length * LANES).fill(0);
    own.forEach((value, lane) => {
      write.forEach((row, n) => (A[n * LANES + lane] = offset + dot(row, value)));
    });
    for (let pass = 1, layer = 0; pass <= lastOf(passes); pass++) {
      for (const { rows, weights, noiseOf } of loaded) {
        kernels.sparseLayer(weights, after, before, false);
        if (noise > 0) kernels.addNoise(noiseOf, after, noise, low, high, layer++, sample, own.length);
        kernels.rectify(after, rows * W);
        [before, after] = [after, before];
      }
      const at = passes.indexOf(pass);
      if (at === -1) continue;
      const held = arena.viewF32(before, write.length * LANES);
      own.forEach((_, lane) => {
        const neurons = write.map((__, n) => held[n * LANES + lane]);
        results[at][sample + lane] = read.map((row) => dot(row, neurons));
      });
    }
  }
  return results;
}

interface LoadedLayer {
  readonly rows: number;
  /** Descriptor of `sparseLayer`. */
  readonly weights: number;
  /** Descriptor of `addNoise`. */
  readonly noiseOf: number;
}

function loadLayer(arena: Arena, { weights, bias }: CleanerLayer, table: number): LoadedLayer {
  const width = weights[0].length;
  const rows = bias.length;
  return {
    rows,
    weights: writeDescriptor(arena, fields.sparseLayer, {
      starts: arena.u32(Array.from({ length: rows + 1 }, (_, n) => n * width)),
      columns: arena.u32(weights.flatMap((row) => row.map((_, m) => m * W))),
      values: arena.f32(weights.flat()),
      ...{ bias: arena.f32(bias), N: rows, W },
    }),
    noiseOf: writeDescriptor(arena, fields.addNoise, { N: rows, W, table }),
  };
}

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, k) => sum + value * b[k], 0);
}

export const cleaningKind: TaskKind<CleaningTask> = {
  name: "cleaning",
  run: (core, task) => runCleaner(core.claim(), task),
  cost: ({ values, passes }) => ({
    load: 0,
    run: 1e-3 * values.length * passes[passes.length - 1],
    resultBytes: 100 * values.length,
  }),
  describe: ({ values, cleaner }) =>
    `${values.length} values through layers that keep or clean an ${cleaner.of === "x" ? "x" : "indicator"}`,
};
