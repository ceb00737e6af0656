import type { Figure, FigureOptions } from "../../drawing/compose.js";
import { sweepPoints } from "../../batch/sweep/points-figure.js";
import { grouped, listed, shortNumber } from "../../drawing/numbers.js";
import { rowsToCsv } from "../../results/table.js";
import type { RunSpec } from "../../config/run-spec.js";
import { drawSweep } from "../../batch/sweep/figure.js";
import type { SweepFigure } from "../../batch/sweep/plan.js";
import type { ResultLine } from "../../results/result-line.js";
import { button, fileInput, html, setText, uniqueId, type Widget } from "../dom/elements.js";
import {
  axesOf,
  firstChoice,
  isByLayer,
  layersOf,
  pointsOf,
  quantitiesOf,
  seriesOf,
  type Axis,
  type Choice,
  type Quantity,
} from "./sweep-axes.js";
import { exampleCommand } from "../files/example-sweep.js";
import { sweepFromFiles, type LoadedSweep } from "../files/sweep-file.js";
import { dotsIn, nearestDot, type Dot } from "./sweep-dots.js";
import { numberPicker } from "./pickers.js";
import { changeOf, place, type ChangeView, type Scene, type View } from "./view.js";

export interface SweepView extends View {
  /** Replaces the results with those in files. @throws InputError if the files hold no results */
  open(files: readonly File[]): Promise<void>;
}

/** What is drawn: the sweep file's figure, one of the standard kinds, or quantities that the reader chooses. */
const kinds = {
  own: "as the sweep file says",
  points: "what you choose",
  "errors-by-layer": "errors by layer, averaged over runs",
  "errors-by-load": "errors against T(d/D)²",
} as const;
type Kind = keyof typeof kinds;

interface Shown {
  readonly sweep: LoadedSweep;
  readonly axes: readonly Axis[];
  readonly quantities: readonly Quantity[];
  readonly layers: readonly number[];
  readonly kind: Kind;
  readonly choice: Choice;
  /** Index of the run that the reader pointed at or chose. */
  readonly run: number | null;
}

/**
 * The largest number of rows drawn individually in the sweep's own figures; more would block the page and be
 * unreadable.
 */
const MOST_DRAWN = 1000;

const nothing =
  "Computing an example … To see a sweep, open results.jsonl and sweep.json in a folder written by the command superpose sweep.";

/**
 * The results of a sweep written by `superpose sweep` or `collect`; each run links back to its network.
 *
 * @param changeView stores the choices in the state
 * @param openRun shows a run's network in the page
 * @param openFiles called with the files that the reader chose
 * @param example returns the sweep shown until files are opened
 */
