import type { Command } from "commander";
import { InputError } from "../base/errors.js";
import { theoryAbout } from "../config/notes.js";
import { shapeOf } from "../config/run-spec.js";
import { nearest } from "../base/validation.js";
import type { ModelFile } from "../exchange/model-files.js";
import { checkModelFolder, floorsOf, panelOption, writeModel } from "./export.js";
import type { Session } from "./session.js";
import { formatTable } from "./table.js";
import { withWorkers, workersFrom, workersOption } from "./workers.js";

interface Options {
  readonly out?: string;
  readonly workers?: string;
  readonly panel?: boolean;
}

/** `superpose zoo`: lists named models and builds them. */
export function define(command: Command, session: Session): void {
  command
    .description(
      "Without a name, lists the models. With a name, builds the model, measures its errors and writes model.safetensors, model.npz, " +
        "model.py and a card, README.md, that describes the model's computation, sizes and errors. The " +
        "same name always produces the same bytes.",
    )
    .argument("[name]", "name of a model in the list")
    .option("--out <folder>", "output folder (default: the name)")
    .addOption(panelOption())
    .addOption(workersOption())
    .addHelpText("after", "\nExample:\n  superpose zoo rotations-1000 --out rotations")
    .action(async (name: string | undefined, options: Options) => {
      if (name === undefined && options.out !== undefined) {
        throw new InputError("--out needs the name of a model; `superpose zoo` lists the models.");
      }
      if (name === undefined) await listModels(session);
      else await makeModel(name, options, session);
    });
}

async function listModels(session: Session): Promise<void> {
  const { zoo } = await import("../exchange/zoo.js");
  const { modelBytes } = await import("../exchange/model-tensors.js");
  const { circuitsSize } = await import("../config/circuits.js");
  const rows = zoo.map(({ name, title, spec }) => {
    const shape = { ...shapeOf(spec), d: circuitsSize(spec.circuits).d };
    const { D, d, T, S, L } = shape;
    return [name, title, ...[D, d, T, S, L].map(String), `${Math.ceil(modelBytes(shape) / 2 ** 20)} MiB`];
  });
  const columns = ["name", "what", "D", "d", "T", "S", "L", "size"];
  session.print(`${formatTable(columns, rows, ["name", "what"])}\n`);
}

async function makeModel(name: string, options: Options, session: Session): Promise<void> {
  const { zoo } = await import("../exchange/zoo.js");
  const model = zoo.find((each) => each.name === name);
  if (model === undefined) {
    const names = zoo.map((each) => each.name);
    const near = nearest(name, names);
    const hint = near === null ? "" : ` Did you mean ${near}?`;
    throw new InputError(`name = ${JSON.stringify(name)}: must be one of ${names.join(", ")}.${hint}`);
  }
  const out = options.out ?? name;
  checkModelFolder(out);
  const workers = workersFrom(options.workers);
  const { spec, title, about } = model;
  const { rows, naive } = await withWorkers({ workers, label: "measuring" }, async (executor, { update }) => {
    const { runSpec } = await import("../runs/run.js");
    return runSpec(spec, { onProgress: update, signal: session.signal, executor });
  });
  const [{ buildMultiPartNetwork, buildRunNetwork }, { errorsSection }] = await Promise.all([
    import("../config/build.js"),
    import("../exchange/card-errors.js"),
  ]);
  const text = {
    title,
    about,
    command: `superpose zoo ${name}`,
    errors: errorsSection(rows, naive, theoryAbout(spec)),
  };
  const { version } = session;
  const write = async (files: readonly ModelFile[]): Promise<void> => {
    const { withPanel } = await import("./panel.js");
    const all = options.panel === true ? await withPanel(files, spec, 0, workers, session) : files;
    await writeModel(out, all, session);
  };
  if (spec.design !== "published") {
    const { multiPartFiles } = await import("../exchange/multi-part-files.js");
    const files = await multiPartFiles(buildMultiPartNetwork(spec, 0), spec, 0, { ...text, version });
    return write(files);
  }
  const { modelFiles } = await import("../exchange/model-files.js");
  const network = buildRunNetwork(spec, 0);
  const files = await modelFiles(network, spec, 0, { ...text, floors: await floorsOf(network), version });
  await write(files);
}
