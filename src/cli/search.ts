import type { Command } from "commander";
import { basename, join } from "node:path";
import { stringify } from "yaml";
import { InputError } from "../base/errors.js";
import { counted, shortNumber } from "../drawing/numbers.js";
import { specHash } from "../config/hash.js";
import type { ErrorRow } from "../results/rows.js";
import type { RunSpec } from "../config/run-spec.js";
import { specFields } from "../config/fields.js";
import { openSearch, type SearchFile } from "../batch/search/folder.js";
import { statisticAt, type Objective } from "../batch/search/objective.js";
import { parseSearch, settingsAt, specAt, type SearchPlan } from "../batch/search/plan.js";
import { hasBase, search, type Finalist, type MeasureSpecs, type SearchResult } from "../batch/search/search.js";
import { perturbation } from "../studies/stress/perturbations.js";
import { described } from "../base/validation.js";
import { readBasedFile } from "./circuits-file.js";
import { checkWritable, writeWhole } from "../base/write-whole.js";
import type { Session } from "./session.js";
import { formatTable } from "./table.js";
import { withWorkers, workersFrom, workersOption } from "./workers.js";

interface SearchOptions {
  readonly out?: string;
  readonly write?: string;
  readonly workers?: string;
  readonly dryRun?: boolean;
}

/** `superpose search`: finds the settings that best meet an objective. */
export function define(command: Command, session: Session): void {
  command
    .description(
      "Searches for the settings of a spec that are best for an objective: random draws, then changes to the best specs so far. The " +
        "best specs are measured again on held-out seeds, and the best one is written to best.yaml. Every run is appended to a JSON Lines file in the " +
        "folder. After an interruption, the same command resumes and gives the same result. With `under: all` in the objective, specs are " +
        "compared while noise, rounding and inexact inputs act on them together, as in the all-at-once line of `superpose stress`.",
    )
    .argument(
      "<search>",
      "a search file, .yaml or .json, with the keys `vary`, `objective` and `budget`, and optionally `base`; see docs/search.md",
    )
    .option("--out <folder>", "output folder for the results and best.yaml")
    .option("--write <file>", "also write the best spec to this .yaml file, for instance designs/NAME.yaml")
    .addOption(workersOption())
    .option("--dry-run", "print the number of runs and the estimated time, and stop")
    .addHelpText(
      "after",
      "\nExample:\n  superpose search examples/searches/ramp.yaml --out found\n" +
        "  superpose search examples/searches/robust.yaml --out robust",
    )
    .action((file: string, options: SearchOptions) => runSearch(file, options, session));
}

async function runSearch(file: string, options: SearchOptions, session: Session): Promise<void> {
  const workers = workersFrom(options.workers);
  if (options.write !== undefined) checkWritable(options.write, [".yaml", ".yml"]);
  const plan = await parseSearch(readBasedFile(file, session));
  await noteEstimate(plan, workers, session);
  if (options.dryRun === true) return;
  if (options.out === undefined) throw new InputError("--out FOLDER or --dry-run is needed.");
  const results = openSearch(options.out, { version: session.version, hash: plan.hash });
  try {
    if (results.done > 0) session.note(`${counted(results.done, "run is", "runs are")} done`);
    const found = await measured(plan, results, workers, session);
    results.finish();
    session.print(`${resultText(plan, found)}\n`);
    const text = await bestText(plan, found.best[0], `superpose search ${basename(file)}`, session.version);
    const paths = [join(options.out, "best.yaml"), ...(options.write === undefined ? [] : [options.write])];
    for (const path of paths) writeWhole(path, text);
    session.note(`wrote ${paths.join(" and ")}; every run is in ${results.path}`);
  } finally {
    results.close();
  }
}

/** Upper bound on the number of runs in the whole search. */
function countRuns(plan: SearchPlan): number {
  return plan.budget + plan.selected + Math.min(plan.best, plan.selected) + (hasBase(plan) ? 1 : 0);
}

/**
 * Reports an estimate of how long the search takes, based on specs whose settings are in the middle of their ranges.
 *
 * @throws InputError when these specs lack the objective's readout
 */
async function noteEstimate(plan: SearchPlan, workers: number, session: Session): Promise<void> {
  // Loaded here so that help and input errors appear immediately.
  const { durationText, estimate } = await import("../batch/estimate.js");
  const typical = typicalSettings(plan);
  const { checkReadout } = await import("../batch/check-readout.js");
  const { checkUnder, secondsUnder } = await import("../batch/search/under.js");
  const { readout, under } = plan.objective;
  if (typical !== null) {
    const spec = specAt(plan, typical, plan.screen);
    checkReadout("objective.readout", readout, [spec]);
    if (under !== undefined) checkUnder(under, readout, spec);
  }
  const of = (effort: typeof plan.screen, count: number): number => {
    if (typical === null) return 0;
    const spec = specAt(plan, typical, effort);
    return count * (under === undefined ? estimate([spec], workers).seconds : secondsUnder(spec) / workers);
  };
  const seconds =
    of(plan.screen, plan.budget) + of(plan.select, plan.selected) + of(plan.final, plan.best + (hasBase(plan) ? 1 : 0));
  const cores = workers === 1 ? "1 core" : `${workers} cores`;
  const { selected, best, final } = plan;
  session.note(
    `at most ${countRuns(plan)} runs: ${plan.budget} for the search, ${selected} for the selection, and then the best ` +
      `${Math.min(best, selected)}${hasBase(plan) ? " and the base" : ""} on seed ${final.seed}: ${durationText(seconds)} on ${cores}`,
  );
}

