import * as Plot from "@observablehq/plot";
import { circuitsByNeuron, type Assignment } from "../../assignment/assignment.js";
import { compose, panel, type Figure, type FigureOptions } from "../../report/compose.js";
import { shortNumber } from "../../report/numbers.js";
import { colours, sizes, zColour } from "../../report/theme.js";

/** How many circuits use each neuron of a block: unevenly, with prime steps. [E12] */
export function loadsByNeuron(assignment: Assignment, options: FigureOptions): Figure {
  const { document, width = sizes.width } = options;
  const { T, S, P } = assignment;
  const { starts } = circuitsByNeuron(assignment);
  const loads = Array.from({ length: P }, (_, n) => starts[n + 1]! - starts[n]!);
  const mean = (T * S) / P;
  const [least, most] = [Math.min(...loads), Math.max(...loads)];
  // Each neuron as a step from n − ½ to n + ½.
  const edges = loads.flatMap((load, n) => [
    { n: n - 0.5, load },
    { n: n + 0.5, load },
  ]);
  const svg = panel(document, {
    width,
    height: 210,
    x: { domain: [-0.5, P - 0.5], label: "neuron n of a block", ticks: Math.min(10, P), tickFormat: "d" },
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
        ? `Every neuron serves ${most} circuit${most === 1 ? "" : "s"}`
        : `Loads are uneven: a neuron serves ${least} to ${most} circuits`,
    keys: [{ label: `mean, T·S/P = ${shortNumber(mean)}`, colour: colours.ink, mark: "dashed" }],
    rows: [[svg]],
    caption: `T = ${T} circuits on S = ${S} of P = ${P} neurons each. Loads are the same in every layer: rows are permuted, not changed.`,
  });
}
