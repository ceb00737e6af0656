import { createHash } from "node:crypto";
import { extname } from "node:path";
import { InputError, within } from "../base/errors.js";
import { writeWhole } from "../base/write-whole.js";
import { circuitsSize } from "../config/circuits.js";
import { parseSpec } from "../config/parse-spec.js";
import type { RunSpec } from "../config/run-spec.js";
import { shortNumber } from "../drawing/numbers.js";
import type { GivenSamples } from "../engine/given-samples.js";
import {
  isInputTensor,
  sampleLists,
  samplesFromLists,
  samplesFromTensors,
  sampleTensors,
} from "../exchange/given-samples.js";
import { writeNpz } from "../exchange/npz.js";
import { writeSafetensors } from "../exchange/safetensors.js";
import { readTensorFile } from "../exchange/tensor-file.js";
import type { InputsFile } from "../results/run-file.js";
import { readBytes } from "../base/read-bytes.js";
import { readData } from "./read-data.js";

/** File-name endings of input files. */
export const inputsEndings = [".npz", ".safetensors", ".json"];

/** Size limit of an input file; files from `activations` contain much more than the inputs. */
const MAX_BYTES = 2 ** 30;

/**
 * Reads samples from a file written by `activations`, by `--save-inputs` or by any other program.
 *
 * @throws InputError naming the file and the fault
 */
function readInputsFile(path: string, spec: RunSpec): { given: GivenSamples; file: InputsFile } {
  const ending = extname(path).toLowerCase();
  if (!inputsEndings.includes(ending)) {
    throw new InputError(`--inputs ${path}: must end in ${inputsEndings.join(", ")}.`, "file");
  }
  const bytes = readBytes(path, MAX_BYTES);
  const size = { T: spec.T, d: circuitsSize(spec.circuits).d };
  // Messages from `readData` already name the file.
  const lists = ending === ".json" ? readData(path) : null;
  const given = within(path, () =>
    ending === ".json"
      ? samplesFromLists(lists, size)
      : samplesFromTensors(readTensorFile(bytes, MAX_BYTES, isInputTensor).tensors, size),
  );
  const { z, circuits } = given;
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  return { given, file: { file: path, sha256, samples: circuits.length / z, z } };
}

/** Writes samples to a file that `--inputs` can read. */
function writeInputsFile(path: string, given: GivenSamples): void {
  const ending = extname(path).toLowerCase();
  if (ending === ".json") writeWhole(path, JSON.stringify(sampleLists(given)) + "\n");
  else
    writeWhole(
      path,
      ending === ".npz" ? writeNpz(sampleTensors(given), {}) : writeSafetensors(sampleTensors(given), {}),
    );
}

/** Describes the first sample in words. */
function firstSample({ z, circuits, inputs }: GivenSamples): string {
  const d = inputs.length / circuits.length;
  const input = (slot: number): string =>
    Array.from(inputs.subarray(slot * d, (slot + 1) * d), (a) => shortNumber(a)).join(", ");
  return `sample 0: ${Array.from({ length: z }, (_, slot) => `circuit ${circuits[slot]} (${input(slot)})`).join("; ")}`;
}

/** Reads the samples of a file and sets their number and z in the spec; without a file, the spec is unchanged. */
export function ownInputs(
  spec: RunSpec,
  path: string | undefined,
  options: Record<string, unknown>,
): { readonly spec: RunSpec; readonly given?: GivenSamples; readonly file?: InputsFile } {
  if (path === undefined) return { spec };
  for (const flag of ["z", "samples", "sampling"]) {
    if (options[flag] !== undefined)
      throw new InputError(`--${flag}: the file given by --inputs determines this; leave out --${flag}.`);
  }
  if (options["saveInputs"] !== undefined) {
    throw new InputError(
      "--save-inputs writes randomly drawn samples, but --inputs reads samples from a file; omit one of the two.",
    );
  }
  const { given, file } = readInputsFile(path, spec);
  return { spec: parseSpec({ ...spec, z: file.z, samples: file.samples, sampling: "random" }), given, file };
}

/** Writes the samples that a run will draw. */
export async function saveInputs(spec: RunSpec, path: string): Promise<GivenSamples> {
  if (spec.networks > 1 || spec.z.length > 1) {
    throw new InputError(
      `--save-inputs: a file holds the samples of one network and one z; this run has networks = ${spec.networks}, z = ${spec.z.join(", ")}.`,
    );
  }
  const [{ drawnSamples }, { loadKernels }] = await Promise.all([
    import("../runs/run.js"),
    import("../kernels/node.js"),
  ]);
  const given = drawnSamples(spec, loadKernels());
  writeInputsFile(path, given);
  return given;
}

/** A line about the inputs, printed before the tables. */
export function inputsText(given: GivenSamples, file: InputsFile | undefined): string {
  const from =
    file === undefined
      ? ""
      : `inputs from ${file.file}: ${file.samples} sample${file.samples === 1 ? "" : "s"} of z = ${file.z}, SHA-256 ${file.sha256}\n`;
  return `${from}${firstSample(given)}\n\n`;
}
