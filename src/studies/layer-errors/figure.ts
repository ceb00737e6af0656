import { lastOf } from "../../base/last.js";
import { InputError } from "../../base/errors.js";
import type { ErrorReference } from "../../results/error-tables.js";
import { bothOf, statisticAt, type ErrorRow, type Statistic, type StatisticOf } from "../../results/rows.js";
import { compose, panel, type Figure, type FigureOptions } from "../../drawing/compose.js";
import { axisNote, logAxis, squaredRounding, type LogAxis } from "../../drawing/log-axis.js";
import { distinct, grouped, listed } from "../../drawing/numbers.js";
import { colours, sizes, zColour } from "../../drawing/theme.js";
import {
  commonKeys,
  endLabels,
  guideLine,
  logPoint,
  measuredLine,
  naiveLine,
  referenceRings,
  samplesText,
  theoryLine,
  zLabel,
  type Point,
  layerAxis,
} from "../../drawing/marks.js";
import { symbolOf, type ErrorQuantity } from "../../drawing/symbols.js";

const columnOf = ({ activity }: Pick<StatisticOf, "activity">): string => `${activity} circuits`;

/** The largest allowed ratio of an axis's maximum to the value of its guide line. */
const BEYOND_GUIDE = 1e4;

/**
 * Figures R5 (`readout: "x"`) and R6 (`"alpha"`): errors of one readout by layer, with one line per z. Mean squares are
 * above and worst errors below; active circuits are on the left and inactive ones on the right. [E18]
 *
 * Layer 0 is the input; its error is 0, so the logarithmic axes leave it out.
 */
export function errorsByLayer(
  rows: readonly ErrorRow[],
  options: FigureOptions & {
    readonly readout: string;
    readonly reference?: readonly ErrorReference[];
    /** The naive network's error on the readout, at layers 1, 2, …; omitted if unknown. [L4] */
    readonly naive?: readonly number[];
    /** Whether to omit the worst errors, as small figures do. */
    readonly meanOnly?: boolean;
    /** Fixed ends of the axes, independent of the rows, so that figures can be compared. */
    readonly span?: Readonly<Record<ErrorQuantity, readonly [floor: number, top: number]>>;
    /** Rows of the figure beside this one; the axes cover the rows of both figures, so both have the same axes. */
    readonly beside?: readonly ErrorRow[];
  },
): Figure {
  const { readout, reference = [], naive = [], meanOnly = false } = options;
  const drawn = rows.filter((row) => row.layer > 0);
  if (drawn.length === 0) throw new InputError("rows: at least one row of a layer above 0 is needed.");
  const zs = distinct(drawn.map((row) => row.z));
  const quantities: readonly ErrorQuantity[] = meanOnly ? ["meanSquare"] : ["meanSquare", "worst"];
  const parts = quantities.map((quantity) => errorsByQuantity(drawn, reference, zs, quantity, options));
  const note = axisNote(parts.map(({ axis }) => axis));
  const read = drawn.flatMap(({ inactiveSamples }) => inactiveSamples ?? []);
  const hasTheory = drawn.some((row) => bothOf(readout).some((of) => statistic(row, of).theory !== null));
  const active = { readout, activity: "active" } as const;
  const theoryIsZero = drawn.every((row) => statistic(row, active).theory === 0);
  return compose(options, {
    title: titleOf(drawn, readout),
    keys: [
      { ...commonKeys.measured, label: "measured, by z" },
      ...(hasTheory ? [commonKeys.theory] : []),
      ...(naive.some((value) => value > 0) ? [commonKeys.naive] : []),
      ...(drawn.some((row) => statistic(row, active).sd !== null) ? [commonKeys.band] : []),
      ...(reference.length > 0 ? [commonKeys.reference] : []),
      { label: guideOf(readout, "worst")?.text ?? "", colour: colours.ink, mark: "dotted" as const },
    ].filter((key) => key.label !== ""),
    rows: parts.map(({ svg }) => [svg]),
    caption: [
      `${samplesText(drawn)}.${meanOnly ? "" : " Above: mean over samples and circuits; below: the largest error."}`,
      ...(read.length === 0 ? [] : [`Inactive circuits: only the first ${grouped(Math.min(...read))} samples.`]),
      ...(theoryIsZero ? [`Theory predicts 0 for ${readout} of active circuits.`] : []),
      ...(note === "" ? [] : [note]),
    ].join(" "),
  });
}

