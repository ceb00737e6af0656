import type { DenseModel } from "../network/dense-model.js";
import type { DenseBatch } from "../engine/dense-errors.js";
import { readoutRows } from "./samples.js";

/** What latents and probes of a layer are compared with: for every circuit the samples that it is on in, and its readouts there. */
export interface Targets {
  readonly count: number;
  /** Samples in which a circuit is on: active, and not silent (a_t^l ≠ 0). */
  readonly samples: readonly Uint32Array[];
  /** Per circuit, [readout rows] of [its samples]. */
  readonly readouts: readonly (readonly Float64Array[])[];
}

export function targetsOf(
  { shape: { T, d }, circuits }: DenseModel,
  { samples: count, z, ids, truth }: DenseBatch,
  layer: number,
): Targets {
  const rows = readoutRows(circuits.readouts);
  const on: number[][] = Array.from({ length: T }, () => []);
  const places: number[][] = Array.from({ length: T }, () => []);
  for (let occurrence = 0; occurrence < count * z; occurrence++) {
    const own = truth[layer].subarray(occurrence * d, (occurrence + 1) * d);
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
          row.reduce((sum, weight, j) => sum + weight * truth[layer][occurrence * d + j], 0),
        ),
      ),
    ),
  };
}

/** Most samples of a split: places of `orderOf` have 20 bits. */
const MOST_SCORED = 2 ** 20;

/** Places of float32 values from the smallest up; equal ones in order. */
function orderOf(values: Float32Array): Uint32Array {
  const bits = new Uint32Array(Float32Array.from(values).buffer);
  // A float's bits as a number that sorts alike, and the place below it: typed arrays sort numbers fast, by comparison slowly.
  const keys = Float64Array.from(bits, (word, at) => {
    const rank = word >>> 31 === 1 ? ~word >>> 0 : (word | 0x80000000) >>> 0;
    return rank * MOST_SCORED + at;
  }).sort();
  return Uint32Array.from(keys, (key) => key % MOST_SCORED);
}

/** Ranks from 1, equal values sharing the mean of theirs. */
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

/** The area under the ROC curve of "is on": the probability that a sample in which it is ranks above one in which it is not. */
export function areaUnderCurve(ranks: Float64Array, on: Uint32Array): number {
  const off = ranks.length - on.length;
  let sum = 0;
  for (const sample of on) sum += ranks[sample];
  return (sum - (on.length * (on.length + 1)) / 2) / (on.length * off);
}

/** The threshold with the best F1 on these samples: on above it. */
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

/** F1 of "is on" above a threshold. */
export function f1Of(values: ArrayLike<number>, on: Uint32Array, threshold: number): number {
  let [hits, said] = [0, 0];
  for (let at = 0; at < values.length; at++) if (values[at] > threshold) said++;
  for (const sample of on) if (values[sample] > threshold) hits++;
  return (2 * hits) / (said + on.length);
}

/** The squared correlation of two lists; null where one of them is constant. */
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

/** Whether squares about a mean are rounding alone. */
function isConstant(squares: number, mean: number, count: number): boolean {
  return squares <= 1e-12 * count * (1 + mean * mean);
}
