import { dirname, resolve } from "node:path";
import { InputError, within } from "../base/errors.js";
import { readBytes } from "../base/read-bytes.js";
import { buildMultiPartNetwork, buildRunNetwork } from "../config/build.js";
import { errorsSection } from "../exchange/card-errors.js";
import { exportModel, LARGEST_MODEL } from "../exchange/model.js";
import { multiPartFiles } from "../exchange/multi-part-files.js";
import { importNetwork } from "../exchange/multi-part-model.js";
import { multiPartTensors } from "../exchange/multi-part-tensors.js";
import { MAX_HEADER, readSafetensors, writeSafetensors, type TensorFile } from "../exchange/safetensors.js";
import { readTensorFile } from "../exchange/tensor-file.js";
import { isOfParts, trainedFiles, withTrainedWeights } from "../exchange/trained-files.js";
import { loadKernels } from "../kernels/node.js";
import { circuitsShape, circuitsTask, circuitsWeights } from "../training/circuits-task.js";
import { fiveNumbers, measureCircuits, moveBetween } from "../training/circuits-verdict.js";
import { circuitsLines } from "../training/describe.js";
import { learnedSteps, type CircuitsSpec } from "../training/settings.js";
import { initialParameters } from "../training/trainer.js";
import { recordFrom } from "./read-model.js";
import type { PreparedTraining } from "./train-tasks.js";

/** Prepares the training of circuits in a large network, from a spec of any design or from an exported file. */
export async function prepareCircuits(spec: CircuitsSpec, file: string): Promise<PreparedTraining> {
  const { trains, q, inactive, start, samples } = spec;
  const from = withParts(await startFile(spec, file), trains !== "layers");
  const bytes = writeSafetensors(from.tensors, from.metadata);
  const { network } = importNetwork(bytes);
  const { circuits } = network;
  const { L, T } = circuits;
  const kept = recordFrom(from.metadata["spec"]);
  const zs: readonly unknown[] = Array.isArray(kept["z"]) ? kept["z"] : [1];
  const z = Math.min(T, Math.max(...zs.map(Number)));
  const steps = within(file, () => learnedSteps(spec, L));
  const { task, parameters: constructed } = circuitsTask(network, { z, q, inactive, trains, steps });
  const input = { z, samples, seed: Number(kept["seed"] ?? 1), network: Number(from.metadata["network"] ?? 0) };
  return {
    settings: { ...spec, ...task },
    parameters: start === "random" ? initialParameters(circuitsShape(task), spec) : constructed,
    given: bytes,
    curveLines: [],
    result(parameters, text) {
      const own = circuitsWeights(task, parameters);
      const isTrained = (part: string): boolean => trains === part || trains === "all";
      const tensors = withTrainedWeights(from, {
        ...{ weights: own.weights, biases: own.biases },
        ...(isTrained("embedding") ? { embedding: own.embedding } : {}),
        ...(isTrained("readouts") ? { readouts: own.readouts } : {}),
      });
      const metadata = { ...from.metadata, version: text.version, trained: JSON.stringify({ ...spec, spec: null }) };
      const after = importNetwork(writeSafetensors(tensors, metadata)).network;
      const kernels = loadKernels();
      const [before, measured] = [network, after].map((one) => measureCircuits(kernels, one, input));
      const numbers = fiveNumbers(kernels, after, measured, input, steps[steps.length - 1]);
      const move = moveBetween(kernels, network, after);
      const summary = { z, steps, before, after: measured, numbers, ...move };
      const lines = circuitsLines(summary, start === "random" ? "random weights" : "the given network");
      const files = trainedFiles(
        { tensors, metadata },
        {
          ...text,
          title: `${T} circuits, trained`,
          about: lines.join("\n\n"),
          errors: errorsSection(measured.rows, measured.naive),
        },
      );
      return Promise.resolve({ files, lines, rows: [summary] });
    },
  };
}

/** The network that training starts from, in the format of exported models. */
async function startFile({ spec, network: index, start }: CircuitsSpec, file: string): Promise<TensorFile> {
  if (typeof start === "object") {
    const path = resolve(dirname(file), start.file);
    const bytes = readBytes(path, LARGEST_MODEL + MAX_HEADER);
    return within(path, () => {
      const { tensors, metadata } = readTensorFile(bytes, 2 * LARGEST_MODEL);
      importNetwork(bytes);
      return { tensors, metadata };
    });
  }
  if (spec === null)
    throw new InputError("spec is missing; it must describe the circuits to train.", "missing", "spec");
  if (spec.design === "published") return exportModel(buildRunNetwork(spec, index), spec, index);
  const text = { title: "", about: "", command: "", version: "0" };
  const [model] = await multiPartFiles(buildMultiPartNetwork(spec, index), spec, index, text);
  const { tensors, metadata } = readSafetensors(model.content as Uint8Array);
  return { tensors, metadata };
}

/** Converts the file to a network of several parts, which can have arbitrary embeddings and readouts. */
function withParts(file: TensorFile, isNeeded: boolean): TensorFile {
  if (!isNeeded || isOfParts(file)) return file;
  const { network } = importNetwork(writeSafetensors(file.tensors, file.metadata));
  const { format = "", construction = "", ...metadata } = file.metadata;
  return {
    tensors: multiPartTensors(network, LARGEST_MODEL),
    metadata: { ...metadata, format: `${format} parts`, design: construction, parts: JSON.stringify(network.parts) },
  };
}
