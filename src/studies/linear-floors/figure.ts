import * as Plot from "@observablehq/plot";
import { InputError } from "../../base/errors.js";
import { centredLabel, compose, panel, type Figure, type FigureOptions, type Key } from "../../drawing/compose.js";
import { distinct, shortNumber } from "../../drawing/numbers.js";
import { colours, ordinalColour, sizes } from "../../drawing/theme.js";
import type { StorageLawRow } from "../storage/law.js";

/** A linear readout of F = n² random features. */
export interface LinearReadoutRow {
  readonly n: number;
  readonly F: number;
  readonly repeats: number;
  /** Mean of M_ij² over i ≠ j when each feature is read by its own direction; rows are scaled so that M_ii = 1. */
  readonly tied: number;
  readonly tiedSd: number | null;
  /** Mean of M_ij² over i ≠ j when features are read by the pseudo-inverse: the least possible for these features. */
  readonly own: number;
  readonly ownSd: number | null;
}

/** A published s95 at F = n², θ = ½, from 200 trials. */
export interface PublishedS95 {
  readonly n: number;
  readonly s95: number;
}

const nameOf = ({ threshold }: Pick<StorageLawRow, "threshold">): string =>
  typeof threshold === "number" ? `θ = ${threshold}` : threshold === "half" ? "θ = 0.5" : "half-slack";

/** Welch's floor for n² features, W = (F−n)/(n(F−1)). [L3] */
const welch = (n: number): number => (n * n - n) / (n * (n * n - 1));

/** Below this width, the panels are stacked. */
const NARROW = 560;

/** Figure S7: reading n² features by a threshold and by a linear map. [L1] [L2] [L3] */
export function thresholdAndLinear(
  { law, linear }: { readonly law: readonly StorageLawRow[]; readonly linear: readonly LinearReadoutRow[] },
  options: FigureOptions & { readonly published?: readonly PublishedS95[] },
): Figure {
  const { document, published = [], width = sizes.width } = options;
  if (law.length === 0) throw new InputError("rows: at least one row with a threshold is needed.");
  const names = [...new Set(law.map(nameOf))];
  const ns = distinct(law.map(({ n }) => n));
  const colourOf = (name: string): string => ordinalColour(names.indexOf(name), names.length);
  const isNarrow = width < NARROW;
  const size = { width: isNarrow ? width : width / 2, height: 320, marginLeft: 58 };
  const x = {
    type: "log",
    domain: [ns[0] / 1.2, Math.max(...ns) * 1.2],
    ticks: ns,
    tickFormat: String,
    label: "n",
  } as const;
  const top = Math.max(...law.map(({ s95 }) => s95), ...published.map(({ s95 }) => s95));
  const left = panel(document, {
    ...size,
    x,
    y: {
      domain: [0, 1.08 * top],
      ticks: 6,
      grid: true,
      label: "s95, active features all read correctly",
      ...centredLabel,
    },
    marks: [
      Plot.dot(published, { x: "n", y: "s95", r: 5.5, stroke: colours.reference, strokeWidth: 1.3 }),
      ...names.flatMap((name) => {
        const own = law.filter((row) => nameOf(row) === name);
        return [
          Plot.line(own, { x: "n", y: "s95", stroke: colourOf(name), strokeWidth: sizes.line }),
          Plot.dot(own, { x: "n", y: "s95", r: sizes.dot, fill: colourOf(name) }),
        ];
      }),
    ],
  });
  // The error of a linear readout when as many features are active as the threshold ½ allows.
  const active = new Map(law.filter(({ threshold }) => threshold === "half").map(({ n, s95 }) => [n, s95]));
  const floor = ns.flatMap((n) => {
    const l = active.get(n) ?? 0;
    return l === 0 ? [] : [{ n, l, value: l * welch(n) }];
  });
  const measured = linear.flatMap((row) => {
    const l = active.get(row.n) ?? 0;
    const at = (value: number, sd: number | null) => ({ n: row.n, value: l * value, sd: l * (sd ?? 0) });
    return l === 0 ? [] : [{ tied: at(row.tied, row.tiedSd), own: at(row.own, row.ownSd) }];
  });
  const [tied, own] = [measured.map((row) => row.tied), measured.map((row) => row.own)];
  const high = Math.max(...floor.map(({ value }) => value), ...tied.map(({ value, sd }) => value + sd));
  const bars = { x: "n", y1: (m: { value: number; sd: number }) => m.value - m.sd };
  const right = panel(document, {
    ...size,
    x,
    y: {
      domain: [0, 1.25 * high],
      ticks: 5,
      grid: true,
      label: "mean squared error of a feature, linear",
      ...centredLabel,
    },
    marks: [
      Plot.line(floor, { x: "n", y: "value", stroke: colours.muted, strokeWidth: 1.4, strokeDasharray: "1.5 3" }),
      Plot.text(floor, {
        x: "n",
        y: "value",
        text: ({ l }) => `l = ${l}`,
        dy: 12,
        fill: colours.muted,
        fontSize: sizes.text,
      }),
      Plot.ruleX(tied, { ...bars, y2: (m: { value: number; sd: number }) => m.value + m.sd, stroke: colours.ink }),
      Plot.dot(tied, {
        x: "n",
        y: "value",
        r: sizes.dot + 1.5,
        fill: colours.paper,
        stroke: colours.ink,
        strokeWidth: 1.4,
      }),
      Plot.dot(own, { x: "n", y: "value", r: sizes.dot, fill: colours.ink }),
    ],
  });
  const last = floor.at(-1);
  return compose(options, {
    title:
      last === undefined
        ? "With n² features, a threshold of ½ reads none of them reliably"
        : `A threshold reads ${last.l} active features out of n² without error in 95% of samples (n\u00a0=\u00a0${last.n}), while linear readouts have a mean squared error of at least ${shortNumber(last.value, 2)}`,
    keys: [
      ...names.map((name): Key => ({ label: name, colour: colourOf(name), mark: "dot" })),
      ...(published.length > 0
        ? [{ label: "published, θ = 0.5", colour: colours.reference, mark: "ring" } as const]
        : []),
      { label: "linear, each feature’s own direction", colour: colours.ink, mark: "circle" },
      { label: "linear, pseudo-inverse", colour: colours.ink, mark: "dot" },
      { label: "l times Welch’s floor", colour: colours.muted, mark: "dotted" },
    ],
    rows: isNarrow ? [[left], [right]] : [[left, right]],
    caption:
      "Left: the exact law of random vectors, for n² features. Right: the mean squared readout of an inactive feature when as many features are active as the threshold ½ allows, " +
      `i.e. l times the value for one active feature; bars: ± sd across ${linear[0]?.repeats ?? 0} draws of the vectors.`,
  });
}
