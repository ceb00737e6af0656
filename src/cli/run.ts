import { Option, type Command } from "commander";
import { InputError } from "../base/errors.js";
import { beatsNaive, describeLayers, naiveAt } from "../results/beats-naive.js";
import { spelled, statisticsOf, type ErrorRow, type Statistic, type StatisticOf } from "../results/rows.js";
import { isVoid, theoryEnds, type TheoryEnd } from "../results/theory-ends.js";
import type { NaiveErrors } from "../theory/naive.js";
import { runCsv, runJson } from "../results/run-file.js";
import { engineNames } from "../runs/engines.js";
import { checkDenseSize } from "../network/dense-size.js";
import { counted, shortNumber } from "../drawing/numbers.js";
import { parseSpec } from "../config/parse-spec.js";
import { specNotes, theoryAbout } from "../config/notes.js";
import { shapeOf } from "../config/run-spec.js";
import { designNotes, fieldFromText, specFields, type SpecField } from "../config/fields.js";
import { checked, choiceSchema, isObject } from "../base/validation.js";
import { namesCircuitsFile, parseFrom, readCircuits, readSpecFile } from "./circuits-file.js";
import { checkWritable, writeWhole } from "../base/write-whole.js";
import { inputsEndings, inputsText, ownInputs, saveInputs } from "./inputs-file.js";
import { addStandaloneOptions, standaloneHelp, standaloneInfoOf, runStandaloneCommand } from "./run-standalone.js";
import type { Session } from "./session.js";
import { formatTable } from "./table.js";
import { withAngles } from "./theta-file.js";
import { withWorkers, workersFrom, workersOption } from "./workers.js";

/** `superpose run`: runs one experiment. */
export function define(command: Command, session: Session): void {
  command
    .description(
      "Builds networks from a spec, runs samples through them and prints the errors by layer next to the theory. " +
        "Fields come from the file and from flags; flags take precedence. The defaults are the post's values. --experiment runs one of " +
        "the other experiments, listed below with their settings.",
    )
    .argument("[spec]", "a spec file, .yaml or .json, with the flags' names as keys")
    .option("--json", "print {spec, rows} as JSON instead of tables")
    .option("--out <file>", "also write the result to a .json or .csv file")
    .option(
      "--inputs <file>",
      "run the samples of a .npz, .safetensors or .json file: circuits [N, z] and inputs [N, z, d], as `activations` writes them",
    )
    .option(
      "--theta <file>",
      "your own angles for rotations, in radians, one per circuit: a list in .json or .yaml, or theta [T] in .npz or .safetensors; in a spec file, theta is such a list or a file's name",
    )
    .option("--save-inputs <file>", "write the random samples to a file that --inputs reads (one network and one z)")
    .addOption(engineOption())
    .option(
      "--relaxed",
      "use relaxed SIMD (needs --engine dense); the last bits of the results then depend on the processor, and the metadata says so",
    )
    .addOption(workersOption())
    .addHelpText(
      "after",
      designHelp() +
        standaloneHelp() +
        columnsHelp +
        "\nExample:\n  superpose run --experiment storage --n 1024 --m 4096\n  superpose run --D 1000 --T 557 --S 6 --L 5 --z 1,2,3 --samples 2000 --networks 3 --seed 7 --json",
    );
  for (const field of specFields) addFieldOptions(command, field);
  addStandaloneOptions(command);
  command.action(async (file: string | undefined, options: Record<string, unknown>) => {
    await run(file, options, session);
  });
}

/** The list of designs and their settings at the end of the help. */
function designHelp(): string {
  const lines = designNotes.flatMap(({ name, help, own, caveats = "" }) => [
    `  ${name}: ${help}`,
    `    ${own}`,
    // Lines of at most 100 characters, broken at spaces.
    ...(caveats.match(/\S.{0,95}(?=\s|$)/g) ?? []).map((line) => `      ${line}`),
  ]);
  return `\nDesigns, chosen with --design: values of S (default first), angles, settings, and what breaks each design:\n${lines.join("\n")}\n`;
}

function engineOption(): Option {
  return new Option(
    "--engine <word>",
    `how samples are run: ${engineNames.join(", ")}; results agree within rounding`,
  ).default("factored");
}

/** Adds a field's flag. `--chi-factor` can also be written as in files: `--chiFactor`. */
function addFieldOptions(command: Command, field: SpecField): void {
  const flag = field.name.replace(/[a-z](?=[A-Z])/g, "$&-");
  const spelled = flag === field.name ? flag : flag.toLowerCase();
  command.addOption(new Option(`--${spelled} <${valueName(field)}>`, field.help + allowed(field)));
  if (spelled !== field.name) command.addOption(new Option(`--${field.name} <value>`).hideHelp());
}