export function sweepView(
  changeView: ChangeView,
  openRun: (spec: RunSpec) => void,
  openFiles: (files: readonly File[]) => void,
  example: () => Promise<LoadedSweep>,
): SweepView {
  const file = fileInput({ accept: ".jsonl,.json", id: "open-sweep", hidden: true }, openFiles);
  const summary = html("p", { class: "story" });
  const slot = html("div", { class: "figure sweep-figure" });
  const message = html("p", { class: "empty" });
  const told = html("p", { class: "story" });
  const openButton = button("Open this run's network", () => {
    const line = lineOf(shown, shown?.run ?? null);
    if (line) openRun(line.spec);
  });
  const run = numberPicker("run", (index) => update({ run: index }));
  const body = html("div", {});
  const element = html(
    "div",
    {},
    html(
      "div",
      { class: "player" },
      button("Open results …", () => file.click()),
      file,
      html("span", { class: "hint" }, "results.jsonl of every shard, and sweep.json for the figure"),
    ),
    summary,
    body,
  );
  let shown: Shown | null = null;
  let last: Scene | null = null;
  /** The default view of the sweep, before anything is chosen. */
  let fresh: Shown | null = null;
  /** The reader's choices on screen, as written in the link; null for the default view. */
  let asked: string | null = null;
  /** The dots of the figure on screen; null until a pointer arrives, since they are looked up only then. */
  let dots: readonly Dot[] | null = null;
  const changed = changeOf();

  const update = (next: Partial<Shown>): void => {
    if (shown) changeView({ sweep: textOf({ ...shown, ...next }) });
  };
  const choose = (partOf: (now: Shown) => Partial<Choice>): void => {
    if (shown) update({ choice: fitted(shown, partOf(shown)) });
  };
  const selects: Selects = {
    kind: makeSelect("draw", (kind) => update({ kind: kind as Kind })),
    y: makeSelect("y", (y) => choose(({ quantities, choice }) => ({ y: byName(quantities, y) ?? choice.y }))),
    x: makeSelect("x", (x) => choose(({ axes, choice }) => ({ x: byName(axes, x) ?? choice.x }))),
    series: makeSelect("colours", (series) => choose(({ axes }) => ({ series: byName(axes, series) }))),
    layer: makeSelect("at layer", (layer) => choose(() => ({ layer: Number(layer) }))),
  };
  body.append(
    html("div", { class: "player choices" }, ...Object.values(selects).map((select) => select.element)),
    message,
    slot,
    html("div", { class: "player" }, run.element, openButton),
    told,
  );

  /** Shows a run: the numbers of the dot pointed at, if any; otherwise the run's settings. */
  function pick(index: number | null, dot = ""): void {
    if (!shown) return;
    shown = { ...shown, run: index };
    const { lines } = shown.sweep;
    run.show(index, lines[lines.length - 1].index);
    const line = lineOf(shown, index);
    openButton.disabled = line === null;
    setText(
      told,
      line === null
        ? "Point at a dot for its numbers; click it to open that run's network."
        : dot || settingsText(shown, line),
    );
  }

  slot.addEventListener("pointermove", (event) => {
    const dot = nearestDot((dots ??= dotsIn(slot)), slot, event);
    slot.style.cursor = dot ? "pointer" : "";
    if (dot) pick(dot.run, dot.title);
  });
  slot.addEventListener("click", (event) => {
    const line = lineOf(shown, nearestDot((dots ??= dotsIn(slot)), slot, event)?.run ?? null);
    if (line) openRun(line.spec);
  });

  function take(sweep: LoadedSweep): void {
    const axes = axesOf(sweep.lines);
    const quantities = quantitiesOf(sweep.lines);
    const layers = layersOf(sweep.lines);
    const choice = firstChoice(axes, quantities, layers);
    asked = null;
    fresh = shown = {
      sweep,
      axes,
      quantities,
      layers,
      kind: sweep.figure === null ? "points" : "own",
      choice,
      run: null,
    };
  }

  let isAsked = false;
  function showExample(): void {
    if (isAsked) return;
    isAsked = true;
    example().then(
      (sweep) => {
        if (shown === null) take(sweep);
        if (last) draw(last);
      },
      (error: unknown) => setText(summary, error instanceof Error ? error.message : String(error)),
    );
  }

  function draw(scene: Scene): void {
    last = scene;
    body.hidden = shown === null;
    if (shown === null) {
      setText(summary, nothing);
      showExample();
      return;
    }
    const { sweep } = scene.state;
    const isNew = asked !== sweep;
    asked = sweep;
    if (isNew) shown = sweep === null ? fresh : chosenBy(sweep, fresh ?? shown);
    if (shown === null) return;
    if (isNew) pick(shown.run);
    if (!changed(shown.sweep, textOf({ ...shown, run: null }), scene.width)) return;
    setText(summary, summaryText(shown));
    fillSelects(selects, shown);
    const every = everyOf(shown, sweepFigure(shown));
    setText(
      message,
      every === 1 ? "" : `One run in ${every} is drawn here; to draw all runs, use the command superpose collect.`,
    );
    slot.replaceChildren();
    try {
      place(slot, figureOf(shown, { document, id: "sweep", command: "", styles: false, width: scene.width }));
    } catch (error) {
      setText(message, error instanceof Error ? error.message : String(error));
    }
    dots = null;
    pick(lineOf(shown, shown.run) === null ? null : shown.run);
  }

  return {
    element,
    introduction:
      "This view shows the runs of a sweep side by side: each dot is a run, or one layer of a run. Choose what to draw, click a dot to " +
      "examine that run's network in the other views, or open files written by the command superpose sweep.",
    async open(files) {
      setText(summary, "Reading …");
      // Once the files have been read, `draw` updates the summary along with the figure.
      const sweep = await sweepFromFiles(files).catch((error: unknown) => {
        setText(summary, shown ? summaryText(shown) : nothing);
        throw error;
      });
      take(sweep);
    },
    draw,
    csv: () => shown && rowsToCsv(rowsOf(shown)),
    command: () => shown?.sweep.command ?? exampleCommand,
    figure: ({ width }, options) => shown && figureOf(shown, { ...options, width, command: shown.sweep.command }),
  };
}

