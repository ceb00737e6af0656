import * as Plot from "@observablehq/plot";
import { InputError } from "../../base/errors.js";
import { centredLabel, compose, panel, type Figure, type FigureOptions, type Key } from "../../drawing/compose.js";
import { distinct, shortNumber } from "../../drawing/numbers.js";
import { lighter } from "../../drawing/marks.js";
import { colours, ordinalColour, sizes, zColour } from "../../drawing/theme.js";

/** One kind of handmade network at F = 100, N = 50; the numbers are means over its networks. */
export interface HandMadeRow {
  /** The code's name in the figure, such as "exchanges" or "assignments". */
  readonly group: string;
  /** A description of the code and the fitted values. */
  readonly name: string;
  readonly K: number;
  readonly largestOverlap: number;
  /**
   * Loss relative to the published trained network, and its standard deviation across networks, or its standard error
   * for a single network.
   */
  readonly overTrained: number;
  readonly sd: number;
}

/** A reference value. */
export interface HandMadeReference {
  readonly K: number;
  readonly largestOverlap: number | null;
  readonly overTrained: number;
}

/**
 * Figure CC3: the loss of handmade codes relative to the trained network, by K and by the largest overlap. [L6] [L7]
 */
export function handMadeCodes(
  rows: readonly HandMadeRow[],
  options: FigureOptions & {
    readonly reference?: readonly HandMadeReference[];
    readonly kept?: readonly HandMadeRow[];
  },
): Figure {
  const { document, reference = [], kept = [], width = sizes.width } = options;
  if (rows.length === 0) throw new InputError("rows: at least one network is needed.");
  const all = [...rows, ...kept];
  const groups = [...new Set(all.map(({ group }) => group))];
  const colourOf = (group: string): string => zColour(groups.indexOf(group) + 1);
  // Groups with the same K are drawn side by side.
  const beside = (group: string): number => (groups.indexOf(group) - (groups.length - 1) / 2) * 0.13;
  const ratios = [...all, ...reference].map(({ overTrained }) => overTrained);
  const domain = [Math.min(0.96, ...ratios) * 0.98, Math.max(1.4, ...ratios) * 1.05];
  const ticks = [0.9, 1, 1.1, 1.2, 1.4, 1.6, 2, 3, 5].filter((tick) => tick >= domain[0] && tick <= domain[1]);
  const draw = (
    of: (row: Pick<HandMadeRow, "K" | "largestOverlap">) => number,
    label: string,
    share: number,
    title: string,
  ): SVGSVGElement => {
    const known = reference.filter(({ largestOverlap }) => label === "K" || largestOverlap !== null);
    const rings = known.map((row) => ({
      x: of({ ...row, largestOverlap: row.largestOverlap ?? 0 }),
      y: row.overTrained,
    }));
    const marks = (own: readonly HandMadeRow[], look: Plot.MarkOptions = {}): Plot.Markish[] => {
      const points = own.map((row) => ({
        x: of(row) + beside(row.group),
        y: row.overTrained,
        low: row.overTrained - row.sd,
        high: row.overTrained + row.sd,
        fill: colourOf(row.group),
        title: `${row.name}, K = ${row.K}: ${row.overTrained.toFixed(3)}`,
      }));
      return [
        Plot.ruleX(points, { x: "x", y1: "low", y2: "high", stroke: "fill", strokeWidth: 1.2, ...look }),
        Plot.dot(points, { x: "x", y: "y", r: sizes.dot + 0.6, fill: "fill", title: "title", ...look }),
      ];
    };
    const values = distinct([...all.map(of), ...rings.map(({ x }) => x)]);
    const ends = [Math.min(...values) - 0.6, Math.max(...values) + 0.6];
    return panel(document, {
      width: width * share,
      height: 330,
      x: { domain: ends, ticks: values, tickFormat: String, label: title, ...centredLabel },
      y: {
        type: "log",
        domain,
        ticks,
        tickFormat: String,
        label: "loss relative to the trained network",
        ...centredLabel,
      },
      marks: [
        Plot.ruleY([1], { stroke: colours.ink, strokeDasharray: "5 3" }),
        Plot.dot(rings, { x: "x", y: "y", r: 6, stroke: colours.reference, strokeWidth: 1.3 }),
        ...(kept.length === 0 ? [] : marks(kept, lighter)),
        ...marks(rows),
      ],
      color: { type: "identity" },
    });
  };
  const best = (kept.length === 0 ? rows : kept).reduce((least, row) =>
    row.overTrained < least.overTrained ? row : least,
  );
  return compose(options, {
    title: `100 ReLUs from a hand-made network of 50 neurons: ${best.overTrained.toFixed(2)} times the loss of the trained network`,
    keys: [
      ...groups.map((group): Key => ({ label: group, colour: colourOf(group), mark: "dot" })),
      { label: "published, hand-made", colour: colours.reference, mark: "ring" },
      { label: "published, trained", colour: colours.ink, mark: "dashed" },
    ],
    rows: [
      [
        draw(({ K }) => K, "K", 0.58, "K, neurons per feature"),
        draw(
          ({ largestOverlap }) => largestOverlap,
          "overlap",
          0.42,
          "largest number of neurons that two features share",
        ),
      ],
    ],
    caption: `Each mark is a code with its fitted weights; bars: ± sd across networks, or ± the standard error of the mean. Best: ${best.name}, K = ${best.K}. Published: Ferreira da Silva and Heimersheim, arXiv 2607.04800.`,
  });
}

