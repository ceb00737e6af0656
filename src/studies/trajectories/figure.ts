import { InputError } from "../../base/errors.js";
import type { Trajectory } from "./rows.js";
import { compose, type Figure, type FigureOptions } from "../../drawing/compose.js";
import { distinct, listed, median, shortNumber } from "../../drawing/numbers.js";
import { element, type Attributes } from "../../drawing/svg.js";
import { colours, sizes, zColour } from "../../drawing/theme.js";

/**
 * The largest number of layers drawn per path. With more layers, the circle would fill with marks, so only the last
 * ones are shown.
 */
const MOST_LAYERS = 12;
/** Points farther from the centre than this multiple of half a panel's side are not drawn. */
const FAR = 100;

/**
 * Figures R1 (one z), R2 (`show: "truth"`, with arrows) and R4 (one row of panels per z): paths of x through the
 * layers, with one small panel per circuit. The truth is drawn in green with round marks, the readout in the colour of
 * z with crosses.
 *
 * @param options.perZ at most this many panels for each z; default: 10 with one z, 5 with several
 * @param options.abreast at most this many panels in a row; default: 5
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

/**
 * A shift by half a pixel sharpens lines on screens of ordinary resolution; files have whole coordinates, as Plot draws
 * them.
 */
const SHARP = ((globalThis as { readonly devicePixelRatio?: number }).devicePixelRatio ?? 2) > 1 ? 0 : 0.5;

/** Space around a panel's frame, in px. */
const TOP = 22;
const SIDE = 9;
const BOTTOM = 6;

const CROSS = "M-3.866,-3.866L3.866,3.866M-3.866,3.866L3.866,-3.866";

/**
 * One panel. It is drawn element by element, without Plot, because the page draws six panels for every step of a
 * slider.
 */
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
  const { show, extent, first, side, colour, labelSize } = look;
  const height = side + 10;
  const [right, bottom] = [side - SIDE, height - BOTTOM];
  const frame = { x: SIDE, y: TOP, width: right - SIDE, height: bottom - TOP };
  const at = (value: number, from: number, to: number): number => {
    const share = (value + extent) / (extent + extent);
    return from * (1 - share) + to * share;
  };
  const placed = ([x, y]: readonly number[]): Point => [at(x, SIDE, right), at(y, bottom, TOP)];
  const truth = row.truth.slice(first).map(placed);
  const readouts = row.readout.slice(first);
  // Points far outside are left out, so that a path that has gone astray does not cross the panel.
  const readout = readouts.map((x) => (radius(x) < FAR * extent ? placed(x) : null));
  const inside = readouts.filter((x) => radius(x) <= extent).map(placed);
  const [zeroX, zeroY] = placed([0, 0]);

  const make = (name: string, attributes: Attributes, children: readonly (Node | string)[] = []): SVGElement =>
    element(document, name, attributes, children);
  const moved = (dx = SHARP, dy = SHARP): Attributes =>
    dx === 0 && dy === 0 ? {} : { transform: `translate(${dx},${dy})` };
  const line = (points: readonly (Point | null)[], attributes: Attributes, outer: Attributes = {}): SVGElement => {
    const d = pathOf(points);
    const path = d === "" ? [] : [make("path", { d })];
    const round = { fill: "none", "stroke-linecap": "round", "stroke-linejoin": "round" };
    return make("g", { ...outer, ...round, ...attributes, ...moved() }, path);
  };
  const rule = (ends: Attributes, dx: number, dy: number): SVGElement =>
    make("g", { "aria-label": "rule", stroke: "currentColor", "stroke-opacity": 0.12, ...moved(dx, dy) }, [
      make("line", ends),
    ]);
  const dots = (points: readonly Point[], attributes: Attributes, dot: (point: Point) => SVGElement): SVGElement =>
    make("g", { "aria-label": "dot", ...attributes, ...moved() }, points.map(dot));
  const isBoth = show === "both";
  // Ids are made unique when the panels are put together.
  const clip = `panel-${row.z}-${row.sample}-${row.circuit}`;
  return make("svg", { width: side, height }, [
    make("rect", {
      "aria-label": "frame",
      fill: "none",
      stroke: "currentColor",
      "stroke-opacity": 0.25,
      ...frame,
      ...moved(),
    }),
    rule({ x1: zeroX, x2: zeroX, y1: TOP, y2: bottom }, SHARP, 0),
    rule({ x1: SIDE, x2: right, y1: zeroY, y2: zeroY }, 0, SHARP),
    line(circle.map(placed), { stroke: colours.muted, "stroke-opacity": 0.7 }, { "aria-label": "line" }),
    make(
      "g",
      {
        ...{ "aria-label": "text", fill: colours.muted, "font-size": Math.max(10, labelSize), "text-anchor": "start" },
        ...moved(SHARP, SHARP - 13),
      },
      [
        make("text", { transform: `translate(${SIDE},${TOP})`, y: "0.71em" }, [
          `${look.several ? `z = ${row.z}, ` : ""}circuit ${row.circuit}`,
        ]),
      ],
    ),
    ...(isBoth
      ? [
          line(truth, { stroke: colours.truth, "stroke-width": 1.4 }, { "aria-label": "line" }),
          make("clipPath", { id: clip }, [make("rect", frame)]),
          make("g", { "aria-label": "line", "clip-path": `url(#${clip})` }, [
            line(readout, { stroke: colour, "stroke-width": 1.4 }),
          ]),
          ...(inside.length === 0
            ? []
            : [
                dots(inside, { fill: "none", stroke: colour, "stroke-width": 1.7 }, ([x, y]) =>
                  make("path", { d: CROSS, transform: `translate(${x},${y})` }),
                ),
              ]),
        ]
      : [arrows(truth, make, moved())]),
    dots(truth, { fill: colours.truth }, ([cx, cy]) => make("circle", { cx, cy, r: 2.8 })),
    make(
      "g",
      {
        ...{ "aria-label": "text", fill: colours.ink, "font-size": labelSize, "paint-order": "stroke" },
        ...{ stroke: colours.paper, "stroke-linejoin": "round", "stroke-width": 2.5, ...moved() },
      },
      apart(
        row.truth.slice(first).map((x, k) => ({
          at: placed(x.map((value) => value * (1 + 0.16 * (extent / 1.35)))),
          text: String(first + k),
        })),
        labelSize,
      ).map(({ at: [tx, ty], text }) => make("text", { transform: `translate(${tx},${ty})`, y: "0.32em" }, [text])),
    ),
  ]) as SVGSVGElement;
}

