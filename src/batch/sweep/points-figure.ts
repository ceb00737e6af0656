import * as Plot from "@observablehq/plot";
import { InputError } from "../../base/errors.js";
import { compose, panel, type Figure, type FigureOptions, type Key } from "../../drawing/compose.js";
import { logAxis, ticksWithin } from "../../drawing/log-axis.js";
import { grouped, shortNumber } from "../../drawing/numbers.js";
import { colours, ordinalColour, sizes, zColour } from "../../drawing/theme.js";

/** One row of a run. */
export interface SweepPoint {
  readonly x: number | string;
  readonly y: number;
  readonly series: number | string;
}

export interface SweepPointsOptions<Point> extends FigureOptions {
  readonly x: { readonly label: string; readonly values: readonly (number | string)[] };
  readonly y: { readonly label: string; readonly isLog: boolean };
  /** Null if there is only one series. Each value of z has the same colour as in other figures. */
  readonly series: {
    readonly name: string;
    readonly label: string;
    readonly values: readonly (number | string)[];
  } | null;
  /** The label shown when the pointer is on a point. */
  readonly nameOf: (point: Point) => string;
  /** The settings that all rows share, as text for the caption. */
  readonly note: string;
}

/** The largest number of dots that are drawn; more would be slow and unreadable. */
const MOST_DOTS = 1000;

/** Plots a column of a sweep's rows against a field that varies: a dot per row, and a line through the means. */
export function sweepPoints<Point extends SweepPoint>(
  points: readonly Point[],
  options: SweepPointsOptions<Point>,
): Figure {
  const { document, x, y, series, nameOf, note, width = sizes.width } = options;
  if (points.length === 0) throw new InputError("These rows contain no values for this figure.");
  const isNumeric = x.values.every((value) => typeof value === "number");
  const place = (value: number | string): number => (isNumeric ? Number(value) : x.values.indexOf(value));
  const axis = logAxis(points.map((point) => point.y));
  const height = (value: number): number => (y.isLog ? axis.clip(value) : value);
  const names = series?.values ?? [""];
  const colourOf = (value: number | string): string => {
    if (series?.name === "z") return zColour(Number(value));
    return names.length === 1 ? zColour(4) : ordinalColour(names.indexOf(value), names.length);
  };
  const every = Math.ceil(points.length / MOST_DOTS);
  const dots = points
    .filter((_, k) => k % every === 0)
    .map((point) => ({ x: place(point.x), y: height(point.y), title: nameOf(point), colour: colourOf(point.series) }));
  const lines = names.map((name) => ({
    colour: colourOf(name),
    means: meansOf(points.filter((point) => point.series === name)).map((mean) => ({
      x: place(mean.x),
      y: height(mean.y),
    })),
  }));
  const svg = panel(document, {
    width,
    height: 380,
    marginLeft: 60,
    x: { ...(isNumeric ? numericScale(x.values) : wordScale(x.values)), label: x.label },
    y: y.isLog ? axis.scale(y.label) : { label: y.label, grid: true, nice: true, zero: true },
    marks: [
      ...lines.map(({ colour, means }) =>
        Plot.line(means, { x: "x", y: "y", stroke: colour, strokeWidth: sizes.line }),
      ),
      ...lines.map(({ colour }) =>
        Plot.dot(
          dots.filter((dot) => dot.colour === colour),
          { x: "x", y: "y", title: "title", r: sizes.dot, fill: colour, fillOpacity: 0.75 },
        ),
      ),
    ],
  });
  const keys: Key[] =
    series === null
      ? []
      : names.map((name) => ({ label: `${series.name} = ${keyText(name)}`, colour: colourOf(name), mark: "dot" }));
  const thinned = every > 1 ? ` One row in ${every} has a dot; lines are means of all rows.` : "";
  return compose(options, {
    title: `${y.label}, against ${x.label.split(",")[0]}`,
    keys: [...keys, { label: "mean of rows with the same x", colour: colours.ink, mark: "line" }],
    rows: [[svg]],
    caption: `${grouped(points.length)} rows${note}. Each dot is one row of a run.${thinned}${y.isLog && axis.note !== "" ? ` ${y.label}: dots on the lowest line stand for smaller values, down to 0.` : ""}`,
  });
}

function keyText(value: number | string): string {
  return typeof value === "number" ? shortNumber(value, 4) : value;
}

/** The mean y of the points at each x, in ascending order of x. */
function meansOf(points: readonly SweepPoint[]): { readonly x: number | string; readonly y: number }[] {
  const sums = new Map<number | string, { sum: number; count: number }>();
  for (const { x, y } of points) {
    const known = sums.get(x) ?? { sum: 0, count: 0 };
    sums.set(x, { sum: known.sum + y, count: known.count + 1 });
  }
  const means = Array.from(sums, ([x, { sum, count }]) => ({ x, y: sum / count }));
  return means.sort((a, b) => (typeof a.x === "number" && typeof b.x === "number" ? a.x - b.x : 0));
}

/** A linear scale; logarithmic for positive values if requested or if they span more than a factor of 30. */
export function numericScale(values: readonly number[], isLog = false): Plot.ScaleOptions {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  if (low === high) return { domain: [low - 1, high + 1], ticks: [low] };
  if (low > 0 && (isLog || high / low > 30)) {
    return { type: "log", domain: [low / 1.15, high * 1.15], ticks: ticksWithin(low, high), tickFormat: String };
  }
  const areWhole = values.every(Number.isInteger);
  return {
    domain: [low, high],
    insetLeft: 12,
    insetRight: 12,
    ...(areWhole && values.length <= 12 ? { ticks: [...values] } : { ticks: 8 }),
    ...(areWhole ? { tickFormat: "d" } : {}),
  };
}

/** A scale with one position per word. */
export function wordScale(values: readonly (number | string)[]): Plot.ScaleOptions {
  return {
    domain: [-0.5, values.length - 0.5],
    ticks: values.map((_, index) => index),
    tickFormat: (index: number) => keyText(values[index]),
  };
}
