import * as Plot from "@observablehq/plot";
import { InputError } from "../base/errors.js";
import { centredLabel, compose, panel, type Figure, type FigureOptions } from "../drawing/compose.js";
import { grouped, shortNumber } from "../drawing/numbers.js";
import { colours, sizes } from "../drawing/theme.js";

/** A horizontal line with which a loss is compared. */
export interface CurveLine {
  readonly name: string;
  readonly loss: number;
}

interface Curve {
  readonly every: number;
  readonly means: readonly number[];
}

/** The loss by step, with other losses for comparison. */
export function lossCurve(curve: Curve, lines: readonly CurveLine[], options: FigureOptions): Figure {
  const { document, width = sizes.width } = options;
  const { every, means } = curve;
  if (means.length === 0) throw new InputError("means: at least one point is needed.");
  const steps = means.length * every;
  const size = { width, height: 320, marginLeft: 64, marginRight: 120, steps };
  return compose(options, {
    title: `The loss ${changeBetween(means[0], means[means.length - 1])} in ${grouped(steps)} steps`,
    rows: [[curvePanel(document, curve, lines, size)]],
    caption: every === 1 ? "The loss of each step's batch." : `Each point is the mean loss of ${grouped(every)} steps.`,
  });
}

function changeBetween(first: number, last: number): string {
  if (first === last) return `stays at ${shortNumber(first)}`;
  return `${last < first ? "falls" : "rises"} from ${shortNumber(first)} to ${shortNumber(last)}`;
}

/**
 * The panel of the figure.
 *
 * @param size.steps the step at which the axis ends
 */
export function curvePanel(
  document: Document,
  { every, means }: Curve,
  lines: readonly CurveLine[],
  {
    steps,
    ...size
  }: { readonly steps: number } & Pick<Plot.PlotOptions, "width" | "height" | "marginLeft" | "marginRight">,
): SVGSVGElement {
  const points = means.map((loss, k) => ({ step: (k + 0.5) * every, loss }));
  const losses = [...means, ...lines.map((line) => line.loss)].filter((loss) => loss > 0);
  const domain = [Math.min(...losses) / 1.3, Math.max(...losses) * 1.3] as const;
  const ticks = ticksOf(domain);
  return panel(document, {
    ...size,
    x: { domain: [0, steps], label: "step", ...centredLabel },
    y: { type: "log", domain, ticks, tickFormat: (tick: number) => shortNumber(tick), label: "loss", ...centredLabel },
    marks: [
      Plot.ruleY(lines, { y: "loss", stroke: colours.muted, strokeDasharray: "5 3" }),
      Plot.text(lines, {
        ...{ x: steps, y: "loss", text: "name", textAnchor: "start", dx: 6 },
        ...{ fill: colours.muted, fontSize: sizes.text },
      }),
      Plot.line(points, { x: "step", y: "loss", stroke: colours.ink, strokeWidth: 1.6 }),
    ],
  });
}

/** Ticks at powers of ten and, if these are few, also at 2 and 5 times each of them. */
function ticksOf([low, high]: readonly [number, number]): number[] {
  const factors = high / low > 100 ? [1] : [1, 2, 5];
  const ticks: number[] = [];
  for (let power = Math.floor(Math.log10(low)); power <= Math.log10(high); power++)
    for (const factor of factors) ticks.push(Number(`${factor}e${power}`));
  return ticks.filter((tick) => tick >= low && tick <= high);
}
