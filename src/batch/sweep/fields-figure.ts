import * as Plot from "@observablehq/plot";
import { InputError } from "../../base/errors.js";
import { canonicalJson } from "../../config/hash.js";
import { shapeOf, type RunSpec } from "../../config/run-spec.js";
import { compose, panel, type Figure, type FigureOptions } from "../../drawing/compose.js";
import { logAxis } from "../../drawing/log-axis.js";
import { listed, shortNumber } from "../../drawing/numbers.js";
import { symbolOf } from "../../drawing/symbols.js";
import { ordinalColour, sizes, zColour } from "../../drawing/theme.js";
import { statisticNamed } from "../../results/file-rows.js";
import type { ResultLine } from "../../results/result-line.js";
import { statisticAt, type ErrorRow } from "../../results/rows.js";
import { mean } from "../../results/statistics.js";
import type { FieldsFigure } from "./plan.js";
import { numericScale, wordScale } from "./points-figure.js";

type Value = number | string;

/** Rows that differ only in their seed. */
interface Group {
  readonly x: Value;
  readonly color: Value;
  readonly facet: Value;
  readonly mean: number;
  /** Standard deviation across all networks; null if there is only one network. */
  readonly sd: number | null;
  readonly runs: readonly number[];
}

/** The largest numbers of colours and panels that a reader can tell apart. */
const MOST_COLOURS = 10;
const MOST_PANELS = 24;

/**
 * Errors above this value do not extend the axis; otherwise, a diverging run would leave no room for its earlier
 * layers.
 */
const OFF_SCALE = 1e4;

/**
 * The figure that a sweep file requests, with any field on the x axis. Dots are means over seeds, and bars show the
 * deviation across networks. There is one line per value of `color` and one panel per value of `facet`.
 *
 * @throws InputError when runs that would be averaged differ in a field other than `x`, `color`, `facet` and the seed
 */
