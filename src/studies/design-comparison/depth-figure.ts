import * as Plot from "@observablehq/plot";
import { InputError } from "../../base/errors.js";
import { compose, panel, type Figure, type FigureOptions, type Key } from "../../drawing/compose.js";
import type { DepthRow, LargestRow } from "./rows.js";
import { distinct, grouped, shortNumber } from "../../drawing/numbers.js";
import { colours, designColour, sizes } from "../../drawing/theme.js";
import { dotsOfTwoLooks, samplesText } from "../../drawing/marks.js";

const atLeast = { label: "at least that: no more was run", colour: colours.ink, mark: "circle" } as const satisfies Key;
const column = (z: number): string => `z = ${z}`;

type Named = FigureOptions & { readonly names: readonly string[] };

/** Depth at an error of at most 0.25 without noise, by design and z, D2, with the share of readouts that are off by more. */
export function depthByDesign(rows: readonly DepthRow[], options: Named): Figure {
  const { document, names, width = sizes.width } = options;
  if (rows.length === 0) throw new InputError("rows: at least one row is needed.");
  const drawn = [...rows]
    .sort((a, b) => a.z - b.z)
    .map(({ design, z, depth, isLeast, beatsNaive, wrong }): Ranked => {
      const share = wrong < 5e-4 ? "none off" : `${shortNumber(100 * wrong, 2)}% off`;
      return {
        ...{ name: design, colour: designColour(design), column: column(z), value: depth, isHollow: isLeast },
        tick: beatsNaive,
        text: `${isLeast ? "≥ " : ""}${depth} · ${share}`,
      };
    });
  const svg = rankedPanel(document, drawn, {
    width,
    names,
    label: "layers",
    from: 1,
    ticks: [1, 2, 5, 10, 20, 50, 100],
  });
  return compose(options, {
    title: "How many layers hold (mean\u00a0|δx|²\u00a0≤\u00a00.25), and what share of readouts is off by then",
    keys: [
      { label: "depth", colour: colours.ink, mark: "dot" },
      atLeast,
      { label: "grey tick: the last layer that beats the naive network", colour: colours.muted, mark: "line" },
    ],
    rows: [[svg]],
    caption: `Active circuits, no noise; ${samplesText(rows)}. A small mean square says little of a share of readouts that are plainly wrong: read both.`,
  });
}

/** The largest T at layer 5 with an error of at most 0.25, by design and z, D4. */
export function largestByDesign(
  rows: readonly LargestRow[],
  options: Named & { readonly layer: number; readonly threshold: number; readonly missing: readonly string[] },
): Figure {
  const { document, names, layer, threshold, missing, width = sizes.width } = options;
  if (rows.length === 0) throw new InputError("rows: at least one row is needed.");
  const drawn = [...rows]
    .sort((a, b) => a.z - b.z)
    .map(({ design, z, T, logSd, isAll }): Ranked => {
      const text = isAll ? `all ${grouped(T)}` : `${grouped(T)} ± ${grouped(Math.max(1, T * logSd))}`;
      return {
        ...{ name: design, colour: designColour(design), column: column(z), value: T, isHollow: isAll, text },
      };
    });
  const shown = names.filter((name) => rows.some(({ design }) => design === name));
  const ticks = [100, 1000, 10_000, 100_000];
  const svg = rankedPanel(document, drawn, { width, names: shown, label: "T", from: 50, ticks });
  const samples = distinct(rows.map((row) => row.samples));
  return compose(options, {
    title: `The largest number of circuits with mean |δx|² ≤ ${threshold} at layer ${layer}, D = 1000`,
    keys: [
      { label: "measured", colour: colours.ink, mark: "dot" },
      { ...atLeast, label: "all that the design has" },
    ],
    rows: [[svg]],
    caption:
      `Bisection in ln T, ${samples.join(", ")} samples in each network of a probe; ± from the spread of a probe's networks. Designs that are missing in a panel are not made for that z, or hold no circuits there.` +
      (missing.length === 0 ? "" : ` Not searched without --wide: ${missing.join("; ")}.`),
  });
}

/** Numbers that were found filled, lower bounds hollow. */
export function depthDots<Row>(
  rows: readonly Row[],
  isBound: (row: Row) => boolean,
  at: Plot.DotOptions,
  colour: string,
): Plot.Markish[] {
  const hollow = { ...at, r: 4.5, fill: colours.paper, stroke: colour, strokeWidth: 1.8 };
  return dotsOfTwoLooks(rows, isBound, { ...at, r: 4, fill: colour }, hollow);
}

/** One design's number in one panel. */
interface Ranked {
  readonly name: string;
  readonly colour: string;
  readonly column: string;
  readonly value: number;
  /** A hollow mark: what ends it is not what is asked. */
  readonly isHollow: boolean;
  /** A second number on the same axis. */
  readonly tick?: number;
  readonly text: string;
}

/** Designs below one another, a panel per z, each with a mark on a logarithmic axis and a text beside it. */
function rankedPanel(
  document: Document,
  rows: readonly Ranked[],
  {
    width,
    label,
    from,
    ticks,
    names,
  }: { width: number; label: string; from: number; ticks: readonly number[]; names: readonly string[] },
): SVGSVGElement {
  const columns = [...new Set(rows.map(({ column }) => column))];
  const top = Math.max(...rows.map(({ value, tick = 0 }) => Math.max(value, tick)), 2);
  // What has not got a single layer stands at the left edge.
  const drawn = rows.map((row) => {
    const at = Math.max(row.value, from);
    return { ...row, at, textAt: Math.max(at, row.tick ?? 0) };
  });
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
      Plot.ruleY(drawn, {
        ...{ fx: "column", y: "name", x1: from, x2: "at", stroke: "colour", strokeWidth: 3 },
      }),
      Plot.tickX(
        drawn.filter(({ tick }) => tick !== undefined && tick >= from),
        { fx: "column", y: "name", x: "tick", stroke: colours.muted, strokeWidth: 2, inset: 6 },
      ),
      ...depthDots(drawn, ({ isHollow }) => isHollow, { fx: "column", y: "name", x: "at" }, "colour"),
      Plot.text(drawn, {
        ...{ fx: "column", y: "name", x: "textAt", text: "text", fill: "colour" },
        ...{ dx: 9, textAnchor: "start", lineAnchor: "middle", fontSize: sizes.text, fontWeight: 600 },
      }),
    ],
    color: { type: "identity" },
  });
}