/** The reader's choices, as written in the link. */
function textOf({ kind, choice, run }: Shown): string {
  const { y, x, series, layer } = choice;
  return [kind, y.name, x.name, series?.name ?? "", layer, run ?? ""].join(",");
}

/** The choices encoded in a link, except any that this sweep does not offer. */
function chosenBy(text: string, shown: Shown): Shown {
  const [kind, y, x, series, layer, run] = text.split(",");
  const { axes, quantities, layers, choice, sweep } = shown;
  return {
    ...shown,
    kind: kind in kinds && (kind !== "own" || sweep.figure !== null) ? (kind as Kind) : shown.kind,
    choice: fitted(shown, {
      y: byName(quantities, y) ?? choice.y,
      x: byName(axes, x) ?? choice.x,
      series: byName(axes, series),
      layer: layers.includes(Number(layer)) ? Number(layer) : choice.layer,
    }),
    run: /^\d+$/.test(run ?? "") ? Number(run) : null,
  };
}

/** All rows of the runs, with the values that distinguish them and all quantities that can be drawn. */
function rowsOf({ sweep, axes, quantities }: Shown): object[] {
  return sweep.lines.flatMap((line) =>
    line.rows.map((row) => ({
      run: line.index,
      ...Object.fromEntries(axes.map(({ name, valueOf }) => [name, valueOf(line, row)])),
      ...Object.fromEntries(quantities.map(({ name, valueOf }) => [name, valueOf(row)])),
    })),
  );
}

function lineOf(shown: Shown | null, run: number | null): ResultLine | null {
  return (run !== null && shown?.sweep.lines.find(({ index }) => index === run)) || null;
}

/** @throws InputError if the rows lack data that the figure needs */
function figureOf(shown: Shown, options: FigureOptions): Figure {
  const { sweep, axes, choice } = shown;
  const figure = sweepFigure(shown);
  if (figure !== null) {
    const every = everyOf(shown, figure);
    const lines = sweep.lines.filter((_, k) => k % every === 0);
    return drawSweep(figure, lines, options);
  }
  const { x, y, series } = choice;
  return sweepPoints(pointsOf(sweep.lines, choice), {
    ...options,
    ...{ x, y, series },
    nameOf: ({ line, row, y: value }) =>
      `run ${line.index}: ${varied(axes, line)}z = ${row.z}, layer ${row.layer}: ${y.label} = ${shortNumber(value)}`,
    note: isByLayer(choice) ? "" : ` at layer ${choice.layer}`,
  });
}

/** The figure draws every n-th run; this is n. */
function everyOf({ sweep }: Shown, figure: SweepFigure | null): number {
  if (figure?.kind !== "errors-by-load") return 1;
  return Math.ceil(sweep.lines.reduce((count, { rows }) => count + rows.length, 0) / MOST_DRAWN);
}

/** The figure of the chosen kind, with the chosen readout and circuits; null for points, whose axes can be chosen. */
function sweepFigure({ sweep, kind, choice }: Shown): SweepFigure | null {
  if (kind === "points") return null;
  if (kind === "own") return sweep.figure;
  const { readout, activity } = choice.y.of ?? { readout: "x", activity: "active" };
  return { kind, readout, circuits: activity };
}

