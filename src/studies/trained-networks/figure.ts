import * as Plot from "@observablehq/plot";
import { InputError } from "../../base/errors.js";
import { centredLabel, compose, panel, type Figure, type FigureOptions, type Key } from "../../drawing/compose.js";
import { distinct, shortNumber } from "../../drawing/numbers.js";
import { lighter } from "../../drawing/marks.js";
import { colours, sizes, zColour } from "../../drawing/theme.js";

/** Networks trained for one exponent of the loss. */
export interface ExponentRow {
  readonly q: number;
  /**
   * Mean squared error of a feature that is on, and its variation over features, each with its standard deviation
   * across networks.
   */
  readonly active: number;
  readonly activeSd: number | null;
  readonly variation: number;
  readonly variationSd: number | null;
}

/** The published numbers for an exponent. */
export interface PublishedExponent {
  readonly q: number;
  readonly meanSquare: number;
  readonly variation: number;
}

/** The largest variation over features that the published verdict on exponents counts as uniform. */
const ALIKE = 0.05;

interface ExponentPoint {
  readonly q: number;
  readonly value: number;
  readonly sd: number | null;
}

/** Figure CC1: the effect of the loss's exponent on trained networks. [L8] */
export function lossExponents(
  rows: readonly ExponentRow[],
  options: FigureOptions & {
    /** The naive network's mean squared error for a feature that is on. */
    readonly naive: number;
    /** Inputs and neurons of the trained networks. */
    readonly size: { readonly F: number; readonly N: number };
    readonly published?: readonly PublishedExponent[];
    /** Rows kept from a run at the published size. */
    readonly kept?: readonly ExponentRow[];
  },
): Figure {
  const { document, naive, size: own, published = [], kept = [], width = sizes.width } = options;
  if (rows.length === 0) throw new InputError("rows: at least one exponent is needed.");
  const qs = distinct([...rows, ...kept].map(({ q }) => q));
  const x = { domain: [Math.min(...qs) - 0.4, Math.max(...qs) + 0.4], ticks: qs, tickFormat: String, label: "q, exponent of the loss", ...centredLabel }; // prettier-ignore
  const size = { width: width / 2, height: 320, marginLeft: 60 };
  const draw = (
    points: readonly ExponentPoint[],
    keptPoints: readonly ExponentPoint[],
    rings: readonly { readonly q: number; readonly value: number }[],
    lines: readonly { readonly name: string; readonly value: number }[],
    label: string,
  ): SVGSVGElement => {
    const values = [...points, ...keptPoints, ...rings, ...lines].map(({ value }) => value);
    const domain = [Math.min(...values) / 1.4, Math.max(...values) * 1.4] as const;
    const ticks = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1].filter((tick) => tick >= domain[0] && tick <= domain[1]);
    const dots = (shown: readonly ExponentPoint[], look: Plot.MarkOptions = {}): Plot.Markish[] => {
      const bars = shown.flatMap(({ q, value, sd }) =>
        sd === null ? [] : [{ q, low: Math.max(domain[0], value - sd), high: value + sd }],
      );
      return [
        Plot.ruleX(bars, { x: "q", y1: "low", y2: "high", stroke: colours.ink, ...look }),
        Plot.dot(shown, { x: "q", y: "value", r: sizes.dot + 0.6, fill: colours.ink, ...look }),
      ];
    };
    return panel(document, {
      ...size,
      x,
      y: { type: "log", domain, ticks, tickFormat: String, label, ...centredLabel },
      marks: [
        Plot.ruleY(lines, { y: "value", stroke: colours.muted, strokeDasharray: "5 3" }),
        Plot.text(lines, {
          ...{ x: qs[qs.length - 1], y: "value", text: "name", dy: -7, textAnchor: "end" },
          ...{ fill: colours.muted, fontSize: sizes.text },
        }),
        Plot.dot(rings, { x: "q", y: "value", r: 6, stroke: colours.reference, strokeWidth: 1.3 }),
        ...(keptPoints.length === 0 ? [] : dots(keptPoints, lighter)),
        ...dots(points),
      ],
    });
  };
  // If the network outputs 0 for all features, the variation is 0.
  const FLOOR = 1e-2;
  const activeOf = (of: readonly ExponentRow[]): ExponentPoint[] =>
    of.map(({ q, active, activeSd }) => ({ q, value: active, sd: activeSd }));
  const variationOf = (of: readonly ExponentRow[]): ExponentPoint[] =>
    of.map(({ q, variation, variationSd }) => ({ q, value: Math.max(FLOOR, variation), sd: variationSd }));
  const left = draw(
    activeOf(rows),
    activeOf(kept),
    published.map(({ q, meanSquare }) => ({ q, value: meanSquare })),
    [
      { name: "naive", value: naive },
      { name: "all 0", value: 1 / 3 },
    ],
    "mean squared error of a feature that is on",
  );
  const right = draw(
    variationOf(rows),
    variationOf(kept),
    published.map(({ q, variation }) => ({ q, value: variation })),
    [{ name: "alike", value: ALIKE }],
    "its variation over features",
  );
  const told = kept.length === 0 ? rows : kept;
  const squared = told.find(({ q }) => q === 2);
  const fourth = told.find(({ q }) => q === 4);
  const atSize = kept.length > 0 ? " at the published size" : "";
  const keys: Key[] = [
    { label: `trained here, F = ${own.F}, N = ${own.N}`, colour: colours.ink, mark: "dot" },
    ...(published.length > 0
      ? [{ label: "published, F = 100, N = 50", colour: colours.reference, mark: "ring" } as const]
      : []),
    { label: "for comparison", colour: colours.muted, mark: "dashed" },
  ];
  return compose(options, {
    title:
      squared === undefined || fourth === undefined
        ? "The effect of the loss's exponent on trained networks"
        : `Trained with |error|², a network serves some features and drops others; with |error|⁴, it serves all, at ${shortNumber(fourth.active / naive, 2)} times the naive error${atSize}`,
    keys,
    rows: [[left, right]],
    caption:
      "Left: the mean squared error of a feature whose input is above 0; other inputs are random. Right: the relative standard deviation of this error over features " +
      `(1 if half of them are dropped); values below ${FLOOR} are drawn at ${FLOOR}. Published: Ferreira da Silva and Heimersheim, arXiv 2607.04800.`,
  });
}