function valueName(field: SpecField): string {
  switch (field.kind) {
    case "whole":
    case "number":
      return "number";
    case "wholes":
    case "numbers":
      return "list";
    case "choice":
      return "word";
    case "circuits":
      return "kind|file";
  }
}

/** A field's allowed values and default, as the help shows them. */
export function allowed(field: SpecField, standard = field.default): string {
  const choices = "choices" in field ? [field.choices.join(", ")] : [];
  // The help text of a ramp already includes the default.
  const bounds = "min" in field && field.name !== "ramp" ? [`${field.min} to ${field.max}`] : [];
  const parts = [...choices, ...bounds, ...(standard === null ? [] : [`default ${String(standard)}`])];
  return parts.length === 0 ? "" : ` (${parts.join("; ")})`;
}

async function run(file: string | undefined, options: Record<string, unknown>, session: Session): Promise<void> {
  const out = options["out"] as string | undefined;
  if (out !== undefined) checkWritable(out, [".json", ".csv"]);
  const content = file === undefined ? {} : readSpecFile(file, session);
  refuseOtherKind(file ?? "", content);
  const { info, fields } = standaloneInfoOf(content, options);
  const inputs = options["inputs"] as string | undefined;
  const saved = options["saveInputs"] as string | undefined;
  if (info !== null) {
    if (inputs !== undefined || saved !== undefined) {
      throw new InputError(
        `--${inputs === undefined ? "save-inputs" : "inputs"}: the ${info.id} experiment has no inputs; leave this option out.`,
      );
    }
    await runStandaloneCommand(info, fields, options, session);
    return;
  }
  if (saved !== undefined) checkWritable(saved, inputsEndings);
  const flagged = withFlags(fields, options, session);
  const all = withAngles(flagged, file, options["theta"] as string | undefined);
  const own = ownInputs(
    parseFrom(isObject(all) ? Reflect.get(all, "circuits") : null, () => parseSpec(all)),
    inputs,
    options,
  );
  const { spec } = own;
  const engine = checked("engine", choiceSchema(engineNames), options["engine"]);
  if (engine === "dense") checkDenseSize(shapeOf(spec));
  const relaxed = options["relaxed"] === true;
  if (relaxed && engine !== "dense") {
    throw new InputError(
      `--relaxed: only the dense engine has relaxed kernels. Add --engine dense, or leave out --relaxed.`,
    );
  }
  const workers = workersFrom(options["workers"] as string | undefined);
  for (const text of specNotes(spec)) session.note(`note: ${text}`);
  const given = own.given ?? (saved === undefined ? undefined : await saveInputs(spec, saved));
  // Loaded here so that help and input errors appear immediately.
  const { estimate } = await import("../batch/estimate.js");
  const expected = estimate([spec], workers, engine).seconds;
  const result = await withWorkers({ workers, label: "running", expected, relaxed }, async (executor, { update }) => {
    const { runSpec } = await import("../runs/run.js");
    const onTheory = (share: number): void => update(share, 1, "computing the theory");
    return runSpec(spec, { onProgress: update, onTheory, signal: session.signal, executor, engine, inputs: own.given });
  });
  const json = await runJson(spec, result.rows, session.version, result.naive, { relaxed, inputs: own.file });
  if (out !== undefined) {
    writeWhole(out, out.toLowerCase().endsWith(".csv") ? runCsv(result.rows, result.naive) : json);
  }
  const about = given === undefined ? "" : inputsText(given, own.file);
  session.print(
    options["json"] === true ? json : `${about}${rowsText(result.rows, result.naive, theoryAbout(spec))}\n`,
  );
  session.note(`${shortNumber(result.seconds)} s${out === undefined ? "" : `; wrote ${out}`}`);
}

/** Rejects a file for another command with one clear message instead of many about unknown keys. */
function refuseOtherKind(file: string, content: unknown): void {
  if (typeof content !== "object" || content === null || !Object.hasOwn(content, "base")) return;
  const command = Object.hasOwn(content, "objective") ? "search" : "sweep";
  throw new InputError(
    `${file}: this is a ${command} file; run it with \`superpose ${command} ${file} --out FOLDER\`.`,
  );
}

/** Overrides a file's fields with the values given by flags. `parseSpec` checks the result. */
function withFlags(fields: unknown, options: Record<string, unknown>, session: Session): unknown {
  const given: [string, unknown][] = [];
  for (const field of specFields) {
    const text = options[field.name];
    if (typeof text !== "string") continue;
    const isFile = field.kind === "circuits" && namesCircuitsFile(text);
    given.push([field.name, isFile ? readCircuits(text, session) : fieldFromText(field, text)]);
  }
  if (given.length === 0 || typeof fields !== "object" || fields === null || Array.isArray(fields)) return fields;
  // fromEntries defines keys, so a key named __proto__ is kept as a key and rejected as unknown.
  return Object.fromEntries([...Object.entries(fields), ...given]);
}

