import * as Plot from "@observablehq/plot";
import { InputError } from "../../base/errors.js";
import { compose, panel, type Figure, type FigureOptions, type Key } from "../../drawing/compose.js";
import { logAxis } from "../../drawing/log-axis.js";
import { decadeLabel, distinct, listed, median, shortNumber } from "../../drawing/numbers.js";
import { colours, ordinalColour, sizes } from "../../drawing/theme.js";
import { commonKeys, logPoint, measuredDots, referenceRings, type Point, expected } from "../../drawing/marks.js";

/** The mean squared deviation of the embedding-matrix term over pairs t < v. [E23] */
export interface EmbeddingMatrixRow {
  readonly D: number;
  readonly T: number;
  readonly S: number;
  /** "delta" is (i) w̄ = 0, "mean" is (ii) Δw = 0, "both" is their sum (iii). */
  readonly variant: "delta" | "mean" | "both";
  readonly meanSquare: number;
  readonly sd: number | null;
  readonly theory: number;
  readonly networks: number;
}

const panels = [
  { variant: "delta", number: "(i)", title: "(i) w̄ = 0, Δw = ±1" },
  { variant: "mean", number: "(ii)", title: "(ii) w̄ = 1, Δw = 0" },
  { variant: "both", number: "(iii)", title: "(iii) both" },
] as const;

/** The reference's mean square for one network. [E23] */
export type EmbeddingMatrixReference = Pick<EmbeddingMatrixRow, "D" | "T" | "S" | "variant" | "meanSquare">;

/**
 * Figure R-A2: the embedding-matrix term, measured against predicted, in three panels, with one colour per S and the
 * line of equality. [E23]
 *
 * Predictions that are not positive cannot be shown on a logarithmic axis; they are left out and counted in the
 * caption.
 */
export function embeddingMatrix(
  rows: readonly EmbeddingMatrixRow[],
  options: FigureOptions & { readonly reference?: readonly EmbeddingMatrixReference[] },
): Figure {
  const { document, reference = [], width = sizes.width } = options;
  const drawn = rows.filter((row) => row.theory > 0);
  if (drawn.length === 0) throw new InputError("rows: at least one row with a positive prediction is needed.");
  const values = distinct(drawn.map((row) => row.S));
  const axis = logAxis(
    drawn.map((row) => row.meanSquare),
    drawn.map((row) => row.theory),
    { decades: 4 },
  );
  // One range for both axes, so that the line of equality is the diagonal.
  const predicted = new Map(drawn.map((row) => [keyOf(row), row.theory]));
  const titleOfVariant = (variant: string): string => panels.find((entry) => entry.variant === variant)!.title;
  const points = (S: number): Point[] =>
    drawn
      .filter((row) => row.S === S)
      .map((row) =>
        logPoint(axis, { column: titleOfVariant(row.variant), x: axis.clip(row.theory) }, row.meanSquare, row.sd),
      );
  const rings = reference.flatMap((row) => {
    const theory = predicted.get(keyOf(row));
    if (theory === undefined) return [];
    return [logPoint(axis, { column: titleOfVariant(row.variant), x: axis.clip(theory) }, row.meanSquare, null)];
  });
  const colourOf = (S: number): string => ordinalColour(values.indexOf(S), values.length);
  const svg = panel(document, {
    width,
    height: 336,
    marginTop: 36,
    x: { ...axis.scale("predicted: T q² + q, or twice that"), tickFormat: decadeLabel },
    y: axis.scale("measured E(a − c)²"),
    fx: { domain: panels.map(({ title }) => title), label: null, padding: 0.08 },
    marks: [
      Plot.line(
        axis.domain.map((value) => [value, value]),
        expected,
      ),
      ...referenceRings(rings, 4.4),
      ...values.flatMap((S) => {
        const ofS = points(S);
        return [
          Plot.ruleX(
            ofS.filter((point) => point.high > point.low),
            { fx: "column", x: "x", y1: "low", y2: "high", stroke: colourOf(S), strokeWidth: 1.1 },
          ),
          ...measuredDots(ofS, colourOf(S), 2.4),
        ];
      }),
    ],
  });
  const ratios = panels.flatMap(({ variant, number }) => {
    const ofVariant = drawn.filter((row) => row.variant === variant).map((row) => row.meanSquare / row.theory);
    return ofVariant.length === 0 ? [] : [`${shortNumber(median(ofVariant), 3)} ${number}`];
  });
  const left = rows.length - drawn.length;
  const networks = distinct(rows.map((row) => row.networks));
  return compose(options, {
    title: `Embedding-matrix term, measured over predicted: ${ratios.join(", ")}`,
    keys: [
      ...values.map((S): Key => ({ label: `S = ${S}`, colour: colourOf(S), mark: "dot" })),
      { label: "measured = predicted", colour: colours.ink, mark: "dashed" },
      ...(reference.length > 0 ? [commonKeys.reference] : []),
    ],
    rows: [[svg]],
    caption: [
      `${drawn.length} points; each a mean over all pairs of circuits t < v and ${listed(networks)} networks; bars: ± sd across networks. The title gives medians.`,
      left > 0 ? `${left} points whose prediction is not positive (no two circuits share neurons) are not drawn.` : "",
      axis.note,
    ],
  });
}

export function keyOf(row: Pick<EmbeddingMatrixRow, "D" | "T" | "S" | "variant">): string {
  return `${row.D} ${row.T} ${row.S} ${row.variant}`;
}