function errorsByQuantity(
  rows: readonly ErrorRow[],
  reference: readonly ErrorReference[],
  zs: readonly number[],
  quantity: ErrorQuantity,
  options: Parameters<typeof errorsByLayer>[1],
): { svg: SVGSVGElement; axis: LogAxis } {
  const { readout, naive = [], document, width = sizes.width, meanOnly = false } = options;
  const all = [...rows, ...(options.beside ?? []).filter((row) => row.layer > 0)];
  const guide = guideOf(readout, quantity);
  const both = bothOf(readout);
  const measured = both.flatMap((of) => all.map((row) => statistic(row, of)[quantity]));
  const rounding = quantity === "meanSquare" ? squaredRounding : Math.sqrt(squaredRounding);
  // The axis is limited, because the errors of a deep network in a seizure would make the guide and the earlier errors
  // unreadable.
  const ceiling = guide === null ? Infinity : guide.y * BEYOND_GUIDE;
  const axis = logAxis(measured, guide === null ? [] : [guide.y], {
    rounding,
    ceiling,
    span: options.span?.[quantity],
  });
  const layers = distinct(all.map((row) => row.layer));
  const points = (z: number): Point[] =>
    both.flatMap((of) =>
      rows
        .filter((row) => row.z === z)
        .map((row) => {
          const { [quantity]: value, sd } = statistic(row, of);
          return logPoint(axis, { column: columnOf(of), x: row.layer }, value, quantity === "meanSquare" ? sd : null);
        }),
    );
  const theory = (z: number): Point[] =>
    both.flatMap((of) =>
      rows
        .filter((row) => row.z === z && quantity === "meanSquare")
        .map((row) => ({ row, value: statistic(row, of).theory }))
        .flatMap(({ row, value }) =>
          value === null || axis.isBelow(value) || axis.isAbove(value)
            ? []
            : [logPoint(axis, { column: columnOf(of), x: row.layer }, value, null)],
        ),
    );
  const rings = reference
    .filter((point) => layers.includes(point.layer) && zs.includes(point.z))
    .flatMap((point) =>
      both.flatMap((of) => {
        const value = point.readouts[readout]?.[of.activity]?.[quantity];
        return value === undefined ? [] : [logPoint(axis, { column: columnOf(of), x: point.layer }, value, null)];
      }),
    );

  const beaten = layers.flatMap((layer): Point[] => {
    const value = naive[layer - 1] ?? 0;
    if (quantity !== "meanSquare" || axis.isBelow(value)) return [];
    return [logPoint(axis, { column: columnOf({ activity: "active" }), x: layer }, value, null)];
  });
  const height = meanOnly ? 210 : 250;
  const margins = { marginTop: 36, marginBottom: 36 };
  const lines = zs.map((z) => ({ z, points: points(z) }));
  // The highest z comes first: if lines end at the same height, labels keep this order from the top.
  const labels = [...lines].reverse().flatMap(({ z, points: line }) =>
    both.flatMap((of) => {
      const last = line.filter((point) => point.column === columnOf(of)).at(-1);
      return last === undefined ? [] : [zLabel(z, last)];
    }),
  );
  const svg = panel(document, {
    ...margins,
    width,
    height,
    x: layerAxis(layers, layerTicks(layers, width / both.length - 90), { insetLeft: 14, insetRight: 52 }),
    y: axis.scale(symbolOf(readout, quantity)),
    fx: { domain: both.map(columnOf), label: null, padding: 0.08 },
    marks: [
      ...(guide === null ? [] : [guideLine(guide.y)]),
      ...(beaten.length === 0 ? [] : [naiveLine(beaten)]),
      ...lines.map(({ z }) => theoryLine(theory(z), zColour(z))),
      ...referenceRings(rings),
      ...lines.flatMap(({ z, points: line }) => measuredLine(line, zColour(z))),
      ...endLabels(labels, axis, height - margins.marginTop - margins.marginBottom),
    ],
  });
  return { svg, axis };
}