/** The settings that distinguish a run: "T = 300, seed = 4, ". */
function varied(axes: readonly Axis[], line: ResultLine): string {
  return axes
    .filter(({ name }) => !["z", "layer", "load"].includes(name))
    .map(({ name, valueOf }) => `${name} = ${String(valueOf(line, line.rows[0]))}, `)
    .join("");
}

function settingsText({ axes }: Shown, line: ResultLine): string {
  const settings = varied(axes, line).replace(/, $/, "");
  return `Run ${line.index}${settings === "" ? "" : `: ${settings}`}; z = ${line.spec.z.join(", ")}.`;
}

function summaryText({ sweep, axes }: Shown): string {
  const { name, command, lines, runs, torn } = sweep;
  const swept = axes.filter(({ name }) => name !== "layer" && name !== "load");
  const parts = swept.map(({ name, values }) => `${name} (${rangeText(values)})`);
  const of = runs !== null && runs > lines.length ? ` of ${grouped(runs)}; the others are missing` : "";
  const cut =
    torn === 0 ? "" : " The last line is cut off, because the sweep is still running or was stopped; it is left out.";
  const differ = parts.length === 0 ? "All have the same settings." : `Swept: ${listed(parts)}.`;
  const source = command === "superpose collect" ? "" : ` The command ${command} gives the same results.`;
  return `${name}: ${grouped(lines.length)} run${lines.length === 1 ? "" : "s"}${of}. ${differ}${cut}${source}`;
}

function rangeText(values: readonly (number | string)[]): string {
  const text = (value: number | string): string => (typeof value === "number" ? shortNumber(value, 6) : value);
  if (values.length <= 4) return values.map(text).join(", ");
  const areNumbers = values.every((value) => typeof value === "number");
  return `${values.length} values${areNumbers ? `, ${text(values[0])} to ${text(values[values.length - 1])}` : ""}`;
}

/** A choice with one part changed and the others made consistent with it. */
function fitted({ axes, choice }: Shown, next: Partial<Choice>): Choice {
  const whole = { ...choice, ...next };
  const allowed = seriesOf(axes, whole.x).some((axis) => axis === whole.series);
  return allowed ? whole : { ...whole, series: null };
}

type Select = Widget<[options: readonly (readonly [value: string, text: string])[], value: string]>;

type Selects = Readonly<Record<"kind" | "y" | "x" | "series" | "layer", Select>>;

function byName<Named extends { readonly name: string }>(all: readonly Named[], name: string): Named | null {
  return all.find((candidate) => candidate.name === name) ?? null;
}

function makeSelect(label: string, pick: (value: string) => void): Select {
  const id = uniqueId("choose");
  const select = html("select", { id });
  select.addEventListener("change", () => pick(select.value));
  const element = html("span", { class: "picker" }, html("label", { for: id }, label), select);
  return {
    element,
    show(options, value) {
      select.replaceChildren(...options.map(([own, text]) => html("option", { value: own }, text)));
      select.value = value;
    },
  };
}

function fillSelects(selects: Selects, { sweep, axes, quantities, layers, kind, choice }: Shown): void {
  const named = (all: readonly { name: string; label: string }[]) =>
    all.map(({ name, label }) => [name, label] as const);
  const known = (Object.keys(kinds) as Kind[]).filter((name) => name !== "own" || sweep.figure !== null);
  selects.kind.show(
    known.map((name) => [name, kinds[name]]),
    kind,
  );
  selects.y.show(named(quantities), choice.y.name);
  selects.x.show(named(axes), choice.x.name);
  selects.series.show([["", "none"], ...named(seriesOf(axes, choice.x))], choice.series?.name ?? "");
  selects.layer.show(
    layers.map((layer) => [String(layer), String(layer)]),
    String(choice.layer),
  );
  const isChosen = kind === "points";
  selects.y.element.hidden = kind === "own";
  selects.x.element.hidden = selects.series.element.hidden = !isChosen;
  selects.layer.element.hidden = !isChosen || isByLayer(choice);
}
