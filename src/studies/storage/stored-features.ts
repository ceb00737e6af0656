import { changeDescriptor, writeDescriptor } from "../../kernels/descriptors.js";
import * as fields from "../../kernels/fields.js";
import type { Kernels } from "../../kernels/kernels.js";
import { Arena } from "../../kernels/memory.js";
import { featureWriter } from "./feature-families.js";
import type { Task, TaskKind } from "../../jobs/task.js";
import { DRAW, MULTIPLY } from "./cost.js";

export interface StoredFeaturesTask extends Task<readonly number[]> {
  readonly kind: "stored-features";
  readonly n: number;
  /** Number of features active at once. */
  readonly l: number;
  /** Largest number of features tried. */
  readonly most: number;
  readonly samples: number;
  readonly seed: number;
  readonly repeat: number;
}

/** Number of features read in one matrix product. */
const CHUNK = 512;

/**
 * For each sample, the number of random features that are read correctly, with the threshold ½, before any is misread:
 * the l active features are read first, then inactive ones, one after another. For every m up to this number, all
 * readouts are right. [E26]
 *
 * @returns [samples]: the number of features; 0 if an active feature is missed; `most` if no feature is misread
 */
export function countStoredFeatures(kernels: Kernels, input: Omit<StoredFeaturesTask, "kind">): number[] {
  const { n, l, most, samples, seed, repeat } = input;
  const arena = new Arena(kernels.memory, kernels.heapBase());
  const { write } = featureWriter(kernels, arena, { family: "random", n, m: most, seed, repeat });
  const sums = arena.bytes(samples * n * 4);
  const vectors = arena.bytes(CHUNK * n * 4);
  const packed = arena.bytes(CHUNK * n * 4);
  const [bias, workspace] = [arena.bytes(CHUNK * 4), arena.bytes(kernels.denseWorkspace())];
  const reading = writeDescriptor(arena, fields.denseLayer, { packed, bias, workspace, N: CHUNK, K: n });
  const out = arena.bytes(samples * CHUNK * 4);
  // Each sample has its own active vectors. All samples share the inactive vectors; this does not change the
  // distribution of a sample's count.
  const stored = new Array<number>(samples).fill(most);
  const own = Array.from({ length: l }, (_, k) => vectors + k * n * 4);
  for (let sample = 0; sample < samples; sample++) {
    const sum = new Float64Array(n);
    own.forEach((pointer, k) => {
      write(pointer, most + sample * l + k);
      arena.viewF32(pointer, n).forEach((value, i) => (sum[i] += value));
    });
    arena.viewF32(sums + sample * n * 4, n).set(sum);
    const missed = own.some((pointer) => arena.viewF32(pointer, n).reduce((dot, x, i) => dot + x * sum[i], 0) <= 0.5);
    if (missed) stored[sample] = 0;
  }
  for (let first = 0; first < most - l && stored.includes(most); first += CHUNK) {
    const count = Math.min(CHUNK, most - l - first);
    for (let v = 0; v < count; v++) write(vectors + v * n * 4, first + v);
    kernels.packWeights(packed, vectors, count, n);
    changeDescriptor(arena, fields.denseLayer, reading, { N: count });
    kernels.denseLayer(reading, out, sums, samples, false);
    const readouts = arena.viewF32(out, samples * count);
    for (let sample = 0; sample < samples; sample++) {
      if (stored[sample] !== most) continue;
      const wrong = readouts.subarray(sample * count, (sample + 1) * count).findIndex((readout) => readout > 0.5);
      if (wrong !== -1) stored[sample] = l + first + wrong;
    }
  }
  return stored;
}

export const storedFeaturesKind: TaskKind<StoredFeaturesTask> = {
  name: "stored-features",
  run: (core, task) => countStoredFeatures(core.claim(), task),
  cost: ({ n, most, samples }) => ({
    load: 0,
    run: most * n * (DRAW + MULTIPLY * samples),
    resultBytes: 8 * samples,
  }),
  describe: ({ n, most, repeat }) => `up to ${most} features stored in ${n} dimensions, draw ${repeat}`,
};
