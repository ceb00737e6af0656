import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "commander";
import { InputError, oneOf } from "../base/errors.js";
import { checked, numberSchema, wholeSchema } from "../base/validation.js";
import { readBytes } from "../base/read-bytes.js";
import { writeWhole, checkWritable } from "../base/write-whole.js";
import { fieldFromText, fieldNamed, numberFrom } from "../config/fields.js";
import { parseField, parseSpec } from "../config/parse-spec.js";
import type { RunSpec } from "../config/run-spec.js";
import { counted, shortNumber } from "../drawing/numbers.js";
import { jsonWithRows } from "../results/table.js";
import type { StressInput } from "../studies/stress/panel.js";
import { perturbationKinds } from "../studies/stress/perturbations.js";
import { checkStressable } from "../studies/stress/stressable.js";
import { readSpecFile } from "./circuits-file.js";
import { standaloneInfoOf } from "./run-standalone.js";
import type { Session } from "./session.js";
import { measurePanel, panelInput, SAMPLES } from "./panel.js";
import { namesModel, readWith, recordFrom } from "./read-model.js";
import { cardSection, markdownText, reportText, withSection } from "./stress-text.js";
import { withAngles } from "./theta-file.js";
import { workersFrom, workersOption } from "./workers.js";

type Options = Readonly<
  Partial<Record<"z" | "samples" | "networks" | "levels" | "seed" | "only" | "workers" | "out", string>>
> & {
  readonly json?: boolean;
  readonly markdown?: boolean;
  readonly card?: boolean;
};

/** Default number of networks tested for a spec. */
const NETWORKS = 2;

/** `superpose stress`: tests which perturbations a network survives. */
export function define(command: Command, session: Session): void {
  command
    .description(
      "Measures a network under a fixed panel of perturbations: noise on weights, neurons and inputs, bfloat16 and int8, weaker and stronger indicators, longer and " +
        "shorter x, more and fewer active circuits, and sets of related circuits. Prints the number of steps for which the mean " +
        "square of x stays at most 0.25 under each perturbation, what happens after that, and the smallest relative perturbation that " +
        "halves the depth. docs/stress.md explains each line.",
    )
    .argument(
      "<spec>",
      "a spec file, .yaml or .json, as for `superpose run`; or a .safetensors or .npz file from `superpose export` or `superpose zoo`, or its folder",
    )
    .option("--z <list>", "circuits active at once, with a panel for each value (default: the spec's)")
    .option("--samples <number>", `samples per network and perturbation (default ${SAMPLES})`)
    .option(
      "--networks <number>",
      `how many of the spec's networks to test (default ${NETWORKS}, or all if there are fewer)`,
    )
    .option(
      "--levels <list>",
      `levels of noise on weights (relative to each weight), neurons and inputs (relative to the length of x), ascending (default 0.001,0.003,0.01,0.03)`,
    )
    .option("--seed <number>", "seed of networks, samples and noise (default: the spec's)")
    .option("--only <kinds>", "only lines of these kinds, named as in --json, for example none,all")
    .option("--json", "print JSON instead of tables")
    .option("--markdown", "print two short Markdown tables instead")
    .option("--out <file>", "also write the JSON to a file")
    .option(
      "--card",
      "for a model's folder: also write the two Markdown tables into its README.md, replacing earlier ones",
    )
    .addOption(workersOption())
    .addHelpText("after", "\nExample:\n  superpose stress designs/published.yaml --z 1");
  command.action(async (path: string, options: Options) => {
    await stressCommand(path, options, session);
  });
}

async function stressCommand(path: string, options: Options, session: Session): Promise<void> {
  if (options.out !== undefined) checkWritable(options.out, [".json"]);
  const card = options.card === true ? readCard(path) : null;
  const workers = workersFrom(options.workers);
  const own = levelsOption(options.levels);
  const { input: asked, about } = namesModel(path) ? await ofModel(path, options) : ofSpec(path, options, session);
  const input = { ...asked, ...(own === null ? {} : { levels: own }), ...onlyOption(options.only) };
  const start = performance.now();
  const report = await measurePanel(input, workers, session);
  const { rows, ...rest } = report;
  const { samples, seed, z } = input;
  const settings = { z, samples, networks: input.numbers.length, seed, ...(own === null ? {} : { levels: own }) };
  const json = jsonWithRows({ version: session.version, ...about, settings, ...rest }, rows);
  if (options.out !== undefined) writeWhole(options.out, json);
  if (card !== null) writeWhole(card.file, withSection(card.text, cardSection(report, input)));
  const text = options.markdown === true ? markdownText(report) : reportText(report, input);
  session.print(options.json === true ? json : `${text}\n`);
  session.note(
    `${shortNumber((performance.now() - start) / 1000)} s${options.out === undefined ? "" : `; wrote ${options.out}`}`,
  );
}

