import * as Plot from "@observablehq/plot";
import { panel } from "../../drawing/panel.js";
import { colours, sizes } from "../../drawing/theme.js";

/** One design's number in one panel. */
export interface Ranked {
  readonly name: string;
  readonly colour: string;
  readonly column: string;
  readonly value: number;
  /** A hollow mark: what ends it is not what is asked. */
  readonly isHollow: boolean;
  readonly text: string;
}

/** Designs below one another, a panel per z, each with a mark on a logarithmic axis and a text beside it. */
export function rankedPanel(
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
  const top = Math.max(...rows.map(({ value }) => value), 2);
  // What has not got a single layer stands at the left edge.
  const drawn = rows.map((row) => ({ ...row, at: Math.max(row.value, from) }));
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
      Plot.dot(
        drawn.filter(({ isHollow }) => !isHollow),
        { fx: "column", y: "name", x: "at", r: 4, fill: "colour" },
      ),
      Plot.dot(
        drawn.filter(({ isHollow }) => isHollow),
        { fx: "column", y: "name", x: "at", r: 4.5, fill: colours.paper, stroke: "colour", strokeWidth: 1.8 },
      ),
      Plot.text(drawn, {
        ...{ fx: "column", y: "name", x: "at", text: "text", fill: "colour" },
        ...{ dx: 9, textAnchor: "start", lineAnchor: "middle", fontSize: sizes.text, fontWeight: 600 },
      }),
    ],
    color: { type: "identity" },
  });
}
