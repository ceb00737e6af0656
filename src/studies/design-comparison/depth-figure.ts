import * as Plot from "@observablehq/plot";
import { InputError } from "../../base/errors.js";
import { compose, panel, type Figure, type FigureOptions, type Key } from "../../drawing/compose.js";
import { LARGEST } from "./largest.js";
import { longestOf, type DepthRow, type LargestRow } from "./rows.js";
import { distinct, grouped, listed, shortNumber } from "../../drawing/numbers.js";
import { colours, designColour, sizes } from "../../drawing/theme.js";
import { dotsOfTwoLooks, lighter, samplesText } from "../../drawing/marks.js";

const atLeast = {
  label: "lower bound: no deeper layer was run",
  colour: colours.ink,
  mark: "circle",
} as const satisfies Key;
const column = (z: number): string => `z = ${z}`;

type Named<Row> = FigureOptions & { readonly names: readonly string[]; readonly kept?: readonly Row[] };

/**
 * Figure D2: the number of layers with a mean |δx|² of at most 0.25 without noise, by design and z, and the share of
 * errors |δx| above 0.25.
 */
export function depthByDesign(rows: readonly DepthRow[], options: Named<DepthRow>): Figure {
  const { document, names, kept = [], width = sizes.width } = options;
  if (rows.length === 0) throw new InputError("rows: at least one row is needed.");
  const ranked = (own: readonly DepthRow[]): Ranked[] =>
    own.map(({ design, z, depth, isLeast, beatsNaive, wrong }): Ranked => {
      const share = wrong < 5e-4 ? "none off" : `${shortNumber(100 * wrong, 2)}% off`;
      return {
        ...{ name: design, colour: designColour(design), column: column(z), value: depth, isHollow: isLeast },
        tick: beatsNaive,
        text: `${isLeast ? "≥ " : ""}${depth} · ${share}`,
      };
    });
  const svg = rankedPanel(document, ranked(rows), {
    kept: ranked(kept),
    width,
    names,
    label: "layers",
    from: 1,
    ticks: [1, 2, 5, 10, 20, 50, 100],
  });
  return compose(options, {
    title: depthTitle(longestOf(rows, kept), names),
    keys: [
      { label: "depth", colour: colours.ink, mark: "dot" },
      atLeast,
      { label: "grey tick: the last layer that beats the naive network", colour: colours.muted, mark: "line" },
    ],
    rows: [[svg]],
    caption: `Active circuits, no noise; ${samplesText(rows)}. A small mean square can hide a share of readouts that are plainly wrong, so read the percentages too.`,
  });
}

/** Figure D4: the largest T with a mean |δx|² of at most 0.25 at layer 5, by design and z. */
export function largestByDesign(
  rows: readonly LargestRow[],
  options: Named<LargestRow> & {
    readonly layer: number;
    readonly threshold: number;
    readonly missing: readonly string[];
  },
): Figure {
  const { document, names, layer, threshold, missing, kept = [], width = sizes.width } = options;
  if (rows.length === 0) throw new InputError("rows: at least one row is needed.");
  const ranked = (own: readonly LargestRow[]): Ranked[] =>
    own.map(({ design, z, T, logSd, isAll }): Ranked => {
      const text = isAll ? `all ${grouped(T)}` : `${grouped(T)} ± ${grouped(Math.max(1, T * logSd))}`;
      return {
        ...{ name: design, colour: designColour(design), column: column(z), value: T, isHollow: isAll, text },
      };
    });
  const shown = names.filter((name) => [...rows, ...kept].some(({ design }) => design === name));
  const absent = missing.filter((name) => !shown.includes(name));
  const ticks = [100, 1000, 10_000, 100_000];
  const drawn = { kept: ranked(kept), width, names: shown, label: "T", from: 50, ticks };
  const svg = rankedPanel(document, ranked(rows), drawn);
  const samples = distinct(rows.map((row) => row.samples));
  return compose(options, {
    title: largestTitle(longestOf(rows, kept), layer),
    keys: [
      { label: "measured", colour: colours.ink, mark: "dot" },
      { ...atLeast, label: "all circuits of the design" },
    ],
    rows: [[svg]],
    caption:
      `T is the largest with mean |δx|² ≤ ${threshold} at layer ${layer}, D = 1000. Bisection in ln T, ${samples.join(", ")} samples in each network of a probe; ± is from the spread of a probe's networks. Designs that are missing from a panel are not made for that z, or hold no circuits there.` +
      (absent.length === 0 ? "" : ` Not searched without --wide: ${absent.join("; ")}.`),
  });
}

/** A title that names the designs that hold in every layer that was run, and gives the depth of the published one. */
function depthTitle(rows: readonly DepthRow[], names: readonly string[]): string {
  const of = (name: string): readonly DepthRow[] => rows.filter(({ design }) => design === name);
  const held = names.filter((name) => of(name).length > 0 && of(name).every(({ isLeast }) => isLeast));
  const zsOf = (own: readonly DepthRow[]): readonly number[] => distinct(own.map(({ z }) => z));
  const published = [...of("published")].sort((a, b) => a.z - b.z);
  const others =
    held.length === 0
      ? "Every design exceeds a mean |δx|² of 0.25 at some z and layer"
      : `${listed(held.map((name) => `${name} (z = ${zsOf(of(name)).join(", ")})`))} ${held.length === 1 ? "holds" : "hold"} (mean |δx|² ≤ 0.25) in all layers that were run`;
  if (published.length === 0) return others;
  const [depths, zs] = [published.map(({ depth }) => depth), published.map(({ z }) => z)];
  return `${others}; the published network holds for ${listed(depths)} layers (z = ${zs.join(", ")})`;
}

