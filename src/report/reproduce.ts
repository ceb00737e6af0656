import type { HostSignal } from "../base/host.js";
import { setMaxListeners } from "node:events";
import { readFileSync } from "node:fs";
import { given, InputError, listOf, oneOf, shown, wholeNumber } from "../base/errors.js";
import { localExecutor } from "../workers/local.js";
import type { Executor } from "../jobs/execute.js";
import { threadClock } from "../jobs/node-clock.js";
import { loadKernels } from "../kernels/node.js";
import type { Comparison } from "../results/compare.js";
import { reportHtml } from "./html.js";
import { keptRemark, keptText, specOf } from "./kept.js";
import { readKept } from "../studies/kept-run.js";
import { memoize } from "../base/memoize.js";
import { createDocument } from "../drawing/node-document.js";
import { loadPngRenderer, type RenderPng } from "../drawing/png.js";
import { svgText } from "../drawing/svg.js";
import { rowsToCsv, rowsToJson } from "../results/table.js";
import type { FigureReport } from "./types.js";
import { figureIds, studies, type FigureGroup } from "../studies/list.js";
import type { FigureDraft, RunTasks, Settings, Study } from "../studies/study.js";

/** Options: which figures to make, sample sizes and progress. */
export interface ReproduceOptions {
  /** Figures to make; null makes all. */
  readonly figures: readonly string[] | null;
  readonly seed: number;
  readonly quick: boolean;
  /** Larger sizes where a study has them (CAP up to D = 40,000). Default false. */
  readonly wide?: boolean;
  /** @param figure the ids of the figures being worked on, separated by spaces */
  readonly onProgress?: (figure: string, done: number, total: number) => void;
  readonly signal?: HostSignal;
  /** The executor that does the work; default: this thread. */
  readonly executor?: Executor;
}

/** The figures that were made, and their comparison with the reference numbers. */
export interface ReproduceResult {
  /** Whether each figure is also written as PNG, which needs the optional package @resvg/resvg-js. */
  readonly hasPngs: boolean;
  /** Files to write, with names relative to the output folder. */
  readonly files: readonly { readonly name: string; readonly content: string | Uint8Array }[];
  readonly figures: readonly {
    readonly id: string;
    /** CPU time of the figure's study, not of this figure alone; see `threadClock`. */
    readonly seconds: number;
    readonly comparison: Comparison | null;
  }[];
  readonly seconds: number;
  /**
   * With `wide`, the files to write to results/. Runs without `wide` draw the rows of these files in a lighter shade.
   */
  readonly kept: readonly { readonly name: string; readonly content: string }[];
}

/**
 * Measures and draws the figures listed in section 8 of the specification.
 *
 * Everything except the times is a function of the seed; the report therefore contains no times. Each study has its own
 * random numbers, so a figure does not depend on which other figures are made.
 *
 * @throws InputError if an option is out of bounds (the error names it) or a figure is unknown
 * @throws the signal's reason if the signal is aborted
 */
