import { join } from "node:path";
import type { Command } from "commander";
import { InputError } from "../base/errors.js";
import { figureIds } from "../studies/list.js";
import type { ReproduceResult } from "../report/reproduce.js";
import { counted, shortNumber } from "../drawing/numbers.js";
import { fieldFromText, fieldNamed } from "../config/fields.js";
import { checkFolder, makeFolder } from "../base/folders.js";
import { checked, nearest, wholeSchema } from "../base/validation.js";
import { fillFolder, writeWhole } from "../base/write-whole.js";
import type { Session } from "./session.js";
import { formatTable } from "./table.js";
import { withWorkers, workersFrom, workersOption } from "./workers.js";

interface Options {
  readonly figures?: string;
  readonly out: string;
  readonly seed: string;
  readonly quick?: boolean;
  readonly wide?: boolean;
  readonly keep?: true | string;
  readonly workers?: string;
}

/** `superpose reproduce`: reproduces the figures of "Rotations in Superposition". */
export function define(command: Command, session: Session): void {
  command
    .description(
      'Runs the experiments of "Rotations in Superposition". Writes report.html, an SVG and a PNG per figure, and all ' +
        "rows as JSON and CSV. Finally prints each figure's deviation from the authors' numbers.",
    )
    .option("--figures <list>", `only these figures, out of ${figureIds.join(", ")} (default: all)`)
    .option("--out <folder>", "output folder", "out")
    .option("--seed <number>", "random seed; the results depend only on it", "1")
    .option("--quick", "fewer samples and networks: enough for a first look, too few for comparisons")
    .option(
      "--wide",
      "include larger sizes if an experiment has them (CAP up to D = 40,000); takes minutes instead of seconds",
    )
    .option(
      "--keep [folder]",
      "with --wide: keep the rows of long-running figures in this folder (default: results); runs without --wide draw them in a lighter colour",
    )
    .addOption(workersOption())
    .addHelpText("after", "\nExample:\n  superpose reproduce --figures R5,R8 --out out --seed 7")
    .action(async (options: Options) => {
      await reproduceFigures(options, session);
    });
}

async function reproduceFigures(options: Options, session: Session): Promise<void> {
  const seed = checked(
    "seed",
    wholeSchema(0, Number.MAX_SAFE_INTEGER),
    fieldFromText(fieldNamed("seed"), options.seed),
  );
  const workers = workersFrom(options.workers);
  const figures = options.figures === undefined ? null : chosenFigures(options.figures, figureIds);

  if (options.keep !== undefined && options.wide !== true)
    throw new InputError("keep: only rows of runs with --wide are kept; add --wide.");
  const kept = options.keep === true ? "results" : options.keep;
  if (kept !== undefined) checkFolder(kept);

  const result = await fillFolder(options.out, (write) =>
    withWorkers({ workers, label: "reproducing" }, async (executor, progress) => {
      // Loading the report module takes time, because it loads the drawing code. It is imported here, not at the top of
      // the file, so that the first line of output appears immediately.
      const { reproduce } = await import("../report/reproduce.js");
      const made = await reproduce({
        ...{ figures, seed, quick: options.quick === true, wide: options.wide === true },
        onProgress: (figure, done, total) => progress.update(done, total, figure),
        signal: session.signal,
        executor,
      });
      for (const { name, content } of made.files) write(name, content);
      return made;
    }),
  );
  if (!result.hasPngs)
    session.note("No PNGs: they need the optional package @resvg/resvg-js; npm install @resvg/resvg-js installs it.");
  if (kept !== undefined) keep(result, kept, session);
  session.print(
    `${summaryText(result)}\n\nWrote ${result.files.length} files to ${options.out}; open ${join(options.out, "report.html")}.\n`,
  );
}

function keep({ kept }: ReproduceResult, folder: string, session: Session): void {
  makeFolder(folder);
  for (const { name, content } of kept) writeWhole(join(folder, name), content);
  session.note(
    kept.length === 0 ? "These figures have no rows to keep." : `Kept ${counted(kept.length, "file")} in ${folder}.`,
  );
}

/** Parses figure ids such as "R5,r8" and sorts them in report order. */
function chosenFigures(text: string, known: readonly string[]): string[] {
  const wanted = text.split(",").map((word) => word.trim());
  const ids = wanted.map((word) => {
    const id = known.find((figure) => figure.toLowerCase() === word.toLowerCase());
    if (id !== undefined) return id;
    const near = nearest(word, known);
    const hint = near === null ? "" : ` Did you mean ${near}?`;
    throw new InputError(`figures = ${JSON.stringify(word)}: must be one of ${known.join(", ")}.${hint}`);
  });
  return known.filter((figure) => ids.includes(figure));
}

/**
 * A line per figure, with the CPU time of its experiment and the figure's largest deviation from the reference, as a
 * multiple of the tolerance.
 */
function summaryText({ figures, seconds }: ReproduceResult): string {
  const columns = ["figure", "core seconds", "worst deviation / tolerance", "within"];
  const rows = figures.map(({ id, seconds: own, comparison }) => [
    id,
    shortNumber(own),
    comparison === null ? "–" : shortNumber(comparison.worst),
    comparison === null ? "–" : `${comparison.within} of ${comparison.entries}`,
  ]);
  return `${formatTable(columns, rows, ["figure"])}\n\n${shortNumber(seconds)} seconds in all. A figure's core seconds include the time of all figures measured together with it.`;
}
