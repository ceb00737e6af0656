import { InputError, shown, within } from "../../base/errors.js";
import type { RunSpec } from "../../config/run-spec.js";
import { parseLabSpec } from "../spec/lab-spec.js";

/** Largest file that is read: a larger one would block the page. */
const MAX_BYTES = 4 * 2 ** 20;

/**
 * The spec in a file, as JSON: either a spec that `superpose run` accepts, or a result that contains one.
 *
 * @throws InputError with a one-line message, whatever the file contains
 */
export async function specFromFile(file: File): Promise<RunSpec> {
  const name = shown(file.name);
  if (file.size > MAX_BYTES) throw new InputError(`${name} has ${file.size} bytes; the limit is ${MAX_BYTES}.`);
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(await file.arrayBuffer()));
  } catch {
    throw new InputError(`${name} is not JSON. A spec is a file such as {"D": 1000, "T": 557, "z": [1, 2]}.`);
  }
  return within(name, () => parseLabSpec(isResult(value) ? value.spec : value));
}

function isResult(value: unknown): value is { readonly spec: unknown } {
  return typeof value === "object" && value !== null && Object.hasOwn(value, "spec") && Object.hasOwn(value, "rows");
}
