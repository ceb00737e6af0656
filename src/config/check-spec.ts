import { given, wholeNumber } from "../base/errors.js";
import { checked } from "../base/validation.js";
import { parseCircuits } from "./circuits.js";
import { fieldSchema } from "./field-schema.js";
import { specFields } from "./fields.js";
import type { RunSpec } from "./run-spec.js";

/**
 * A spec that somebody gives: whether each field is there and within its bounds. What fields ask of each other, `parseSpec` checks.
 *
 * @throws InputError naming the field, its value and its bound
 */
export function checkSpec(spec: RunSpec): RunSpec {
  given("spec", spec, "what parseSpec gives", "circuits");
  for (const field of specFields) {
    const value = spec[field.name as keyof RunSpec];
    if (field.kind === "circuits") parseCircuits(value);
    else checked(`spec.${field.name}`, fieldSchema(field), value);
  }
  return spec;
}

/** @throws InputError unless it is the number of a network */
export function checkNetworkNumber(network: number): number {
  return wholeNumber("network", network, 0, 4_294_967_295);
}
