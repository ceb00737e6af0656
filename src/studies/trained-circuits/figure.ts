import * as Plot from "@observablehq/plot";
import { InputError } from "../../base/errors.js";
import { centredLabel, compose, panel, type Figure, type FigureOptions, type Key } from "../../drawing/compose.js";
import { distinct, listed, shortNumber } from "../../drawing/numbers.js";
import { lighter } from "../../drawing/marks.js";
import { colours, sizes, zColour } from "../../drawing/theme.js";

/** Networks of one size and treatment, at one step of the circuits. */
export interface TreatedRow {
  readonly D: number;
  readonly T: number;
  readonly z: number;
  readonly L: number;
  /** The origin of the network: "trained from random", "published, as built", … */
  readonly network: string;
  readonly step: number;
  /**
   * The squared error of all circuits, per active circuit, relative to the naive network's, and its standard deviation
   * across networks.
   */
  readonly over: number;
  readonly sd: number | null;
  /** The same ratio for active circuits alone. */
  readonly active: number;
}

/** The smallest ratio that the figure shows for active circuits; smaller ratios are drawn at this value. */
const FLOOR = 1e-3;

const isDesign = ({ network }: Pick<TreatedRow, "network">): boolean => network.includes(" design");

const bandOf = ({ over, sd }: Pick<TreatedRow, "over" | "sd">) => ({
  low: Math.max(over / 3, over - (sd ?? 0)),
  high: over + (sd ?? 0),
});

/** Gives each network its colour, according to the position of its name in `names`. */
function colourer(names: readonly string[]): (name: string) => string {
  const order = [4, 2, 1, 3, 5];
  return (name) => zColour(order[names.indexOf(name)] ?? 0);
}

const logTicks = (domain: readonly [number, number]): number[] =>
  [0.001, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100, 300].filter((tick) => tick >= domain[0] && tick <= domain[1]);

