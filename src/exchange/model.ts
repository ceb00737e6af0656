import { given, InputError, wholeNumber } from "../base/errors.js";
import { denseModel, type DenseModel } from "../network/dense-model.js";
import type { Network } from "../network/network.js";
import type { Shape } from "../base/shape.js";
import { checkSpec } from "../config/check-spec.js";
import { specHash } from "../config/hash.js";
import type { RunSpec } from "../config/run-spec.js";
import { modelBytes, modelFromTensors, modelTensors } from "./model-tensors.js";
import type { TensorFile } from "./safetensors.js";
import { checkTexts } from "./tensor.js";
import { refuseReluLayer } from "./refuse-relu-layer.js";
import { readTensorFile } from "./tensor-file.js";

/**
 * Largest model that is written or read, in bytes. A typical computer has enough memory to load a model of this size.
 */
export const LARGEST_MODEL = 2 ** 29;

/** The first entry in a file's metadata. */
export const FORMAT = "circuits-in-superposition 1";

/** @throws InputError with the size, when a model of this shape is too large to write */
export function checkModelSize(shape: Shape): void {
  const needed = modelBytes(shape);
  if (needed <= LARGEST_MODEL) return;
  const mebibytes = (bytes: number): string => Math.ceil(bytes / 2 ** 20).toLocaleString("en");
  const { D, T, L } = shape;
  throw new InputError(
    `D = ${D}, T = ${T}, L = ${L}: the model needs ${mebibytes(needed)} MiB; the limit is ${mebibytes(LARGEST_MODEL)} MiB. ` +
      "Choose a smaller D or L.",
  );
}

/**
 * Converts a network to tensors and metadata for `writeSafetensors` and `writeNpz`.
 *
 * @param spec the spec of the network; together with `index`, it determines the network and its samples
 * @param index index of the network in the run, from 0
 * @param version the version of this package
 * @throws InputError if an argument is out of bounds (the error names it) or the network is too large to write
 */
export async function exportModel(network: Network, spec: RunSpec, index = 0, version = "0"): Promise<TensorFile> {
  given("network", network, "as returned by buildNetwork", "shape");
  checkSpec(spec);
  wholeNumber("index", index, 0);
  checkTexts("text", { version }, ["version"]);
  checkModelSize(network.shape);
  const { circuits, construction, chi, kappa, shape } = network;
  return {
    tensors: modelTensors(denseModel(network)),
    metadata: {
      format: FORMAT,
      version,
      shape: JSON.stringify(shape),
      circuits: circuits.kind,
      readouts: JSON.stringify(circuits.readouts.map(({ name }) => name)),
      construction,
      chi: JSON.stringify(chi),
      kappa: JSON.stringify(kappa),
      spec: JSON.stringify(spec),
      spec_hash: await specHash(spec),
      seed: String(spec.seed),
      network: String(index),
    },
  };
}

/** A model from a file, and its metadata. */
export interface ImportedModel {
  readonly model: DenseModel;
  readonly metadata: Readonly<Record<string, string>>;
}

/**
 * Rebuilds a model from the bytes of a .safetensors or .npz file alone; metadata may be missing.
 *
 * @param bytes the whole file; the model's weights may be views of it
 * @throws InputError with the fault in one line
 */
export function importModel(bytes: Uint8Array): ImportedModel {
  const { tensors, metadata } = readTensorFile(bytes, 2 * LARGEST_MODEL);
  if (tensors.has("write.index")) {
    throw new InputError(
      `a network of the ${metadata["design"] ?? "parts"} design: must be a network of one part, but this one has several. ` +
        "Use `superpose import`, `activations`, `stress`, `score` or `baseline`, or model.py.",
    );
  }
  refuseReluLayer(tensors);
  const model = modelFromTensors(tensors, { kind: metadata["circuits"], readouts: namesFrom(metadata["readouts"]) });
  return { model, metadata };
}

/**
 * The names in a list from the metadata. They only determine the order of tensors, so unreadable entries are ignored.
 */
export function namesFrom(text: string | undefined): string[] {
  try {
    const names: unknown = JSON.parse(text ?? "[]");
    return Array.isArray(names) ? names.filter((name) => typeof name === "string") : [];
  } catch {
    return [];
  }
}
