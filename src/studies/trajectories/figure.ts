import * as Plot from "@observablehq/plot";
import { InputError } from "../../base/errors.js";
import type { Trajectory } from "./rows.js";
import { compose, panel, type Figure, type FigureOptions } from "../../drawing/compose.js";
import { distinct, listed, median, shortNumber } from "../../drawing/numbers.js";
import { colours, sizes, zColour } from "../../drawing/theme.js";

/**
 * The most layers that are drawn of one path. With more, the circle would fill with marks, so only the last layers are
 * shown.
 */
const MOST_LAYERS = 12;
/** Points farther from the centre than this many times half a panel's side are not drawn. */
const FAR = 100;

interface Step {
  readonly layer: number;
  readonly x: number;
  readonly y: number;
}

/**
 * Figures R1 (one z), R2 (`show: "truth"`, with arrows) and R4 (one row of panels per z): paths of x through the
 * layers, with one small panel per circuit. The truth is green with round marks; the readout has the colour of z and
 * crosses.
 *
 * @param options.perZ at most this many panels of each z, default 10 with one z, 5 with several
 * @param options.abreast at most this many panels in a row, default 5
 * @param options.labelSize size of the layers' numbers, in px; the circuits' names are at least as large
 * @param options.colourOf the readout's colour by z; default: the colour of z
 * @param options.extent half the side of a panel; default: large enough to show nearly all readouts, at most 2.2
 */
export function trajectories(
  rows: readonly Trajectory[],
  options: FigureOptions & {
    readonly show?: "both" | "truth";
    readonly perZ?: number;
    readonly labelSize?: number;
    readonly extent?: number;
    readonly abreast?: number;
    readonly colourOf?: (z: number) => string;
  },
): Figure {
  const { document, show = "both", width = sizes.width, labelSize = 9, colourOf = zColour } = options;
  if (rows.length === 0) throw new InputError("rows: at least one trajectory is needed.");
  const zs = distinct(rows.map((row) => row.z));
  const perZ = options.perZ ?? (zs.length === 1 ? 10 : 5);
  const shown = zs.map((z) => rows.filter((row) => row.z === z).slice(0, perZ));
  const perRow = Math.min(options.abreast ?? 5, Math.max(...shown.map((group) => group.length)));
  const L = Math.max(...rows.map((row) => row.truth.length)) - 1;

  const first = Math.max(0, L - MOST_LAYERS);
  const reach = shown.flat().flatMap((row) => (show === "both" ? row.readout : row.truth).slice(first).map(radius));
  const extent = options.extent ?? extentOf(reach);
  const cut = show === "both" ? reach.filter((r) => r > extent).length : 0;

  const lines: SVGSVGElement[][] = [];
  for (const group of shown) {
    for (let start = 0; start < group.length; start += perRow) {
      lines.push(
        group.slice(start, start + perRow).map((row) =>
          drawOne(document, row, {
            ...{ show, extent, first, labelSize, side: width / perRow, several: zs.length > 1 },
            colour: colourOf(row.z),
          }),
        ),
      );
    }
  }
  const counts = shown.map((group) => group.length);
  const circuits = `${listed([...new Set(counts)])} circuit${counts.at(-1) === 1 ? "" : "s"}${zs.length > 1 ? " of each z" : ""}`;
  return compose(options, {
    title: titleOf(shown.flat(), show, zs, L),
    keys: [
      { label: "truth: the circuit alone", colour: colours.truth, mark: "dot" },
      ...(show === "truth"
        ? []
        : zs.map((z) => ({
            label: zs.length > 1 ? `readout, z = ${z}` : "readout from the large network",
            colour: colourOf(z),
            mark: "cross" as const,
          }))),
    ],
    rows: lines,
    caption: [
      `${circuits}, layers ${first} to ${L} (the small numbers); the circle is |x| = 1.`,
      ...(cut > 0 ? [`Paths that leave their panel: ${cut} of ${reach.length}.`] : []),
    ].join(" "),
  });
}