/** A title that compares the published network with the design that runs the most circuits at z = 2. */
function largestTitle(rows: readonly LargestRow[], layer: number): string {
  const two = rows.filter(({ z }) => z === 2);
  const [best] = [...two].sort((a, b) => b.T - a.T);
  const published = two.find(({ design }) => design === "published");
  if (best === undefined || published === undefined) return `The largest number of circuits at layer ${layer}`;
  const times = shortNumber(best.T / published.T, 2);
  return `With two circuits active, the design “${best.design.replace(/^[A-Z]: /, "")}” runs ${grouped(best.T)} circuits up to layer ${layer} at a mean |δx|² of at most ${LARGEST.threshold}, ${times} times as many as the published network`;
}

/** Filled marks are numbers that were found; hollow marks are lower bounds. */
export function depthDots<Row>(
  rows: readonly Row[],
  isBound: (row: Row) => boolean,
  at: Plot.DotOptions,
  colour: string,
): Plot.Markish[] {
  const hollow = { ...at, r: 4.5, fill: colours.paper, stroke: colour, strokeWidth: 1.8 };
  return dotsOfTwoLooks(rows, isBound, { ...at, r: 4, fill: colour }, hollow);
}

/** The depth or the largest T of a design, for one panel. */
interface Ranked {
  readonly name: string;
  readonly colour: string;
  readonly column: string;
  readonly value: number;
  /** Whether the mark is hollow, because something other than the criterion limits the value. */
  readonly isHollow: boolean;
  /** A second value, drawn as a tick on the same axis. */
  readonly tick?: number;
  readonly text: string;
}

/**
 * Designs one below the other, with a panel per z. Each design has a mark on a logarithmic axis with text beside it; if
 * rows of a longer run are kept, the text describes that run.
 */
function rankedPanel(
  document: Document,
  rows: readonly Ranked[],
  {
    kept,
    width,
    label,
    from,
    ticks,
    names,
  }: {
    kept: readonly Ranked[];
    width: number;
    label: string;
    from: number;
    ticks: readonly number[];
    names: readonly string[];
  },
): SVGSVGElement {
  const all = [...rows, ...kept];
  const columns = [...new Set(all.map(({ column }) => column))].sort();
  const top = Math.max(...all.map(({ value, tick = 0 }) => Math.max(value, tick)), 2);
  const isSame = (one: Ranked) => (other: Ranked) => one.name === other.name && one.column === other.column;
  // A design with a depth of 0 is drawn at the left edge.
  const placed = (own: readonly Ranked[]) => own.map((row) => ({ ...row, at: Math.max(row.value, from) }));
  const ticked = [...rows.filter((row) => !kept.some(isSame(row))), ...kept];
  const texts = ticked.map((row) => {
    const own = all.filter(isSame(row)).map(({ value, tick = 0 }) => Math.max(value, tick));
    return { ...row, textAt: Math.max(from, ...own) };
  });
  const bars = (own: ReturnType<typeof placed>, look: Plot.MarkOptions = {}): Plot.Markish =>
    Plot.ruleY(own, { fx: "column", y: "name", x1: from, x2: "at", stroke: "colour", strokeWidth: 3, ...look });
  const dots = (own: ReturnType<typeof placed>, look: Plot.MarkOptions = {}): Plot.Markish[] =>
    depthDots(own, ({ isHollow }) => isHollow, { fx: "column", y: "name", x: "at", ...look }, "colour");
  return panel(document, {
    width,
    height: 64 + 34 * names.length,
    marginTop: 36,
    marginLeft: 128,
    x: {
      type: "log",
      domain: [from, Math.max(top, from * 2)],
      ticks: ticks.filter((tick) => tick <= top),
      tickFormat: (tick: number) => (tick < 1000 ? String(tick) : `${tick / 1000}k`),
      label,
      grid: true,
      insetLeft: 6,
      insetRight: 116,
    },
    y: { type: "band", domain: names, label: null, tickSize: 0 },
    fx: { domain: columns, label: null, padding: 0.05 },
    marks: [
      ...(kept.length === 0 ? [] : [bars(placed(kept), lighter), ...dots(placed(kept), lighter)]),
      bars(placed(rows)),
      Plot.tickX(
        ticked.filter(({ tick }) => tick !== undefined && tick >= from),
        { fx: "column", y: "name", x: "tick", stroke: colours.muted, strokeWidth: 2, inset: 6 },
      ),
      ...dots(placed(rows)),
      Plot.text(texts, {
        ...{ fx: "column", y: "name", x: "textAt", text: "text", fill: "colour" },
        ...{ dx: 9, textAnchor: "start", lineAnchor: "middle", fontSize: sizes.text, fontWeight: 600 },
      }),
    ],
    color: { type: "identity" },
  });
}
