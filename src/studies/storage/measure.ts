import { InputError } from "../../base/errors.js";
import { changeDescriptor, writeDescriptor } from "../../kernels/descriptors.js";
import * as fields from "../../kernels/fields.js";
import type { FeatureWriter } from "../../engine/linear-floors.js";
import type { Kernels } from "../../kernels/kernels.js";
import { Arena } from "../../kernels/memory.js";
import { RandomSequence } from "../../base/random.js";
import { featureWriter, type FeatureSet } from "./feature-families.js";
import { projectOnto } from "./projected-features.js";
import type { Task, TaskKind } from "../../jobs/task.js";
import { DRAW, MULTIPLY } from "./cost.js";

/** Measures the readouts of all features from sums of the vectors of a few active ones. */
export interface StorageTask extends FeatureSet, Task<readonly StorageNoise[]> {
  readonly kind: "storage";
  /** Numbers of features active at once, ascending, each ≤ m. */
  readonly ls: readonly number[];
  /** The elements of `ls` at which graded amplitudes are measured; default: all. */
  readonly gradedLs?: readonly number[];
  readonly samples: number;
  /**
   * "whole" draws all random vectors in full. For a vector that is active in no sample, "projected" draws only its
   * projection onto the span of the sums (projected-features.ts), which gives the same distribution. Default: the one
   * that draws fewer random numbers.
   */
  readonly vectors?: "whole" | "projected";
  /** Number of equal bins from −1 to 2 in which readouts are counted. */
  readonly bins?: number;
}

/** Amplitudes of active features: 1, or uniform in [0, 1). */
export const amplitudeKinds = ["boolean", "graded"] as const;
export type Amplitudes = (typeof amplitudeKinds)[number];

/**
 * Statistics of the noise with `l` active features, over samples. The noise of feature i is `⟨v_i|x⟩ − a_i`, where x =
 * Σ_j a_j v_j over the active features, and a_i = 0 for inactive ones. Dimensionless: the largest amplitude is 1.
 */
export interface StorageNoise {
  readonly l: number;
  readonly amplitudes: Amplitudes;
  readonly samples: number;
  /** Mean squared noise over the inactive features; 0 if all are active. */
  readonly inactive: number;
  /** Mean squared noise over the active features. */
  readonly active: number;
  /** Mean over samples of the largest |noise| of any feature. */
  readonly worst: number;
  /** Largest |noise| of any feature in any sample. */
  readonly largest: number;
  /** Share of features on the wrong side of ½; 0 unless amplitudes are Boolean. */
  readonly wrong: number;
  /** Share of samples with any feature on the wrong side of ½; 0 unless amplitudes are Boolean. */
  readonly wrongSamples: number;
  /**
   * Number of readouts in each bin, for inactive and for active features, if bins were requested; values outside the
   * range are counted in the first or last bin.
   */
  readonly histogram?: { readonly inactive: readonly number[]; readonly active: readonly number[] };
}

/** Where a histogram's first bin begins and its last bin ends. */
export const histogramRange = [-1, 2] as const;

/** Features read in one matrix product. */
const CHUNK = 512;

/** Identifies a sum of active features by its sample, number of features and amplitudes. */
interface Row {
  readonly amplitudes: Amplitudes;
  readonly l: number;
  readonly sample: number;
}

/**
 * Measures the noise that stored features add to each other's readouts. [E25]–[E27]
 *
 * A sample's active features at a larger l include those at a smaller l. Vectors are drawn when they are needed: for
 * any m, memory holds only the sums, the active vectors and two chunks of vectors.
 *
 * @throws InputError if an l is larger than m, a graded l is not in `ls`, or the family has no m vectors in n
 *   dimensions (the error names the argument)
 */
