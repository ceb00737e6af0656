import { given, wholeNumber } from "../base/errors.js";
import { checked } from "../base/validation.js";
import { parseCircuits } from "./circuits.js";
import { fieldSchema } from "./field-schema.js";
import { specFields } from "./fields.js";
import type { RunSpec } from "./run-spec.js";

/**
 * Checks that each field of a spec is present and within its bounds. Constraints between fields are checked by
 * `parseSpec`.
 *
 * @throws InputError naming the field, its value and its bound
 */
export function checkSpec(spec: RunSpec): RunSpec {
  given("spec", spec, "a spec returned by parseSpec", "circuits");
  for (const field of specFields) {
    const value = spec[field.name as keyof RunSpec];
    if (field.kind === "circuits") parseCircuits(value);
    else checked(`spec.${field.name}`, fieldSchema(field), value);
  }
  return spec;
}

/** @throws InputError unless `network` is a valid network number */
export function checkNetworkNumber(network: number): number {
  return wholeNumber("network", network, 0, 4_294_967_295);
}