/** Figure TR1: where trained networks beat the naive network, by number of circuits. [L4] */
export function trainedMap(
  rows: readonly TreatedRow[],
  options: FigureOptions & { readonly kept?: readonly TreatedRow[] },
): Figure {
  const { document, kept = [], width = sizes.width } = options;
  if (rows.length === 0) throw new InputError("rows: at least one network is needed.");
  const all = [...rows, ...kept];
  const names = [...new Set(all.filter((row) => !isDesign(row)).map(({ network }) => network))];
  const designs = [...new Set(all.filter(isDesign).map(({ network }) => network.split(" ")[0]))];
  const colourOf = colourer(names);
  const sizeOf = ({ D, z, L }: TreatedRow): string => `D = ${D}, z = ${z}, L = ${L}`;
  const shapes = [...new Set(all.map(sizeOf))];
  const ends = all.filter(({ step, L }) => step === L);
  const domainOf = (bands: readonly ReturnType<typeof bandOf>[]) => {
    const values = bands.flatMap(({ low, high }) => [low, high]).filter((value) => value >= FLOOR);
    return [Math.min(0.8, ...values) / 1.2, Math.max(1.2, ...values) * 1.2] as const;
  };
  const domains = {
    over: domainOf(all.map(bandOf)),
    active: domainOf(ends.map(({ active }) => bandOf({ over: Math.max(FLOOR, active), sd: null }))),
  };
  const columns = Math.min(3, shapes.length + 2);
  const draw = (
    own: readonly TreatedRow[],
    x: "T" | "step",
    label: string,
    y: "over" | "active" = "over",
  ): SVGSVGElement => {
    const domain = domains[y];
    const shown = own.map((row) => {
      const value = y === "over" ? row : { over: Math.max(FLOOR, row.active), sd: null };
      return { ...row, ...bandOf(value), at: row[x], over: Math.max(value.over, domain[0]), row };
    });
    const stroke = (row: TreatedRow): string => colourOf(row.network);
    const marks = (some: typeof shown, look: Plot.MarkOptions = {}): Plot.Markish[] => {
      const part = some.filter((row) => !isDesign(row));
      const made = some.filter(isDesign);
      return [
        ...(made.length === 0
          ? []
          : [Plot.dot(made, { x: "at", y: "over", r: sizes.dot - 0.5, stroke: colours.muted, ...look })]),
        Plot.line(part, { x: "at", y: "over", z: "network", stroke, ...look }),
        Plot.ruleX(part, { x: "at", y1: "low", y2: "high", stroke, ...look }),
        Plot.dot(part, { x: "at", y: "over", r: sizes.dot, fill: stroke, ...look }),
      ];
    };
    const [old, fresh] = [true, false].map((isKept) => shown.filter(({ row }) => kept.includes(row) === isKept));
    const ticks = distinct(shown.map(({ at }) => at));
    return panel(document, {
      ...{ width: width / columns, height: 300, marginLeft: 54 },
      x: {
        domain: [Math.min(...ticks) * 0.9, Math.max(...ticks) * 1.06],
        ticks,
        tickFormat: String,
        label,
        ...centredLabel,
      },
      y: {
        type: "log",
        domain,
        ticks: logTicks(domain),
        tickFormat: String,
        label: y === "over" ? "squared error / naive" : "squared error / naive, active circuits",
        ...centredLabel,
      },
      color: { type: "identity" },
      marks: [
        Plot.ruleY([1], { stroke: colours.muted, strokeDasharray: "5 3" }),
        ...(old.length === 0 ? [] : marks(old, lighter)),
        ...(fresh.length === 0 ? [] : marks(fresh)),
      ],
    });
  };
  const panels = shapes.map((shape) =>
    draw(
      ends.filter((row) => sizeOf(row) === shape),
      "T",
      `T circuits (${shape})`,
    ),
  );
  const first = all.filter((row) => sizeOf(row) === shapes[0]);
  const most = Math.max(...first.filter((row) => !isDesign(row)).map(({ T }) => T));
  panels.push(draw(first.filter(({ T }) => T === most), "step", `step (${shapes[0]}, T = ${most})`)); // prettier-ignore
  // Active circuits alone: a panel for every z, at the first D and the first L.
  const [{ D, L }] = all;
  const zs = distinct(all.filter((row) => row.D === D && row.L === L).map(({ z }) => z));
  for (const z of zs)
    panels.push(
      draw(
        ends.filter((row) => row.D === D && row.L === L && row.z === z),
        "T",
        `T circuits (D = ${D}, z = ${z}, L = ${L})`,
        "active",
      ),
    );
  const grid = Array.from({ length: Math.ceil(panels.length / columns) }, (_, k) =>
    panels.slice(k * columns, (k + 1) * columns),
  );
  const random = (kept.length === 0 ? rows : kept).filter(
    ({ network, step, L }) => network === "trained from random" && step === L,
  );
  const beats = random.filter(({ over }) => over < 1).length;
  return compose(options, {
    title: `At ${beats} of ${random.length} sizes, training from random weights beats the naive network after the last step`,
    keys: [
      ...names.map((name): Key => ({ label: name, colour: colourOf(name), mark: "dot" })),
      ...(designs.length === 0
        ? []
        : [{ label: `designs, as built: ${listed(designs)}`, colour: colours.muted, mark: "ring" } as const]),
      { label: "the naive network", colour: colours.muted, mark: "dashed" },
    ],
    rows: grid,
    caption:
      "Squared readout error per active circuit, summed over all circuits (active or not), relative to the naive network, which runs D/d circuits exactly and outputs 0 for the others [L4]" +
      `${all.some(({ sd }) => sd !== null) ? "; bars: ± sd across networks" : ""}. ${zs.length === 1 ? "Last panel" : `Last ${zs.length} panels`}: the same for active circuits alone; values below ${FLOOR} are drawn at ${FLOOR}.`,
  });
}

/** A constructed network before and after training, at one layer. */
export interface MovedRow {
  /** The weights that were trained. */
  readonly trains: string;
  /** The circuits' step, which is also the number of the network's layer. */
  readonly step: number;
  readonly before: number;
  readonly after: number;
  readonly afterSd: number | null;
  /** ‖W − W₀‖/‖W₀‖ of the layer; null for the first. */
  readonly moved: number | null;
  readonly movedSd: number | null;
  /** Mean cosine between a circuit's activations before and after training, when it runs alone. */
  readonly stayed: number;
  readonly stayedSd: number | null;
  /** Mean AUC of linear probes for "is it on", before and after training; null if no circuit has a score. */
  readonly aucBefore: number | null;
  readonly aucAfter: number | null;
  /** The same for R² of the readouts. */
  readonly r2Before: number | null;
  readonly r2After: number | null;
}

