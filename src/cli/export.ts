import { existsSync } from "node:fs";
import { join } from "node:path";
import { Option, type Command } from "commander";
import { InputError } from "../base/errors.js";
import { checkFolder } from "../base/folders.js";
import { checkModelSize, LARGEST_MODEL } from "../exchange/model.js";
import type { ModelFile, ModelFilesText } from "../exchange/model-files.js";
import { bytesText } from "../config/combinations.js";
import { parseSpec } from "../config/parse-spec.js";
import { fewStandForAll } from "../config/circuits.js";
import { theoryAbout } from "../config/notes.js";
import { shapeOf, type RunSpec } from "../config/run-spec.js";
import { counted } from "../drawing/numbers.js";
import { numberFrom } from "../config/fields.js";
import { checked, wholeSchema } from "../base/validation.js";
import { readSpecFile } from "./circuits-file.js";
import { fillFolder } from "../base/write-whole.js";
import { standaloneInfoOf } from "./run-standalone.js";
import type { Network } from "../network/network.js";
import { withProgress } from "./progress.js";
import type { Session } from "./session.js";
import { withAngles } from "./theta-file.js";
import { workersFrom, workersOption } from "./workers.js";

/** `superpose export`: writes a network's weights for other tools. */
export function define(command: Command, session: Session): void {
  command
    .description(
      "Builds the network of a spec and writes its dense weights, biases, embedding, readouts and small circuits as " +
        "model.safetensors and model.npz, with a README.md that explains the tensors and model.py for PyTorch. " +
        "Networks built from designs, which have several parts, can be exported too; `superpose import`, `activations`, `stress`, `score` and `baseline` accept them.",
    )
    .argument("<spec>", "a spec file, .yaml or .json, as for `superpose run`")
    .requiredOption("--out <folder>", "output folder")
    .addOption(new Option("--network <number>", "number of the network in the spec, from 0").default("0"))
    .addOption(panelOption())
    .addOption(workersOption())
    .addHelpText("after", "\nExample:\n  superpose export experiment.yaml --out model")
    .action(async (file: string, options: Options) => {
      await exportSpec(file, options, session);
    });
}

interface Options {
  readonly out: string;
  readonly network: string;
  readonly panel?: boolean;
  readonly workers?: string;
}

/** The option `--panel` for commands that write a model's card. */
export function panelOption(): Option {
  return new Option(
    "--panel",
    "also measure which perturbations the network survives, and write the results into README.md (see `superpose stress`)",
  );
}

async function exportSpec(
  file: string,
  { out, network: which, panel, workers: threads }: Options,
  session: Session,
): Promise<void> {
  const workers = workersFrom(threads);
  const { info, fields } = standaloneInfoOf(readSpecFile(file, session), {});
  if (info?.id === "compressed-computation") {
    if (panel === true)
      throw new InputError(`--panel: \`superpose stress\` cannot test the networks of ${info.id}; leave --panel out.`);
    checkModelFolder(out);
    const index = checked("network", wholeSchema(0, Number.MAX_SAFE_INTEGER), numberFrom(which));
    const { compressedFiles } = await import("./export-compressed.js");
    const command = commandOf(file, out, index);
    const files = await withProgress("exporting", () => compressedFiles(fields, index, command, session));
    await writeModel(out, files, session);
    return;
  }
  if (info !== null) {
    throw new InputError(
      `experiment = ${info.id}: this experiment has no network to export. Leave the experiment out, or use experiment = compressed-computation.`,
    );
  }
  const spec = parseSpec(withAngles(fields, file));
  checkModelFolder(out);
  const index = checked("network", wholeSchema(0, spec.networks - 1), numberFrom(which));
  const text = {
    title: `${counted(spec.T, "circuit")} in superposition`,
    about: `Exported from a user's spec, seed ${spec.seed}${spec.networks > 1 ? `, network ${index}` : ""}.`,
    command: commandOf(file, out, index),
    version: session.version,
  };
  // Noise is not part of a network, so the exported weights do not depend on it.
  if (spec.design === "published") checkModelSize(shapeOf(spec));
  if (panel === true) (await import("../studies/stress/stressable.js")).checkStressable({ ...spec, gate: "relu" });
  const files = await withProgress("exporting", () => exportedFiles(spec, index, text, session.signal));
  const { withPanel } = await import("./panel.js");
  await writeModel(out, panel === true ? await withPanel(files, spec, index, workers, session) : files, session);
}

