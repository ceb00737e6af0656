import { Option, type Command } from "commander";
import { finishAsync } from "../base/steps-async.js";
import { InputError } from "../base/errors.js";
import { widthOf } from "../network/layer.js";
import { beatsNaive } from "../results/beats-naive.js";
import { theoryEnds } from "../results/theory-ends.js";
import { expectationSteps } from "../theory/expectations.js";
import { naiveErrors } from "../theory/naive.js";
import { flatRow } from "../results/file-rows.js";
import { fieldFromText, fieldNamed, numberFrom } from "../config/fields.js";
import { counted, shortNumber } from "../drawing/numbers.js";
import { jsonWithRows } from "../results/table.js";
import { parseField } from "../config/parse-spec.js";
import type { RunSpec } from "../config/run-spec.js";
import { checked, wholeSchema } from "../base/validation.js";
import { readWith, recordFrom } from "./read-model.js";
import { withProgress } from "./progress.js";
import { allowed, columnsHelp, rowsText } from "./run.js";
import type { Session } from "./session.js";

/** How to run a model. Settings without a flag come from the model's spec. */
interface Settings extends Pick<RunSpec, (typeof fields)[number]> {
  readonly network: number;
}

const fields = ["z", "samples", "sampling", "seed", "gate"] as const;

/** `superpose import`: runs a model that `export` wrote, even if it has been edited since. */
export function define(command: Command, session: Session): void {
  command
    .description(
      "Reads model.safetensors or model.npz, rebuilds the network from this file alone, runs samples through it " +
        "and prints the errors by layer. Settings that are not given by flags come from the file's spec. Without flags, the samples are the same as in " +
        "`superpose run` with that spec.",
    )
    .argument("<model>", "a .safetensors or .npz file, or its folder")
    .option("--json", "print {metadata, rows} as JSON instead of tables")
    .addHelpText("after", columnsHelp + "\nExample:\n  superpose import model --samples 500 --z 1,2");
  for (const name of fields) {
    const field = fieldNamed(name);
    command.addOption(new Option(`--${name} <value>`, field.help + allowed(field, null)));
  }
  command.addOption(
    new Option("--network <number>", "number of the network in the spec, from 0; determines its samples"),
  );
  command.action(async (path: string, options: Record<string, unknown>) => {
    await runModel(path, options, session);
  });
}

async function runModel(path: string, options: Record<string, unknown>, session: Session): Promise<void> {
  const { importModelOrNetwork } = await import("../exchange/multi-part-model.js");
  const { file, ...imported } = readWith(path, importModelOrNetwork);
  const { circuits } = "model" in imported ? imported.model : imported.network;
  const { d, T, L } = circuits;
  const settings = settingsFrom(imported.metadata, T, options);
  if ("network" in imported && settings.gate !== "relu") {
    throw new InputError(
      `gate = "${settings.gate}": networks built from designs run only with gate = relu.`,
      "conflict",
    );
  }
  const [{ measureModel }, { measureMultiPart }, { loadKernels }] = await Promise.all([
    import("../runs/measure-model.js"),
    import("../runs/measure-multi-part.js"),
    import("../kernels/node.js"),
  ]);
  const { schedule } = recordFrom(imported.metadata["spec"]);
  const input = { ...settings, ...(typeof schedule === "string" ? { schedule } : {}) };
  const rows = await withProgress("running", ({ update }) => {
    const watched = { onProgress: update, signal: session.signal };
    return "model" in imported
      ? measureModel(imported.model, input, loadKernels(), watched)
      : measureMultiPart(imported.network, input, loadKernels(), watched);
  });
  const shape = "model" in imported ? imported.model.shape : { D: widthOf(imported.network.parts), d, T, L };
  const expectations = await finishAsync(expectationSteps(circuits), { signal: session.signal });
  const naive = Object.fromEntries(
    circuits.readouts.map(({ name }, r) => [name, naiveErrors(shape, expectations[r])] as const),
  );
  if (options["json"] === true) {
    const lines = { naive, beatsNaive: beatsNaive(rows, naive), theoryEnds: theoryEnds(rows) };
    const head = { version: session.version, metadata: imported.metadata, shape, settings, ...lines };
    session.print(jsonWithRows(head, rows.map(flatRow)));
  } else {
    const names = ["D", "d", "T", "S", "L"].filter((name) => name in shape) as (keyof typeof shape)[];
    const sizes = names.map((name) => `${name} = ${shape[name]}`).join(", ");
    // Each row describes one step of the circuits. Between the steps, a design's network can have further layers that
    // clean activations.
    const all = "network" in imported ? imported.network.layers.length : L;
    const between =
      all === L ? "" : `; the network has ${all} layers; each "layer" of the table is a step of the circuits`;
    session.print(`${file}: ${sizes}${between}\n\n${rowsText(rows, naive)}\n`);
  }
  const seed = `seed ${settings.seed}, gate ${settings.gate}`;
  session.note(`${shortNumber(rows.length)} rows; ${seed}`);
}

function settingsFrom(
  metadata: Readonly<Record<string, string>>,
  T: number,
  options: Record<string, unknown>,
): Settings {
  const spec = recordFrom(metadata["spec"]);
  const value = (name: (typeof fields)[number]): unknown => {
    const field = fieldNamed(name);
    const text = options[name];
    if (typeof text === "string") return parseField(name, fieldFromText(field, text));
    if (spec[name] !== undefined) return parseField(name, spec[name]);
    return "default" in field ? field.default : undefined;
  };
  const given = (options["network"] as string | undefined) ?? metadata["network"] ?? "0";
  const settings = {
    ...Object.fromEntries(fields.map((name) => [name, value(name)])),
    network: checked("network", wholeSchema(0, 9_999), numberFrom(given)),
  } as unknown as Settings;
  for (const z of settings.z) {
    if (z > T) throw new InputError(`z = ${z}: at most T = ${counted(T, "circuit")} can be active at once.`);
    if (settings.sampling === "each" && z !== 1) {
      throw new InputError(`sampling = "each" runs one circuit at a time: z must be 1, not ${z}.`);
    }
  }
  return settings;
}
