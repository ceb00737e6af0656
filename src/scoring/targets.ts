import type { Circuits } from "../circuits/circuits.js";
import type { DenseBatch } from "../engine/dense-errors.js";
import type { SampleCounts } from "./resampling.js";
import { readoutRows } from "./samples.js";

/** A circuit is scored only if it is on in at least this many samples of each split. */
const LEAST_ON = 3;

/** Targets for a layer's latents and probes: per circuit, the samples in which it is on and its readouts in them. */
export interface Targets {
  readonly count: number;
  /** Samples in which a circuit is on: active, and not silent (a_t^l ≠ 0). */
  readonly samples: readonly Uint32Array[];
  /** The readouts of each circuit in its samples: one array, [samples], per readout row. */
  readonly readouts: readonly (readonly Float64Array[])[];
}

export function targetsOf(
  { circuits }: { readonly circuits: Circuits },
  { samples: count, z, ids, truth }: DenseBatch,
  step: number,
): Targets {
  const { T, d } = circuits;
  const rows = readoutRows(circuits.readouts);
  const on: number[][] = Array.from({ length: T }, () => []);
  const places: number[][] = Array.from({ length: T }, () => []);
  for (let occurrence = 0; occurrence < count * z; occurrence++) {
    const own = truth[step].subarray(occurrence * d, (occurrence + 1) * d);
    if (own.every((value) => value === 0)) continue;
    on[ids[occurrence]].push(Math.floor(occurrence / z));
    places[ids[occurrence]].push(occurrence);
  }
  return {
    count,
    samples: on.map((list) => Uint32Array.from(list)),
    readouts: places.map((list) =>
      rows.map(({ row }) =>
        Float64Array.from(list, (occurrence) =>
          row.reduce((sum, weight, j) => sum + weight * truth[step][occurrence * d + j], 0),
        ),
      ),
    ),
  };
}

/** Whether a circuit is on in enough samples to be scored, and off in at least one. */
export function isScored({ samples, count }: Targets, t: number): boolean {
  return samples[t].length >= LEAST_ON && samples[t].length < count;
}

/** The largest number of samples in a split, because indices in `orderOf` have 20 bits. */
const MOST_SCORED = 2 ** 20;

/** Indices of float32 values in ascending order; equal values keep their order. */
function orderOf(values: Float32Array): Uint32Array {
  const bits = new Uint32Array(Float32Array.from(values).buffer);
  // Each key combines the bits of a float (mapped so that keys sort like the floats) with the float's index, because
  // sorting a typed array is slow with a comparison function.
  const keys = Float64Array.from(bits, (word, at) => {
    const rank = word >>> 31 === 1 ? ~word >>> 0 : (word | 0x80000000) >>> 0;
    return rank * MOST_SCORED + at;
  }).sort();
  return Uint32Array.from(keys, (key) => key % MOST_SCORED);
}

/** Ranks from 1; equal values share their mean rank. */
export function ranksOf(values: Float32Array): Float64Array {
  const order = orderOf(values);
  const ranks = new Float64Array(values.length);
  for (let first = 0; first < order.length;) {
    let end = first + 1;
    while (end < order.length && values[order[end]] === values[order[first]]) end++;
    for (let at = first; at < end; at++) ranks[order[at]] = (first + end + 1) / 2;
    first = end;
  }
  return ranks;
}

/**
 * The area under the ROC curve of "is on": the probability that a sample in which the circuit is on ranks above one in
 * which it is off.
 */
export function areaUnderCurve(ranks: Float64Array, on: Uint32Array): number {
  const off = ranks.length - on.length;
  let sum = 0;
  for (const sample of on) sum += ranks[sample];
  return (sum - (on.length * (on.length + 1)) / 2) / (on.length * off);
}

/**
 * A group of samples with equal values, at positions `first` to `end` − 1 in descending order of value. The circuit is
 * on in at least one of these samples.
 */
interface Tied {
  readonly first: number;
  readonly end: number;
  readonly on: Uint32Array;
}

/**
 * Makes a function that computes the area under the ROC curve (AUC), given how many times each sample counts. The
 * function returns null unless the circuit is on in some of these samples and off in others. Values are sorted once;
 * each call then goes from the largest value down to the smallest value of a sample in which the circuit is on. The
 * larger the AUC, the shorter this pass.
 */
