import { dirname, resolve } from "node:path";
import { InputError, shown, within } from "../base/errors.js";
import { isObject, nearest } from "../base/validation.js";
import { circuitsKeys } from "../circuits/custom/parse.js";
import { circuitsFromTensors, isCircuitTensor } from "../circuits/custom/tensors.js";
import { readTensorFile } from "../exchange/tensor-file.js";
import { numbersOf } from "../exchange/tensor.js";
import { readBytes } from "../base/read-bytes.js";
import { LARGEST_TEXT, readData } from "./read-data.js";
import { holdsModel } from "./read-model.js";
import type { Session } from "./session.js";
import { withAngles } from "./theta-file.js";

/** Largest weights file that is read: parsing it needs several times its size in memory. */
const MAX_BYTES = 128 * 2 ** 20;

/** The files that circuits come from, for error messages about their contents. */
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

/** Whether a name is that of a tensor file. For PyTorch's pickles and single arrays, the error says what to save instead. */
function hasTensors(path: string): boolean {
  return /\.(safetensors|np[yz]|pth?)$/i.test(path);
}

/** Whether a value given for circuits is a file name. */
export function namesCircuitsFile(value: unknown): value is string {
  return typeof value === "string" && (/\.(json|ya?ml)$/i.test(value) || hasTensors(value));
}

/**
 * Circuits from a file: .json or .yaml with the keys of custom circuits, or .safetensors or .npz with `layer.{k}.weight` and
 * `layer.{k}.bias`. The contents are not checked here. Tensors with other names are ignored; a note lists them.
 *
 * @throws InputError naming the file when it cannot be read
 */
export function readCircuits(path: string, session: Pick<Session, "note">): unknown {
  if (!hasTensors(path)) return circuitsIn(readWithCircuits(path), path, session);
  const bytes = readBytes(path, MAX_BYTES);
  return within(path, () => {
    const { tensors, metadata, ignored } = readTensorFile(bytes, MAX_BYTES, isCircuitTensor);
    if (/^layer\.0\./m.test([...tensors.keys()].join("\n"))) {
      session.note(`${path}: counts layers from 0; its layer.0 becomes layer 1`);
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

/** Names from other programs are converted, but users look for the original ones. */
function noteName(path: string, given: string | undefined, circuits: object, session: Pick<Session, "note">): void {
  const { name = "custom" } = circuits as { readonly name?: string };
  if (given === undefined || given === "" || given === name) return;
  session.note(`${path}: the name ${shown(given)} becomes ${name}`);
}

/** A spec or circuits file. The circuits or their weights may be in separate files beside it. */
export function readSpecFile(path: string, session: Pick<Session, "note">): unknown {
  if (holdsModel(path)) {
    throw new InputError(
      `${path}: is the folder of an exported model, not a spec; run it with superpose import.`,
      "file",
    );
  }
  if (hasTensors(path)) return readCircuits(path, session);
  return withCircuits(circuitsIn(readWithCircuits(path), path, session), path, session);
}

/** @throws InputError as {@link readData}, also naming the endings of tensor files */
function readWithCircuits(path: string): unknown {
  return readData(path, LARGEST_TEXT, "; circuits may also be in a .safetensors or .npz file");
}

/** A sweep or search file; the circuits of its base may be in a file beside it. */
export function readBasedFile(path: string, session: Pick<Session, "note">): unknown {
  const content = readData(path);
  const base: unknown = isObject(content) ? Reflect.get(content, "base") : undefined;
  return isObject(base)
    ? { ...(content as object), base: withAngles(withCircuits(base, path, session), path) }
    : content;
}

/** A spec with the contents of its circuits file. */
export function withCircuits(spec: unknown, path: string, session: Pick<Session, "note">): unknown {
  const circuits: unknown = isObject(spec) ? Reflect.get(spec, "circuits") : undefined;
  if (circuits === undefined) return spec;
  const read = namesCircuitsFile(circuits)
    ? readCircuits(resolve(dirname(path), circuits), session)
    : circuitsIn(circuits, path, session);
  return { ...(spec as object), circuits: read };
}

/** Circuits from a file: `weights: FILE` is replaced by that file's content, without tensors that do not belong to circuits. */
function circuitsIn(value: unknown, path: string, session: Pick<Session, "note">): unknown {
  if (!isObject(value) || !Object.hasOwn(value, "weights")) return value;
  const missing = circuitsKeys.filter((key) => !Object.hasOwn(value, key));
  // A misspelt key is rejected when it is parsed.
  const isExtra = ([key, entry]: [string, unknown]): boolean =>
    !(circuitsKeys as readonly string[]).includes(key) && isTensor(entry) && nearest(key, missing) === null;
  const entries = Object.entries(value);
  noteIgnored(path, entries.filter(isExtra).map(([key]) => key), otherNames, session); // prettier-ignore
  const circuits = Object.fromEntries(entries.filter((entry) => !isExtra(entry)));
  const { weights } = circuits;
  const isNamed = typeof weights === "string";
  return from(path, isNamed ? { ...circuits, weights: readData(resolve(dirname(path), weights)) } : circuits);
}

/** Whether a value is a list of numbers or of such lists, judging by its first entries. */
function isTensor(value: unknown): boolean {
  let first = value;
  while (Array.isArray(first) && first.length > 0) first = first[0];
  return first !== value && typeof first === "number";
}

/** @param which describes these tensors among those of the file */
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