/** Settings that make a valid spec; null if none of the first 100 candidates does. */
function typicalSettings(plan: SearchPlan): Readonly<Record<string, unknown>> | null {
  const coordinates = plan.axes.reduce((sum, axis) => sum + axis.coordinates, 0);
  for (let k = 0; k < 100; k++) {
    const at = Array.from({ length: coordinates }, (_, c) => (0.5 + 0.618 * k * (c + 1)) % 1);
    const settings = settingsAt(plan, at);
    try {
      specAt(plan, settings, plan.screen);
      return settings;
    } catch {
      // Not a valid spec; try the next settings.
    }
  }
  return null;
}

async function measured(
  plan: SearchPlan,
  results: SearchFile,
  workers: number,
  session: Session,
): Promise<SearchResult> {
  const { runAll } = await import("../batch/run-all.js");
  const { runAllUnder } = await import("../batch/search/under.js");
  const { under } = plan.objective;
  const total = countRuns(plan);
  let done = 0;
  return withWorkers({ workers, label: "searching" }, (executor, progress) => {
    const measure: MeasureSpecs = async (specs) => {
      const hashes = await Promise.all(specs.map(specHash));
      const taken = hashes.map((hash) => results.take(hash));
      const rows = taken.map((run) => run.rows);
      const missing = [...rows.keys()].filter((k) => rows[k] === null);
      done += specs.length - missing.length;
      if (missing.length > 0) {
        const left = missing.values();
        const runs = missing.map((k) => specs[k]);
        const options = { executor, signal: session.signal };
        for await (const own of under === undefined ? runAll(runs, options) : runAllUnder(under, runs, options)) {
          const k = left.next().value as number;
          results.append(taken[k].index, hashes[k], specs[k], own);
          rows[k] = own;
          progress.update(++done, total);
        }
      }
      return rows as (readonly ErrorRow[])[];
    };
    return search(plan, measure);
  });
}

/**
 * The objective's perturbation as text with a leading comma, such as `, all at once`; empty if it has no perturbation.
 */
function underText({ under }: Objective): string {
  if (under === undefined) return "";
  const { name, level } = perturbation(under.kind, 1, under.level);
  return `, ${name}${level === null ? "" : `: ${shortNumber(level)}`}`;
}

/** A sentence on how to reproduce the held-out numbers if they are measured under a perturbation. */
function stressText({ under, z }: Objective, { samples, networks }: SearchPlan["final"]): string[] {
  if (under === undefined) return [];
  const levels = under.level === null ? "" : ` --levels ${under.level}`;
  const options = `--only ${under.kind}${levels} --samples ${samples} --networks ${networks} --z ${z.join(",")}`;
  return [`# To measure this spec again: superpose stress best.yaml ${options}`];
}

/** A table of the best specs and the base spec, measured on held-out seeds. */
function resultText(plan: SearchPlan, { best, base }: SearchResult): string {
  const { objective, final, axes } = plan;
  const what =
    "minimise" in objective
      ? `${objective.minimise} of ${objective.readout} at layer ${objective.layer}`
      : `depth with ${objective.readout}'s mean square at most ${objective.error}`;
  const columns = ["", ...axes.map(({ name }) => name), "selected by", "held out"];
  const lines = best.map((finalist, k) => row(String(k + 1), finalist));
  if (base !== null) lines.push(row("base", base));
  return [
    `${what}${underText(objective)}, z = ${objective.z.join(", ")}; held out: seed ${final.seed}, ` +
      `${counted(final.samples, "sample")} in each of ${counted(final.networks, "network")}`,
    "",
    formatTable(columns, lines, [""]),
  ].join("\n");

  function row(name: string, { spec, selection, score }: Finalist): string[] {
    const settings = axes.map((axis) => described(spec[axis.name as keyof RunSpec]).replace(/^"|"$/g, ""));
    return [name, ...settings, selection?.text ?? "–", score.text];
  }
}

/** The best spec as a file, with its measurements in comments. */
async function bestText(
  plan: SearchPlan,
  { settings, spec, rows, score }: Finalist,
  command: string,
  version: string,
): Promise<string> {
  const { objective, final } = plan;
  const stated = { ...plan.base, ...settings, z: objective.z, ...final };
  const fields = Object.fromEntries(
    specFields.flatMap(({ name }) =>
      Object.hasOwn(stated, name) ? [[name, stated[name as keyof typeof stated]]] : [],
    ),
  );
  const layer = objective.layer ?? spec.L;
  const figures = objective.z.map((z) => {
    const { meanSquare, sd, worst, wrong } = statisticAt(
      objective,
      rows.filter((row) => row.z === z),
      layer,
    );
    const share = wrong === null ? "" : `, share over 0.25 ${shortNumber(wrong)}`;
    const spread = sd === null ? "" : ` ± ${shortNumber(sd)}`;
    return `# z = ${z}, layer ${layer}: mean |δ${objective.readout}|² ${shortNumber(meanSquare)}${spread}, worst ${shortNumber(worst)}${share}`;
  });
  const goal =
    "minimise" in objective ? `${objective.minimise} ${score.text}` : `depth ${score.text} at error ${objective.error}`;
  return [
    `# Found by \`${command}\` (version ${version}, spec ${(await specHash(spec)).slice(0, 12)}): ${goal}${underText(objective)},`,
    `# on seeds that the search had not used (samples, networks and seed: see below).`,
    ...figures,
    ...stressText(objective, final),
    stringify(fields, { lineWidth: 120, flowCollectionPadding: false }),
  ].join("\n");
}
