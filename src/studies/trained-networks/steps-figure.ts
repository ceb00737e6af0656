import * as Plot from "@observablehq/plot";
import { InputError } from "../../base/errors.js";
import { centredLabel, compose, panel, type Figure, type FigureOptions, type Key } from "../../drawing/compose.js";
import { distinct, grouped } from "../../drawing/numbers.js";
import { colours, sizes, zColour } from "../../drawing/theme.js";

/** Networks trained for a number of steps from one kind of initial weights; with 0 steps, they are untrained. */
export interface StepsRow {
  readonly start: string;
  readonly steps: number;
  /**
   * Loss relative to that of the network in `options.beside` (for rows kept from a longer run, relative to that of the
   * published network), and the standard deviation of this ratio across networks.
   */
  readonly over: number;
  readonly sd: number | null;
}

/** The network whose loss counts as 1; all losses are given relative to it. */
type Unit = "naive" | "published";

const nameOf = (unit: Unit): string => (unit === "naive" ? "the naive network" : "the published trained network");

/**
 * Figure CC5: the loss against the number of steps, from each start; rows kept from a longer run have a separate panel,
 * because their losses are relative to the published network's. [L8]
 */
export function lossBySteps(
  rows: readonly StepsRow[],
  options: FigureOptions & { readonly beside: Unit; readonly kept?: readonly StepsRow[] },
): Figure {
  const { document, beside, kept = [], width = sizes.width } = options;
  if (!rows.some(({ steps }) => steps > 0))
    throw new InputError("rows: at least one row with steps above 0 is needed.");
  const starts = [...new Set(rows.map(({ start }) => start))];
  const colourOf = ({ start }: StepsRow): string => zColour([4, 2][starts.indexOf(start)] ?? 1);
  const panels = [{ own: rows, unit: beside }, ...(kept.length > 0 ? [{ own: kept, unit: "published" as const }] : [])];
  const drawn = panels.map(({ own, unit }) =>
    stepsPanel(document, own, unit, { width: width / panels.length, stroke: colourOf }),
  );
  const hasBars = [...rows, ...kept].some(({ steps, sd }) => steps > 0 && sd !== null);
  const shown = panels[panels.length - 1];
  const made = rows.find(({ steps }) => steps === 0);
  return compose(options, {
    title: `A code made by hand is worth ${worthOf(shown.own)} steps of training from random weights${kept.length > 0 ? " at the published size" : ""}`,
    keys: [
      ...starts.map((start): Key => ({
        label: `trained from ${start}`,
        colour: zColour([4, 2][starts.indexOf(start)] ?? 1),
        mark: "dot",
      })),
      { label: "the untrained code", colour: made === undefined ? colours.muted : colourOf(made), mark: "dashed" },
    ],
    rows: [drawn],
    caption:
      `Every mark is a separate training run, in which the learning rate falls to 0 by the end${hasBars ? "; bars: ± sd across networks" : ""}.` +
      (kept.length > 0 ? " The right panel is for the published size, F = 100, N = 50." : ""),
  });
}

/** Text for the number of steps after which a network trained from random weights is as good as the code. */
function worthOf(rows: readonly StepsRow[]): string {
  const code = rows.find(({ steps }) => steps === 0);
  const trained = rows.filter(({ start, steps }) => start !== code?.start && steps > 0);
  if (code === undefined || trained.length === 0) return "an unknown number of";
  const sorted = [...trained].sort((a, b) => a.steps - b.steps);
  const at = sorted.findIndex(({ over }) => over <= code.over);
  if (at <= 0)
    return at === 0 ? `at most ${grouped(sorted[0].steps)}` : `over ${grouped(sorted[sorted.length - 1].steps)}`;
  const [before, after] = [sorted[at - 1], sorted[at]];
  const share = Math.log(before.over / code.over) / Math.log(before.over / after.over);
  const steps = before.steps * (after.steps / before.steps) ** share;
  return `about ${grouped(Number(steps.toPrecision(2)))}`;
}

function stepsPanel(
  document: Document,
  rows: readonly StepsRow[],
  unit: Unit,
  { width, stroke }: { readonly width: number; readonly stroke: (row: StepsRow) => string },
): SVGSVGElement {
  const made = rows.filter(({ steps }) => steps === 0);
  const trained = rows.filter(({ steps }) => steps > 0);
  const steps = distinct(trained.map((row) => row.steps));
  const values = rows.map(({ over }) => over);
  const domain = [Math.min(...values) / 1.15, Math.max(...values) * 1.15] as const;
  const ticks = [0.05, 0.07, 0.1, 0.15, 0.2, 0.3, 0.5, 0.95, 1, 1.05, 1.1, 1.2, 1.5, 2].filter(
    (tick) => tick > domain[0] && tick < domain[1],
  );
  const bars = trained.flatMap((row) =>
    row.sd === null ? [] : [{ ...row, low: row.over - row.sd, high: row.over + row.sd }],
  );
  return panel(document, {
    ...{ width, height: 330, marginLeft: 60 },
    x: { type: "log", domain: [steps[0] / 1.3, steps[steps.length - 1] * 1.3], ticks: steps, tickFormat: grouped, label: "steps", ...centredLabel }, // prettier-ignore
    y: { type: "log", domain, ticks, tickFormat: String, label: `loss relative to ${nameOf(unit)}`, ...centredLabel },
    color: { type: "identity" },
    marks: [
      Plot.ruleY(made, { y: "over", stroke, strokeDasharray: "5 3" }),
      Plot.line(trained, { x: "steps", y: "over", z: "start", stroke, strokeWidth: 1.4 }),
      Plot.ruleX(bars, { x: "steps", y1: "low", y2: "high", stroke }),
      Plot.dot(trained, { x: "steps", y: "over", r: sizes.dot + 0.6, fill: stroke }),
    ],
  });
}
