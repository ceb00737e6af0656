import * as Plot from "@observablehq/plot";
import { loads, type Assignment } from "../../assignment/assignment.js";
import { compose, panel, type Figure, type FigureOptions } from "../../drawing/compose.js";
import { shortNumber } from "../../drawing/numbers.js";
import { colours, sizes, zColour } from "../../drawing/theme.js";

/**
 * How many circuits use each neuron of a block; with prime steps, the loads are uneven. [E12]
 *
 * @param options.of label of the horizontal axis, such as "neuron n of a block"; the title uses its first word
 * @param options.note says which layers the loads belong to
 * @param options.above a picture to place above the loads
 */
export function loadsByNeuron(
  assignment: Assignment,
  options: FigureOptions & { readonly of: string; readonly note: string; readonly above?: SVGSVGElement },
): Figure {
  const { document, width = sizes.width } = options;
  const noun = options.of.split(" ")[0];
  const { T, S, P } = assignment;
  const ofNeurons = Array.from(loads(assignment));
  const mean = (T * S) / P;
  const [least, most] = [Math.min(...ofNeurons), Math.max(...ofNeurons)];
  // Neuron n is drawn as a step from n − ½ to n + ½.
  const edges = ofNeurons.flatMap((load, n) => [
    { n: n - 0.5, load },
    { n: n + 0.5, load },
  ]);
  const svg = panel(document, {
    isFramed: false,
    width,
    height: 210,
    x: { domain: [-0.5, P - 0.5], label: options.of, ticks: Math.min(10, P, Math.floor(width / 60)), tickFormat: "d" },
    y: {
      domain: [0, most * 1.08],
      label: "circuits that use it",
      grid: true,
      tickFormat: "d",
      ticks: Math.min(6, most),
    },
    marks: [
      Plot.areaY(edges, { x: "n", y1: 0, y2: "load", fill: zColour(4), fillOpacity: 0.35 }),
      Plot.line(edges, { x: "n", y: "load", stroke: zColour(4), strokeWidth: 1 }),
      Plot.ruleY([mean], { stroke: colours.ink, strokeDasharray: "5 3" }),
    ],
  });
  return compose(options, {
    title:
      least === most
        ? `Every ${noun} serves ${most} circuit${most === 1 ? "" : "s"}`
        : least + 1 === most
          ? `Every ${noun} serves ${least} or ${most} circuits`
          : `Loads are uneven: a ${noun} serves ${least} to ${most} circuits`,
    keys: [{ label: `mean, T·S/P = ${shortNumber(mean)}`, colour: colours.ink, mark: "dashed" }],
    rows: [...(options.above ? [[options.above]] : []), [svg]],
    caption: `T = ${T} ${T === 1 ? "circuit" : "circuits"} on S = ${S} of P = ${P} ${noun}s each. ${options.note}${options.above ? " Above: a mark in row t and column u means that circuits t and u share a ${noun}." : ""}`,
  });
}