export function countedArea(values: Float32Array, on: Uint32Array): (counts: SampleCounts) => number | null {
  const isOn = new Uint8Array(values.length);
  for (const sample of on) isOn[sample] = 1;
  const order = orderOf(values).reverse();
  const ties: Tied[] = [];
  for (let first = 0; first < order.length;) {
    let [end, hits] = [first, 0];
    for (; end < order.length && values[order[end]] === values[order[first]]; end++) hits += isOn[order[end]];
    if (hits > 0) ties.push({ first, end, on: order.slice(first, end).filter((sample) => isOn[sample] === 1) });
    first = end;
  }
  return (counts) => {
    let [at, hits, above, twiceAbove] = [0, 0, 0, 0];
    for (const tied of ties) {
      for (; at < tied.first; at++) above += counts[order[at]];
      let [all, own] = [0, 0];
      for (; at < tied.end; at++) all += counts[order[at]];
      for (const sample of tied.on) own += counts[sample];
      twiceAbove += own * (2 * above + all - own);
      above += all - own;
      hits += own;
    }
    const pairs = hits * (values.length - hits);
    return pairs === 0 ? null : (pairs - twiceAbove / 2) / pairs;
  };
}

/** The threshold with the best F1 on these samples; values above it mean on. */
export function bestThreshold(values: Float32Array, on: Uint32Array): number {
  const isOn = new Uint8Array(values.length);
  for (const sample of on) isOn[sample] = 1;
  const order = orderOf(values).reverse();
  let [hits, best, threshold] = [0, -1, Infinity];
  for (let at = 0; at < order.length; at++) {
    hits += isOn[order[at]];
    const next = at + 1 < order.length ? values[order[at + 1]] : values[order[at]] - 1;
    if (next === values[order[at]]) continue;
    const f1 = (2 * hits) / (at + 1 + on.length);
    if (f1 > best) [best, threshold] = [f1, (values[order[at]] + next) / 2];
  }
  return threshold;
}

/**
 * Makes a function that computes the F1 of "is on" above a threshold, given how many times each sample counts. The
 * function returns null if the circuit is off in all samples whose count is not 0.
 */
export function countedF1(
  values: Float32Array,
  on: Uint32Array,
  threshold: number,
): (counts: SampleCounts) => number | null {
  const above: number[] = [];
  values.forEach((value, sample) => {
    if (value > threshold) above.push(sample);
  });
  return (counts) => {
    let [hits, said, all] = [0, 0, 0];
    for (const sample of above) said += counts[sample];
    for (const sample of on) {
      all += counts[sample];
      if (values[sample] > threshold) hits += counts[sample];
    }
    return all === 0 ? null : (2 * hits) / (said + all);
  };
}

/**
 * Smallest variance of a readout in a resample, as a share of its variance in all samples; below this, a fit is
 * meaningless.
 */
const LEAST_VARIANCE = 0.25;

/**
 * Makes a function that fits a circuit's readout in a resample, given how many times each sample occurs in it. The
 * function returns null if the readout hardly varies.
 *
 * @param given the value found for each sample in which the circuit is on
 * @param wanted the true readout for the same samples
 */
export function countedFit(
  on: Uint32Array,
  given: Float64Array,
  wanted: Float64Array,
  fit: (given: Float64Array, wanted: Float64Array) => number | null,
): (counts: SampleCounts) => number | null {
  const least = LEAST_VARIANCE * varianceOf(wanted);
  return (counts) => {
    let drawn = 0;
    for (const sample of on) drawn += counts[sample];
    const [own, read] = [new Float64Array(drawn), new Float64Array(drawn)];
    for (let place = 0, at = 0; place < on.length; place++) {
      for (let time = counts[on[place]]; time > 0; time--) {
        own[at] = wanted[place];
        read[at++] = given[place];
      }
    }
    // Written as a negation so that NaN, the variance of zero samples, also gives null.
    return !(varianceOf(own) >= least) ? null : fit(read, own);
  };
}

function varianceOf(values: Float64Array): number {
  let [mean, squares] = [0, 0];
  for (const value of values) mean += value / values.length;
  for (const value of values) squares += (value - mean) ** 2;
  return squares / values.length;
}

/** The squared correlation of two lists; null if one of them is constant. */
export function squaredCorrelation(x: ArrayLike<number>, y: ArrayLike<number>): number | null {
  const n = x.length;
  let [mx, my] = [0, 0];
  for (let at = 0; at < n; at++) {
    mx += x[at] / n;
    my += y[at] / n;
  }
  let [xx, yy, xy] = [0, 0, 0];
  for (let at = 0; at < n; at++) {
    xx += (x[at] - mx) ** 2;
    yy += (y[at] - my) ** 2;
    xy += (x[at] - mx) * (y[at] - my);
  }
  return isConstant(xx, mx, n) || isConstant(yy, my, n) ? null : (xy * xy) / (xx * yy);
}

/** Whether squared deviations from a mean are only rounding error. */
function isConstant(squares: number, mean: number, count: number): boolean {
  return squares <= 1e-12 * count * (1 + mean * mean);
}