/** The result for networks of one size, at one K. */
export interface CompressedSizeRow {
  readonly F: number;
  readonly N: number;
  readonly K: number;
  readonly overNaive: number;
  readonly code: string;
}

/** Figure CC4: the loss relative to the naive network by N, for the best K of each size. */
export function compressedSizes(
  rows: readonly CompressedSizeRow[],
  options: FigureOptions & { readonly kept?: readonly CompressedSizeRow[] },
): Figure {
  const { document, kept = [], width = sizes.width } = options;
  if (rows.length === 0) throw new InputError("rows: at least one size is needed.");
  const all = [...rows, ...kept];
  const factors = distinct(all.map(({ F, N }) => F / N));
  const Ks = distinct(all.map(({ K }) => K));
  const best = bestOfSizes(all);
  const colourOf = (K: number): string => ordinalColour(Ks.indexOf(K), Ks.length);
  const place = (row: CompressedSizeRow) => ({ ...row, column: `F = ${row.F / row.N}·N`, fill: colourOf(row.K) });
  const Ns = distinct(all.map(({ N }) => N));
  const [low, high] = [Math.min(...all.map((row) => row.overNaive)), Math.max(...all.map((row) => row.overNaive))];
  const svg = panel(document, {
    width,
    height: 300,
    marginTop: 36,
    marginLeft: 60,
    marginRight: 24,
    fx: { domain: factors.map((factor) => `F = ${factor}·N`), label: null, padding: 0.08 },
    x: {
      type: "log",
      domain: [Ns[0] / 1.3, Ns[Ns.length - 1] * 1.3],
      ticks: Ns,
      tickFormat: String,
      label: "N, neurons",
      ...centredLabel,
    },
    y: {
      type: "log",
      domain: [low / 1.2, high * 1.25],
      ticks: [0.01, 0.02, 0.03, 0.04, 0.05, 0.07, 0.1, 0.2, 0.3, 0.5, 1].filter(
        (tick) => tick > low / 1.2 && tick < high * 1.25,
      ),
      tickFormat: String,
      label: "loss relative to the naive network",
      ...centredLabel,
    },
    color: { type: "identity" },
    marks: [
      Plot.line(best.map(place), { fx: "column", x: "N", y: "overNaive", z: "column", stroke: colours.muted }),
      ...[...(kept.length === 0 ? [] : [{ own: kept, look: lighter }]), { own: rows, look: {} }].map(({ own, look }) =>
        Plot.dot(own.map(place), { fx: "column", x: "N", y: "overNaive", r: sizes.dot, fill: "fill", ...look }),
      ),
      Plot.text(best.map(place), {
        ...{ fx: "column", x: "N", y: "overNaive", dy: 14, fill: colours.ink, fontSize: sizes.text },
        text: (row: CompressedSizeRow) => `K = ${row.K}`,
      }),
    ],
  });
  const largest = best[best.length - 1];
  return compose(options, {
    title: `${largest.F.toLocaleString("en")} ReLUs from ${largest.N.toLocaleString("en")} neurons: ${shortNumber(largest.overNaive)} times the naive network's loss, at K = ${largest.K}`,
    keys: Ks.map((K): Key => ({ label: `K = ${K}`, colour: colourOf(K), mark: "dot" })),
    rows: [[svg]],
    caption:
      "Hand-made codes whose two weights and scale are fitted; the line joins the best K of each size. p = 0.02, loss |error|⁴.",
  });
}

/** For each size, the row with the lowest loss; the rows are sorted by size. */
export function bestOfSizes<Row extends CompressedSizeRow>(rows: readonly Row[]): Row[] {
  const best = new Map<string, Row>();
  for (const row of rows) {
    const key = `${row.F} ${row.N}`;
    const other = best.get(key);
    if (other === undefined || row.overNaive < other.overNaive) best.set(key, row);
  }
  return [...best.values()].sort((a, b) => a.N - b.N || a.F - b.F);
}