/** The help text that explains the columns of {@link rowsText}. [E18b] */
export const columnsHelp = `
Columns of the tables [E18b]; alpha has no unit, and x has length 1:
  mean square  squared length of the error, averaged over samples, circuits and networks
  ± sd         standard deviation of the mean square across networks
  theory       the mean square that the theory predicts [E20]
  naive        mean square of D/d circuits side by side, with outputs of 0 for all others [L4]
  constant     the same, with the best constant outputs for all others
  worst        the length of the largest error
  over 0.25    share of errors longer than 0.2501, just above 0.25 to allow for rounding
`;

/**
 * Readable tables for every z: errors by layer, then active neurons by layer.
 *
 * @param naive for each readout, the errors of the naive network, which does not use superposition [L4]
 * @param about a sentence on what the design's theory covers; printed once
 */
export function rowsText(
  rows: readonly ErrorRow[],
  naive: Readonly<Record<string, NaiveErrors>> = {},
  about: string | null = null,
): string {
  const parts: string[] = [];
  const ends = theoryEnds(rows);
  const lineAt = ({ readout, activity }: StatisticOf, line: keyof NaiveErrors, layer: number): string =>
    cell(activity === "inactive" ? null : naiveAt(naive[readout]?.[line], layer));
  const theoryCell = ({ theory }: Statistic, row: ErrorRow): string =>
    theory !== null && isVoid(ends, row) === true ? `(${cell(theory)})` : cell(theory);
  for (const z of new Set(rows.map((row) => row.z))) {
    const own = rows.filter((row) => row.z === z);
    const { samples, networks, inactiveSamples, expectedActiveFraction } = own[0];
    const read =
      inactiveSamples === undefined ? "" : `; inactive circuits are read out in the first ${inactiveSamples} only`;
    parts.push(
      `z = ${z}: ${counted(samples, "sample")}${networks > 1 ? ` in each of ${networks} networks` : ""}${read}`,
      formatTable(
        ["layer", "error of", "mean square", "± sd", "theory", "naive", "constant", "worst", "over 0.25"],
        own.flatMap((row) =>
          statisticsOf(row).map((of) => [
            String(row.layer),
            spelled(of),
            ...[of.meanSquare, of.sd].map(cell),
            ...[theoryCell(of, row), lineAt(of, "naive", row.layer), lineAt(of, "bestConstant", row.layer)],
            ...[of.worst, of.wrong].map(cell),
          ]),
        ),
        ["error of"],
      ),
      ...beatsText(own, naive),
      ...endText(ends, own[0]),
      "",
      `active neurons, share of each block (${shortNumber(expectedActiveFraction)} expected on average)`,
      formatTable(
        ["layer", ...own[0].activeFraction.map((_, i) => `block ${i}`)],
        own.map(({ layer, activeFraction }) => [String(layer), ...activeFraction.map(cell)]),
      ),
      "",
    );
  }
  const isOfDesign = rows.some(({ theoryHolds }) => theoryHolds !== undefined);
  return [...parts, ...(isOfDesign && about !== null ? [about] : [])].join("\n").trimEnd();
}

/** The layers in which each readout beats the naive network. */
function beatsText(rows: readonly ErrorRow[], naive: Readonly<Record<string, NaiveErrors>>): string[] {
  if (Object.keys(naive).length === 0) return [];
  const parts = beatsNaive(rows, naive).map(({ readout, layers, layersConstant }) => {
    const [where, whereConstant] = [describeLayers(layers), describeLayers(layersConstant)];
    return `${readout} ${where}${whereConstant === where ? "" : `, with its best constants ${whereConstant}`}`;
  });
  return [`beats the naive network of D/d circuits side by side [L4]: ${parts.join("; ")}`];
}

/** A note on the layers in which the theory does not apply. */
function endText(ends: readonly TheoryEnd[], { z, theoryHolds }: ErrorRow): string[] {
  const layer = ends.find((end) => end.z === z)?.layer ?? null;
  if (layer === null) return [];
  if (theoryHolds === false) return ["theory in brackets does not apply: it ignores noise"];
  return [
    `theory in brackets does not apply from layer ${layer} onwards: more neurons are on than the active circuits use`,
  ];
}

function cell(value: number | null): string {
  return value === null ? "–" : shortNumber(value);
}
