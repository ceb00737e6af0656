import * as Plot from "@observablehq/plot";
import { lastOf } from "../base/last.js";
import { logPosition, valueAt, type LogAxis } from "./log-axis.js";
import { grouped, listed } from "./numbers.js";
import { spread } from "./text-layout.js";
import { colours, sizes, zColour, zTextColour } from "./theme.js";
import type { Key } from "./compose.js";

/** One drawn value. `y`, `low` and `high` are axis values; `below` means that y was raised to the floor. */
export interface Point {
  /** The column and row of the point's panel: Plot's fx and fy. */
  readonly column: string;
  readonly row?: string;
  readonly x: number;
  readonly y: number;
  readonly low: number;
  readonly high: number;
  readonly below: boolean;
  /** The text of the tooltip. */
  readonly title?: string;
}

/** Makes a point on a logarithmic axis from a value and its standard deviation. */
export function logPoint(
  axis: LogAxis,
  place: { readonly column: string; readonly row?: string; readonly x: number },
  value: number,
  sd: number | null,
): Point {
  return {
    ...place,
    y: axis.clip(value),
    low: axis.clip(value - (sd ?? 0)),
    high: axis.clip(value + (sd ?? 0)),
    below: axis.isBelow(value),
  };
}

/** The channels that place a {@link Point} in its panel. */
export function facets(points: readonly Point[]): { fx: string; fy?: string } {
  return points.some((point) => point.row !== undefined) ? { fx: "column", fy: "row" } : { fx: "column" };
}

/**
 * A measured line: a band for the spread across networks, the line, dots, and triangles for values below the floor.
 */
export function measuredLine(points: readonly Point[], colour: string): Plot.Markish[] {
  const where = facets(points);
  return [
    Plot.areaY(points, { ...where, x: "x", y1: "low", y2: "high", fill: colour, fillOpacity: 0.22 }),
    ...solidLine(points, colour, sizes.line),
    ...measuredDots(thinned(points), colour),
  ];
}

/** About 25 points per panel, including the last one, so that dots do not overlap. */
function thinned(points: readonly Point[]): readonly Point[] {
  const panels = new Map<string, Point[]>();
  for (const point of points) {
    const panel = `${point.column}|${point.row ?? ""}`;
    const own = panels.get(panel);
    if (own === undefined) panels.set(panel, [point]);
    else own.push(point);
  }
  return [...panels.values()].flatMap((own) => {
    const every = own.length > 40 ? Math.ceil(own.length / 25) : 1;
    return own.filter((_, k) => (own.length - 1 - k) % every === 0);
  });
}

/** A line through the points. Segments that reach the floor are faint, because their course is unknown. */
export function solidLine(
  points: readonly Point[],
  colour: string,
  strokeWidth: number,
  look: Plot.MarkOptions = {},
): Plot.Markish[] {
  const at = { ...facets(points), x: "x", stroke: colour, ...look };
  return [
    Plot.line(points, { ...at, y: "y", strokeWidth: 1, strokeOpacity: 0.45 }),
    Plot.line(points, { ...at, y: (point: Point) => (point.below ? NaN : point.y), strokeWidth }),
  ];
}

/** Dots in two styles: `other` for the rows that satisfy `isOther`, and `look` for the rest. */
export function dotsOfTwoLooks<Row>(
  rows: readonly Row[],
  isOther: (row: Row) => boolean,
  look: Plot.DotOptions,
  other: Plot.DotOptions,
): Plot.Markish[] {
  return [
    Plot.dot(
      rows.filter((row) => !isOther(row)),
      look,
    ),
    Plot.dot(rows.filter(isOther), other),
  ];
}

/** Bars of ± sd, clipped at the ends of the axis. A bar has zero length if its sd is missing. */
export function bars<Row>(
  rows: readonly Row[],
  at: Plot.RuleXOptions,
  value: (row: Row) => number,
  sd: (row: Row) => number | null,
  [low, high]: readonly [number, number] = [-Infinity, Infinity],
): Plot.Markish {
  const y1 = (row: Row): number => Math.max(low, value(row) - (sd(row) ?? 0));
  return Plot.ruleX(rows, { ...at, y1, y2: (row: Row) => Math.min(high, value(row) + (sd(row) ?? 0)) });
}

/** Style of marks for results kept from earlier runs; they are drawn under the marks of this run. */
export const lighter = { opacity: 0.4 } as const;

/** Whether a point lies on the floor, and the shape and vertical offset of its mark there. */
export const isBelow = ({ below }: Point): boolean => below;
export const onFloor = { symbol: "triangle", rotate: 180, dy: -4 } as const;

/** Dots, and triangles for values below the floor. */
export function measuredDots(points: readonly Point[], colour: string, r: number = sizes.dot): Plot.Markish[] {
  const titles = points.some(({ title }) => title !== undefined) ? { title: "title" } : {};
  const at = { ...facets(points), ...titles, x: "x", y: "y" };
  const triangle = { ...at, ...onFloor, r: r + 0.8, stroke: colour, strokeWidth: 1.3 };
  return dotsOfTwoLooks(points, isBelow, { ...at, r, fill: colour }, triangle);
}

