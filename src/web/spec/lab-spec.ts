import { InputError } from "../../base/errors.js";
import { parseSpec } from "../../config/parse-spec.js";
import type { RunSpec } from "../../config/run-spec.js";

/** Memory that a spec may use on this page: a browser tab gets less than a process. */
const TAB_MEMORY = 2 ** 30;

const MOST_LAYERS = 200;
const MOST_Z = 8;

/**
 * Checks that a spec is valid and small enough to run and draw in a browser tab.
 *
 * @throws InputError naming the key, its value and its bound
 */
export function parseLabSpec(value: unknown): RunSpec {
  const spec = parsed(value);
  const { L, z } = spec;
  const elsewhere = "the command line allows more";
  if (L > MOST_LAYERS) throw new InputError(`L = ${L}: this page draws at most ${MOST_LAYERS} layers; ${elsewhere}.`);
  if (z.length > MOST_Z)
    throw new InputError(`z has ${z.length} values: this page draws at most ${MOST_Z}; ${elsewhere}.`);
  return spec;
}

/** Parses a spec; errors about z are worded for the page and say what its text field for z accepts. */
function parsed(value: unknown): RunSpec {
  try {
    return parseSpec(value, TAB_MEMORY);
  } catch (error) {
    if (!(error instanceof InputError) || !/^z\b/.test(error.argument ?? "")) throw error;
    if (error.code !== "type" && !(error.code === "range" && error.argument !== "z")) throw error;
    const range = error.code === "range" ? ` from 1 to ${circuitsIn(value)}` : "";
    throw new InputError(`z must be a whole number${range}, or a list such as 1,2,3.`, error.code, "z");
  }
}

/** The number of circuits as text such as `T = 8`, or only `T` if it is unknown. The spec's z may be invalid. */
function circuitsIn(value: unknown): string {
  try {
    return `T = ${parseSpec({ ...(value as object), z: undefined }, TAB_MEMORY).T}`;
  } catch {
    return "T";
  }
}
