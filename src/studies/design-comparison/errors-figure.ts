import { lastOf } from "../../base/last.js";
import * as Plot from "@observablehq/plot";
import { InputError } from "../../base/errors.js";
import { compose, panel, type Figure, type FigureOptions } from "../../drawing/compose.js";
import { depthOf, linesByDesign, longestOf, type DesignRow } from "./rows.js";
import { logAxis } from "../../drawing/log-axis.js";
import { decadeLabel, distinct, listed } from "../../drawing/numbers.js";
import { colours, sizes } from "../../drawing/theme.js";
import {
  commonKeys,
  endLabels,
  guideLine,
  lighter,
  logPoint,
  naiveLine,
  samplesText,
  solidLine,
  type EndLabel,
  type Point,
} from "../../drawing/marks.js";

/** The layers that are labelled on a logarithmic axis. */
const NAMED = [1, 2, 3, 5, 10, 20, 50, 100];

/**
 * Figure D1: mean |δx|² of active circuits by layer, with a panel per z, a line per design, and dashed lines for the
 * error that no gate can avoid.
 *
 * @param rows rows without noise
 * @param options.names names of all designs, in the order of their colours
 */
export function errorsByDesign(
  rows: readonly DesignRow[],
  options: FigureOptions & { readonly names: readonly string[]; readonly kept?: readonly DesignRow[] },
): Figure {
  const { document, names, kept = [], width = sizes.width } = options;
  if (rows.length === 0) throw new InputError("rows: at least one row is needed.");
  const all = [...rows, ...kept];
  const longest = longestOf(rows, kept);
  const zs = distinct(all.map(({ z }) => z));
  const column = (z: number): string => `z = ${z}`;
  const last = Math.max(...all.map(({ layer }) => layer));
  const axis = logAxis(
    all.map(({ meanSquare }) => Math.min(meanSquare, MOST)),
    [1],
    { decades: 8, rounding: ROUNDING },
  );
  const point = ({ z, layer }: DesignRow, value: number, sd: number | null): Point =>
    logPoint(axis, { column: column(z), x: layer }, Math.min(value, MOST), sd);
  // With only two networks, the spread is not informative.
  const hasBands = (own: readonly DesignRow[]): boolean => own.every(({ networks }) => networks > 2);
  const lines = linesByDesign(longest, names, zs);
  const measured = (own: readonly DesignRow[], colour: string, look: Plot.MarkOptions = {}): Plot.Markish[] => {
    const points = own.map((row) => point(row, row.meanSquare, row.sd));
    const band = { fx: "column", x: "x", y1: "low", y2: "high", fill: colour, fillOpacity: 0.2, ...look };
    return [
      ...(hasBands(own) ? [Plot.areaY(points, band)] : []),
      ...solidLine(points, colour, sizes.line, look),
      Plot.dot(points.slice(-1), { fx: "column", x: "x", y: "y", r: sizes.dot, fill: colour, ...look }),
    ];
  };
  const labels = lines.map(({ name, own, colour }): EndLabel => {
    const { meanSquare } = lastOf(own);
    const text = axis.isBelow(meanSquare) ? `${name}: exact` : name;
    return { text, colour, point: { ...point(lastOf(own), meanSquare, null), x: last } };
  });
  const height = 420;
  const margins = { marginTop: 36, marginBottom: 36 };
  const svg = panel(document, {
    ...margins,
    width,
    height,
    x: {
      type: "log",
      domain: [1, last],
      ticks: NAMED.filter((layer) => layer <= last),
      tickFormat: "d",
      label: "layer l",
      insetLeft: 8,
      insetRight: 122,
    },
    y: axis.scale("mean |δx|²"),
    fx: { domain: zs.map(column), label: null, padding: 0.04 },
    marks: [
      ...zs.flatMap((z) => {
        const own = all.filter((row) => row.z === z);
        const naives = distinct(own.map(({ naive }) => Number(naive.toFixed(2))));
        return naives.map((naive) =>
          naiveLine([1, last].map((layer) => logPoint(axis, { column: column(z), x: layer }, naive, null))),
        );
      }),
      guideLine(1),
      guideLine(0.25),
      ...linesByDesign(kept, names, zs).flatMap(({ own, colour }) => measured(own, colour, lighter)),
      ...lines.flatMap(({ name, own, colour }) => {
        const floors = own.flatMap((row) =>
          row.floor === null || axis.isBelow(row.floor) ? [] : [point(row, row.floor, null)],
        );
        return [
          Plot.line(floors, { fx: "column", x: "x", y: "y", stroke: colour, strokeWidth: 1.2, strokeDasharray: "5 3" }),
          ...measured(
            rows.filter(({ design, z }) => design === name && z === own[0].z),
            colour,
          ),
        ];
      }),
      // A connector from the end of a line that stops early to the line's name.
      Plot.ruleY(
        lines.map(({ own, colour }) => ({ ...point(lastOf(own), lastOf(own).meanSquare, null), colour })),
        {
          fx: "column",
          x1: "x",
          x2: last,
          y: "y",
          stroke: "colour",
          strokeOpacity: 0.5,
          strokeWidth: 1,
          strokeDasharray: "1 4",
        },
      ),
      ...endLabels(labels, axis, height - margins.marginTop - margins.marginBottom),
    ],
  });
  return compose(options, {
    title: titleOf(longest, zs),
    keys: [
      { label: "measured, by design", colour: colours.ink, mark: "line" },
      { label: "collisions, which no gate can stop", colour: colours.ink, mark: "dashed" },
      ...(hasBands(rows) || (kept.length > 0 && hasBands(kept)) ? [commonKeys.band] : []),
      commonKeys.naive,
      { label: "1: guessing the mean; 0.25: limit up to which a network holds", colour: colours.ink, mark: "dotted" },
    ],
    rows: [[svg]],
    caption:
      `Active circuits, D ≤ 1000 neurons in all; ${samplesText(rows)}. A line ends at the deepest layer that was run; above ${MOST} it is cut off. ` +
      `Points at the bottom of the axis stand for errors of at most ${decadeLabel(axis.domain[0])}, i.e. rounding error.`,
  });
}

/** Lines are cut off at this squared error; larger errors grow without bound. */
const MOST = 10;
/** Squared errors below this are only rounding errors, even after a hundred layers. */
const ROUNDING = 1e-6;

function titleOf(rows: readonly DesignRow[], zs: readonly number[]): string {
  const first = (design: string, z: number): number =>
    depthOf(rows.filter((row) => row.design === design && row.z === z)).depth;
  const published = "published";
  const best = zs.map((z) => Math.max(...rows.filter((row) => row.z === z).map(({ design }) => first(design, z))));
  return (
    `The ${published} network holds for ${listed(zs.map((z) => first(published, z)))} layers (z = ${zs.join(", ")}); ` +
    `the deepest other design with the same number of neurons holds for at least ${listed(best)}`
  );
}
