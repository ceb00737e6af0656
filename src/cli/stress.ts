import type { Command } from "commander";
import { InputError } from "../base/errors.js";
import { checked, wholeSchema } from "../base/validation.js";
import { writeWhole, checkWritable } from "../base/write-whole.js";
import { buildLikeMultiPart } from "../config/build.js";
import { fieldFromText, fieldNamed, numberFrom } from "../config/fields.js";
import { parseField, parseSpec } from "../config/parse-spec.js";
import { LARGEST_SPARSE, shapeOf, type RunSpec } from "../config/run-spec.js";
import { shortNumber } from "../drawing/numbers.js";
import { jsonWithRows } from "../results/table.js";
import type { StressInput, StressReport, StressRow } from "../studies/stress/panel.js";
import { readSpecFile } from "./circuits-file.js";
import { standaloneInfoOf } from "./run-standalone.js";
import type { Session } from "./session.js";
import { namesModel, readWith, recordFrom } from "./read-model.js";
import { formatTable } from "./table.js";
import { withWorkers, workersFrom, workersOption } from "./workers.js";

type Options = Readonly<Partial<Record<"z" | "samples" | "networks" | "seed" | "workers" | "out", string>>> & {
  readonly json?: boolean;
};

/** Samples of each network and perturbation, and networks of a spec, unless said. */
const SAMPLES = 128;
const NETWORKS = 2;
/** How many times the inputs' size x may get to when a network fails, for that to count as bounded. */
const BOUNDED = 10;

/** `superpose stress`: what a network survives. */
export function define(command: Command, session: Session): void {
  command
    .description(
      "Puts a network through one panel: noise on weights, neurons and inputs, bfloat16 and int8, weaker and stronger indicators, longer and " +
        "shorter x, more and fewer active circuits, sets of circuits that have something in common. Prints for how many steps the mean " +
        "square of x stays at most 0.25 under each, what the network does after that, and the smallest relative perturbation that " +
        "halves the depth. docs/stress.md says what each line is.",
    )
    .argument(
      "<spec>",
      "a spec file, .yaml or .json, as for run; or a .safetensors or .npz file of export or zoo, or its folder",
    )
    .option("--z <list>", "circuits active at once, a panel for each (default: the spec's)")
    .option("--samples <number>", `samples of each network and perturbation (default ${SAMPLES})`)
    .option("--networks <number>", `networks of the spec (default ${NETWORKS}, or as many as it says if fewer)`)
    .option("--seed <number>", "of networks, samples and noise (default: the spec's)")
    .option("--json", "print JSON instead of tables")
    .option("--out <file>", "write the JSON to a file as well")
    .addOption(workersOption())
    .addHelpText("after", "\nExample:\n  superpose stress designs/published.yaml --z 1");
  command.action(async (path: string, options: Options) => {
    await stressCommand(path, options, session);
  });
}

async function stressCommand(path: string, options: Options, session: Session): Promise<void> {
  if (options.out !== undefined) checkWritable(options.out, [".json"]);
  const workers = workersFrom(options.workers);
  const { input, about } = namesModel(path) ? await ofModel(path, options) : ofSpec(path, options, session);
  const start = performance.now();
  // Loaded here so that help and wrong input answer at once.
  const { stress } = await import("../studies/stress/panel.js");
  const report = await withWorkers({ workers, label: "stressing" }, (executor, { update }) => {
    let done = 0;
    let total = 0;
    return stress(input, (tasks, count) => {
      const before = done;
      total += count;
      const onDone = (of: number): void => update((done = before + of), total);
      return executor.results(tasks, { onDone, signal: session.signal });
    });
  });
  const { rows, ...rest } = report;
  const { samples, seed, z } = input;
  const settings = { z, samples, networks: input.numbers.length, seed };
  const json = jsonWithRows({ version: session.version, ...about, settings, ...rest }, rows);
  if (options.out !== undefined) writeWhole(options.out, json);
  session.print(options.json === true ? json : `${reportText(report, input)}\n`);
  session.note(
    `${shortNumber((performance.now() - start) / 1000)} s${options.out === undefined ? "" : `; wrote ${options.out}`}`,
  );
}

