import * as Plot from "@observablehq/plot";
import { centredLabel, compose, panel, type Figure, type FigureOptions } from "../../drawing/compose.js";
import { grouped, shortNumber } from "../../drawing/numbers.js";
import { element } from "../../drawing/svg.js";
import { colours, sizes, zColour } from "../../drawing/theme.js";
import { curvePanel } from "../../training/curve-figure.js";
import { linesOf } from "../../training/describe.js";
import { errorsAlone, type TrainedRow } from "../../training/evaluate.js";
import { naiveLoss } from "../../training/verdict.js";
import type { Training } from "../computation/training-run.js";

/** Mean square of x uniform in (0, 1): the error if the output is 0. */
const ZERO = 1 / 3;
/** The number of shades in which weights of one sign are drawn. */
const SHADES = 6;
/** Margins that the panels share, so that each feature's error is drawn above that feature's weights. */
const margins = { marginLeft: 58, marginRight: 74 } as const;

/**
 * A network that is being trained: the loss by step, the error of each feature, and the weights of each neuron.
 *
 * @param options.isRunning whether the numbers are still changing; if so, the title omits them
 */
export function trainingPicture(
  { spec, state, curve, row }: Training,
  options: FigureOptions & { readonly isRunning: boolean },
): Figure {
  const { F, N, q, mixing, steps } = spec;
  const { document, width = sizes.width, isRunning } = options;
  const errors = errorsAlone(spec, state.parameters);
  const loss = curvePanel(document, curve, linesOf(spec), { width, height: 180, ...margins, steps });
  const title =
    row === null || isRunning
      ? `${state.step === 0 && !isRunning ? "Not trained yet: " : "Training "}${N} neurons to compute ${F} ReLUs`
      : verdictText(row, errors, state.step);
  return compose(options, {
    title,
    keys: [
      { label: "served", colour: colours.truth, mark: "dot" },
      { label: "dropped", colour: colours.muted, mark: "dot" },
      { label: "positive weight", colour: zColour(4), mark: "dot" },
      { label: "negative weight", colour: zColour(2), mark: "dot" },
    ],
    rows: [[loss], [errorPanel(document, errors, width)], [weightsPanel(document, spec, state.parameters, width)]],
    caption:
      `Top: the loss |error|^${q} on each step's inputs${mixing === "none" ? "" : ", for mixed labels; the naive network’s loss is for ReLU(x)"}. The naive network computes ${N} features exactly and answers 0 for the others. ` +
      "Middle: the mean squared error of a feature when it is the only one on. Bottom: the weights from every feature to every neuron.",
  });
}

/**
 * The error of each feature when it is the only one on. A feature counts as dropped if its error is more than half of
 * what it would be if the output were 0.
 */
function errorPanel(document: Document, errors: Float64Array, width: number): SVGSVGElement {
  const bars = Array.from(errors, (error, f) => ({ x1: f + 0.1, x2: f + 0.9, error: Math.min(error, 1.2 * ZERO) }));
  const isServed = ({ error }: (typeof bars)[number]): boolean => error < ZERO / 2;
  const draw = (data: typeof bars, fill: string) => Plot.rect(data, { x1: "x1", x2: "x2", y1: 0, y2: "error", fill });
  return panel(document, {
    ...{ width, height: 110, ...margins, marginTop: 14, marginBottom: 8 },
    x: { domain: [0, errors.length], axis: null },
    y: { domain: [0, 1.2 * ZERO], ticks: [0, 0.1, 0.2, 0.3], tickFormat: String, label: "error", ...centredLabel },
    marks: [
      Plot.ruleY([ZERO], { stroke: colours.muted, strokeDasharray: "5 3" }),
      Plot.text(["all 0"], { x: errors.length, y: ZERO, textAnchor: "start", dx: 6, fill: colours.muted }),
      draw(bars.filter(isServed), colours.truth),
      draw(
        bars.filter((bar) => !isServed(bar)),
        colours.muted,
      ),
    ],
  });
}

/** W_in as a grid with a column for each feature and a row for each neuron, drawn as one path for each shade. */
function weightsPanel(document: Document, { F, N }: Training["spec"], weights: Float32Array, width: number) {
  const height = Math.max(90, Math.min(200, 9 * N));
  const [left, right] = [margins.marginLeft, width - margins.marginRight];
  const [w, h] = [(right - left) / F, height / N];
  const largest = weights.subarray(0, F * N).reduce((most, weight) => Math.max(most, Math.abs(weight)), 1e-9);
  const paths = new Map<number, string>();
  const top = 4;
  for (let f = 0; f < F; f++)
    for (let n = 0; n < N; n++) {
      const shade = Math.round((SHADES * weights[f * N + n]) / largest);
      if (shade === 0) continue;
      const cell = `M${(left + f * w).toFixed(2)},${(top + n * h).toFixed(2)}h${w.toFixed(2)}v${h.toFixed(2)}h${(-w).toFixed(2)}z`;
      paths.set(shade, (paths.get(shade) ?? "") + cell);
    }
  const cells = [...paths].map(([shade, d]) =>
    element(document, "path", { d, fill: zColour(shade > 0 ? 4 : 2), "fill-opacity": Math.abs(shade) / SHADES }),
  );
  const drawn = panel(document, {
    ...{ width, height: height + top + 34, ...margins, marginTop: top, marginBottom: 34 },
    x: { domain: [0, F], ticks: 5, label: "feature", ...centredLabel },
    y: { domain: [N, 0], ticks: 4, label: "neuron", ...centredLabel },
    marks: [],
  });
  drawn.append(...cells);
  return drawn;
}

/** The result in plain words. */
function verdictText(row: TrainedRow, errors: Float64Array, step: number): string {
  const { F, N, p, q, mixing, loss, overNaive, verdict } = row;
  const after = `After ${grouped(step)} steps, the loss`;
  const share = shortNumber(overNaive, 2);
  if (mixing !== "none") {
    const mixed = shortNumber(loss / naiveLoss(row, p, q), 2);
    return `${after} is ${mixed} times the naive network’s on mixed labels, and ${share} times on ReLU(x) alone`;
  }
  const served = errors.filter((error) => error < ZERO / 2).length;
  const what = {
    superposed: `${N} neurons serve all ${F} features about equally`,
    dedicated: `the network serves ${served} of ${F} features and drops the others`,
    dense: "neurons are shared, but features are not served equally",
  };
  return `${after} is ${share} times the naive network’s: ${what[verdict]}`;
}
