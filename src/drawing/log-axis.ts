import type { ScaleOptions } from "@observablehq/plot";
import { decadeLabel, shortNumber } from "./numbers.js";

/**
 * Squares below this are rounding errors of float32, not interference, and never extend an axis. For lengths, the
 * limit is the square root of this value.
 */
export const squaredRounding = 1e-9;

/** A logarithmic axis with a floor, for quantities that may be 0 or only rounding errors. */
export interface LogAxis {
  readonly domain: readonly [number, number];
  readonly ticks: readonly number[];
  /** Clamps a value to the range from the floor to the ceiling. */
  readonly clip: (value: number) => number;
  readonly isBelow: (value: number) => boolean;
  readonly isAbove: (value: number) => boolean;
  /** The label of a tick. The floor's label contains "≤" if any value lies below it. */
  readonly label: (tick: number) => string;
  /** The options with which Observable Plot draws the axis. */
  readonly scale: (label: string) => ScaleOptions;
  /** The number of measured values below the floor. */
  readonly below: number;
  /** The largest given value above the ceiling, or 0. */
  readonly beyond: number;
  /** The `axisNote` for this axis alone. */
  readonly note: string;
}

/** For captions: the meaning of triangles on a floor and of lines that end at the top, if any; otherwise "". */
export function axisNote(axes: readonly Pick<LogAxis, "below" | "beyond">[]): string {
  const beyond = Math.max(...axes.map((axis) => axis.beyond));
  return [
    ...(axes.some(({ below }) => below > 0)
      ? ["Triangles at the bottom of an axis stand for smaller values, down to 0."]
      : []),
    ...(beyond > 0 ? [`Values at the top of an axis are off the scale; the largest is ${shortNumber(beyond)}.`] : []),
  ].join(" ");
}

/**
 * An axis that shows `values`, but extends at most `decades` decades below its top.
 *
 * @param values all measured values to be drawn; zeros and rounding errors are drawn on the floor of the axis
 * @param include other values that must be visible, such as theory and guide lines
 * @param options.rounding values below this count as rounding errors
 * @param options.ceiling the largest value that extends the axis; larger ones are drawn at its top
 * @param options.span the floor of the axis (a power of ten) and a value up to which the axis always extends
 */
export function logAxis(
  values: Iterable<number>,
  include: Iterable<number> = [],
  {
    decades = 6,
    rounding = squaredRounding,
    ceiling = Infinity,
    span,
  }: {
    readonly decades?: number;
    readonly rounding?: number;
    readonly ceiling?: number;
    readonly span?: readonly [floor: number, top: number] | undefined;
  } = {},
): LogAxis {
  const measured = [...values];
  const positive = [...measured, ...include].filter((value) => value > rounding);
  const largest = positive.length === 0 ? 1 : Math.max(...positive);
  const smallest = positive.length === 0 ? 0.1 : Math.min(...positive);
  const top = Math.min(ceiling, Math.max(largest * 1.6, span?.[1] ?? 0));
  // If there are rounding errors, the floor is one decade lower, so that they do not look like values close to
  // `smallest`.
  const hasRounding = measured.some((value) => value <= rounding);
  const lowest = span ? Math.round(Math.log10(span[0])) : Math.floor(Math.log10(smallest)) - (hasRounding ? 1 : 0);
  const exponent = Math.max(lowest, Math.ceil(Math.log10(top)) - decades);
  const floor = 10 ** exponent;
  const ticks: number[] = [];
  for (let power = exponent; 10 ** power <= top; power++) ticks.push(10 ** power);
  const isBelow = (value: number): boolean => value < floor;
  const isAbove = (value: number): boolean => value > ceiling;
  const beyond = Math.max(0, ...measured.filter(isAbove));
  const below = measured.filter(isBelow).length;
  const domain = [floor, top] as const;
  const label = (tick: number): string => `${below > 0 && tick === floor ? "≤ " : ""}${decadeLabel(tick)}`;
  return {
    domain,
    ticks,
    clip: (value) => (isBelow(value) ? floor : Math.min(ceiling, value)),
    isBelow,
    isAbove,
    label,
    scale: (text) => ({ type: "log", domain, ticks, tickFormat: label, label: text, grid: true }),
    below,
    beyond,
    note: axisNote([{ below, beyond }]),
  };
}

/** The position of a value on a logarithmic axis of `height` px, from the top. */
export function logPosition(axis: LogAxis, height: number, value: number): number {
  const [low, high] = axis.domain;
  return (height * Math.log(high / axis.clip(value))) / Math.log(high / low);
}

/** The inverse of {@link logPosition}. */
export function valueAt(axis: LogAxis, height: number, position: number): number {
  const [low, high] = axis.domain;
  return high * (low / high) ** (position / height);
}

/** The numbers 1, 2 and 5 times powers of ten; only powers of ten if the range exceeds `most` decades. */
export function ticksWithin(low: number, high: number, most = 1.6): number[] {
  const steps = Math.log10(high / low) > most ? [1] : [1, 2, 5];
  const ticks: number[] = [];
  if (!(low > 0 && high < Infinity)) return ticks;
  for (let power = Math.floor(Math.log10(low)); 10 ** power <= high; power++) {
    for (const step of steps) {
      const tick = Number(`${step}e${power}`);
      if (tick >= low && tick <= high) ticks.push(tick);
    }
  }
  return ticks;
}