export function measureStorage(kernels: Kernels, input: Omit<StorageTask, "kind">): StorageNoise[] {
  const { m, ls, gradedLs = ls, samples, bins = 0 } = input;
  const most = ls.at(-1) ?? 0;
  if (most > m) throw new InputError(`l = ${most}: at most m = ${m} features can be active.`);
  const missing = gradedLs.find((l) => !ls.includes(l));
  if (missing !== undefined)
    throw new InputError(`gradedLs has ${missing}: every value must be in ls = ${ls.join(", ")}.`);
  const arena = new Arena(kernels.memory, kernels.heapBase());
  const drawn = Array.from({ length: samples }, (_, sample) => drawActive(input, sample, most));
  const seen = new Set(drawn.flatMap(({ features }) => features));
  const writer = keeping(arena, featureWriter(kernels, arena, input), seen);
  const looks = [
    ...ls.map((l) => ({ amplitudes: "boolean" as const, l })),
    ...gradedLs.map((l) => ({ amplitudes: "graded" as const, l })),
  ];
  const rows = looks.flatMap((look) => drawn.map((_, sample): Row => ({ ...look, sample })));
  const sums = embedSums(arena, writer, drawn, rows);
  const readers = readersOf(kernels, arena, { input, writer, seen, rows: rows.length, sums });

  const width = Math.max(...readers.map((reader) => reader.width));
  const vectors = arena.bytes(CHUNK * width * 4);
  const packed = arena.bytes(CHUNK * width * 4);
  const [bias, workspace] = [arena.bytes(CHUNK * 4), arena.bytes(kernels.denseWorkspace())];
  const reading = writeDescriptor(arena, fields.denseLayer, { packed, bias, workspace, N: CHUNK, K: width });
  const out = arena.bytes(rows.length * CHUNK * 4);
  const totals = rows.map((): Totals => ({
    ...{ inactive: 0, active: 0, worst: 0, wrong: 0 },
    ...{ inactiveBins: new Float64Array(bins), activeBins: new Float64Array(bins) },
  }));
  for (const reader of readers) {
    for (let first = 0; first < reader.count; first += CHUNK) {
      const count = Math.min(CHUNK, reader.count - first);
      const features = new Uint32Array(count);
      for (let v = 0; v < count; v++) {
        features[v] = reader.featureAt(first + v);
        reader.write(vectors + v * reader.width * 4, features[v]);
      }
      kernels.packWeights(packed, vectors, count, reader.width);
      changeDescriptor(arena, fields.denseLayer, reading, { N: count, K: reader.width });
      kernels.denseLayer(reading, out, reader.sums, rows.length, false);
      const readouts = arena.viewF32(out, rows.length * count);
      const lengths = reader.lengths?.(first, count) ?? null;
      const places = lengths === null ? drawn.map(({ order }) => placesOf(features, order)) : [];
      rows.forEach((row, index) => {
        if (lengths !== null) addInactiveNoise(totals[index], readouts, index * count, lengths, row);
        else addNoise(totals[index], readouts, index * count, places[row.sample], drawn[row.sample].amplitudes, row);
      });
    }
  }
  return looks.map(({ amplitudes, l }, look): StorageNoise => {
    const own = totals.slice(look * samples, (look + 1) * samples);
    const sum = (of: (total: Totals) => number): number => own.reduce((all, total) => all + of(total), 0);
    const counts = (of: (total: Totals) => Float64Array): number[] =>
      Array.from({ length: bins }, (_, bin) => sum((total) => of(total)[bin]));
    return {
      ...{ l, amplitudes, samples },
      inactive: l === m ? 0 : sum((total) => total.inactive) / (samples * (m - l)),
      active: sum((total) => total.active) / (samples * l),
      worst: sum((total) => total.worst) / samples,
      largest: Math.max(...own.map((total) => total.worst)),
      wrong: sum((total) => total.wrong) / (samples * m),
      wrongSamples: sum((total) => Number(total.wrong > 0)) / samples,
      ...(bins === 0
        ? {}
        : { histogram: { inactive: counts((t) => t.inactiveBins), active: counts((t) => t.activeBins) } }),
    };
  });
}