function statistic(row: ErrorRow, of: StatisticOf): Statistic {
  const found = statisticAt(row, of);
  if (found === undefined) {
    throw new InputError(`readouts.${of.readout}: not in the rows, which have ${listed(Object.keys(row.readouts))}.`);
  }
  return found;
}

/**
 * The guide line for a quantity: for x, the error of guessing the mean; for the worst error of the On-indicator, the
 * largest error that the ramp corrects.
 */
function guideOf(readout: string, quantity: ErrorQuantity): { readonly y: number; readonly text: string } | null {
  if (readout === "x") return { y: 1, text: "guessing the mean" };
  if (readout === "alpha" && quantity === "worst")
    return { y: 0.25, text: "0.25: the ramp lets larger errors through" };
  return null;
}

function titleOf(rows: readonly ErrorRow[], readout: string): string {
  if (readout === "alpha") {
    const largest = (row: ErrorRow): number => Math.max(...bothOf(readout).map((of) => statistic(row, of).worst));
    const when = firstLayers(rows, (row) => largest(row) > 0.25);
    return when === null
      ? "No sampled On-indicator error exceeds the ramp’s limit of 0.25"
      : `The worst On-indicator errors exceed the ramp’s limit of 0.25 at ${when}`;
  }
  const when = firstLayers(rows, (row) => statistic(row, { readout, activity: "active" }).meanSquare >= 1);
  return when === null
    ? `Errors of ${readout} stay below the guess-the-mean line up to layer ${Math.max(...rows.map((row) => row.layer))}`
    : `Errors pass the guess-the-mean line at ${when}`;
}

/**
 * The labelled layers: all if there are few, otherwise every second, fifth, tenth, …, so that the labels do not
 * overlap.
 *
 * @param width the width of the axis, in px
 */
export function layerTicks(layers: readonly number[], width: number): number[] {
  const last = lastOf(layers);
  const room = Math.max(2, Math.floor(width / (sizes.text * (0.65 * String(last).length + 0.8))));
  const most = layers.length <= 20 ? room : Math.min(10, room);
  let every = 1;
  for (let power = 1; last / every > most; power *= 10) {
    every = [2, 5, 10].map((step) => step * power).find((step) => last / step <= most) ?? 10 * power;
  }
  return layers.filter((layer) => layer % every === 0);
}

/**
 * "layer 5 (z = 1) and layer 4 (z = 2, 3)": the layers at which each z first meets the condition; null if no z does.
 */
export function firstLayers(rows: readonly ErrorRow[], condition: (row: ErrorRow) => boolean): string | null {
  const zsOf = new Map<number, number[]>();
  const zs = distinct(rows.map((row) => row.z));
  for (const z of zs) {
    const layers = rows.filter((row) => row.z === z && condition(row)).map((row) => row.layer);
    if (layers.length === 0) continue;
    const layer = Math.min(...layers);
    zsOf.set(layer, [...(zsOf.get(layer) ?? []), z]);
  }
  if (zsOf.size === 0) return null;
  // No-break spaces hold the brackets together when a title is broken into lines.
  const at = ([layer, which]: [number, number[]]): string =>
    `layer\u00a0${layer}${zs.length > 1 ? ` (z\u00a0=\u00a0${which.join(",\u00a0")})` : ""}`;
  return listed([...zsOf].map(at));
}
