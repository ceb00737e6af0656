import { lastOf } from "../../base/last.js";
import * as Plot from "@observablehq/plot";
import { InputError } from "../../base/errors.js";
import { compose, panel, type Figure, type FigureOptions } from "../../drawing/compose.js";
import { depthDots } from "./depth-figure.js";
import { linesByDesign, longestOf, type DepthRow } from "./rows.js";
import { logAxis } from "../../drawing/log-axis.js";
import { distinct, listed } from "../../drawing/numbers.js";
import { colours, sizes } from "../../drawing/theme.js";
import { endLabels, lighter, samplesText, type EndLabel, type Point } from "../../drawing/marks.js";

/** Figure D3: depth against noise, with a panel per z and a line per design over σ = 0, 0.01, 0.03. */
export function noiseByDesign(
  rows: readonly DepthRow[],
  options: FigureOptions & { readonly names: readonly string[]; readonly kept?: readonly DepthRow[] },
): Figure {
  const { document, names, kept = [], width = sizes.width } = options;
  if (rows.length === 0) throw new InputError("rows: at least one row is needed.");
  const all = [...rows, ...kept];
  const longest = longestOf(rows, kept);
  const zs = distinct(all.map(({ z }) => z));
  const noises = distinct(all.map(({ noise }) => noise));
  const column = (z: number): string => `z = ${z}`;
  const top = Math.max(...all.map(({ depth }) => depth), 2);
  const ticks = [1, 2, 5, 10, 20, 50, 100].filter((depth) => depth <= top);
  // This axis only serves to place labels; all depths are visible.
  const axis = { ...logAxis([1, top]), domain: [0.8, top * 1.15] as const };
  const point = ({ z, noise, depth }: DepthRow): Point => {
    const y = Math.max(depth, 0.8);
    return { column: column(z), x: noises.indexOf(noise), y, low: y, high: y, below: false };
  };
  const lines = (own: readonly DepthRow[], look: Plot.MarkOptions = {}): Plot.Markish[] =>
    linesByDesign(own, names, zs).flatMap(({ own: line, colour }) => {
      const points = line.map((row) => ({ ...point(row), isLeast: row.isLeast }));
      const at = { fx: "column", x: "x", y: "y", ...look };
      return [
        Plot.line(points, { ...at, stroke: colour, strokeWidth: sizes.line }),
        ...depthDots(points, ({ isLeast }) => isLeast, at, colour),
      ];
    });
  const height = 360;
  const margins = { marginTop: 36, marginBottom: 36 };
  const labels = linesByDesign(longest, names, zs).map(({ name, own, colour }): EndLabel => ({
    text: name,
    colour,
    point: point(lastOf(own)),
  }));
  const svg = panel(document, {
    ...margins,
    width,
    height,
    x: {
      domain: [0, noises.length - 1],
      ticks: noises.map((_, k) => k),
      tickFormat: (k: number) => String(noises[k]),
      label: "σ",
      insetLeft: 14,
      insetRight: 92,
    },
    y: {
      type: "log",
      domain: axis.domain,
      ticks,
      tickFormat: "d",
      label: "layers with mean |δx|² ≤ 0.25",
      grid: true,
    },
    fx: { domain: zs.map(column), label: null, padding: 0.04 },
    marks: [
      ...lines(kept, lighter),
      ...lines(rows),
      ...endLabels(labels, axis, height - margins.marginTop - margins.marginBottom, 10),
    ],
  });
  const quiet = rows.filter(({ noise }) => noise === 0);
  const noisy = rows.filter(({ noise }) => noise !== 0);
  return compose(options, {
    title: titleOf(longest, names),
    keys: [
      { label: "depth", colour: colours.ink, mark: "dot" },
      { label: "lower bound: no deeper layer was run", colour: colours.ink, mark: "circle" },
    ],
    rows: [[svg]],
    caption:
      "Normal noise of standard deviation σ on every neuron in every layer, before the ReLU. " +
      `σ = 0: ${samplesText(quiet)}; above: ${samplesText(noisy)}.`,
  });
}

/** A title that names the designs that hold in all layers when the noise is 0.01. */
function titleOf(rows: readonly DepthRow[], names: readonly string[]): string {
  const held = names.filter((name) => {
    const own = rows.filter(({ design, noise }) => design === name && noise === 0.01);
    return own.length > 0 && own.every(({ isLeast }) => isLeast);
  });
  return held.length === 0
    ? "Noise on every neuron in every layer reduces the depth of every design"
    : `With noise of 0.01 on every neuron, ${listed(held)} ${held.length === 1 ? "holds" : "hold"} in all layers that were run`;
}
