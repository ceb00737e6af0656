import { existsSync, statSync } from "node:fs";
import { dirname, extname, join, resolve } from "node:path";
import { InputError, within } from "../base/errors.js";
import { LARGEST_MODEL } from "../exchange/model.js";
import { isZip } from "../exchange/npz.js";
import { MAX_HEADER } from "../exchange/safetensors.js";
import { readBytes } from "../base/read-bytes.js";

const endings = [".safetensors", ".npz"];

/**
 * Applies `read` to a model's file. The path may also be a folder that `export` or `zoo` has written.
 *
 * @throws InputError naming the file and the fault
 */
export function readWith<Model extends object>(
  path: string,
  read: (bytes: Uint8Array) => Model,
): Model & { readonly file: string } {
  const file = modelFile(path);
  const bytes = readBytes(file, LARGEST_MODEL + MAX_HEADER);
  return { file, ...within(file, () => read(bytes), hintFor(extname(file).toLowerCase(), bytes)) };
}

/**
 * Reads a model whose results are written to `out`.
 *
 * @throws InputError as {@link readWith} does, and when `out` is the model's own file in either format
 */
export function readModelFor<Model extends object>(
  out: string,
  path: string,
  read: (bytes: Uint8Array) => Model,
): Model & { readonly file: string } {
  const own = endings.map((ending) => resolve(dirname(modelFile(path)), `model${ending}`));
  if ([resolve(modelFile(path)), ...own].includes(resolve(out)) && existsSync(out)) {
    throw new InputError(`${out}: this is the model itself; choose another name for the output.`, "file");
  }
  return readWith(path, read);
}

/** Whether a path could lead to a model: it is a folder or has the extension of a model's file. */
export function namesModel(path: string): boolean {
  return (
    endings.includes(extname(path).toLowerCase()) || statSync(path, { throwIfNoEntry: false })?.isDirectory() === true
  );
}

/** Whether a path is a folder that contains a model. */
export function holdsModel(path: string): boolean {
  return modelIn(path) !== undefined;
}

function modelIn(folder: string): string | undefined {
  return endings.map((ending) => join(folder, `model${ending}`)).find((name) => existsSync(name));
}

/** The file of a model: the path itself, or the model's file if the path is a folder. */
export function modelFile(path: string): string {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() !== true) return path;
  const found = modelIn(path);
  if (found === undefined) throw new InputError(`${path}: this folder has no model.safetensors or model.npz.`);
  return found;
}

/**
 * A hint for a file that cannot be read: its name has the wrong ending, or its first bytes show a different format.
 *
 * @param what a plural noun for files of the expected kind
 */
export function hintFor(ending: string, bytes: Uint8Array, what = "Models"): string {
  if (!endings.includes(ending)) return ` ${what} end in ${endings.join(" or ")}.`;
  return isZip(bytes) === (ending === ".npz") ? "" : ` It is named ${ending}, but its content is in another format.`;
}

/** The spec in a file's metadata; an empty object if there is none. */
export function recordFrom(text: string | undefined): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text ?? "{}");
    return typeof value === "object" && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}
