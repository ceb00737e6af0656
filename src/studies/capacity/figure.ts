import { lastOf } from "../../base/last.js";
import * as Plot from "@observablehq/plot";
import { InputError } from "../../base/errors.js";
import { compose, panel, type Figure, type FigureOptions } from "../../drawing/compose.js";
import { grouped } from "../../drawing/numbers.js";
import { lighter } from "../../drawing/marks.js";
import { colours, sizes, zColour } from "../../drawing/theme.js";
import { ticksWithin } from "../../drawing/log-axis.js";
import type { LargestCount } from "../bisection.js";
import { capacityLaws, withSd, type CapacityLaws } from "./laws.js";
import type { LocalExponent, PowerLaw } from "./power-law.js";

export interface CapacityRow extends LargestCount {
  readonly samples: number;
  readonly networks: number;
  /** The T at which the predicted error reaches the threshold. [E22] */
  readonly predicted: number;
}

/**
 * Figure CAP: the largest T against D on logarithmic axes. It shows the measurements, the fitted power law, the
 * theory's prediction, the curves D²/d² and D²/(d² ln T) through the middle point, and the assignment's limit. The
 * panel below shows the exponent between each two neighbouring points. [E22] [E24]
 */
export function capacity(
  rows: readonly CapacityRow[],
  options: FigureOptions & {
    readonly laws: CapacityLaws;
    readonly kept?: readonly CapacityRow[];
    readonly threshold: number;
    readonly layer: number;
    readonly z: number;
    readonly d: number;
  },
): Figure {
  const { document, threshold, layer, z, d, width = sizes.width } = options;
  if (rows.length === 0) throw new InputError("rows: at least one value of D is needed.");
  const found = rows.filter(({ censored }) => !censored);
  // If there are rows kept from a longer run, laws are fitted to these rows, because that run has more values of D and
  // more networks.
  const longest = options.kept === undefined || options.kept.length === 0 ? rows : options.kept;
  const laws = longest === rows ? options.laws : capacityLaws(longest);
  const anchor = found[Math.floor(found.length / 2)] ?? rows[0];
  const Ds = longest.map(({ D }) => D);
  const fine = Array.from({ length: 60 }, (_, i) => Ds[0] * (lastOf(Ds) / Ds[0]) ** (i / 59));
  const square = fine.map((D) => ({ D, T: anchor.T * (D / anchor.D) ** 2 }));
  const withLog = fine.map((D) => ({ D, T: solveLog(anchor.T * Math.log(anchor.T) * (D / anchor.D) ** 2) }));
  const { power, powerWithLog } = laws;
  const law = powerWithLog ?? power;
  const fitted =
    law === null
      ? []
      : fine
          .filter((D) => D >= law.from)
          .map((D) => ({ D, T: law === power ? powerAt(law, D) : solveLog(powerAt(law, D)) }));
  const heights = [...rows, ...longest, ...square, ...withLog, ...fitted]
    .map(({ T }) => T)
    .concat(longest.flatMap((row) => [row.assignable, row.predicted]));
  const ticks = ticksWithin(Math.min(...heights), Math.max(...heights), 5);
  const line = { x: "D", y: "T" };
  const dots = (own: readonly CapacityRow[], look: Plot.MarkOptions = {}): Plot.Markish[] => [
    Plot.ruleX(
      own.filter(({ censored }) => !censored),
      {
        ...{ x: "D", stroke: measured, ...look },
        y1: (row: CapacityRow) => row.T * Math.exp(-row.logSd),
        y2: (row: CapacityRow) => row.T * Math.exp(row.logSd),
      },
    ),
    Plot.dot(
      own.filter(({ censored }) => !censored),
      { ...line, r: 4, fill: measured, ...look },
    ),
    Plot.dot(own, { ...line, filter: "censored", r: 4.5, stroke: measured, strokeWidth: 1.5, ...look }),
  ];
  const svg = panel(document, {
    isFramed: false,
    width,
    height: 420,
    marginLeft: 72,
    marginRight: 24,
    x: { type: "log", label: "D, neurons per layer", ticks: Ds, tickFormat: (D: number) => grouped(D) },
    y: { type: "log", label: "largest T" },
    marks: [
      Plot.gridY(ticks),
      // The labels are drawn here because Plot's own axis omits some.
      Plot.axisY({ ticks, text: (T: number) => grouped(T) }),
      Plot.line(longest, { x: "D", y: "assignable", stroke: colours.muted, strokeWidth: 1 }),
      Plot.line(square, { ...line, stroke: colours.ink, strokeWidth: 0.8 }),
      Plot.line(withLog, { ...line, stroke: colours.ink, strokeDasharray: "2 3" }),
      Plot.line(longest, { x: "D", y: "predicted", stroke: measured, strokeDasharray: "6 4" }),
      Plot.line(fitted, { ...line, stroke: measured, strokeWidth: sizes.line }),
      ...(longest === rows ? [] : dots(longest, lighter)),
      ...dots(rows),
    ],
  });
  const exponents = exponentsPanel(laws, Ds, options, longest === rows ? {} : lighter);
  return compose(options, {
    title: titleOf(laws),
    keys: [
      { label: "measured, ± sd", colour: measured, mark: "dot" },
      ...(law === null
        ? []
        : [
            {
              label: law === power ? "fitted power" : "fitted power of T·ln T",
              colour: measured,
              mark: "line" as const,
            },
          ]),
      { label: "theory [E22]", colour: measured, mark: "dashed" },
      { label: `D²/d²`, colour: colours.ink, mark: "line" },
      { label: `D²/(d² ln T)`, colour: colours.ink, mark: "dotted" },
      { label: "limit of the assignment", colour: colours.muted, mark: "line" },
      ...(found.length < rows.length ? [{ label: "censored", colour: measured, mark: "circle" as const }] : []),
    ],
    rows: laws.local.length === 0 ? [[svg]] : [[svg], [exponents]],
    caption:
      `Largest T with mean |δx|² of active circuits below ${threshold} at layer ${layer}, z = ${z}, d = ${d}; ` +
      `${Math.min(...rows.map(({ samples }) => samples))} to ${Math.max(...rows.map(({ samples }) => samples))} samples in each of 3 to ${Math.max(...rows.map(({ networks }) => networks))} networks per probe. Below: exponents between neighbouring values of D, ± sd ` +
      "(filled marks for T, hollow marks for T·ln T), with the fitted exponents as lines.",
  });
}

