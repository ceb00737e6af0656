import { Option, type Command } from "commander";
import { InputError } from "../base/errors.js";
import { standaloneStudies, type ListedStandaloneStudy } from "../studies/standalone-studies.js";
import { shortNumber } from "../drawing/numbers.js";
import { rowsToCsv, type Table } from "../results/table.js";
import { fieldFromText, specFields } from "../config/fields.js";
import { checked, choiceSchema, isObject, nearest } from "../base/validation.js";
import { writeWhole } from "../base/write-whole.js";
import type { Session } from "./session.js";
import { formatTable } from "./table.js";
import { withWorkers, workersFrom } from "./workers.js";

/** The default experiment; most of the help of `superpose run` describes it. */
const standard = "errors";

const ids = [standard, ...standaloneStudies.map(({ id }) => id)];

/** The name of the flag `--theta FILE`; some experiments have a setting with the same name. */
const ownAngles = { name: "theta" };

/** Adds `--experiment` and the flags that only other experiments have; the help lists these by experiment. */
export function addStandaloneOptions(command: Command): void {
  command.addOption(new Option("--experiment <id>", `${ids.join(", ")} (default ${standard})`));
  const known = new Set([...specFields.map(({ name }) => name), ownAngles.name]);
  for (const { name } of standaloneStudies.flatMap(({ fields }) => fields)) {
    if (known.has(name)) continue;
    known.add(name);
    command.addOption(new Option(`--${name} <value>`).hideHelp());
  }
}

/** The list of experiments and their settings at the end of the help. */
export function standaloneHelp(): string {
  const parts = standaloneStudies.map(({ id, question, fields }) => {
    const lines = fields.map(({ name, help, ...field }) => {
      const value = field.default === null ? "" : ` (default ${String(field.default)})`;
      const choices = "choices" in field ? `: ${field.choices.join(", ")}` : "";
      return `    --${name.padEnd(10)} ${help}${choices}${value}`;
    });
    return [`  ${id}: ${question}`, ...lines].join("\n");
  });
  return `\nExperiments, chosen with --experiment or in a file with "experiment: ${standaloneStudies[1].id}":\n${parts.join("\n")}\n`;
}

/** The experiment that a file and flags request (null for the default experiment), and the file's other fields. */
export function standaloneInfoOf(
  content: unknown,
  options: Readonly<Record<string, unknown>>,
): { readonly info: ListedStandaloneStudy | null; readonly fields: unknown } {
  const { experiment = standard, ...fields } = (isObject(content) ? content : {}) as { readonly experiment?: unknown };
  const wanted = options["experiment"] ?? experiment;
  const near = typeof wanted === "string" && !ids.includes(wanted) ? nearest(wanted, ids) : null;
  if (near !== null)
    throw new InputError(`experiment = "${String(wanted)}": must be one of ${ids.join(", ")}. Did you mean ${near}?`);
  const id = checked("experiment", choiceSchema(ids), wanted);
  const info = standaloneStudies.find((candidate) => candidate.id === id) ?? null;
  if (info === null) refuseOthers(options, [...specFields, ownAngles], `the ${standard} of a network`);
  return { info, fields: isObject(content) ? fields : content };
}

/** Rejects flags of other experiments, which would otherwise be silently ignored. */
function refuseOthers(
  options: Readonly<Record<string, unknown>>,
  fields: readonly { readonly name: string }[],
  what: string,
): void {
  const all = new Set([...specFields, ...standaloneStudies.flatMap((info) => info.fields)].map(({ name }) => name));
  for (const name of all) {
    if (typeof options[name] !== "string" || fields.some((field) => field.name === name)) continue;
    const owners = standaloneStudies
      .filter((info) => info.fields.some((field) => field.name === name))
      .map(({ id }) => id);
    const hint = owners.length === 0 ? "" : `; it belongs to --experiment ${owners.join(" or ")}`;
    throw new InputError(
      `--${name}: not a setting of ${what}${hint}. Its settings are ${fields.map((f) => f.name).join(", ")}.`,
    );
  }
}

/** Runs a standalone study and prints its result: a table and a sentence, or JSON. */
export async function runStandaloneCommand(
  info: ListedStandaloneStudy,
  fileFields: unknown,
  options: Readonly<Record<string, unknown>>,
  session: Session,
): Promise<void> {
  refuseOthers(options, info.fields, `the ${info.id} experiment`);
  if (options["engine"] !== "factored")
    throw new InputError(
      `engine = ${JSON.stringify(options["engine"])}: the ${info.id} experiment has no engine; leave engine out.`,
    );
  const flags = info.fields.flatMap((field): [string, unknown][] => {
    const text = options[field.name];
    return typeof text === "string" ? [[field.name, fieldFromText(field, text)]] : [];
  });
  const given = isObject(fileFields) ? Object.fromEntries([...Object.entries(fileFields), ...flags]) : fileFields;
  const workers = workersFrom(options["workers"] as string | undefined);
  // Loaded here so that help appears immediately.
  const study = await info.load();
  const { standaloneJson, parseStandaloneSettings, runStandalone } = await import("../studies/standalone.js");
  const settings = parseStandaloneSettings(study, given);
  const start = performance.now();
  const { rows, table, sentence } = await withWorkers({ workers, label: `running ${info.id}` }, (executor, progress) =>
    runStandalone(study, settings, {
      executor,
      onProgress: (share) => progress.update(share, 1),
      signal: session.signal,
    }),
  );
  const json = await standaloneJson(study, settings, rows, session.version);
  const out = options["out"] as string | undefined;
  if (out !== undefined) writeWhole(out, out.toLowerCase().endsWith(".csv") ? rowsToCsv(rows) : json);
  session.print(options["json"] === true ? json : `${tableText(table)}\n\n${sentence}\n`);
  const seconds = (performance.now() - start) / 1000;
  session.note(`${shortNumber(seconds)} s${out === undefined ? "" : `; wrote ${out}`}`);
}

function tableText({ caption, columns, rows }: Table): string {
  const cell = (value: string | number | null): string =>
    value === null ? "–" : typeof value === "number" ? number(value) : value;
  return `${caption}\n${formatTable(
    columns,
    rows.map((row) => row.map(cell)),
    [...columns.keys()].filter((c) => rows.some((row) => typeof row[c] === "string")),
  )}`;
}

/** The text of a number: sizes and counts in full, other numbers with three digits. */
function number(value: number): string {
  return Number.isInteger(value) ? String(value) : shortNumber(value);
}