export function fieldsFigure(figure: FieldsFigure, lines: readonly ResultLine[], options: FigureOptions): Figure {
  const { x, y, color, facet, log } = figure;
  const groups = groupsOf(figure, lines);
  if (groups.length === 0) throw new InputError(`figure.y = "${y}": the rows have no such values to draw.`);
  const valuesOf = (key: "x" | "color" | "facet"): Value[] => sorted(groups.map((group) => group[key]));
  const [xs, colors, panels] = [valuesOf("x"), valuesOf("color"), valuesOf("facet")];
  if (colors.length > MOST_COLOURS) throw tooMany("color", color, colors.length, MOST_COLOURS);
  if (panels.length > MOST_PANELS) throw tooMany("facet", facet, panels.length, MOST_PANELS);
  const means = groups.map((group) => group.mean);
  const least = Math.min(...means);
  const isLog = log === null ? least > 0 && Math.max(...means) > 10 * least : log.includes("y");
  const axis = logAxis(means, [], least < OFF_SCALE ? { ceiling: OFF_SCALE } : {});
  const height = (value: number): number => (isLog ? axis.clip(value) : value);
  const isNumeric = xs.every((value) => typeof value === "number");
  const place = (value: Value): number => (isNumeric ? Number(value) : xs.indexOf(value));
  const colourOf = (value: Value): string =>
    color === "z"
      ? zColour(Number(value))
      : colors.length === 1
        ? zColour(4)
        : ordinalColour(colors.indexOf(value), colors.length);
  const top = Math.max(...groups.map((group) => group.mean + (group.sd ?? 0)));
  const label = labelOf(y);
  const { width = sizes.width, document } = options;
  const columns = panels.length === 1 ? 1 : 2;
  const svgs = panels.map((own) => {
    const dots = groups
      .filter((group) => group.facet === own)
      .map((group) => ({
        x: place(group.x),
        y: height(group.mean),
        low: height(Math.max(isLog ? 0 : -Infinity, group.mean - (group.sd ?? 0))),
        high: height(group.mean + (group.sd ?? 0)),
        colour: colourOf(group.color),
        title: `${x} = ${String(group.x)}: ${shortNumber(group.mean)}, runs ${listed(group.runs)}`,
      }))
      .sort((a, b) => a.x - b.x);
    return panel(document, {
      width: width / columns,
      height: panels.length === 1 ? 380 : 260,
      marginLeft: 60,
      x: { ...(isNumeric ? numericScale(xs, log?.includes("x")) : wordScale(xs)), label: x },
      y: isLog ? { ...axis.scale(label), clamp: true } : { label, grid: true, domain: [0, top * 1.05 || 1] },
      marks: [
        ...(facet === null
          ? []
          : [Plot.text([`${facet} = ${String(own)}`], { frameAnchor: "top", dy: -14, fontWeight: 700 })]),
        ...colors.map(colourOf).flatMap((colour) => {
          const of = dots.filter((dot) => dot.colour === colour);
          return [
            Plot.ruleX(of, { x: "x", y1: "low", y2: "high", stroke: colour, strokeOpacity: 0.6 }),
            Plot.line(of, { x: "x", y: "y", stroke: colour, strokeWidth: sizes.line }),
            Plot.dot(of, { x: "x", y: "y", title: "title", r: sizes.dot, fill: colour }),
          ];
        }),
      ],
    });
  });
  const rows = Array.from({ length: Math.ceil(svgs.length / columns) }, (_, k) =>
    svgs.slice(k * columns, (k + 1) * columns),
  );
  const most = Math.max(...groups.map(({ runs }) => runs.length));
  const of = [
    figure.layer === null ? "each run's last layer" : `layer ${figure.layer}`,
    ...(figure.z === null ? [] : [`z = ${figure.z}`]),
  ];
  return compose(options, {
    title: `${label}, against ${x}`,
    keys:
      color === null
        ? []
        : colors.map((value) => ({
            label: `${color} = ${String(value)}`,
            colour: colourOf(value),
            mark: "dot" as const,
          })),
    rows,
    caption: [
      [x, color, facet].includes("layer") ? "" : `At ${of.join(", ")}.`,
      most === 1
        ? "A dot is one run; bars are ± one standard deviation across networks, where there are several."
        : `A dot is the mean of up to ${most} runs that differ only in the seed; bars are ± one standard deviation across networks and seeds, where there are several.`,
      isLog ? axis.note : "",
    ],
  });
}

function tooMany(key: string, name: string | null, count: number, most: number): InputError {
  return new InputError(`figure.${key} = "${String(name)}" has ${count} values; at most ${most} can be told apart.`);
}

/** Groups rows that differ only in the seed, and averages them. */
function groupsOf(figure: FieldsFigure, lines: readonly ResultLine[]): Group[] {
  const of = statisticNamed(figure.y);
  if (of === null) return [];
  const axes = [figure.x, figure.color, figure.facet].filter((name) => name !== null);
  const members = new Map<string, { readonly line: ResultLine; readonly row: ErrorRow }[]>();
  for (const line of lines) {
    for (const row of line.rows) {
      if (figure.z !== null && row.z !== figure.z) continue;
      if (!axes.includes("layer") && row.layer !== (figure.layer ?? line.spec.L)) continue;
      if (axes.includes("layer") && row.layer === 0) continue;
      const key = JSON.stringify(axes.map((name) => valueAt(name, line, row)));
      members.set(key, [...(members.get(key) ?? []), { line, row }]);
    }
  }
  return [...members.values()].flatMap((group) => {
    const [{ line, row }] = group;
    for (const other of group.slice(1)) refuseMixed(axes, group[0], other);
    const values = group.map((member) => statisticAt(member.row, of));
    const numbers = values.map((value) => value?.[of.field] ?? NaN);
    if (!numbers.every(Number.isFinite)) return [];
    const at = (name: string | null): Value => (name === null ? "" : valueAt(name, line, row));
    const networks = group.map((member) => member.row.networks);
    const sds = values.map((value) => (of.field === "meanSquare" ? (value?.sd ?? 0) : 0));
    return [
      {
        ...{ x: at(figure.x), color: at(figure.color), facet: at(figure.facet) },
        ...{ mean: mean(numbers), sd: spread(numbers, sds, networks), runs: group.map((member) => member.line.index) },
      },
    ];
  });
}

