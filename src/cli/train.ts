import { createHash } from "node:crypto";
import { dirname, join, resolve } from "node:path";
import type { Command } from "commander";
import { InputError, within } from "../base/errors.js";
import { checkFolder, makeFolder } from "../base/folders.js";
import { takeLock } from "../batch/lock.js";
import { hashOf } from "../config/hash.js";
import { reluLayerFiles } from "../exchange/relu-layer-files.js";
import { MAX_HEADER } from "../exchange/safetensors.js";
import { readTensorFile } from "../exchange/tensor-file.js";
import { numbersOf } from "../exchange/tensor.js";
import { writeWhole } from "../base/write-whole.js";
import { jsonWithRows } from "../results/table.js";
import { LossCurve } from "../training/curve.js";
import { compareDecoder, measureTrained } from "../training/evaluate.js";
import { placesOf } from "../training/layers.js";
import { linesOf, trainedLines } from "../training/describe.js";
import { parseTraining, trainingFields, type TrainingSpec } from "../training/settings.js";
import { initialParameters, parametersFrom, shapeOf, type TrainingState } from "../training/trainer.js";
import { readCheckpoint, writeCheckpoint } from "./checkpoint.js";
import { readBytes } from "../base/read-bytes.js";
import { readData } from "./read-data.js";
import { showProgress } from "./progress.js";
import type { Session } from "./session.js";
import { workersFrom, workersOption } from "./workers.js";

interface TrainOptions {
  readonly out?: string;
  readonly workers?: string;
}

/** Time between checkpoints, and what a block of steps is to take, in milliseconds. */
const BETWEEN = 10_000;
const BLOCK = 500;

/** `superpose train`: a network trained by gradients, resumable. */
export function define(command: Command, session: Session): void {
  const width = Math.max(...trainingFields.map(({ name }) => name.length));
  const keys = trainingFields.map((field) => {
    const choices = field.kind === "choice" ? ` (${field.choices.join(", ")})` : "";
    return `  ${field.name.padEnd(width)}  ${field.help}${choices}; default ${field.default}`;
  });
  command
    .description(
      "Trains a network in this package's core and writes its weights, a curve of its loss and what it does. Stops and goes on: the same " +
        "command after an interruption continues from the last checkpoint, and the files are the same bytes as without one.",
    )
    .argument("<spec>", "what to train, .yaml or .json")
    .requiredOption("--out <folder>", "where the network goes")
    .addOption(workersOption())
    .addHelpText(
      "after",
      `\nKeys of the file:\n${keys.join("\n")}\n  ${"start".padEnd(width)}  initial weights: random, constructed (a code made by hand), or a .safetensors or .npz file with W_in and W_out; default random` +
        "\n\nExample:\n  superpose train examples/train/compressed.yaml --out trained",
    )
    .action((file: string, options: TrainOptions) => train(file, options, session));
}

async function train(file: string, options: TrainOptions, session: Session): Promise<void> {
  const workers = workersFrom(options.workers);
  const content = readData(file);
  const spec = within(file, () => parseTraining(content));
  const out = options.out ?? "";
  checkFolder(out);
  const given = spec.start === "random" ? null : await startOf(spec, file, session);
  const hash = await hashOf({
    ...spec,
    start: given === null ? "random" : createHash("sha256").update(given).digest("hex"),
  });
  makeFolder(out);
  const path = join(out, "checkpoint.safetensors");
  const lock = takeLock(path);
  try {
    const kept = readCheckpoint(path, hash, shapeOf(spec));
    const curve = new LossCurve(spec.steps, kept?.curve);
    const first = { step: 0, parameters: given ?? initialParameters(spec), memory: [] };
    const state = kept?.state ?? first;
    if (state.step > 0 && state.step < spec.steps) session.note(`goes on at step ${state.step} of ${spec.steps}`);
    const save = (reached: TrainingState): void => {
      lock.check();
      writeWhole(path, writeCheckpoint(reached, { hash, version: session.version, curve: curve.kept() }));
    };
    const trained = state.step < spec.steps ? await takeSteps(spec, state, curve, workers, save, session) : state;
    await writeResult(spec, file, trained, curve, out, session);
  } finally {
    lock.release();
  }
}