interface Totals {
  inactive: number;
  active: number;
  worst: number;
  wrong: number;
  readonly inactiveBins: Float64Array;
  readonly activeBins: Float64Array;
}

interface Drawn {
  /** The features in the order in which they become active as l grows. */
  readonly features: readonly number[];
  readonly amplitudes: readonly number[];
  /** The position of each feature in that order. */
  readonly order: ReadonlyMap<number, number>;
}

function drawActive({ seed, repeat, m }: Omit<StorageTask, "kind">, sample: number, most: number): Drawn {
  const random = new RandomSequence(seed, "samples", sample, repeat);
  const order = new Map<number, number>();
  while (order.size < most) {
    const feature = random.below(m);
    if (!order.has(feature)) order.set(feature, order.size);
  }
  return { features: [...order.keys()], amplitudes: Array.from({ length: most }, () => random.uniform()), order };
}

/** A group of features, and how they are read from every sum. */
interface Reader {
  readonly count: number;
  readonly featureAt: (index: number) => number;
  readonly width: number;
  readonly write: FeatureWriter["write"];
  readonly sums: number;
  /**
   * The factors by which readouts are multiplied; present only if none of the reader's features is active in any
   * sample.
   */
  readonly lengths?: (first: number, count: number) => Float64Array;
}

interface Reading {
  readonly input: Omit<StorageTask, "kind">;
  readonly writer: FeatureWriter;
  /** Features that are active in some sample. */
  readonly seen: ReadonlySet<number>;
  readonly rows: number;
  readonly sums: number;
}

/**
 * One reader for all features, or two: one for features that are active in some sample, and one for the rest; the
 * second draws only the components of its vectors in the span of the sums.
 */
function readersOf(kernels: Kernels, arena: Arena, { input, writer, seen, rows, sums }: Reading): Reader[] {
  const { family, n, m } = input;
  const isPossible = family === "random" && rows >= 2 && rows <= n - 2 && seen.size < m;
  if (input.vectors === "projected" && !isPossible)
    throw new InputError(
      `vectors = "projected": possible only with random vectors and fewer sums (${rows}) than n = ${n} dimensions.`,
    );
  const isProjected =
    input.vectors === undefined ? isPossible && 2 * rows <= n && seen.size < m / 2 : input.vectors === "projected";
  if (!isProjected) return [{ count: m, featureAt: (index) => index, ...writer, sums }];
  const active = [...seen].sort((a, b) => a - b);
  const rest = Uint32Array.from({ length: m - active.length });
  for (let feature = 0, index = 0; feature < m; feature++) if (!seen.has(feature)) rest[index++] = feature;
  return [
    { count: active.length, featureAt: (index) => active[index], ...writer, sums },
    { count: rest.length, featureAt: (index) => rest[index], ...projectOnto(kernels, arena, sums, rows, input) },
  ];
}

/** Vectors of active features are stored, not drawn again, if they have at most this many numbers in all (64 MiB). */
const MOST_KEPT = 2 ** 24;

/** A writer that stores the vectors of some features when it first writes them, and later copies the stored vectors. */
function keeping(arena: Arena, { width, write }: FeatureWriter, features: ReadonlySet<number>): FeatureWriter {
  if (features.size * width > MOST_KEPT) return { width, write };
  const bytes = 4 * width;
  const kept = arena.bytes(features.size * bytes);
  const places = new Map<number, number>();
  return {
    width,
    write: (pointer, feature) => {
      let place = places.get(feature);
      if (place === undefined && features.has(feature)) {
        place = kept + places.size * bytes;
        places.set(feature, place);
        write(place, feature);
      }
      if (place === undefined) write(pointer, feature);
      else arena.viewF32(pointer, width).set(arena.viewF32(place, width));
    },
  };
}