/**
 * The deviation across all networks of several runs, computed from each run's mean, deviation and number of networks.
 */
function spread(means: readonly number[], sds: readonly number[], networks: readonly number[]): number | null {
  const total = networks.reduce((sum, count) => sum + count, 0);
  if (total < 2) return null;
  const centre = means.reduce((sum, value, k) => sum + value * networks[k], 0) / total;
  const squares = means.reduce(
    (sum, value, k) => sum + (networks[k] - 1) * sds[k] ** 2 + networks[k] * (value - centre) ** 2,
    0,
  );
  return Math.sqrt(squares / (total - 1));
}

/** Rejects runs that differ in a field that is not shown, because only runs that differ just in the seed are averaged. */
function refuseMixed(
  axes: readonly string[],
  a: { readonly line: ResultLine; readonly row: ErrorRow },
  b: { readonly line: ResultLine; readonly row: ErrorRow },
): void {
  const names = Object.keys(a.line.spec).filter((name) => name !== "z" && name !== "seed") as (keyof RunSpec)[];
  const different: string[] = names.filter(
    (name) => canonicalJson(a.line.spec[name]) !== canonicalJson(b.line.spec[name]),
  );
  if (a.row.z !== b.row.z) different.push("z");
  const left = different.filter((name) => !axes.includes(name));
  if (left.length === 0) return;
  throw new InputError(
    `figure: runs ${a.line.index} and ${b.line.index} differ in ${listed(left)}: only runs that differ in nothing but the seed are averaged. ` +
      `Use each such field as figure.x, figure.color or figure.facet${left.includes("z") ? ", or give figure.z" : ""}.`,
  );
}

/**
 * Rejects runs that differ in more than the seed.
 *
 * @throws InputError naming two runs, the fields in which they differ and what to draw instead
 */
export function refuseDifferent(lines: readonly ResultLine[]): void {
  const [first, ...others] = lines;
  for (const line of others) refuseMixed(["z"], { line: first, row: first.rows[0] }, { line, row: line.rows[0] });
}

function valueAt(name: string, { spec }: ResultLine, row: ErrorRow): Value {
  if (name === "z" || name === "layer") return row[name];
  const { T, d, D } = shapeOf(spec);
  if (name === "load") return T * (d / D) ** 2;
  const value = spec[name as keyof RunSpec];
  if (typeof value === "number" || typeof value === "string") return value;
  if (value === null) return "computed";
  if (Array.isArray(value)) return value.join(", ");
  const { name: own, kind } = value as { readonly name?: unknown; readonly kind?: unknown };
  return String(own ?? kind ?? "given").slice(0, 40);
}

/** Numbers in ascending order, then words in order of appearance. */
function sorted(values: readonly Value[]): Value[] {
  const seen = [...new Set(values)];
  const numbers = seen.filter((value) => typeof value === "number").sort((a, b) => a - b);
  return [...numbers, ...seen.filter((value) => typeof value === "string")];
}

function labelOf(y: string): string {
  const of = statisticNamed(y);
  if (of === null) return y;
  const { readout, activity, field } = of;
  if (field === "wrong") return `share of ${readout} off by more than 0.25, ${activity} circuits`;
  const symbol = symbolOf(readout, field === "worst" ? "worst" : "meanSquare");
  const what =
    field === "theory" ? `theory for ${symbol}` : field === "sd" ? `standard deviation of ${symbol}` : symbol;
  return `${what}, ${activity} circuits`;
}
