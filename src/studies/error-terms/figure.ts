import { lastOf } from "../../base/last.js";
import * as Plot from "@observablehq/plot";
import { InputError } from "../../base/errors.js";
import { compose, panel, type Figure, type FigureOptions } from "../../drawing/compose.js";
import { logAxis } from "../../drawing/log-axis.js";
import { distinct, shortNumber } from "../../drawing/numbers.js";
import { colours, sizes, zColour } from "../../drawing/theme.js";
import { logPoint, measuredLine, theoryLine } from "../../drawing/marks.js";

/** One part of the error: measured (with its spread across networks) and predicted. */
export interface TermStatistic {
  readonly mean: number;
  readonly sd: number | null;
  readonly theory: number;
}

/** The parts of the error of one kind of circuit at one layer. */
export interface TermRow {
  readonly kind: string;
  readonly readout: string;
  readonly layer: number;
  readonly self: TermStatistic;
  readonly others: TermStatistic;
  readonly previous: TermStatistic;
  /** The error after the gate; its predicted value is the sum of the parts' predictions. */
  readonly error: TermStatistic;
  readonly wronglyOn: number;
  readonly samplesWronglyOn: number;
}

/**
 * The colours of the parts. In other figures these colours stand for z = 1…4, but z does not vary here; the legend
 * names the parts.
 */
const parts = [
  { name: "self", label: "self", colour: zColour(1) },
  { name: "others", label: "others", colour: zColour(2) },
  { name: "previous", label: "previous", colour: zColour(3) },
  { name: "error", label: "error after the gate", colour: zColour(4) },
] as const;

/**
 * Figure TERMS: the parts of the error by layer, with a panel per kind of circuit. Layers in which neurons are wrongly
 * on are shaded. [E21b]
 */
export function errorTerms(rows: readonly TermRow[], options: FigureOptions): Figure {
  const { document, width = sizes.width } = options;
  if (rows.length === 0) throw new InputError("rows: at least one row is needed.");
  const kinds = [...new Set(rows.map(({ kind }) => kind))];
  const layers = distinct(rows.map(({ layer }) => layer));
  const values = rows.flatMap((row) => parts.map(({ name }) => row[name]));
  const axis = logAxis(
    values.map(({ mean }) => mean),
    values.map(({ theory }) => theory),
  );
  const shaded = rows.filter(({ samplesWronglyOn }) => samplesWronglyOn > 0);
  const svg = panel(document, {
    isFramed: false,
    width,
    height: 330,
    marginLeft: 64,
    fx: { domain: kinds, label: null, padding: 0.08 },
    x: { domain: [layers[0] - 0.5, lastOf(layers) + 0.5], ticks: layers, tickFormat: String, label: "layer l" },
    y: axis.scale("mean square"),
    marks: [
      Plot.rect(shaded, {
        fx: "kind",
        x1: (row: TermRow) => row.layer - 0.5,
        x2: (row: TermRow) => row.layer + 0.5,
        fill: colours.ink,
        fillOpacity: 0.07,
      }),
      Plot.frame({ stroke: colours.reference }),
      ...parts.flatMap(({ name, colour }) => {
        const point = (row: TermRow, value: number, sd: number | null) =>
          logPoint(axis, { column: row.kind, x: row.layer }, value, sd);
        return [
          theoryLine(
            rows.filter((row) => row[name].theory > 0).map((row) => point(row, row[name].theory, null)),
            colour,
          ),
          ...measuredLine(
            rows.map((row) => point(row, row[name].mean, row[name].sd)),
            colour,
          ),
        ];
      }),
    ],
  });
  return compose(options, {
    title: titleOf(rows, kinds),
    keys: [
      ...parts.map(({ label, colour }) => ({ label, colour, mark: "line" as const })),
      { label: "predicted", colour: colours.ink, mark: "dashed" },
      { label: "neurons wrongly on", colour: colours.ink, mark: "band" },
    ],
    rows: [[svg]],
    caption:
      `Mean squares of the parts of active circuits' errors (${kinds.map((kind) => `${rows.find((row) => row.kind === kind)!.readout} of ${kind}`).join(", ")}), z = 2. ` +
      (values.some(({ sd }) => sd !== null) ? "Coloured bands: ± sd across networks. " : "") +
      axis.note,
  });
}

/**
 * A sentence that says at which layer the theory's assumption fails, and how far the error is from the theory in the
 * last layer.
 */
function titleOf(rows: readonly TermRow[], kinds: readonly string[]): string {
  const said = kinds.map((kind) => {
    const own = rows.filter((row) => row.kind === kind);
    const first = own.find(({ samplesWronglyOn }) => samplesWronglyOn > 0);
    const { layer, error } = lastOf(own);
    const ratio = error.theory > 0 ? `${shortNumber(error.mean / error.theory, 2)} × theory at layer ${layer}` : "";
    const from = first === undefined ? "no neuron wrongly on" : `neurons wrongly on from layer ${first.layer}`;
    return `${kind}: ${[from, ratio].filter((text) => text !== "").join(", ")}`;
  });
  const text = said.join("; ");
  return text[0].toUpperCase() + text.slice(1);
}