/** Networks of a spec. */
function ofSpec(path: string, options: Options, session: Session): { input: StressInput; about: object } {
  const { info, fields } = standaloneInfoOf(readSpecFile(path, session), {});
  if (info !== null)
    throw new InputError(`experiment = ${info.id}: has no network of a spec's own; stress takes one that has.`);
  const given = parseSpec(fields);
  const seed = parseField("seed", options.seed === undefined ? given.seed : numberFrom(options.seed)) as number;
  const spec: RunSpec = { ...given, seed };
  if (spec.gate === "oracle") throw new InputError('gate = "oracle": stress runs ReLUs, which are what can fail.');
  if (shapeOf(spec).D > LARGEST_SPARSE) {
    throw new InputError(`D = ${spec.D}: stress writes every weight out; at most D = ${LARGEST_SPARSE} can be.`);
  }
  const networks = wholeOption("networks", options.networks, Math.min(NETWORKS, spec.networks), spec.networks);
  const few = buildLikeMultiPart(spec).circuits;
  return {
    about: { spec },
    input: {
      networks: { run: spec },
      numbers: Array.from({ length: networks }, (_, n) => n),
      circuits: { ...few, T: spec.T, L: spec.L },
      z: zOption(options.z, spec.z, spec.T),
      samples: wholeOption("samples", options.samples, SAMPLES, 65_536),
      seed,
    },
  };
}

/** The network of a file, with the samples that its spec draws for it. */
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
    if (z > T) throw new InputError(`z = ${z}: at most T = ${T} circuits can be active at once.`);
  }
  return list;
}

function wholeOption(name: string, text: string | undefined, standard: number, most: number): number {
  return checked(name, wholeSchema(1, most), text === undefined ? standard : numberFrom(text));
}

/** Tables for people: what the network is, the headline, and a line for each perturbation. */
export function reportText(
  report: StressReport,
  { samples, numbers }: Pick<StressInput, "samples" | "numbers">,
): string {
  const { inventory: own, headlines, rows } = report;
  const perStep = own.layers / own.steps;
  const parts = [
    `${own.neurons} neurons, ${own.layers} layers for ${own.steps} steps (${shortNumber(perStep)} a step; ${own.differentLayers} differ), ` +
      `${own.circuits} circuits (${own.differentCircuits} differ)\n` +
      `largest weight ${shortNumber(own.largestWeight)}, bias ${shortNumber(own.largestBias)}, activation ${shortNumber(own.largestActivation)}`,
  ];
  headlines.forEach(({ z, depth, isLeast, smallest, largest }) => {
    const halved =
      smallest === null
        ? "no relative perturbation of the panel halves the depth"
        : `halved by ${percent(smallest.level)}: ${smallest.name} (depth ${smallest.depth})`;
    const at = largest.level === null ? largest.name : `${largest.name}, ${shortNumber(largest.level)}`;
    const growth = `x gets to ${shortNumber(largest.size)} at most, a root mean square (${at}): ${largest.size <= BOUNDED ? "bounded" : "it grows"}`;
    parts.push(
      `z = ${z}: depth ${depthText(depth, isLeast)}; ${halved}\n${growth}\n${samples} samples in each of ${numbers.length} network${numbers.length === 1 ? "" : "s"}`,
      rowsText(rows.filter((row) => row.z === z)),
      detailsText(z, report),
    );
  });
  return parts.join("\n\n");
}

function rowsText(rows: readonly StressRow[]): string {
  return formatTable(
    ["perturbation", "level", "depth", "at step", "mean square", "over 0.25", "largest |x|", "activation"],
    rows.map((row) => [
      row.name,
      row.level === null ? "" : shortNumber(row.level),
      `${depthText(row.depth, row.isLeast)}${row.halves ? " *" : "  "}`,
      String(row.step),
      ...[row.meanSquare, row.wrong, row.size, row.largest].map((value) => shortNumber(value)),
    ]),
    ["perturbation"],
  );
}

function detailsText(z: number, { inactive, worst }: StressReport): string {
  const lines = inactive
    .filter((row) => row.z === z)
    .map(({ step, wrongX, unseenX, wrongIndicators, largestX, largestIndicator }) => {
      const rest =
        wrongIndicators === null || largestIndicator === null
          ? ""
          : `, ${shortNumber(unseenX)} of them with an indicator within 0.25; ${shortNumber(wrongIndicators)} with one beyond (at most ${shortNumber(largestIndicator)})`;
      return `inactive circuits at step ${step}: ${shortNumber(wrongX)} a sample with |x| over 0.25 (at most ${shortNumber(largestX)})${rest}`;
    });
  const found = worst
    .filter((row) => row.z === z)
    .map(
      ({ step, error, circuits }) =>
        `worst set by search at step ${step}: circuits ${circuits.join(", ")}, off by ${shortNumber(error)}`,
    );
  return ["* at most half the depth", ...lines, ...found].join("\n");
}

const depthText = (depth: number, isLeast: boolean): string => `${isLeast ? "≥ " : ""}${depth}`;
const percent = (share: number): string => `${Number((100 * share).toPrecision(2))} %`;