/** A predicted line: dashed, in the colour of the predicted quantity. */
export function theoryLine(points: readonly Point[], colour: string): Plot.Markish {
  return Plot.line(points, {
    ...facets(points),
    x: "x",
    y: "y",
    stroke: colour,
    strokeWidth: 1.4,
    strokeDasharray: "5 3",
  });
}

/** Style of lines for expected values that belong to no particular network. */
export const expected = { stroke: colours.ink, strokeWidth: 1.4, strokeDasharray: "5 3" } as const;

/** The axis of layers. */
export function layerAxis(layers: readonly number[], ticks: readonly number[], insets: Plot.ScaleOptions) {
  return { domain: [layers[0], lastOf(layers)], ticks, tickFormat: "d", label: "layer l", ...insets };
}

/** The ring of a reference point. */
export const ring = { r: 5.5, stroke: colours.reference, strokeWidth: 1.3 } as const;

/** Reference points: grey rings. */
export function referenceRings(points: readonly Point[], r = 5.5): Plot.Markish[] {
  const ring = { ...facets(points), x: "x", y: "y", r, stroke: colours.reference, strokeWidth: r > 5 ? 1.3 : 1 };
  // Rings on the floor are drawn around the triangles.
  return dotsOfTwoLooks(points, isBelow, ring, { ...ring, dy: onFloor.dy });
}

/** A horizontal dotted line in every panel; the legend says what it means. */
export function guideLine(y: number): Plot.Markish {
  return Plot.ruleY([y], { stroke: colours.ink, strokeWidth: 1, strokeDasharray: "1.5 3" });
}

/** The naive network's error: a thin line across a panel. [L4] */
export function naiveLine(points: readonly Point[], z?: string): Plot.Markish {
  const at = { ...facets(points), x: "x", y: "y", ...(z === undefined ? {} : { z }) };
  return Plot.line(points, { ...at, stroke: colours.muted, strokeWidth: 0.8 });
}

/** A line's label, written at its end. */
export interface EndLabel {
  readonly text: string;
  readonly colour: string;
  readonly point: Point;
}

/** Labels at the right ends of lines on a logarithmic axis of `height` px, moved apart where lines are crowded. */
export function endLabels(labels: readonly EndLabel[], axis: LogAxis, height: number, dx = 8): Plot.Markish[] {
  const panels = new Map<string, EndLabel[]>();
  for (const label of labels) {
    const key = JSON.stringify([label.point.column, label.point.row]);
    panels.set(key, [...(panels.get(key) ?? []), label]);
  }
  return [...panels.values()].flatMap((members) => {
    const wanted = members.map((label) => logPosition(axis, height, label.point.y));
    const placed = spread(wanted, sizes.text + 2, 5, height - 5);
    return members.map((label, index) => endLabel(label, valueAt(axis, height, placed[index]), dx));
  });
}

/** The label at the end of one line, placed at the axis value `y`. */
export function endLabel(label: EndLabel, y: number, dx = 8): Plot.Markish {
  const at = [{ ...label.point, y }];
  return Plot.text(at, {
    ...facets(at),
    x: "x",
    y: "y",
    text: [label.text],
    dx,
    textAnchor: "start",
    fill: label.colour,
    stroke: colours.paper,
    strokeWidth: 3,
    fontWeight: 600,
  });
}

/** The end label of a line for one z. */
export function zLabel(z: number, point: Point): EndLabel {
  return { text: `z = ${z}`, colour: zTextColour(z), point };
}

/** Legend entries shared by the figures of errors. */
export const commonKeys = {
  measured: { label: "measured", colour: colours.ink, mark: "line" },
  theory: { label: "theory", colour: colours.ink, mark: "dashed" },
  band: { label: "± sd across networks", colour: colours.ink, mark: "band" },
  reference: { label: "authors’ code", colour: colours.reference, mark: "ring" },
  naive: { label: "naive: as many circuits as fit, 0 for the rest", colour: colours.muted, mark: "line" },
} as const satisfies Record<string, Key>;

/** Legend entries for the z values. */
export function zKeys(zs: readonly number[], mark: Key["mark"] = "line"): Key[] {
  return zs.map((z) => ({ label: `z = ${z}`, colour: zColour(z), mark }));
}

/** A phrase such as "557 (z = 1) and 55,700 (z = 2 and 3) samples per network, 5 networks". */
export function samplesText(
  rows: readonly { readonly z: number; readonly samples: number; readonly networks: number }[],
): string {
  const byCount = new Map<number, Set<number>>();
  for (const { samples, z } of rows) byCount.set(samples, (byCount.get(samples) ?? new Set()).add(z));
  const networks = [...new Set(rows.map((row) => row.networks))].sort((a, b) => a - b);
  const counts =
    byCount.size === 1
      ? grouped(rows[0].samples)
      : listed([...byCount].map(([samples, zs]) => `${grouped(samples)} (z = ${listed([...zs])})`));
  return `${counts} samples per network, ${listed(networks)} network${networks.at(-1) === 1 ? "" : "s"}`;
}