/** Σ a_j v_j of every row, f32 [rows][width], summed in float64. */
function embedSums(
  arena: Arena,
  { width, write }: FeatureWriter,
  drawn: readonly Drawn[],
  rows: readonly Row[],
): number {
  const sums = arena.bytes(rows.length * width * 4);
  const pointer = arena.bytes(width * 4);
  drawn.forEach(({ features, amplitudes }, sample) => {
    const running = amplitudeKinds.map(() => new Float64Array(width));
    const own = rows.flatMap((row, index) => (row.sample === sample ? [{ ...row, index }] : []));
    features.forEach((feature, k) => {
      write(pointer, feature);
      const vector = arena.viewF32(pointer, width);
      for (let i = 0; i < width; i++) {
        running[0][i] += vector[i];
        running[1][i] += amplitudes[k] * vector[i];
      }
      for (const row of own) {
        if (row.l !== k + 1) continue;
        const sum = running[amplitudeKinds.indexOf(row.amplitudes)];
        arena.viewF32(sums + row.index * width * 4, width).set(sum);
      }
    });
  });
  return sums;
}

/**
 * The position of each feature in the order in which features become active; features that never become active come
 * after all others.
 */
function placesOf(features: Uint32Array, order: Drawn["order"]): Int32Array {
  const places = new Int32Array(features.length);
  for (let v = 0; v < features.length; v++) places[v] = order.get(features[v]) ?? 0x7fffffff;
  return places;
}

/**
 * Adds to `total` the noise of the readouts of one sum, which start at `readouts[at]`; `places` holds the position of
 * each feature.
 */
function addNoise(
  total: Totals,
  readouts: Float32Array,
  at: number,
  places: Int32Array,
  graded: readonly number[],
  { amplitudes, l }: Row,
): void {
  const isBoolean = amplitudes === "boolean";
  const isBinned = total.inactiveBins.length > 0;
  for (let v = 0; v < places.length; v++) {
    const place = places[v];
    const isActive = place < l;
    const readout = readouts[at + v];
    const amplitude = !isActive ? 0 : isBoolean ? 1 : graded[place];
    const noise = readout - amplitude;
    if (isActive) total.active += noise * noise;
    else total.inactive += noise * noise;
    const size = Math.abs(noise);
    if (size > total.worst) total.worst = size;
    if (isBoolean && readout > 0.5 !== isActive) total.wrong++;
    if (isBinned) count(isActive ? total.activeBins : total.inactiveBins, readout);
  }
}

/**
 * Adds to `total` the noise of features that are active in no sample; each readout is first multiplied by its entry in
 * `lengths`.
 */
function addInactiveNoise(
  total: Totals,
  readouts: Float32Array,
  at: number,
  lengths: Float64Array,
  { amplitudes }: Row,
): void {
  let { inactive, worst, wrong } = total;
  const isBoolean = amplitudes === "boolean";
  const isBinned = total.inactiveBins.length > 0;
  for (let v = 0; v < lengths.length; v++) {
    const readout = readouts[at + v] * lengths[v];
    inactive += readout * readout;
    const size = Math.abs(readout);
    if (size > worst) worst = size;
    if (isBoolean && readout > 0.5) wrong++;
    if (isBinned) count(total.inactiveBins, readout);
  }
  total.inactive = inactive;
  total.worst = worst;
  total.wrong = wrong;
}

function count(bins: Float64Array, readout: number): void {
  const [low, high] = histogramRange;
  const bin = Math.floor(((readout - low) / (high - low)) * bins.length);
  bins[Math.max(0, Math.min(bins.length - 1, bin))]++;
}

export const storageKind: TaskKind<StorageTask> = {
  name: "storage",
  run: (core, task) => measureStorage(core.claim(), task),
  cost({ n, m, ls, samples }) {
    const rows = 2 * ls.length * samples;
    return { load: 0, run: m * n * (DRAW + MULTIPLY * rows), resultBytes: 200 * ls.length };
  },
  describe: ({ n, m, family, repeat }) => `${m} stored features (${family}) in ${n} dimensions, draw ${repeat}`,
};