/** Figure TR2: the effect of training on a constructed network. [L4] */
export function whatTrainingMoves(rows: readonly MovedRow[], options: FigureOptions): Figure {
  const { document, width = sizes.width } = options;
  if (rows.length === 0) throw new InputError("rows: at least one step is needed.");
  const kinds = [...new Set(rows.map(({ trains }) => trains))];
  const colourOf = colourer(kinds);
  const steps = distinct(rows.map(({ step }) => step));
  const errors = rows.flatMap(({ before, after }) => [before, after]);
  const errorDomain = [Math.min(0.8, ...errors) / 1.3, Math.max(...errors) * 1.3] as const;
  const draw = (
    points: readonly {
      readonly step: number;
      readonly kind: string;
      readonly value: number;
      readonly sd: number | null;
    }[],
    y: Readonly<Record<string, unknown>>,
    extra: Plot.Markish[] = [],
  ): SVGSVGElement =>
    panel(document, {
      ...{ width: width / 3, height: 300, marginLeft: 54 },
      x: { domain: [steps[0] - 0.3, steps[steps.length - 1] + 0.3], ticks: steps, tickFormat: String, label: "step", ...centredLabel }, // prettier-ignore
      y: { ...y, ...centredLabel },
      color: { type: "identity" },
      marks: [
        ...extra,
        Plot.line(points, { x: "step", y: "value", z: "kind", stroke: ({ kind }: { kind: string }) => colourOf(kind) }),
        Plot.ruleX(
          points.map((point) => ({
            ...point,
            low: point.value - (point.sd ?? 0),
            high: point.value + (point.sd ?? 0),
          })),
          { x: "step", y1: "low", y2: "high", stroke: ({ kind }: { kind: string }) => colourOf(kind) },
        ),
        Plot.dot(points, { x: "step", y: "value", r: sizes.dot, fill: ({ kind }: { kind: string }) => colourOf(kind) }),
      ],
    });
  const built = rows.filter(({ trains }) => trains === kinds[0]).map(({ step, before }) => ({ step, before }));
  const error = draw(
    rows.map(({ step, trains, after, afterSd }) => ({
      ...{ step, kind: trains, value: after },
      sd: afterSd === null ? null : Math.min(afterSd, after / 2),
    })),
    {
      type: "log",
      domain: errorDomain,
      ticks: logTicks(errorDomain),
      tickFormat: String,
      label: "squared error / naive",
    },
    [
      Plot.ruleY([1], { stroke: colours.muted, strokeDasharray: "5 3" }),
      Plot.line(built, { x: "step", y: "before", stroke: colours.muted }),
      Plot.dot(built, { x: "step", y: "before", r: sizes.dot, fill: colours.muted }),
    ],
  );
  const moved = draw(
    rows.flatMap(({ step, trains, moved: value, movedSd: sd }) =>
      value === null ? [] : [{ step, kind: trains, value, sd }],
    ),
    { domain: [0, Math.max(0.1, ...rows.map((row) => (row.moved ?? 0) * 1.2))], label: "‖W − W₀‖ / ‖W₀‖" },
  );
  const stayed = draw(
    rows.map(({ step, trains, stayed: value, stayedSd: sd }) => ({ step, kind: trains, value, sd })),
    { domain: [0, 1.05], label: "cosine with activations before training" },
  );
  const last = rows.filter(({ step }) => step === steps[steps.length - 1]);
  const [best] = [...last].sort((a, b) => a.after - b.after);
  return compose(options, {
    title: `Training takes the construction’s error from ${shortNumber(best.before)} to ${shortNumber(best.after)} times the naive network’s at the last step`,
    keys: [
      { label: "as built", colour: colours.muted, mark: "dot" },
      ...kinds.map((kind): Key => ({ label: `trained: ${kind}`, colour: colourOf(kind), mark: "dot" })),
      { label: "the naive network", colour: colours.muted, mark: "dashed" },
    ],
    rows: [[error, moved, stayed]],
    caption:
      "Left: squared error per active circuit, summed over all circuits and divided by the naive network’s. Middle: how far the weights of each layer moved. Right: the mean cosine between a circuit's activations before and after training, with the circuit run alone; 1 means that circuits stay on their neurons." +
      (rows.some(({ afterSd }) => afterSd !== null) ? " Bars: ± sd across networks." : ""),
  });
}