/** Trains to the end. Blocks of steps, between which the program shows how far it is, change nothing of the result. */
async function takeSteps(
  spec: TrainingSpec,
  state: TrainingState,
  curve: LossCurve,
  workers: number,
  save: (state: TrainingState) => void,
  session: Session,
): Promise<TrainingState> {
  const { trainInThreads } = await import("../workers/training-threads.js");
  const progress = showProgress("training");
  const threads = trainInThreads(spec, { state, first: curve.first }, workers);
  // A signal ends the process at once: what is done until then is kept.
  const onStop = (): void => save(state);
  session.signal.addEventListener("abort", onStop, { once: true });
  const began = state.step;
  let saved = performance.now();
  let block = 1;
  try {
    while (state.step < spec.steps) {
      const start = performance.now();
      const { losses, state: reached, isDiverged } = await threads.advance(Math.min(block, spec.steps - state.step));
      if (isDiverged) throw new Error(divergedLine(reached.step, losses.at(-1) ?? NaN, spec));
      for (const loss of losses) curve.add(loss);
      state = reached;
      const now = performance.now();
      block = Math.max(1, Math.min(4 * block, Math.round((block * BLOCK) / (now - start))));
      progress.update(state.step - began, spec.steps - began, `training, loss ${(curve.last ?? NaN).toExponential(2)}`);
      if (now - saved < BETWEEN || state.step === spec.steps) continue;
      save(state);
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

function divergedLine(step: number, loss: number, { rate }: TrainingSpec): string {
  return `The training diverged: at step ${step} the loss is ${loss.toExponential(2)}. Choose a lower rate than ${rate}, or more warmUp; the last checkpoint is kept.`;
}

/** Weights to begin with, made by hand or from a file. */
async function startOf(spec: TrainingSpec, file: string, session: Session): Promise<Float32Array<ArrayBuffer>> {
  const { F, N, start } = spec;
  if (typeof start === "object") {
    const path = resolve(dirname(file), start.file);
    const bytes = readBytes(path, 64 * F * N + MAX_HEADER);
    return within(path, () => {
      const { tensors } = readTensorFile(bytes, 64 * F * N, (name) => ["W_in", "W_out", "b"].includes(name));
      const numbers = (name: string, shape: readonly number[]): Float64Array => {
        const tensor = tensors.get(name);
        if (tensor?.shape.join() === shape.join()) return numbersOf(name, tensor);
        const what = tensor === undefined ? "is missing" : `has shape [${tensor.shape.join(", ")}]`;
        throw new InputError(`${name} ${what}: must be [${shape.join(", ")}].`, "shape", name);
      };
      const encoder = numbers("W_in", [N, F]);
      const columns = Float64Array.from({ length: F * N }, (_, at) => encoder[(at % N) * F + Math.floor(at / N)]);
      const bias = tensors.has("b") ? numbers("b", [N]) : null;
      if (spec.biases === "none" && bias?.some((value) => value !== 0) === true)
        throw new InputError(`b is not 0: give biases: hidden.`, "conflict", "b");
      return parametersFrom(spec, columns, numbers("W_out", [F, N]), bias);
    });
  }
  const { buildCompressed } = await import("../studies/compressed-computation/measure.js");
  const { decoderOf, encoderOf } = await import("../studies/compressed-computation/network.js");
  const { loadKernels } = await import("../kernels/node.js");
  session.note(`makes a code by hand: ${F} inputs on ${spec.K} of ${N} neurons each`);
  const network = buildCompressed(loadKernels(), {
    ...{ F, N, K: spec.K, p: spec.p, q: 2 * Math.ceil(spec.q / 2), code: "swaps", swaps: spec.swaps, candidates: 1 },
    ...{ refit: "none", rounds: 0, fitted: 4000, seed: spec.seed, repeat: 0 },
  });
  return parametersFrom(spec, encoderOf(network), decoderOf(network));
}

async function writeResult(
  spec: TrainingSpec,
  file: string,
  { parameters }: TrainingState,
  curve: LossCurve,
  out: string,
  session: Session,
): Promise<void> {
  const { loadKernels } = await import("../kernels/node.js");
  const { lossCurve } = await import("../training/curve-figure.js");
  const { createDocument } = await import("../drawing/node-document.js");
  const { svgText } = await import("../drawing/svg.js");
  const kernels = loadKernels();
  const measured = measureTrained(kernels, spec, parameters, spec.samples);
  const row = { ...measured, ...compareDecoder(kernels, spec, parameters) };
  const lines = trainedLines(row);
  const { F, N, seed, steps, batch } = spec;
  const { places } = placesOf(shapeOf(spec));
  const turned = (at: number, rows: number, columns: number): Float32Array =>
    Float32Array.from(
      { length: rows * columns },
      (_, k) => parameters[at + (k % rows) * columns + Math.floor(k / rows)],
    );
  const command = `superpose train ${file} --out ${out}`;
  const layer = {
    ...{ F, N, encoder: turned(places[0].weights, F, N), decoder: turned(places[1].weights, N, F) },
    ...(places[0].bias === null ? {} : { bias: parameters.slice(places[0].bias, places[0].bias + N) }),
  };
  const files = reluLayerFiles(layer, {
    ...{ title: `${F} ReLUs from ${N} neurons, trained`, about: lines.join("\n\n"), command, version: session.version },
    metadata: { settings: JSON.stringify(spec) },
  });
  for (const { name, content } of files) writeWhole(join(out, name), content);
  const head = { version: session.version, settings: spec, curve: { every: curve.every, means: curve.means } };
  writeWhole(join(out, "training.json"), jsonWithRows(head, [row]));
  if (curve.means.length > 0) {
    const options = { document: createDocument(), id: "curve", command };
    writeWhole(join(out, "curve.svg"), svgText(lossCurve(curve, linesOf(spec), options).svg));
  }
  session.print(`${lines.join("\n")}\n${steps} steps of ${batch} samples, seed ${seed}: wrote ${out}\n`);
}
