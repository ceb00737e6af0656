import { InputError } from "../errors.js";
import type { Kernels } from "../kernels/kernels.js";
import { Arena } from "../kernels/memory.js";
import { RandomSequence } from "../random.js";
import { featureWriter, type FeatureSet } from "./feature-families.js";

/** Readouts of all features from sums of some of them. */
export interface StorageInput extends FeatureSet {
  /** How many features are active at once, ascending, each ≤ m. */
  readonly ls: readonly number[];
  readonly samples: number;
}

/** Amplitudes of active features: 1, or uniform in [0, 1). */
export type Amplitudes = "boolean" | "graded";

/**
 * Noise at one l, over samples. The noise of feature i is `⟨v_i|x⟩ − a_i`, where x = Σ_j a_j v_j over the active features, a_i = 0
 * for the others. Dimensionless: the largest amplitude is 1.
 */
export interface StorageNoise {
  readonly l: number;
  readonly amplitudes: Amplitudes;
  readonly samples: number;
  /** Mean squared noise over the inactive features; 0 where all are active. */
  readonly inactive: number;
  /** Mean squared noise over the active features. */
  readonly active: number;
  /** Mean over samples of the largest |noise| of any feature. */
  readonly worst: number;
  /** Share of features on the wrong side of ½; of Boolean amplitudes, else 0. */
  readonly wrong: number;
  /** Share of samples with any feature on the wrong side of ½; of Boolean amplitudes, else 0. */
  readonly wrongSamples: number;
}

/** Features read in one matrix product. */
const CHUNK = 512;

const kinds: readonly Amplitudes[] = ["boolean", "graded"];

/**
 * Measures the noise of stored features on each other. [E25]–[E27]
 *
 * The active features of a sample at a larger l contain those at a smaller one. Vectors are made as they are needed: memory is
 * that of 2·samples·|ls| sums and of two chunks of vectors, whatever m is.
 *
 * @throws InputError naming the argument when some l is larger than m or the family has no such set
 */
export function measureStorage(kernels: Kernels, input: StorageInput): StorageNoise[] {
  const { m, ls, samples } = input;
  const most = ls.at(-1) ?? 0;
  if (most > m) throw new InputError(`l = ${most}: at most m = ${m} features can be active.`);
  const arena = new Arena(kernels.memory, kernels.heapBase());
  const { width, write } = featureWriter(kernels, arena, input);
  const drawn = Array.from({ length: samples }, (_, sample) => drawActive(input, sample, most));
  const rows = kinds.length * ls.length * samples;
  const sums = embedSums(arena, { width, write }, drawn, ls, rows);

  const vectors = arena.bytes(CHUNK * width * 4);
  const packed = arena.bytes(CHUNK * width * 4);
  const bias = arena.bytes(CHUNK * 4);
  const workspace = arena.bytes((128 * 256 + 8) * 4);
  const out = arena.bytes(rows * CHUNK * 4);
  const totals = Array.from({ length: rows }, (): Totals => ({ inactive: 0, active: 0, worst: 0, wrong: 0 }));
  for (let first = 0; first < m; first += CHUNK) {
    const count = Math.min(CHUNK, m - first);
    for (let v = 0; v < count; v++) write(vectors + v * width * 4, first + v);
    kernels.packWeights(packed, vectors, count, width);
    kernels.denseLayer(out, sums, packed, bias, workspace, rows, count, width, false);
    const readouts = arena.viewF32(out, rows * count);
    for (let row = 0; row < rows; row++) {
      const { kind, l, sample } = placeOf(row, ls, samples);
      addNoise(totals[row]!, readouts.subarray(row * count, (row + 1) * count), first, drawn[sample]!, kind, l);
    }
  }
  return kinds.flatMap((amplitudes, kind) =>
    ls.map((l, index): StorageNoise => {
      const own = totals.slice((kind * ls.length + index) * samples, (kind * ls.length + index + 1) * samples);
      const sum = (of: (total: Totals) => number): number => own.reduce((all, total) => all + of(total), 0);
      return {
        ...{ l, amplitudes, samples },
        inactive: l === m ? 0 : sum((total) => total.inactive) / (samples * (m - l)),
        active: sum((total) => total.active) / (samples * l),
        worst: sum((total) => total.worst) / samples,
        wrong: sum((total) => total.wrong) / (samples * m),
        wrongSamples: sum((total) => Number(total.wrong > 0)) / samples,
      };
    }),
  );
}

interface Totals {
  inactive: number;
  active: number;
  worst: number;
  wrong: number;
}

interface Drawn {
  /** In the order in which they become active as l grows. */
  readonly features: readonly number[];
  readonly amplitudes: readonly number[];
  /** Where in that order a feature is. */
  readonly order: ReadonlyMap<number, number>;
}

function drawActive({ seed, repeat, m }: StorageInput, sample: number, most: number): Drawn {
  const random = new RandomSequence(seed, "samples", sample, repeat);
  const order = new Map<number, number>();
  while (order.size < most) {
    const feature = random.below(m);
    if (!order.has(feature)) order.set(feature, order.size);
  }
  return { features: [...order.keys()], amplitudes: Array.from({ length: most }, () => random.uniform()), order };
}

/** Rows are [kind][l][sample]. */
function placeOf(row: number, ls: readonly number[], samples: number): { kind: number; l: number; sample: number } {
  const block = Math.floor(row / samples);
  return { kind: Math.floor(block / ls.length), l: ls[block % ls.length]!, sample: row % samples };
}

/** Σ a_j v_j of every row, f32 [rows][width], summed in float64. */
function embedSums(
  arena: Arena,
  { width, write }: { readonly width: number; readonly write: (pointer: number, feature: number) => void },
  drawn: readonly Drawn[],
  ls: readonly number[],
  rows: number,
): number {
  const sums = arena.bytes(rows * width * 4);
  const pointer = arena.bytes(width * 4);
  drawn.forEach(({ features, amplitudes }, sample) => {
    const running = kinds.map(() => new Float64Array(width));
    let next = 0;
    features.forEach((feature, k) => {
      write(pointer, feature);
      const vector = arena.viewF32(pointer, width);
      for (let i = 0; i < width; i++) {
        running[0]![i]! += vector[i]!;
        running[1]![i]! += amplitudes[k]! * vector[i]!;
      }
      if (ls[next] !== k + 1) return;
      running.forEach((sum, kind) => {
        const row = (kind * ls.length + next) * drawn.length + sample;
        arena.viewF32(sums + row * width * 4, width).set(sum);
      });
      next++;
    });
  });
  return sums;
}

function addNoise(total: Totals, readouts: Float32Array, first: number, drawn: Drawn, kind: number, l: number): void {
  for (let v = 0; v < readouts.length; v++) {
    const place = drawn.order.get(first + v);
    const isActive = place !== undefined && place < l;
    const readout = readouts[v]!;
    const amplitude = !isActive ? 0 : kind === 0 ? 1 : drawn.amplitudes[place]!;
    const noise = readout - amplitude;
    if (isActive) total.active += noise * noise;
    else total.inactive += noise * noise;
    const size = Math.abs(noise);
    if (size > total.worst) total.worst = size;
    if (kind === 0 && readout > 0.5 !== isActive) total.wrong++;
  }
}
