import type { StoredFeaturesRow } from "../storage/rows.js";
import * as Plot from "@observablehq/plot";
import { InputError } from "../../base/errors.js";
import { compose, panel, type Figure, type FigureOptions, type Key } from "../../drawing/compose.js";
import { grouped, shortNumber } from "../../drawing/numbers.js";
import { colours, sizes, zColour } from "../../drawing/theme.js";

/** The number of features or circuits that fit into a layer of D neurons. */
export interface LayerContentRow extends Omit<StoredFeaturesRow, "what" | "design"> {
  readonly what: StoredFeaturesRow["what"] | "computed";
  /** The design that computes the circuits; null for features that are only stored. */
  readonly design: string | null;
}

const whatColours = { stored: zColour(4), kept: zColour(3) } as const;
/** Colours of designs, in the order of their rows. */
const designColours = [zColour(2), zColour(1), colours.truth, zColour(5)] as const;

/** Figure S5: features stored, features kept through several layers, and circuits computed, against D. [E24] [E26] */
export function storageComparison(
  rows: readonly LayerContentRow[],
  options: FigureOptions & { readonly l: number; readonly layers: number; readonly d: number },
): Figure {
  const { document, l, layers, d, width = sizes.width } = options;
  if (rows.length === 0) throw new InputError("rows: at least one row is needed.");
  const [first, last] = [Math.min(...rows.map(({ D }) => D)) / 1.1, Math.max(...rows.map(({ D }) => D)) * 1.1];
  const top = 30 * Math.max(...rows.map(({ count }) => count));
  const names = [...new Set(rows.flatMap(({ design }) => design ?? []))];
  const designs = names.map((name, index) => {
    const own = rows.filter(({ design }) => design === name);
    return { name, own, anchor: own[Math.floor(own.length / 2)], colour: designColours[index] ?? colours.ink };
  });
  const fine = Array.from({ length: 80 }, (_, k) => first * (last / first) ** (k / 79));
  const line = (of: (D: number) => number, colour: string): Plot.Markish =>
    Plot.line(
      fine.map((D) => ({ D, y: of(D) })).filter(({ y }) => y >= 1 && y <= top),
      { x: "D", y: "y", stroke: colour, strokeWidth: 1.4, strokeDasharray: "5 3" },
    );
  /** @param dx shift to the right, in px, so that marks of different kinds do not overlap */
  const dots = (own: readonly LayerContentRow[], stroke: string, dx = 0): Plot.Markish[] => {
    const found = own.filter(({ censored }) => !censored);
    return [
      Plot.ruleX(found, { x: "D", y1: (row: LayerContentRow) => Math.max(1, row.low), y2: "high", stroke, dx }),
      Plot.dot(found, { x: "D", y: (row: LayerContentRow) => Math.max(1, row.count), r: 4, fill: stroke, dx }),
      Plot.dot(own, { filter: "censored", x: "D", y: "count", r: 4.5, stroke, strokeWidth: 1.5, dx }),
    ];
  };
  const svg = panel(document, {
    width,
    height: 420,
    marginLeft: 72,
    marginRight: 24,
    x: {
      type: "log",
      domain: [first, last],
      ticks: [300, 400, 600, 1000, 2000, 4000],
      tickFormat: "d",
      label: "D, neurons per layer",
    },
    y: {
      type: "log",
      domain: [1, top],
      ticks: [1, 10, 100, 1000, 10_000, 100_000, 1_000_000].filter((tick) => tick <= top),
      tickFormat: ",",
      label: "features, circuits",
      grid: true,
    },
    marks: [
      Plot.line(
        fine.map((D) => ({ D, y: D })),
        { x: "D", y: "y", stroke: colours.muted, strokeDasharray: "1.5 3" },
      ),
      line((D) => Math.exp(D / (8 * l)), whatColours.stored),
      line((D) => Math.exp(D / (8 * l)) / layers, whatColours.kept),
      ...designs.map(({ anchor, colour }) => line((D) => anchor.count * (D / anchor.D) ** 2, colour)),
      ...(["stored", "kept"] as const).flatMap((kind) =>
        dots(
          rows.filter(({ what }) => what === kind),
          whatColours[kind],
        ),
      ),
      ...designs.flatMap(({ own, colour }, index) => dots(own, colour, 4 * index - 2 * (designs.length - 1))),
    ],
  });
  return compose(options, {
    title: titleOf(rows),
    keys: [
      { label: `stored, l = ${l} active`, colour: whatColours.stored, mark: "dot" },
      { label: `kept through ${layers} thresholded layers`, colour: whatColours.kept, mark: "dot" },
      ...designs.map(({ name, colour }): Key => ({ label: `computed, ${name}, d = ${d}, z = 1`, colour, mark: "dot" })),
      { label: `estimates: exp(D/(8l)), 1/${layers} of it, and D²`, colour: colours.ink, mark: "dashed" },
      { label: "D", colour: colours.muted, mark: "dotted" },
      { label: "lower bound, or all circuits of a design", colour: colours.ink, mark: "circle" },
    ],
    rows: [[svg]],
    caption: `Features: random unit vectors read with a threshold of ½, median and interquartile range over samples. Circuits: the largest T that meets the criterion of figure CAP, ± sd; a line proportional to D² goes through the middle mark of each design. Marks are shifted slightly to avoid overlap.`,
  });
}

/** States the exponents of D, each computed from the two ends of a line. */
function titleOf(rows: readonly LayerContentRow[]): string {
  const exponentOf = (own: readonly LayerContentRow[]): number[] => {
    const ends = [...own].sort((a, b) => a.D - b.D);
    const [from, to] = [ends[0], ends[ends.length - 1]];
    return ends.length < 2 ? [] : [Math.log(to.count / from.count) / Math.log(to.D / from.D)];
  };
  const stored = exponentOf(rows.filter(({ what, censored }) => what === "stored" && !censored));
  const names = [...new Set(rows.flatMap(({ design }) => design ?? []))];
  const computed = names.flatMap((name) => exponentOf(rows.filter(({ design }) => design === name)));
  if (stored.length === 0 || computed.length === 0) return "What a layer can store, and what it can compute";
  const [low, high] = [Math.min(...computed), Math.max(...computed)].map((exponent) => shortNumber(exponent, 2));
  const Ds = rows.map(({ D }) => D);
  const widths = `From D = ${grouped(Math.min(...Ds))} to ${grouped(Math.max(...Ds))}`;
  return `${widths}, stored features grow as D^${shortNumber(stored[0], 2)} and computed circuits as D^${low === high ? low : `${low} to D^${high}`}`;
}
