import { writeDescriptor } from "../../kernels/descriptors.js";
import * as fields from "../../kernels/fields.js";
import type { Kernels } from "../../kernels/kernels.js";
import { Arena } from "../../kernels/memory.js";
import { RandomSequence } from "../../base/random.js";
import { featureWriter } from "./feature-families.js";
import type { Task, TaskKind } from "../../jobs/task.js";
import { DRAW, MULTIPLY } from "./cost.js";

/** Boolean features that, in every layer, are read and then embedded again with new random unit vectors. */
export interface ReEmbeddingTask extends Task<ReEmbeddingNoise> {
  readonly kind: "re-embedding";
  readonly n: number;
  readonly m: number;
  readonly l: number;
  /** How many times all features are embedded and read. */
  readonly layers: number;
  readonly samples: number;
  readonly seed: number;
  readonly repeat: number;
}

/** The state after each reading, beginning with the first. */
export interface ReEmbeddingNoise {
  /** Mean squared noise of a feature when readouts are re-embedded unchanged. */
  readonly plain: readonly number[];
  /** Mean squared noise when every readout is rounded to 0 or 1 before it is re-embedded. */
  readonly thresholded: readonly number[];
  /** With the threshold: share of features on the wrong side of ½. */
  readonly wrong: readonly number[];
  /** With the threshold: share of samples in which all features are on the correct side of ½. */
  readonly right: readonly number[];
}

/** How noise compounds when features are read and re-embedded repeatedly, with and without a threshold. [E26] */
export function measureReEmbedding(kernels: Kernels, input: Omit<ReEmbeddingTask, "kind">): ReEmbeddingNoise {
  const { n, m, l, layers, samples, seed, repeat } = input;
  const arena = new Arena(kernels.memory, kernels.heapBase());
  const rows = 2 * samples;
  const vectors = arena.bytes(m * n * 4);
  const turned = arena.bytes(m * n * 4);
  const packed = arena.bytes((m + 8) * (n + 8) * 4);
  const features = arena.bytes(rows * m * 4);
  const sums = arena.bytes(rows * n * 4);
  const bias = arena.bytes(Math.max(m, n) * 4);
  const workspace = arena.bytes(kernels.denseWorkspace());
  const embedding = writeDescriptor(arena, fields.denseLayer, { packed, bias, workspace, N: n, K: m });
  const reading = writeDescriptor(arena, fields.denseLayer, { packed, bias, workspace, N: m, K: n });
  const { write } = featureWriter(kernels, arena, { family: "random", n, m: m * layers, seed, repeat });

  const truth = new Float32Array(rows * m);
  for (let sample = 0; sample < samples; sample++) {
    const active = new Set<number>();
    const random = new RandomSequence(seed, "samples", sample, repeat);
    while (active.size < l) active.add(random.below(m));
    for (const feature of active) truth[sample * m + feature] = truth[(samples + sample) * m + feature] = 1;
  }
  arena.viewF32(features, rows * m).set(truth);
  const noise = { plain: [] as number[], thresholded: [] as number[], wrong: [] as number[], right: [] as number[] };
  for (let layer = 0; layer < layers; layer++) {
    for (let v = 0; v < m; v++) write(vectors + v * n * 4, layer * m + v);
    transpose(arena.viewF32(vectors, m * n), arena.viewF32(turned, m * n), m, n);
    kernels.packWeights(packed, turned, n, m);
    kernels.denseLayer(embedding, sums, features, rows, false);
    kernels.packWeights(packed, vectors, m, n);
    kernels.denseLayer(reading, features, sums, rows, false);
    const readouts = arena.viewF32(features, rows * m);
    const squares = [0, 0];
    let [wrong, right] = [0, 0];
    for (let row = 0; row < rows; row++) {
      const isThresholded = row >= samples;
      const own = { readouts, truth, first: row * m, end: (row + 1) * m };
      squares[Number(isThresholded)] = addSquares(own, squares[Number(isThresholded)]);
      const missed = isThresholded ? threshold(own) : 0;
      wrong += missed;
      if (isThresholded && missed === 0) right++;
    }
    noise.plain.push(squares[0] / (samples * m));
    noise.thresholded.push(squares[1] / (samples * m));
    noise.wrong.push(wrong / (samples * m));
    noise.right.push(right / samples);
  }
  return noise;
}

/** Transposes [rows][columns] to [columns][rows]. */
function transpose(from: Float32Array, to: Float32Array, rows: number, columns: number): void {
  for (let v = 0; v < rows; v++) for (let k = 0; k < columns; k++) to[k * rows + v] = from[v * columns + k];
}

/** The readouts and true values of features first…end−1 in all samples. */
interface Readouts {
  readonly readouts: Float32Array;
  readonly truth: Float32Array;
  readonly first: number;
  readonly end: number;
}

/** Adds the squared noise of each feature to a sum. */
function addSquares({ readouts, truth, first, end }: Readouts, sum: number): number {
  for (let i = first; i < end; i++) {
    const noise = readouts[i] - truth[i];
    sum += noise * noise;
  }
  return sum;
}

/** Sets every readout to 0 or 1, and counts the wrong ones. */
function threshold({ readouts, truth, first, end }: Readouts): number {
  let missed = 0;
  for (let i = first; i < end; i++) {
    const bit = readouts[i] > 0.5 ? 1 : 0;
    readouts[i] = bit;
    if (bit !== truth[i]) missed++;
  }
  return missed;
}

export const reEmbeddingKind: TaskKind<ReEmbeddingTask> = {
  name: "re-embedding",
  run: (core, task) => measureReEmbedding(core.claim(), task),
  cost: ({ n, m, layers, samples }) => ({
    load: 0,
    run: layers * m * n * (DRAW + 4 * MULTIPLY * samples),
    resultBytes: 1000,
  }),
  describe: ({ n, m, layers, repeat }) => `${m} features embedded ${layers} times in ${n} dimensions, draw ${repeat}`,
};
