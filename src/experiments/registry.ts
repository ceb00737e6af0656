import { readFileSync } from "node:fs";
import { LocalExecutor, type Executor } from "../jobs/execute.js";
import { loadKernels } from "../kernels/node.js";
import type { Comparison } from "../report/compare.js";
import { reportHtml } from "../report/html.js";
import { createDocument } from "../report/node-document.js";
import { renderPng } from "../report/png.js";
import { svgText } from "../report/svg.js";
import { rowsToCsv, rowsToJson } from "../report/table.js";
import type { FigureReport } from "../report/types.js";
import { embeddingMatrix } from "./embedding-matrix.js";
import { capacity } from "./capacity.js";
import type { Experiment, FigureDraft, RunTasks, Settings } from "./experiment.js";
import { layerErrors } from "./layer-errors.js";
import { oracleGate } from "./oracle-gate.js";
import { randomVectors } from "./random-vectors.js";
import { steps } from "./steps.js";
import { storage } from "./storage.js";
import { sweep } from "./sweep.js";
import { terms } from "./terms.js";
import { trajectories } from "./trajectories.js";

/** Every experiment of section 8 of the specification. */
export const experiments: readonly Experiment[] = [
  trajectories,
  layerErrors,
  sweep,
  embeddingMatrix,
  randomVectors,
  oracleGate,
  steps,
  terms,
  capacity,
  storage,
];

export interface ReproduceOptions {
  /** Figures to make; null makes all. */
  readonly figures: readonly string[] | null;
  readonly seed: number;
  readonly quick: boolean;
  /** Larger sizes where an experiment has them (CAP up to D = 40,000). Default false. */
  readonly wide?: boolean;
  /** @param figure the figures being worked on */
  readonly onProgress?: (figure: string, done: number, total: number) => void;
  readonly signal?: AbortSignal;
  /** Where the work is done; default: this thread. */
  readonly executor?: Executor;
}

export interface ReproduceResult {
  /** Everything to write, names relative to the output folder. */
  readonly files: readonly { readonly name: string; readonly content: string | Uint8Array }[];
  readonly figures: readonly {
    readonly id: string;
    /** Of the experiment that the figure shares with its group. */
    readonly seconds: number;
    readonly comparison: Comparison | null;
  }[];
  readonly seconds: number;
}

/**
 * Measures and draws the figures of the specification's section 8.
 *
 * Everything but the times is a function of the seed; each experiment has random numbers of its own, so that figures do
 * not depend on which others are made. The report has no times in it, for the same reason.
 *
 * @throws the signal's reason when it is aborted
 */
export async function reproduce(options: ReproduceOptions): Promise<ReproduceResult> {
  const { figures: wanted, seed, quick, wide = false, onProgress, signal } = options;
  const command = commandFor(wanted, { seed, quick, wide });
  const start = performance.now();
  const chosen = experiments.filter(({ figures }) => wanted === null || figures.some((id) => wanted.includes(id)));
  const executor = options.executor ?? new LocalExecutor(loadKernels());
  const files: { name: string; content: string | Uint8Array }[] = [];
  const reports: FigureReport[] = [];
  const summary: ReproduceResult["figures"][number][] = [];
  const expected = chosen.reduce((sum, { expectedSeconds }) => sum + expectedSeconds, 0);
  let expectedBefore = 0;
  for (const experiment of chosen) {
    const began = performance.now();
    const ids = experiment.figures.filter((id) => wanted === null || wanted.includes(id));
    // Progress counts expected seconds, so that the time left is of use across experiments of different tasks.
    let share = 0;
    const run: RunTasks = (runTasks, taskCount) => {
      const [before, room] = [share, 1 - share];
      return executor.results(runTasks, {
        onDone: (done) => {
          // Nobody knows how many rounds an adaptive plan takes: each fills half of what is left.
          share = before + ("measure" in plan ? room / 2 : room) * (done / taskCount);
          onProgress?.(ids.join(" "), expectedBefore + experiment.expectedSeconds * share, expected);
        },
        signal,
      });
    };
    const plan = experiment.plan({ seed, quick, wide });
    const all = "measure" in plan ? await plan.measure(run) : await plan.finish(run(plan.tasks, plan.taskCount));
    const drafts = all.filter(({ id }) => ids.includes(id));
    expectedBefore += experiment.expectedSeconds;
    const made = drafts.map((draft) => makeFigure(draft, { seed, quick, wide }));
    for (const { report, outputs } of made) {
      reports.push(report);
      files.push(...outputs);
    }
    const seconds = (performance.now() - began) / 1000;
    summary.push(...drafts.map(({ id, comparison }) => ({ id, seconds, comparison })));
  }
  const order = experiments.flatMap(({ figures }) => figures);
  const byOrder = (a: { id: string }, b: { id: string }): number => order.indexOf(a.id) - order.indexOf(b.id);
  files.push({
    name: "report.html",
    content: reportHtml({
      title: "Rotations in Superposition, reproduced",
      lead:
        "Every figure of “Rotations in Superposition” (Linsefors and Bushnaq, 2025), measured anew: many small circuits " +
        "hand-coded into one large ReLU network, run on random inputs, and compared with the circuits alone, with the " +
        "error theory and with numbers measured with the authors’ own code.",
      command,
      seed,
      version: packageVersion(),
      platform: "",
      seconds: null,
      figures: reports.sort(byOrder),
    }),
  });
  return { files, figures: summary.sort(byOrder), seconds: (performance.now() - start) / 1000 };
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

function makeFigure(
  draft: FigureDraft,
  settings: Settings,
): { report: FigureReport; outputs: { name: string; content: string | Uint8Array }[] } {
  const { id, draw, rows, ...rest } = draft;
  const command = commandFor([id], settings);
  const figure = draw({ document: createDocument(), id, command });
  const svg = svgText(figure.svg);
  const outputs = [
    { name: `${id}.svg`, content: svg },
    { name: `${id}.png`, content: renderPng(svg) },
    { name: `${id}.json`, content: rowsToJson(rows) },
    { name: `${id}.csv`, content: rowsToCsv(rows) },
  ];
  const report = {
    ...rest,
    id,
    title: figure.title,
    svg,
    command,
    files: outputs.map(({ name }) => name),
    seconds: null,
  };
  return { report, outputs };
}

/** This package's version. */
export function packageVersion(): string {
  const text = readFileSync(new URL("../../package.json", import.meta.url), "utf8");
  return (JSON.parse(text) as { version: string }).version;
}