/** Maximum size of a card, in bytes. */
const LARGEST_CARD = 2 ** 24;

/** The card of a model's folder. */
function readCard(folder: string): { readonly file: string; readonly text: string } {
  const file = join(folder, "README.md");
  if (!existsSync(file))
    throw new InputError(
      `--card: ${folder} is not a folder with a README.md; give one written by \`superpose export\` or \`superpose zoo\`.`,
    );
  checkWritable(file, [".md"]);
  return { file, text: new TextDecoder().decode(readBytes(file, LARGEST_CARD)) };
}

/** The panel's input for networks built from a spec. */
function ofSpec(path: string, options: Options, session: Session): { input: StressInput; about: object } {
  const { info, fields } = standaloneInfoOf(readSpecFile(path, session), {});
  if (info !== null)
    throw new InputError(
      `experiment = ${info.id}: this experiment has no network that \`superpose stress\` can test. Leave the experiment out.`,
    );
  const given = parseSpec(withAngles(fields, path));
  const seed = parseField("seed", options.seed === undefined ? given.seed : numberFrom(options.seed)) as number;
  const spec: RunSpec = { ...given, seed };
  checkStressable(spec);
  const networks = wholeOption("networks", options.networks, Math.min(NETWORKS, spec.networks), spec.networks);
  const numbers = Array.from({ length: networks }, (_, n) => n);
  const z = zOption(options.z, spec.z, spec.T);
  const samples = wholeOption("samples", options.samples, SAMPLES, 65_536);
  return { about: { spec }, input: { ...panelInput(spec, numbers), z, samples } };
}

/**
 * The panel's input for the network in a file. By default, samples are drawn with the seed of the spec in that file.
 */
async function ofModel(path: string, options: Options): Promise<{ input: StressInput; about: object }> {
  const { importNetwork } = await import("../exchange/multi-part-model.js");
  const { file, network, metadata } = readWith(path, importNetwork);
  const spec = recordFrom(metadata["spec"]);
  const seed = parseField(
    "seed",
    options.seed === undefined ? (spec["seed"] ?? 1) : numberFrom(options.seed),
  ) as number;
  wholeOption("networks", options.networks, 1, 1);
  const { circuits } = network;
  return {
    about: { file, metadata },
    input: {
      networks: { model: network },
      numbers: [checked("network", wholeSchema(0, 9_999), numberFrom(metadata["network"] ?? "0"))],
      circuits,
      z: zOption(options.z, parseField("z", spec["z"] ?? [1]) as readonly number[], circuits.T),
      samples: wholeOption("samples", options.samples, SAMPLES, 65_536),
      seed,
    },
  };
}

function zOption(text: string | undefined, standard: readonly number[], T: number): readonly number[] {
  const list =
    text === undefined ? standard : (parseField("z", fieldFromText(fieldNamed("z"), text)) as readonly number[]);
  for (const z of list) {
    if (z > T) throw new InputError(`z = ${z}: at most T = ${counted(T, "circuit")} can be active at once.`);
  }
  return list;
}

/** The levels that a flag lists; null if the flag is missing. */
function levelsOption(text: string | undefined): readonly number[] | null {
  if (text === undefined) return null;
  return text.split(",").map((part, k, all) => {
    const level = checked(`levels[${k}]`, numberSchema(1e-9, 10), numberFrom(part));
    if (k > 0 && !(Number(all[k - 1]) < level)) throw new InputError(`levels = ${text}: must be ascending.`);
    return level;
  });
}

function onlyOption(text: string | undefined): Pick<StressInput, "only"> {
  if (text === undefined) return {};
  const kinds = perturbationKinds.filter((kind) => kind !== "search");
  return { only: text.split(",").map((kind) => oneOf("only", kind, kinds)) };
}

function wholeOption(name: string, text: string | undefined, standard: number, most: number): number {
  return checked(name, wholeSchema(1, most), text === undefined ? standard : numberFrom(text));
}