/** The files of a model, and the measured errors of its network for the card. */
async function exportedFiles(
  spec: RunSpec,
  index: number,
  text: ModelFilesText,
  signal: AbortSignal,
): Promise<ModelFile[]> {
  // Loaded here so that help and input errors appear immediately.
  const [{ buildMultiPartNetwork, buildRunNetwork }, { runNetwork }, { errorsSection }] = await Promise.all([
    import("../config/build.js"),
    import("../runs/run.js"),
    import("../exchange/card-errors.js"),
  ]);
  const measure = async (): Promise<string> => {
    // The network is measured as exported, with ReLUs and without noise. This many samples are enough for a card.
    const samples = Math.min(spec.samples, 1000, Math.max(50, Math.floor(2e7 / spec.T)));
    const own: RunSpec = { ...spec, gate: "relu", noise: 0, samples };
    const { rows, naive } = await runNetwork(own, index, signal);
    return errorsSection(rows, naive, theoryAbout(spec));
  };
  if (spec.design !== "published") {
    const [{ multiPartFiles }, { checkMultiPartSize }] = await Promise.all([
      import("../exchange/multi-part-files.js"),
      import("../exchange/multi-part-tensors.js"),
    ]);
    const title = `${text.title}: the ${spec.design} design`;
    // Deep networks take minutes to build, but their first layers suffice to show that the file would be too large.
    for (let L = 8; L < spec.L && fewStandForAll(spec.circuits); L *= 4) {
      checkMultiPartSize(buildMultiPartNetwork({ ...spec, L }, index), LARGEST_MODEL, spec.L);
    }
    const network = buildMultiPartNetwork(spec, index);
    checkMultiPartSize(network, LARGEST_MODEL);
    return multiPartFiles(network, spec, index, { ...text, title, errors: await measure() });
  }
  const { modelFiles } = await import("../exchange/model-files.js");
  const network = buildRunNetwork(spec, index);
  const title = `${text.title}: ${network.circuits.kind}`;
  const [errors, floors] = [await measure(), await floorsOf(network)];
  return modelFiles(network, spec, index, { ...text, title, errors, floors });
}

/** Limit on the multiplications for a measurement shown on a card; this many take about a second. */
const CHEAP = 5e8;

/** The section of a model's card on linear readout of the last layer. */
export async function floorsOf(network: Network): Promise<string> {
  const [{ layerFloors, layerFloorsCost }, { floorsSection }, { loadKernels }] = await Promise.all([
    import("../scoring/layer-floors.js"),
    import("../exchange/card-floors.js"),
    import("../kernels/node.js"),
  ]);
  const layer = network.shape.L;
  const code = { ...network, unembedding: network.readouts };
  return floorsSection(layer, layerFloorsCost(code, layer) > CHEAP ? null : layerFloors(code, layer, loadKernels()));
}

function commandOf(file: string, out: string, index: number): string {
  return `superpose export ${file} --out ${out}${index === 0 ? "" : ` --network ${index}`}`;
}

/**
 * Rejects an unusable output folder before the model is built.
 *
 * @throws InputError when the path is not a folder, or the folder contains a README.md that does not belong to a model
 */
export function checkModelFolder(out: string): void {
  checkFolder(out);
  if (existsSync(join(out, "README.md")) && !existsSync(join(out, "model.safetensors"))) {
    throw new InputError(
      `${out}: this folder contains a README.md that does not belong to a model and would be overwritten; choose another folder.`,
    );
  }
}

/** Writes a model's files, all or none, and lists them. `checkModelFolder` must have checked the folder. */
export async function writeModel(out: string, files: readonly ModelFile[], session: Session): Promise<void> {
  await fillFolder(out, async (write) => {
    for (const { name, content } of files) write(name, content);
  });
  const lines = files.map(({ name, content }) => `${join(out, name)}  ${bytesText(content.length)}`);
  session.print(`${lines.join("\n")}\n`);
}