function drawOne(
  document: Document,
  row: Trajectory,
  look: {
    readonly show: "both" | "truth";
    readonly extent: number;
    readonly first: number;
    readonly labelSize: number;
    readonly side: number;
    readonly several: boolean;
    readonly colour: string;
  },
): SVGSVGElement {
  const { show, extent, first, side, colour } = look;
  const steps = (path: readonly (readonly number[])[]): Step[] =>
    path.map(([x, y], layer) => ({ layer, x: x, y: y })).slice(first);
  const truth = steps(row.truth);
  // Points far outside are left out, so that a path that has gone astray does not cross the panel.
  const readout = steps(row.readout).map((step) =>
    radius([step.x, step.y]) < FAR * extent ? step : { ...step, x: NaN },
  );
  const inside = readout.filter((step) => Math.abs(step.x) <= extent && Math.abs(step.y) <= extent);
  const circle = Array.from({ length: 73 }, (_, k) => [Math.cos((k * Math.PI) / 36), Math.sin((k * Math.PI) / 36)]);
  const xy = { x: "x", y: "y" } as const;
  const arrows = truth.slice(1).map((end, index) => ({ x1: truth[index].x, y1: truth[index].y, x2: end.x, y2: end.y }));
  return panel(document, {
    width: side,
    height: side + 10,
    marginTop: 22,
    marginBottom: 6,
    marginLeft: 9,
    marginRight: 9,
    x: { domain: [-extent, extent], axis: null },
    y: { domain: [-extent, extent], axis: null },
    marks: [
      Plot.ruleX([0], { strokeOpacity: 0.12 }),
      Plot.ruleY([0], { strokeOpacity: 0.12 }),
      Plot.line(circle, { stroke: colours.muted, strokeWidth: 1, strokeOpacity: 0.7 }),
      Plot.text([`${look.several ? `z = ${row.z}, ` : ""}circuit ${row.circuit}`], {
        frameAnchor: "top-left",
        dy: -13,
        fill: colours.muted,
        fontSize: Math.max(10, look.labelSize),
      }),
      show === "truth"
        ? Plot.arrow(arrows, {
            x1: "x1",
            y1: "y1",
            x2: "x2",
            y2: "y2",
            stroke: colours.truth,
            strokeWidth: 1.6,
            headLength: 7,
            insetStart: 3,
            insetEnd: 4,
          })
        : Plot.line(truth, { ...xy, stroke: colours.truth, strokeWidth: 1.4 }),
      ...(show === "both"
        ? [
            Plot.line(readout, { ...xy, stroke: colour, strokeWidth: 1.4, clip: true }),
            Plot.dot(inside, { ...xy, symbol: "times", r: 3.6, stroke: colour, strokeWidth: 1.7 }),
          ]
        : []),
      Plot.dot(truth, { ...xy, r: 2.8, fill: colours.truth }),
      Plot.text(truth, {
        x: (step: Step) => step.x * (1 + 0.16 * (extent / 1.35)),
        y: (step: Step) => step.y * (1 + 0.16 * (extent / 1.35)),
        text: (step: Step) => String(step.layer),
        fontSize: look.labelSize,
        fill: colours.ink,
        stroke: colours.paper,
        strokeWidth: 2.5,
      }),
    ],
  });
}

function radius([x, y]: readonly number[]): number {
  return Math.max(Math.abs(x), Math.abs(y));
}

/** Half the side that a panel needs to show nearly all points, given their distances from the centre. */
function extentOf(reach: readonly number[]): number {
  const sorted = [...reach].sort((a, b) => a - b);
  const nearlyAll = sorted[Math.min(sorted.length - 1, Math.floor(0.9 * sorted.length))];
  return Math.min(2.2, Math.max(1.35, 1.1 * nearlyAll));
}

/** A readout farther than this from the truth has left its path. It equals the reach of the ramp, as a length. */
const astray = 0.25;

/** Median distance between readout and truth at a layer. */
function medianDistance(rows: readonly Trajectory[], layer: number): number {
  return median(
    rows.map(({ readout, truth }) => Math.hypot(...[0, 1].map((i) => readout[layer][i] - truth[layer][i]))),
  );
}

/** The last layer up to which half of the readouts are on their paths. */
function followedTo(rows: readonly Trajectory[], L: number): number {
  let layer = 0;
  while (layer < L && medianDistance(rows, layer + 1) <= astray) layer++;
  return layer;
}

function titleOf(rows: readonly Trajectory[], show: "both" | "truth", zs: readonly number[], L: number): string {
  if (show === "truth") return `Each circuit rotates its vector by its own angle, ${L} times`;
  if (zs.length > 1) {
    const reach = zs.map((z) =>
      medianDistance(
        rows.filter((row) => row.z === z),
        L,
      ),
    );
    const ordered = reach.every((distance, k) => k === 0 || distance > reach[k - 1]);
    return ordered
      ? `The more circuits run at once, the further their readouts stray by layer ${L}`
      : `Trajectories with ${listed(zs)} circuits at once`;
  }
  const layer = followedTo(rows, L);
  return layer === L
    ? `Readouts follow the truth through layer ${L}`
    : `Readouts follow the truth to layer ${layer}; by layer ${L} half of these ${rows.length} are off by more than ${shortNumber(medianDistance(rows, L), 2)}`;
}
