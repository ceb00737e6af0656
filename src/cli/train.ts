import { createHash } from "node:crypto";
import { existsSync, realpathSync, statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import type { Command } from "commander";
import { InputError, within } from "../base/errors.js";
import { checkFolder, makeFolder } from "../base/folders.js";
import { isObject } from "../base/validation.js";
import { writeWhole } from "../base/write-whole.js";
import { takeLock } from "../batch/lock.js";
import type { SpecField } from "../config/fields.js";
import { hashOf } from "../config/hash.js";
import { jsonWithRows } from "../results/table.js";
import { LossCurve } from "../training/curve.js";
import { memories } from "../training/optimiser.js";
import { parseTraining, taskField, trainingFields, type TrainingSpec } from "../training/settings.js";
import { divergence, startAt, type TrainingSettings, type TrainingState } from "../training/trainer.js";
import { readCheckpoint, writeCheckpoint } from "./checkpoint.js";
import { readSpecFile, withCircuits } from "./circuits-file.js";
import { readData } from "./read-data.js";
import { modelFile } from "./read-model.js";
import { showProgress } from "./progress.js";
import type { Session } from "./session.js";
import { withAngles } from "./theta-file.js";
import type { PreparedTraining } from "./train-tasks.js";
import { workersFrom, workersOption } from "./workers.js";
import { counted } from "../drawing/numbers.js";

interface TrainOptions {
  readonly out?: string;
  readonly workers?: string;
}

/** The time between checkpoints, and the time that a block of steps should take, in milliseconds. */
const BETWEEN = 10_000;
const BLOCK = 500;

/** `superpose train`: trains a network by gradient descent; can be resumed. */
export function define(command: Command, session: Session): void {
  const keys = [
    `\nKey of every task:\n${keysText([taskField])}`,
    ...Object.entries(trainingFields).map(
      ([task, fields]) => `\nKeys of task ${task}:\n${keysText(fields, otherKeys[task])}`,
    ),
  ];
  command
    .description(
      "Trains a network in this package's core and writes its weights, its loss curve and an evaluation. After an interruption, the same " +
        "command continues from the last checkpoint, and the files are byte for byte the same as without the interruption.",
    )
    .argument("<spec>", "what to train, .yaml or .json")
    .requiredOption("--out <folder>", "output folder for the network")
    .addOption(workersOption())
    .addHelpText(
      "after",
      `${keys.join("\n")}\n\nExample:\n  superpose train examples/train/compressed.yaml --out trained\n  superpose train examples/train/circuits.yaml --out trained`,
    )
    .action((file: string, options: TrainOptions) => train(file, options, session));
}

/** For each task, the keys in its file whose values are not a single number or word. */
const otherKeys: Readonly<Record<string, readonly (readonly [string, string])[]>> = {
  compressed: [
    [
      "start",
      "random, constructed (a code made by hand), or the path of a .safetensors or .npz file or of the folder that contains it; default random",
    ],
  ],
  circuits: [
    [
      "spec",
      "the circuits and their network, as for `superpose run`, or the name of a spec file; not needed if `start` is a file",
    ],
    ["layers", "steps at which readouts are learned, e.g. [2, 3]; default: all steps from step 2 onwards"],
    ["start", "random, constructed (the spec's network), or an exported model's file or folder; default random"],
  ],
  "universal-and": [
    ["start", "random, or the path of a .safetensors or .npz file or of the folder that contains it; default random"],
  ],
};

function keysText(fields: readonly SpecField[], others: readonly (readonly [string, string])[] = []): string {
  const lines = fields.map((field): readonly [string, string] => {
    const choices = "choices" in field ? ` (${field.choices.join(", ")})` : "";
    return [field.name, `${field.help}${choices}; default ${String(field.default)}`];
  });
  const all = [...lines, ...others];
  const width = Math.max(...all.map(([name]) => name.length));
  return all.map(([name, help]) => `  ${name.padEnd(width)}  ${help}`).join("\n");
}

/** Where a training run reads its inputs and writes its outputs. */
interface Place {
  readonly file: string;
  readonly out: string;
  readonly session: Session;
}

async function train(file: string, options: TrainOptions, session: Session): Promise<void> {
  const workers = workersFrom(options.workers);
  const content = withStart(withSpec(readData(file), file, session), file);
  const spec = within(file, () => parseTraining(content));
  const out = options.out ?? "";
  checkFolder(out);
  checkKeepsStart(spec, file, out);
  const prepared = await prepare(spec, file, session);
  const { settings, given } = prepared;
  const digest = given === null ? "" : createHash("sha256").update(given).digest("hex");
  const name = spec.start === "random" ? `random ${digest}`.trim() : digest;
  const hash = await hashOf({ ...spec, start: name });
  makeFolder(out);
  const path = join(out, "checkpoint.safetensors");
  const lock = takeLock(path);
  try {
    const count = prepared.parameters.length;
    const kept = readCheckpoint(path, { hash, steps: spec.steps, count, memories: memories[spec.optimiser] });
    const curve = new LossCurve(spec.steps, kept?.curve);
    const state = kept?.state ?? startAt(prepared.parameters);
    if (state.step > 0 && state.step < spec.steps) session.note(`resuming at step ${state.step} of ${spec.steps}`);
    const save = (reached: TrainingState): void => {
      lock.check();
      writeWhole(path, writeCheckpoint(reached, { hash, version: session.version, curve: curve.kept() }));
    };
    const trained = state.step < spec.steps ? await takeSteps(settings, state, curve, workers, save, session) : state;
    await writeResult(prepared, spec, trained, curve, { out, file, session });
  } finally {
    lock.release();
  }
}

/** If the spec to train or only its circuits are in a separate file, replaces the file's name with its content. */
function withSpec(content: unknown, file: string, session: Session): unknown {
  const spec: unknown = isObject(content) ? Reflect.get(content, "spec") : undefined;
  if (spec === undefined) return content;
  const path = typeof spec === "string" ? resolve(dirname(file), spec) : file;
  const read = typeof spec === "string" ? readSpecFile(path, session) : withCircuits(spec, file, session);
  return { ...(content as object), spec: withAngles(read, path) };
}

/** If `start` is the path of a folder, replaces it with the path of the model's file in that folder. */
function withStart(content: unknown, file: string): unknown {
  const start: unknown = isObject(content) ? Reflect.get(content, "start") : undefined;
  if (typeof start !== "string" || ["random", "constructed"].includes(start)) return content;
  const folder = resolve(dirname(file), start);
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return content;
  return { ...(content as object), start: join(start, basename(within(file, () => modelFile(folder)))) };
}

/** Rejects an output folder where the result would replace the network that training starts from. */
function checkKeepsStart({ start }: TrainingSpec, file: string, out: string): void {
  if (typeof start !== "object") return;
  const from = resolve(dirname(file), start.file);
  const results = ["model.safetensors", "model.npz"].map((name) => join(out, name));
  if (existsSync(from) && results.some((path) => existsSync(path) && realpathSync(path) === realpathSync(from)))
    throw new InputError(
      `--out ${out}: this folder contains the network that training starts from, which would be overwritten; choose another folder.`,
      "file",
    );
}

async function prepare(spec: TrainingSpec, file: string, session: Session): Promise<PreparedTraining> {
  if (spec.task === "circuits") return (await import("./train-circuits.js")).prepareCircuits(spec, file);
  const { prepareAnd, prepareCompressed } = await import("./train-relu-layer.js");
  return spec.task === "compressed" ? prepareCompressed(spec, file, session) : prepareAnd(spec, file);
}

/**
 * Trains to the end in blocks of steps, with progress updates in between. The block size does not affect the
 * result.
 */
async function takeSteps(
  spec: TrainingSettings,
  state: TrainingState,
  curve: LossCurve,
  workers: number,
  save: (state: TrainingState) => void,
  session: Session,
): Promise<TrainingState> {
  const { trainInThreads } = await import("../workers/training-threads.js");
  const progress = showProgress("training");
  const threads = trainInThreads(spec, { state, first: curve.first }, workers);
  // A signal ends the process immediately, so the state is saved here.
  const onStop = (): void => {
    save(state);
    progress.stop();
    session.note(`Step ${state.step} of ${spec.steps} is kept in the checkpoint; the same command continues from it.`);
  };
  session.signal.addEventListener("abort", onStop, { once: true });
  const began = state.step;
  let kept = began;
  let saved = performance.now();
  let block = 1;
  try {
    while (state.step < spec.steps) {
      const start = performance.now();
      const { losses, state: reached, isDiverged } = await threads.advance(Math.min(block, spec.steps - state.step));
      if (isDiverged)
        throw new Error(
          `${divergence(reached.step, losses.at(-1) ?? NaN, spec)}; ${kept === 0 ? "no checkpoint has been written yet" : `the checkpoint of step ${kept} is kept`}.`,
        );
      for (const loss of losses) curve.add(loss);
      state = reached;
      const now = performance.now();
      block = Math.max(1, Math.min(4 * block, Math.round((block * BLOCK) / (now - start))));
      progress.update(state.step - began, spec.steps - began, `training, loss ${(curve.last ?? NaN).toExponential(2)}`);
      if (now - saved < BETWEEN || state.step === spec.steps) continue;
      save(state);
      kept = state.step;
      saved = now;
    }
  } finally {
    session.signal.removeEventListener("abort", onStop);
    progress.stop();
    await threads.close();
  }
  save(state);
  return state;
}

async function writeResult(
  prepared: PreparedTraining,
  spec: TrainingSpec,
  { parameters }: TrainingState,
  curve: LossCurve,
  { out, file, session }: Place,
): Promise<void> {
  const command = `superpose train ${file} --out ${out}`;
  const { version } = session;
  const { files, lines, rows } = await prepared.result(parameters, { command, version });
  for (const { name, content } of files) writeWhole(join(out, name), content);
  const head = { version, settings: spec, curve: { every: curve.every, means: curve.means } };
  writeWhole(join(out, "training.json"), jsonWithRows(head, rows));
  if (curve.means.length > 0) {
    const [{ lossCurve }, { createDocument }, { svgText }] = await Promise.all([
      import("../training/curve-figure.js"),
      import("../drawing/node-document.js"),
      import("../drawing/svg.js"),
    ]);
    const options = { document: createDocument(), id: "curve", command };
    writeWhole(join(out, "curve.svg"), svgText(lossCurve(curve, prepared.curveLines, options).svg));
  }
  const { steps, batch, seed } = spec;
  session.print(
    `${lines.join("\n")}\n${counted(steps, "step")} of ${counted(batch, "sample")}, seed ${seed}: wrote ${out}\n`,
  );
}
