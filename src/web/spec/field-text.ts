import { InputError } from "../../base/errors.js";
import { fieldFromText, type SpecField } from "../../config/fields.js";

/** A field's value as written in a link. */
export function fieldText(value: unknown): string {
  if (Array.isArray(value)) return value.join(",");
  return typeof value === "object" && value !== null ? JSON.stringify(value) : String(value);
}

/** Reads the output of `fieldText`. @throws InputError naming the field and its value */
export function valueFromText(field: SpecField, text: string): unknown {
  if (field.kind !== "circuits" || !text.startsWith("{")) return fieldFromText(field, text);
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new InputError("The circuits in the link are malformed JSON.");
  }
}