const measured = zColour(1);

/**
 * The panel of exponents: local ones between neighbouring values of D, and fitted ones, each drawn over the range of D
 * used in its fit.
 */
function exponentsPanel(
  laws: CapacityLaws,
  Ds: readonly number[],
  { document, width = sizes.width }: FigureOptions,
  look: Plot.MarkOptions,
): SVGSVGElement {
  const { local, localWithLog, power, powerWithLog } = laws;
  const spread = {
    ...{ x: "D", stroke: measured, ...look },
    y1: ({ exponent, sd }: LocalExponent) => exponent - sd,
    y2: ({ exponent, sd }: LocalExponent) => exponent + sd,
  };
  const fitted = (law: PowerLaw | null, strokeDasharray: string) =>
    law === null
      ? []
      : [
          Plot.link([law], {
            ...{ x1: law.from, x2: lastOf(Ds), y1: law.exponent, y2: law.exponent },
            ...{ stroke: measured, strokeDasharray },
          }),
        ];
  return panel(document, {
    isFramed: false,
    width,
    height: 170,
    marginLeft: 72,
    marginRight: 24,
    x: {
      type: "log",
      domain: [Ds[0], lastOf(Ds)],
      label: "D, neurons per layer",
      ticks: Ds,
      tickFormat: (D: number) => grouped(D),
    },
    y: { label: "local exponent", nice: true, ticks: 5, grid: true },
    marks: [
      Plot.ruleY([2], { stroke: colours.ink, strokeWidth: 0.8 }),
      ...fitted(power, "none"),
      ...fitted(powerWithLog, "2 3"),
      Plot.ruleX(local, spread),
      Plot.ruleX(localWithLog, spread),
      Plot.dot(local, { x: "D", y: "exponent", r: 4, fill: measured, ...look }),
      Plot.dot(localWithLog, { x: "D", y: "exponent", r: 4, stroke: measured, fill: colours.paper, ...look }),
    ],
  });
}

function titleOf({ local, powerWithLog }: CapacityLaws): string {
  if (local.length === 0) return "Largest number of circuits by width";
  const slopes = local.map(({ exponent }) => exponent);
  const range = `${Math.min(...slopes).toFixed(2)} to ${Math.max(...slopes).toFixed(2)}`;
  const law =
    powerWithLog === null
      ? ""
      : `; T·ln T grows as D to the power ${withSd(powerWithLog.exponent, powerWithLog.exponentSd)} for D ≥ ${grouped(powerWithLog.from)}`;
  return `The largest T grows with local exponents of ${range}${law}`;
}

function powerAt({ factor, exponent }: PowerLaw, D: number): number {
  return factor * D ** exponent;
}

/** T with T·ln T = value, by Newton's method. */
function solveLog(value: number): number {
  let T = Math.max(2, value / Math.log(Math.max(3, value)));
  for (let step = 0; step < 30; step++) T = Math.max(1.5, T - (T * Math.log(T) - value) / (Math.log(T) + 1));
  return T;
}