export async function reproduce(options: ReproduceOptions): Promise<ReproduceResult> {
  const {
    figures: wanted,
    seed,
    quick,
    wide = false,
  } = given("options", options, "an object { figures, seed, quick }");
  wholeNumber("seed", seed, 0);
  if (wanted !== null) for (const id of listOf("figures", wanted)) oneOf("figures", id, figureIds);
  for (const [name, value] of Object.entries({ quick, wide })) checkFlag(name, value);
  if (options.executor !== undefined) given("executor", options.executor, "an executor from nodeExecutor", "results");
  const settings = { seed, quick, wide };
  const command = commandFor(wanted, settings);
  const start = performance.now();
  const clock = threadClock();
  const wantedOf = (figures: readonly string[]) => figures.filter((id) => wanted === null || wanted.includes(id));
  const listed = studies.filter(({ figures }) => wantedOf(figures).length > 0);
  const chosen = await Promise.all(
    listed.map(async ({ figures, group, load }): Promise<ChosenStudy> => ({
      ...(await load()),
      group,
      figures: wantedOf(figures),
      of: figures.length,
    })),
  );
  const renderPng = await loadPngRenderer();
  const executor = options.executor ?? localExecutor(loadKernels(), clock);
  const progress = progressOf(chosen, options.onProgress);
  const stopper = new AbortController();
  const signal = options.signal ? AbortSignal.any([options.signal, stopper.signal]) : stopper.signal;
  // All studies listen to the same signal, and by default Node warns about so many listeners.
  setMaxListeners(2 * chosen.length, signal);
  let measuring = chosen.length;
  const make = async (study: ChosenStudy): Promise<Made> => {
    const ids = study.figures;
    const plan = study.plan(settings, ids);
    const isAdaptive = "measure" in plan;
    let seconds = 0;
    // Progress is measured in expected seconds, so that the time left is meaningful across studies.
    let share = 0;
    const run: RunTasks = (tasks, taskCount) => {
      const [before, room, secondsBefore] = [share, 1 - share, seconds];
      const onDone = (done: number, taken: number): void => {
        seconds = secondsBefore + taken;
        // The number of rounds of an adaptive plan is unknown, so each round counts as half of the remaining work.
        share = before + (isAdaptive ? room / 2 : room) * (done / taskCount);
        progress(study, ids, share);
      };
      return executor.results(tasks, { onDone, signal, isUrgent: isAdaptive });
    };
    const all = isAdaptive ? await plan.measure(run) : await plan.finish(run(plan.tasks, plan.taskCount));
    const drafts = all.filter(({ id }) => ids.includes(id));
    // Figures are drawn in this thread, so the workers are released after the last measurement.
    if (--measuring === 0) await executor.release();
    const kept = wide ? await keptFiles(study, drafts, settings, seconds) : [];
    const figures: MadeFigure[] = [];
    const tablesOf = memoize((rows: FigureDraft["rows"]) => ({ json: rowsToJson(rows), csv: rowsToCsv(rows) }));
    for (const draft of drafts) {
      const parts = makeFigure(draft, study.group, settings, { renderPng, tablesOf });
      let part: ReturnType<typeof parts.next>;
      do {
        const began = clock();
        part = parts.next();
        seconds += clock() - began;
        // Drawing a figure blocks this thread, so it is done in parts, and workers get their next tasks in between.
        await new Promise(setImmediate);
        signal.throwIfAborted();
      } while (part.done !== true);
      figures.push(part.value);
    }
    return { figures, kept, summary: drafts.map(({ id, comparison = null }) => ({ id, seconds, comparison })) };
  };
  const made: Made[] = executor.overlapsJobs ? await makeAtOnce(chosen, make, stopper) : [];
  if (!executor.overlapsJobs) for (const study of chosen) made.push(await make(study));
  const files = made.flatMap(({ figures }) => figures.flatMap(({ outputs }) => outputs));
  const reports = made.flatMap(({ figures }) => figures.map(({ report }) => report));
  const summary = made.flatMap(({ summary: own }) => own);
  const byOrder = (a: { id: string }, b: { id: string }): number => figureIds.indexOf(a.id) - figureIds.indexOf(b.id);
  files.push({
    name: "report.html",
    content: reportHtml({
      title: "Rotations in Superposition, reproduced",
      lead:
        "The figures of “Rotations in Superposition” (Linsefors and Bushnaq, 2025), measured again: many small circuits " +
        "hand-coded into one large ReLU network, run on random inputs, and compared with the circuits alone, with the " +
        "error theory and with numbers measured with the authors’ own code. All other figures go beyond the post: storing, other " +
        "hand-made networks, training, other designs, and scale. A layer has D neurons and holds T circuits, of which z are active at " +
        "once; x is the vector that a rotation turns. The naive network runs as many circuits as fit side by side and outputs 0 " +
        "for the others.",
      command,
      seed,
      version: packageVersion(),
      figures: reports.sort(byOrder),
    }),
  });
  return {
    files,
    hasPngs: renderPng !== null,
    figures: summary.sort(byOrder),
    kept: made.flatMap(({ kept }) => kept),
    seconds: (performance.now() - start) / 1000,
  };
}

/** @throws InputError unless the value is true or false */
function checkFlag(name: string, value: unknown): void {
  if (typeof value !== "boolean") throw new InputError(`${name} = ${shown(value)}: must be true or false.`, "type");
}

/** A study, and those of its figures that are requested. */
interface ChosenStudy extends Study {
  readonly group: FigureGroup;
  readonly figures: readonly string[];
  /** Total number of figures in the study. */
  readonly of: number;
}

interface MadeFigure {
  readonly report: FigureReport;
  readonly outputs: readonly { readonly name: string; readonly content: string | Uint8Array }[];
}

/** The results of a study. */
interface Made {
  readonly figures: readonly MadeFigure[];
  readonly kept: ReproduceResult["kept"];
  readonly summary: ReproduceResult["figures"];
}

