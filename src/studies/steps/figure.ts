import * as Plot from "@observablehq/plot";
import { InputError } from "../../base/errors.js";
import type { ErrorReference } from "../../results/error-tables.js";
import { activities, type Activity, type ErrorRow, type Statistic } from "../../results/rows.js";
import { compose, panel, type Figure, type FigureOptions, type Key } from "../../drawing/compose.js";
import { logAxis } from "../../drawing/log-axis.js";
import { distinct, listed } from "../../drawing/numbers.js";
import { colours, sizes, zColour } from "../../drawing/theme.js";
import {
  commonKeys,
  dotsOfTwoLooks,
  facets,
  isBelow,
  logPoint,
  onFloor,
  referenceRings,
  samplesText,
  solidLine,
  zKeys,
  type Point,
  layerAxis,
} from "../../drawing/marks.js";

/** Errors of step circuits for one construction and one S, at one z and layer. */
export interface StepRow {
  /** The construction's label in the figure: "capped", "balanced" or "no correction". */
  readonly construction: string;
  readonly S: number;
  readonly row: ErrorRow;
}

/** The reference's errors for one construction and one S. */
export interface StepReference extends ErrorReference {
  readonly construction: string;
  readonly S: number;
}

/**
 * How the lines for the first, second and third S differ: filled dots on thick lines, open squares and open triangles
 * on thin ones.
 */
const looks = [
  { mark: "dot", symbol: "circle", filled: true, width: 1.9 },
  { mark: "square", symbol: "square", filled: false, width: 1.1 },
  { mark: "triangle", symbol: "triangle", filled: false, width: 1.1 },
] as const;

const errorOf = (row: ErrorRow, activity: Activity): Statistic => row.readouts["alpha"][activity];

/**
 * Figure T13: On-indicator errors of step circuits over many layers, with a column per construction. Active circuits
 * are above and inactive ones below; colours distinguish values of z, and marks distinguish values of S.
 */
export function steps(
  rows: readonly StepRow[],
  options: FigureOptions & { readonly reference?: readonly StepReference[] },
): Figure {
  const { document, reference = [], width = sizes.width } = options;
  const drawn = rows.filter(({ row }) => row.layer > 0);
  if (drawn.length === 0) throw new InputError("rows: at least one row of a layer above 0 is needed.");
  const constructions = [...new Set(drawn.map((entry) => entry.construction))];
  const Ss = distinct(drawn.map((entry) => entry.S));
  if (Ss.length > looks.length)
    throw new InputError(`rows: at most ${looks.length} values of S can be drawn, got ${Ss.length}.`);
  const zs = distinct(drawn.map(({ row }) => row.z));
  const layers = distinct(drawn.map(({ row }) => row.layer));
  const axis = logAxis(drawn.flatMap(({ row }) => activities.map((activity) => errorOf(row, activity).meanSquare)));

  const series = Ss.flatMap((S, index) => zs.map((z) => ({ S, z, look: looks[index] })));
  const pointsOf = (S: number, z: number): Point[] =>
    activities.flatMap((activity) =>
      drawn
        .filter((entry) => entry.S === S && entry.row.z === z)
        .map(({ construction, row }) =>
          logPoint(
            axis,
            { column: construction, row: activity, x: row.layer },
            errorOf(row, activity).meanSquare,
            errorOf(row, activity).sd,
          ),
        ),
    );
  const rings = reference
    .filter((point) => layers.includes(point.layer) && zs.includes(point.z) && Ss.includes(point.S))
    .filter((point) => constructions.includes(point.construction))
    .flatMap((point) =>
      activities.flatMap((activity) => {
        const value = point.readouts["alpha"]?.[activity]?.meanSquare;
        return value === undefined
          ? []
          : [logPoint(axis, { column: point.construction, row: activity, x: point.layer }, value, null)];
      }),
    );
  const svg = panel(document, {
    width,
    height: 500,
    marginTop: 36,
    marginRight: 62,
    x: layerAxis(
      layers,
      layers.filter((layer) => layers.length < 8 || layer % 5 === 0 || layer === 1),
      { inset: 8 },
    ),
    y: axis.scale("mean (δalpha)²"),
    fx: { domain: constructions, label: null, padding: 0.06 },
    fy: { domain: activities, label: null, padding: 0.08 },
    marks: [
      ...referenceRings(rings, 4.4),
      ...series.flatMap(({ S, z, look }) => drawSeries(pointsOf(S, z), zColour(z), look)),
    ],
  });
  return compose(options, {
    title: titleOf(drawn, constructions),
    keys: [
      ...zKeys(zs),
      ...Ss.map((S, index): Key => ({ label: `S = ${S}`, colour: colours.ink, mark: looks[index].mark })),
      ...(drawn.some(({ row }) => errorOf(row, "active").sd !== null) ? [commonKeys.band] : []),
      ...(reference.length > 0 ? [commonKeys.reference] : []),
    ],
    rows: [[svg]],
    caption: [`${samplesText(drawn.map(({ row }) => row))}. Layer 0 is the input, without error.`, axis.note],
  });
}

function drawSeries(points: readonly Point[], colour: string, look: (typeof looks)[number]): Plot.Markish[] {
  const where = { ...facets(points), x: "x" };
  const paint = look.filled ? { fill: colour } : { stroke: colour, fill: colours.paper, strokeWidth: 1.3 };
  return [
    Plot.areaY(points, { ...where, y1: "low", y2: "high", fill: colour, fillOpacity: 0.2 }),
    ...solidLine(points, colour, look.width),
    ...dotsOfTwoLooks(
      points,
      isBelow,
      { ...where, y: "y", r: 2.4, symbol: look.symbol, ...paint },
      { ...where, y: "y", ...onFloor, r: 3, stroke: colour, strokeWidth: 1.2 },
    ),
  ];
}

/** Names the constructions in which active or inactive circuits have failed by the last layer. */
function titleOf(rows: readonly StepRow[], constructions: readonly string[]): string {
  const last = Math.max(...rows.map(({ row }) => row.layer));
  // At a root mean square error of a quarter, typical errors are large enough for an indicator to reach the ramp.
  const failed = constructions.filter((construction) =>
    rows.some(
      (entry) =>
        entry.construction === construction &&
        entry.row.layer === last &&
        activities.some((activity) => errorOf(entry.row, activity).meanSquare > 0.0625),
    ),
  );
  if (failed.length === 0) return `Every construction keeps indicators correct for ${last} layers`;
  if (failed.length === constructions.length) return `No construction keeps indicators correct for ${last} layers`;
  return `Steps fail within ${last} layers: ${listed(failed)}`;
}