type Point = readonly [x: number, y: number];

interface Label {
  readonly at: Point;
  readonly text: string;
}

/** The labels that do not overlap an earlier label. The width of a digit is about 0.6 times the font size. */
function apart(labels: readonly Label[], size: number): Label[] {
  const kept: Label[] = [];
  for (const label of labels) {
    const overlaps = ({ at: [x, y], text }: Label): boolean =>
      Math.abs(y - label.at[1]) < 0.75 * size &&
      Math.abs(x - label.at[0]) < 0.3 * size * (text.length + label.text.length);
    if (!kept.some(overlaps)) kept.push(label);
  }
  return kept;
}

const circle = Array.from({ length: 73 }, (_, k) => [Math.cos((k * Math.PI) / 36), Math.sin((k * Math.PI) / 36)]);

/** A line through points, in thousandths of a px; it breaks where a point is left out. */
function pathOf(points: readonly (Point | null)[]): string {
  const rounded = ([x, y]: Point): string => `${Math.round(x * 1000) / 1000},${Math.round(y * 1000) / 1000}`;
  return points
    .map((point, k) => {
      if (point === null) return "";
      const isStart = k === 0 || points[k - 1] === null;
      // A point whose neighbours are both left out becomes a closed path, which is drawn as a dot.
      const isAlone = isStart && (k === points.length - 1 || points[k + 1] === null);
      return `${isStart ? "M" : "L"}${rounded(point)}${isAlone ? "Z" : ""}`;
    })
    .join("");
}

/** An arrow from each point to the next, with some space at both ends. */
function arrows(
  points: readonly Point[],
  make: (name: string, attributes: Attributes, children?: readonly Node[]) => SVGElement,
  moved: Attributes,
): SVGElement {
  const [start, end, most] = [3, 4, (7 / 1.5) * 1.6];
  const wing = (60 * (Math.PI / 180)) / 2;
  const paths = points.slice(1).map((to, k) => {
    const [x, y] = points[k];
    const [dx, dy] = [to[0] - x, to[1] - y];
    const length = Math.hypot(dx, dy);
    if (length <= start + end) return make("path", {});
    const angle = Math.atan2(dy, dx);
    const head = Math.min(most, length / 3);
    const [x1, y1] = [x + (dx / length) * start, y + (dy / length) * start];
    const [x2, y2] = [to[0] - (dx / length) * end, to[1] - (dy / length) * end];
    const tip = (by: number): string => `${x2 - head * Math.cos(angle + by)},${y2 - head * Math.sin(angle + by)}`;
    return make("path", { d: `M${x1},${y1}L${x2},${y2}M${tip(wing)}L${x2},${y2}L${tip(-wing)}` });
  });
  const round = { fill: "none", "stroke-linecap": "round", "stroke-miterlimit": 1 };
  return make("g", { "aria-label": "arrow", ...round, stroke: colours.truth, "stroke-width": 1.6, ...moved }, paths);
}

function radius([x, y]: readonly number[]): number {
  return Math.max(Math.abs(x), Math.abs(y));
}

/** Half the side length that a panel needs to show nearly all points, given their distances from the centre. */
function extentOf(reach: readonly number[]): number {
  const sorted = [...reach].sort((a, b) => a - b);
  const nearlyAll = sorted[Math.min(sorted.length - 1, Math.floor(0.9 * sorted.length))];
  return Math.min(2.2, Math.max(1.35, 1.1 * nearlyAll));
}

/** A readout farther than this from the truth counts as astray. The ramp removes indicator errors below this size. */
const astray = 0.25;

/** Median distance between readout and truth at a layer. */
function medianDistance(rows: readonly Trajectory[], layer: number): number {
  return median(
    rows.map(({ readout, truth }) => Math.hypot(...[0, 1].map((i) => readout[layer][i] - truth[layer][i]))),
  );
}

/** The last layer up to which at least half of the readouts are near the truth. */
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
    ? `Readouts follow the truth up to layer ${L}`
    : `Readouts follow the truth to layer ${layer}; by layer ${L}, half of the ${rows.length} are off by more than ${shortNumber(medianDistance(rows, L), 2)}`;
}