/** Total progress of all studies, in expected seconds. */
function progressOf(
  chosen: readonly ChosenStudy[],
  onProgress: ReproduceOptions["onProgress"],
): (study: ChosenStudy, figures: readonly string[], share: number) => void {
  const shares = new Map(chosen.map((study) => [study, 0]));
  const total = chosen.reduce((sum, { expectedSeconds }) => sum + expectedSeconds, 0);
  return (study, figures, share) => {
    shares.set(study, share);
    const done = chosen.reduce((sum, each) => sum + each.expectedSeconds * shares.get(each)!, 0);
    onProgress?.(figures.join(" "), done, total);
  };
}

/**
 * Runs all studies at once, so that one study's tasks fill the gaps in another's. Studies with the most figures start
 * first, so that this thread draws their figures while workers continue with the other studies; among studies with the
 * same number of figures, the longest starts last. Adaptive studies must wait for results before they can continue, so
 * their tasks are urgent and come before all other tasks. The first failure stops all other studies.
 */
async function makeAtOnce(
  chosen: readonly ChosenStudy[],
  make: (study: ChosenStudy) => Promise<Made>,
  stopper: AbortController,
): Promise<Made[]> {
  const made = new Map<ChosenStudy, Promise<Made>>();
  let failure: { readonly error: unknown } | null = null;
  const order = (a: ChosenStudy, b: ChosenStudy): number => b.of - a.of || a.expectedSeconds - b.expectedSeconds;
  for (const study of [...chosen].sort(order)) {
    const own = make(study);
    own.catch((error: unknown) => {
      failure ??= { error };
      stopper.abort();
    });
    made.set(study, own);
  }
  await Promise.allSettled(made.values());
  if (failure !== null) throw (failure as { readonly error: unknown }).error;
  return Promise.all(chosen.map((study) => made.get(study)!));
}

/** The command line that makes these figures. */
function commandFor(figures: readonly string[] | null, { seed, quick, wide }: Settings): string {
  const parts = ["superpose reproduce"];
  if (figures !== null) parts.push(`--figures ${figures.join(",")}`);
  parts.push(`--seed ${seed}`);
  if (quick) parts.push("--quick");
  if (wide) parts.push("--wide");
  return parts.join(" ");
}

/** Files with the rows to keep from a study's figures, and a record of how these rows were made. */
async function keptFiles(
  { plan, figures }: ChosenStudy,
  drafts: readonly FigureDraft[],
  settings: Settings,
  seconds: number,
): Promise<ReproduceResult["kept"]> {
  const made = {
    command: commandFor(figures, settings),
    version: packageVersion(),
    date: new Date().toISOString().slice(0, 10),
    seconds: Math.round(seconds),
  };
  const files: { name: string; content: string }[] = [];
  for (const { id, keeps } of drafts) {
    if (keeps === undefined) continue;
    const spec = await specOf(plan(settings, [id]));
    files.push({ name: `${id}.json`, content: keptText({ ...made, spec, rows: keeps }) });
  }
  return files;
}

/** Makes a figure in parts, most of which take 100 ms or less. */
function* makeFigure(
  draft: FigureDraft,
  group: FigureGroup,
  settings: Settings,
  {
    renderPng,
    tablesOf,
  }: {
    renderPng: RenderPng | null;
    /** The rows as text, made only once if several figures share them. */
    tablesOf: (rows: FigureDraft["rows"]) => { readonly json: string; readonly csv: string };
  },
): Generator<undefined, MadeFigure> {
  const { id, draw, rows, keeps, ...rest } = draft;
  const command = commandFor([id], settings);
  const kept = settings.wide || keeps === undefined ? null : readKept(id);
  const remark = kept === null ? {} : { remark: keptRemark(kept, draft.keptAt) };
  const figure = draw({ document: createDocument(), id, command, ...remark }, kept?.rows ?? []);
  yield;
  const svg = svgText(figure.svg);
  yield;
  const pngs = renderPng === null ? [] : [{ name: `${id}.png`, content: renderPng(svg) }];
  yield;
  const { json, csv } = tablesOf(rows);
  const outputs = [
    { name: `${id}.svg`, content: svg },
    ...pngs,
    { name: `${id}.json`, content: json },
    { name: `${id}.csv`, content: csv },
  ];
  const report = {
    ...rest,
    id,
    group,
    title: figure.title,
    kept,
    svg,
    command,
    files: outputs.map(({ name }) => name),
  };
  return { report, outputs };
}

/** This package's version. */
function packageVersion(): string {
  const text = readFileSync(new URL("../../package.json", import.meta.url), "utf8");
  return (JSON.parse(text) as { version: string }).version;
}
