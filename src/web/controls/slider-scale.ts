import { designOf } from "../../designs/designs.js";
import { designSize, runsBySparseWeights, LARGEST_SPARSE, type RunSpec } from "../../config/run-spec.js";
import { largestT, widthOf } from "../spec/limits.js";

/** A slider's positions 0…last and the values they stand for. */
export interface Scale {
  readonly last: number;
  valueAt(position: number): number;
  /** The position nearest to a value; values outside the range map to its ends. */
  positionOf(value: number): number;
}

export function linear(min: number, max: number, step = 1): Scale {
  const last = Math.max(0, Math.round((max - min) / step));
  return {
    last,
    // Steps such as 0.05 are not exact in binary: rounding to 12 digits restores the intended value.
    valueAt: (position) => Number((min + position * step).toPrecision(12)),
    positionOf: (value) => clamped(Math.round((value - min) / step), last),
  };
}

/** Multiples of `unit` that grow by about the same factor at each position. */
export function geometric(min: number, max: number, unit = 1, perDoubling = 16): Scale {
  const values: number[] = [];
  for (let k = 0; ; k++) {
    const value = Math.max(unit, Math.round((min * 2 ** (k / perDoubling)) / unit) * unit);
    if (value >= max) break;
    if (value !== values.at(-1)) values.push(value);
  }
  values.push(max);
  return ofValues(values);
}

function ofValues(values: readonly number[]): Scale {
  return {
    last: values.length - 1,
    valueAt: (position) => values[position],
    positionOf: (value) => {
      const above = values.findIndex((known) => known >= value);
      if (above <= 0) return above === 0 ? 0 : values.length - 1;
      return value - values[above - 1] < values[above] - value ? above - 1 : above;
    },
  };
}

/** A scale with one extra value that users often want to return to. */
function withValue(scale: Scale, value: number): Scale {
  const values = Array.from({ length: scale.last + 1 }, (_, position) => scale.valueAt(position));
  return ofValues([...new Set([...values, value])].sort((a, b) => a - b));
}

function clamped(position: number, last: number): number {
  return Math.min(last, Math.max(0, position));
}

const most = (bound: number, d: number): number => bound - (bound % d);

const depths = [...Array.from({ length: 20 }, (_, k) => k + 1), 25, 30, 40, 50, 60, 80, 100, 150, 200];

const sampleCounts = [1, 2, 3, 4, 5, 6].flatMap((decade) => [1, 2, 5].map((digit) => digit * 10 ** decade));

/**
 * The slider of a field; null for fields without a slider. The slider covers the part of the range worth exploring; the
 * box beside it accepts the whole range.
 */
export function sliderScale(name: string, spec: RunSpec): Scale | null {
  const d = widthOf(spec);
  const design = designOf(spec.design);
  switch (name) {
    case "D":
      if (design !== null) return linear(500, 4000, 10);
      return withValue(geometric(5 * d, most(runsBySparseWeights(spec) ? LARGEST_SPARSE : 8000, d), d), most(1000, d));
    case "T": {
      const largest = Math.max(1, largestT(spec));
      return largest <= 1000 ? linear(1, largest) : geometric(1, largest);
    }
    case "S":
      if (design !== null) return ofValues([...design.S].sort((a, b) => a - b));
      return linear(1, Math.max(1, Math.min(16, spec.D / d)));
    case "L":
      // Some designs limit the number of layers.
      return ofValues(
        depths.filter((L) => L === 1 || design === null || design.largest(designSize({ ...spec, L })) > 0),
      );
    case "z":
      return linear(1, Math.min(8, spec.T));
    case "samples":
      return ofValues(sampleCounts);
    case "networks":
      return linear(1, 10);
    case "noise":
      return linear(0, 0.1, 0.005);
    case "chiFactor":
      return linear(0, 2, 0.05);
    default:
      return null;
  }
}
