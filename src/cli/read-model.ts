import { existsSync, statSync } from "node:fs";
import { dirname, extname, join, resolve } from "node:path";
import { InputError, within } from "../base/errors.js";
import { LARGEST_MODEL } from "../exchange/model.js";
import { isZip } from "../exchange/npz.js";
import { MAX_HEADER } from "../exchange/safetensors.js";
import { readBytes } from "../base/read-bytes.js";

const endings = [".safetensors", ".npz"];

/**
 * What `read` makes of a model's file, or of that in the folder that export or zoo wrote.
 *
 * @throws InputError naming the file and what is wrong with it
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
 * A model whose results go to `out`.
 *
 * @throws InputError as {@link readWith}, and where `out` is the model's own file or its twin in the other format
 */
export function readModelFor<Model extends object>(
  out: string,
  path: string,
  read: (bytes: Uint8Array) => Model,
): Model & { readonly file: string } {
  const own = endings.map((ending) => resolve(dirname(modelFile(path)), `model${ending}`));
  if ([resolve(modelFile(path)), ...own].includes(resolve(out)) && existsSync(out)) {
    throw new InputError(`${out}: is the model itself; give what is written another name.`, "file");
  }
  return readWith(path, read);
}

/** Whether a path is that of a model's file or of a folder. */
export function namesModel(path: string): boolean {
  return (
    endings.includes(extname(path).toLowerCase()) || statSync(path, { throwIfNoEntry: false })?.isDirectory() === true
  );
}

/** Whether a path is that of a folder with a model in it. */
export function holdsModel(path: string): boolean {
  return modelIn(path) !== undefined;
}

function modelIn(folder: string): string | undefined {
  return endings.map((ending) => join(folder, `model${ending}`)).find((name) => existsSync(name));
}

/** The file of a model: the path, or the file in the folder that it names. */
export function modelFile(path: string): string {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() !== true) return path;
  const found = modelIn(path);
  if (found === undefined) throw new InputError(`${path}: has no model.safetensors or model.npz.`);
  return found;
}

/**
 * What else to say when a file cannot be read: content is told apart by how it begins, not by its name's ending.
 *
 * @param what such files are called
 */
export function hintFor(ending: string, bytes: Uint8Array, what = "Models"): string {
  if (!endings.includes(ending)) return ` ${what} end in ${endings.join(" or ")}.`;
  return isZip(bytes) === (ending === ".npz") ? "" : ` It is named ${ending}, but does not begin as such a file does.`;
}

/** What a file's metadata has under spec: an object, empty where it is none. */
export function recordFrom(text: string | undefined): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text ?? "{}");
    return typeof value === "object" && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}