/** Networks trained on labels mixed by M. */
export interface MixingRow {
  /** The kind of M: "normal", "embedding". */
  readonly kind: string;
  readonly sigma: number;
  /** Loss on the mixed labels, divided by p, and its standard deviation across networks. */
  readonly mixed: number;
  readonly mixedSd: number | null;
  /** The same for these weights on labels without M; null if σ is 0. */
  readonly removed: number | null;
  readonly removedSd: number | null;
  /** The same after further training without M; null if there was none. */
  readonly transplanted: number | null;
  readonly transplantedSd: number | null;
}

/** Values of loss/p that are labelled on the axis of CC2, if they lie on it. */
const LOSSES = [0.05, 0.06, 0.08, 0.1, 0.15, 0.2, 0.3, 0.5];

/**
 * Figure CC2: loss/p against the standard deviation of the matrix that mixes labels. The figure also shows the loss on
 * labels without this matrix: with the same weights, and after further training on these labels. [L8]
 */
export function labelMixing(
  rows: readonly MixingRow[],
  options: FigureOptions & { readonly naive: number; readonly kept?: readonly MixingRow[] },
): Figure {
  const { document, naive, kept = [], width = sizes.width } = options;
  if (rows.length === 0) throw new InputError("rows: at least one deviation is needed.");
  const all = [...rows, ...kept];
  const kinds = [...new Set(all.map(({ kind }) => kind))];
  const colourOf = ({ kind }: MixingRow): string => zColour([4, 2][kinds.indexOf(kind)] ?? 1);
  const values = [naive, ...all.flatMap(({ mixed, removed, transplanted }) => [mixed, removed ?? naive, transplanted ?? naive])]; // prettier-ignore
  const domain = [0.95 * Math.min(...values), 1.1 * Math.max(...values)];
  const bars = (
    own: readonly MixingRow[],
    value: "mixed" | "removed" | "transplanted",
    sd: "mixedSd" | "removedSd" | "transplantedSd",
    look: Plot.MarkOptions,
  ): Plot.Markish => {
    const end = (sign: number) => (row: MixingRow) => (row[value] ?? 0) + sign * (row[sd] ?? 0);
    return Plot.ruleX(own, { x: "sigma", y1: end(-1), y2: end(1), stroke: colourOf, ...look });
  };
  const marks = (own: readonly MixingRow[], look: Plot.MarkOptions = {}): Plot.Markish[] => {
    const bare = own.filter(({ removed }) => removed !== null);
    const moved = own.filter(({ transplanted }) => transplanted !== null);
    return [
      Plot.line(own, { x: "sigma", y: "mixed", z: "kind", stroke: colourOf, strokeWidth: 1.4, ...look }),
      bars(own, "mixed", "mixedSd", look),
      Plot.dot(own, { x: "sigma", y: "mixed", r: sizes.dot + 0.6, fill: colourOf, ...look }),
      bars(bare, "removed", "removedSd", look),
      Plot.dot(bare, {
        ...{ x: "sigma", y: "removed", symbol: "times", r: sizes.dot + 1.5, stroke: colourOf, strokeWidth: 1.4 },
        ...look,
      }),
      bars(moved, "transplanted", "transplantedSd", look),
      Plot.dot(moved, {
        ...{ x: "sigma", y: "transplanted", r: sizes.dot + 1.5, fill: colours.paper, stroke: colourOf, ...look },
      }),
    ];
  };
  const svg = panel(document, {
    ...{ width, height: 330, marginLeft: 60 },
    x: {
      domain: [-0.003, 1.04 * Math.max(...all.map(({ sigma }) => sigma))],
      label: "σ, standard deviation of the entries of M",
      ...centredLabel,
    },
    y: {
      ...{ type: "log", domain, ticks: LOSSES.filter((tick) => tick >= domain[0] && tick <= domain[1]) },
      ...{ tickFormat: String, grid: true, label: "loss / p", ...centredLabel },
    },
    color: { type: "identity" },
    marks: [
      Plot.ruleY([naive], { stroke: colours.muted, strokeDasharray: "5 3" }),
      ...(kept.length === 0 ? [] : marks(kept, lighter)),
      ...marks(rows),
    ],
  });
  const hasBars = all.some(({ mixedSd, transplantedSd }) => mixedSd !== null || transplantedSd !== null);
  const best = (kept.length === 0 ? rows : kept).reduce((least, row) => (row.mixed < least.mixed ? row : least));
  return compose(options, {
    title: `Mixed labels lower the loss, most at σ = ${best.sigma}${kept.length > 0 ? " at the published size" : ""}; without them the gain disappears`,
    keys: [
      ...kinds.map((kind): Key => ({
        label: `labels mixed, M ${kind}`,
        colour: zColour([4, 2][kinds.indexOf(kind)] ?? 1),
        mark: "dot",
      })),
      { label: "the same weights without M", colour: colours.ink, mark: "cross" },
      { label: "trained further without M", colour: colours.ink, mark: "circle" },
      { label: "naive", colour: colours.muted, mark: "dashed" },
    ],
    rows: [[svg]],
    caption: `Loss |error|² divided by p: for labels y = ReLU(x) + M x; for labels ReLU(x), with the same weights; and for labels ReLU(x), after further training without M.${hasBars ? " Bars: ± sd across networks." : ""} After Bhagat et al., arXiv 2606.14673.`,
  });
}
