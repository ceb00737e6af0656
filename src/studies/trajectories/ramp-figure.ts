import * as Plot from "@observablehq/plot";
import { compose, panel, type Figure, type FigureOptions } from "../../drawing/compose.js";
import { colours, sizes } from "../../drawing/theme.js";

/**
 * Figure R3: the ramp made of two ReLUs, `alpha → ReLU(2·alpha − 0.5) − ReLU(2·alpha − 1.5)`, which is flat below 0.25
 * and above 0.75. [E4]
 */
export function ramp(options: FigureOptions): Figure {
  const { document, width = sizes.width } = options;
  const low = -0.25;
  const high = 1.25;
  // The three functions are linear between these points.
  const corners = [low, 0.25, 0.75, high];
  const first = (a: number): number => Math.max(0, 2 * a - 0.5);
  const second = (a: number): number => -Math.max(0, 2 * a - 1.5);
  const points = (f: (a: number) => number): { a: number; y: number }[] => corners.map((a) => ({ a, y: f(a) }));
  const label = (a: number, y: number, text: string, colour: string): Plot.Markish =>
    Plot.text([{ a, y }], { x: "a", y: "y", text: [text], textAnchor: "start", dx: 6, fill: colour, fontWeight: 600 });
  const part = { x: "a", y: "y", stroke: colours.muted, strokeWidth: 1.4 };
  const svg = panel(document, {
    width,
    height: 340,
    marginRight: 190,
    x: { domain: [low, high], ticks: [0, 0.25, 0.5, 0.75, 1], tickFormat: String, label: "alpha before the layer" },
    y: { domain: [-1.05, 2.05], ticks: [-1, 0, 1, 2], tickFormat: "d", label: "alpha after the layer", grid: true },
    marks: [
      Plot.ruleX([0.25, 0.75], { stroke: colours.ink, strokeDasharray: "1.5 3" }),
      Plot.text(
        [
          { a: 0.25, text: "0.25: noise below this is removed" },
          { a: 0.75, text: "0.75: above is 1" },
        ],
        { x: "a", text: "text", frameAnchor: "top", dy: 8, dx: 5, textAnchor: "start", fontSize: 10 },
      ),
      Plot.line(points(first), part),
      Plot.line(points(second), part),
      Plot.line(
        points((a) => first(a) + second(a)),
        { x: "a", y: "y", stroke: colours.truth, strokeWidth: 3 },
      ),
      label(high, first(high), "ReLU(2·alpha − 0.5)", colours.muted),
      label(high, first(high) + second(high), "their sum: the ramp", colours.ink),
      label(high, second(high), "−ReLU(2·alpha − 1.5)", colours.muted),
    ],
  });
  return compose(options, {
    title: "Two ReLUs make a ramp that removes noise on the On-indicator",
    rows: [[svg]],
    caption:
      "alpha = a₀ − a₁ after a layer as a function of alpha before it. Errors below 0.25 vanish; larger errors grow from layer to layer.",
  });
}
