import { dirname, resolve } from "node:path";
import { InputError, shown, within } from "../base/errors.js";
import { isObject, nearest } from "../base/validation.js";
import { circuitsKeys } from "../circuits/custom/parse.js";
import { circuitsFromTensors, isCircuitTensor } from "../circuits/custom/tensors.js";
import { LARGEST_MODEL } from "../exchange/model.js";
import { refuseReluLayer } from "../exchange/refuse-relu-layer.js";
import { readTensorFile } from "../exchange/tensor-file.js";
import { numbersOf } from "../exchange/tensor.js";
import { readBytes } from "../base/read-bytes.js";
import { LARGEST_TEXT, readData } from "./read-data.js";
import { holdsModel, readWith } from "./read-model.js";
import type { Session } from "./session.js";
import { withAngles } from "./theta-file.js";

/** Size limit of a weights file; parsing it takes several times as much memory. */
const MAX_BYTES = 128 * 2 ** 20;

/** For each `circuits` object, the file from which it was read; error messages name this file. */
const files = new WeakMap<object, string>();

function from(path: string, circuits: unknown): unknown {
  if (isObject(circuits)) files.set(circuits, path);
  return circuits;
}

/** Runs `parse` on circuits. If they come from a file, error messages name it. */
export function parseFrom<Parsed>(circuits: unknown, parse: () => Parsed): Parsed {
  const path = isObject(circuits) ? files.get(circuits) : undefined;
  try {
    return parse();
  } catch (error) {
    if (path === undefined || !(error instanceof InputError) || !error.message.startsWith("circuits")) throw error;
    throw new InputError(`${path}: ${error.message}`, error.code, error.argument);
  }
}

const otherNames = "that are not weights or biases";

/**
 * Whether a file name has the extension of a tensor file. This includes PyTorch pickles and single arrays: reading them
 * gives an error that says which format to use instead.
 */
function hasTensors(path: string): boolean {
  return /\.(safetensors|np[yz]|pth?)$/i.test(path);
}

/** Whether a value given for `circuits` is a file name. */
export function namesCircuitsFile(value: unknown): value is string {
  return typeof value === "string" && (/\.(json|ya?ml)$/i.test(value) || hasTensors(value));
}

/**
 * Reads circuits from a file: .json or .yaml with the keys of custom circuits, or .safetensors or .npz with
 * `layer.{k}.weight` and `layer.{k}.bias`. Does not check the contents. Tensors with other names are ignored, and a
 * note lists them.
 *
 * @throws InputError naming the file when it cannot be read
 */
export function readCircuits(path: string, session: Pick<Session, "note">): unknown {
  if (!hasTensors(path)) return circuitsIn(readWithCircuits(path), path, session);
  const bytes = readBytes(path, MAX_BYTES);
  return within(path, () => {
    const { tensors, metadata, ignored } = readTensorFile(bytes, MAX_BYTES, isCircuitTensor);
    if (/^layer\.0\./m.test([...tensors.keys()].join("\n"))) {
      session.note(`${path}: its layers are counted from 0; layer.0 becomes layer 1`);
    }
    if (tensors.size > 0) noteIgnored(path, ignored, otherNames, session);
    const numbers = Array.from(
      tensors,
      ([name, tensor]) => [name, { shape: tensor.shape, numbers: numbersOf(name, tensor) }] as const,
    );
    const circuits = circuitsFromTensors(new Map(numbers), metadata, ignored);
    noteName(path, metadata["name"], circuits, session);
    return from(path, circuits);
  });
}

/**
 * Reports a changed name, so that users do not look for the original. Other programs allow names that are invalid here.
 */
function noteName(path: string, given: string | undefined, circuits: object, session: Pick<Session, "note">): void {
  const { name = "custom" } = circuits as { readonly name?: string };
  if (given === undefined || given === "" || given === name) return;
  session.note(`${path}: the name ${shown(given)} becomes ${name}`);
}

/** Reads a spec or circuits file. The circuits or their weights can be in separate files beside it. */
export function readSpecFile(path: string, session: Pick<Session, "note">): unknown {
  if (holdsModel(path)) {
    readWith(path, (bytes) => {
      refuseReluLayer(readTensorFile(bytes, 2 * LARGEST_MODEL).tensors);
      return {};
    });
    throw new InputError(
      `${path}: this is the folder of an exported model, not a spec; run it with \`superpose import\`.`,
      "file",
    );
  }
  if (hasTensors(path)) return readCircuits(path, session);
  return withCircuits(circuitsIn(readWithCircuits(path), path, session), path, session);
}

/** @throws InputError as {@link readData} does; for a wrong extension, the message also names the tensor formats */
function readWithCircuits(path: string): unknown {
  return readData(path, LARGEST_TEXT, "; circuits can also be in a .safetensors or .npz file");
}

/** Reads a sweep or search file. The circuits of its `base` can be in a separate file. */
export function readBasedFile(path: string, session: Pick<Session, "note">): unknown {
  const content = readData(path);
  const base: unknown = isObject(content) ? Reflect.get(content, "base") : undefined;
  return isObject(base)
    ? { ...(content as object), base: withAngles(withCircuits(base, path, session), path) }
    : content;
}

/** If a spec's circuits are in a separate file, replaces them with the contents of that file. */
export function withCircuits(spec: unknown, path: string, session: Pick<Session, "note">): unknown {
  const circuits: unknown = isObject(spec) ? Reflect.get(spec, "circuits") : undefined;
  if (circuits === undefined) return spec;
  const read = namesCircuitsFile(circuits)
    ? readCircuits(resolve(dirname(path), circuits), session)
    : circuitsIn(circuits, path, session);
  return { ...(spec as object), circuits: read };
}

/** Replaces `weights: FILE` with that file's content, leaving out tensors that do not belong to circuits. */
function circuitsIn(value: unknown, path: string, session: Pick<Session, "note">): unknown {
  if (!isObject(value) || !Object.hasOwn(value, "weights")) return value;
  const missing = circuitsKeys.filter((key) => !Object.hasOwn(value, key));
  // A key that looks misspelt is kept, so that parsing rejects it.
  const isExtra = ([key, entry]: [string, unknown]): boolean =>
    !(circuitsKeys as readonly string[]).includes(key) && isTensor(entry) && nearest(key, missing) === null;
  const entries = Object.entries(value);
  noteIgnored(path, entries.filter(isExtra).map(([key]) => key), otherNames, session); // prettier-ignore
  const circuits = Object.fromEntries(entries.filter((entry) => !isExtra(entry)));
  const { weights } = circuits;
  const isNamed = typeof weights === "string";
  return from(path, isNamed ? { ...circuits, weights: readData(resolve(dirname(path), weights)) } : circuits);
}

/** Whether a value is a list of numbers or nested lists of numbers, judging by its first entries. */
function isTensor(value: unknown): boolean {
  let first = value;
  while (Array.isArray(first) && first.length > 0) first = first[0];
  return first !== value && typeof first === "number";
}

/** @param which a description of these tensors that distinguishes them from others in the file */
export function noteIgnored(
  path: string,
  names: readonly string[],
  which: string,
  session: Pick<Session, "note">,
): void {
  if (names.length === 0) return;
  const more = names.length > 8 ? ` and ${names.length - 8} more` : "";
  session.note(`${path}: ignored tensors ${which}: ${names.slice(0, 8).map(shown).join(", ")}${more}`);
}
