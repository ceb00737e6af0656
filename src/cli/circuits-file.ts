import { dirname, resolve } from "node:path";
import { circuitsFromTensors } from "../circuits/custom/tensors.js";
import { readTensorFile } from "../exchange/tensor-file.js";
import { numbersOf } from "../exchange/tensor.js";
import { readBytes, readData, readingOf } from "./read-data.js";

/** Largest weights file that is read: what the arrays of its numbers need beside it is several times as much. */
const MAX_BYTES = 128 * 2 ** 20;

/** Whether a name is a tensor file's; of PyTorch's pickles it is said what to save instead. */
function hasTensors(path: string): boolean {
  return /\.(safetensors|npz|pth?)$/i.test(path);
}

/** Whether a value that stands for circuits names a file. */
export function namesCircuitsFile(value: unknown): value is string {
  return typeof value === "string" && (/\.(json|ya?ml)$/i.test(value) || hasTensors(value));
}

/**
 * Circuits from a file: .json or .yaml with the keys of custom circuits, or .safetensors or .npz with `layer.{k}.weight` and
 * `layer.{k}.bias`. What it says is not checked here.
 *
 * @throws InputError naming the file when it cannot be read
 */
export function readCircuits(path: string): unknown {
  if (!hasTensors(path)) return withWeights(readData(path), dirname(path));
  const bytes = readBytes(path, MAX_BYTES);
  return readingOf(path, () => {
    const { tensors, metadata } = readTensorFile(bytes, MAX_BYTES);
    const numbers = Array.from(
      tensors,
      ([name, tensor]) => [name, { shape: tensor.shape, numbers: numbersOf(name, tensor) }] as const,
    );
    return circuitsFromTensors(new Map(numbers), metadata);
  });
}

/** A spec or circuits file whose circuits, or whose circuits' weights, may be in files beside it. */
export function readSpecFile(path: string): unknown {
  if (hasTensors(path)) return readCircuits(path);
  const content = withWeights(readData(path), dirname(path));
  const circuits: unknown = isObject(content) ? Reflect.get(content, "circuits") : undefined;
  if (circuits === undefined) return content;
  const named = namesCircuitsFile(circuits);
  const read = named ? readCircuits(resolve(dirname(path), circuits)) : withWeights(circuits, dirname(path));
  return { ...(content as object), circuits: read };
}

/** A sweep's or search's file; where its base names a file of circuits, that is read beside it. */
export function readBasedFile(path: string): unknown {
  const content = readData(path);
  const base: unknown = isObject(content) ? Reflect.get(content, "base") : undefined;
  const circuits: unknown = isObject(base) ? Reflect.get(base, "circuits") : undefined;
  if (!namesCircuitsFile(circuits)) return content;
  return {
    ...(content as object),
    base: { ...(base as object), circuits: readCircuits(resolve(dirname(path), circuits)) },
  };
}

/** `weights: FILE` as the file's content. */
function withWeights(circuits: unknown, folder: string): unknown {
  const weights: unknown = isObject(circuits) ? Reflect.get(circuits, "weights") : undefined;
  return typeof weights === "string"
    ? { ...(circuits as object), weights: readData(resolve(folder, weights)) }
    : circuits;
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
