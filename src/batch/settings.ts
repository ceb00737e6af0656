import { InputError } from "../base/errors.js";
import { checked, choiceSchema, described, fieldsOf, numberSchema, wholeSchema } from "../base/validation.js";
import { specFields, type SpecField } from "../config/fields.js";

/** Values of a spec's fields by name, not yet checked. */
export type Settings = Readonly<Record<string, unknown>>;

/** The settings that distinguish a run, for messages: "D = 1000, z = [1, 2]". */
export function settingText(setting: Settings): string {
  const parts = Object.entries(setting).map(([name, value]) => `${name} = ${described(value)}`);
  const text = parts.length === 0 ? "the unchanged base" : parts.join(", ");
  return text.length > 120 ? `${text.slice(0, 117)}…` : text;
}

const fieldNames = specFields.map(({ name }) => name);

/** Settings by field name. Unknown names are rejected here; values are checked when the spec is parsed. */
export function ownFields(name: string, value: unknown): Settings {
  if (typeof value === "object" && value !== null && Object.hasOwn(value, "experiment")) {
    throw new InputError(`${name}.experiment: sweeps and searches run only the "errors" experiment; omit this key.`);
  }
  return fieldsOf(name, value, fieldNames);
}

export function wholeOf(name: string, value: unknown, min = 0): number {
  return checked(name, wholeSchema(min, Number.MAX_SAFE_INTEGER), value);
}

/**
 * Maps a uniform number in [0, 1) to a field's value: one of `{among: [values]}`, or one in the range `{from, to}`. A
 * range may also have a `step` (only for whole numbers) and a `scale`, "linear" or "log".
 *
 * @param path the range's name in messages
 * @throws InputError naming the key, its value and its bound
 */
export function drawFrom(path: string, field: SpecField, range: unknown): (uniform: number) => unknown {
  const { name } = field;
  const given = fieldsOf(path, range, ["among", "from", "to", "step", "scale"]);
  if (given.among !== undefined) {
    const { among } = given;
    if (!Array.isArray(among) || among.length === 0 || Object.keys(given).length > 1) {
      throw new InputError(`${path}: must be {among: [values]} or {from, to}.`);
    }
    return (uniform) => among[Math.floor(uniform * among.length)] as unknown;
  }
  if (field.kind !== "whole" && field.kind !== "number") {
    throw new InputError(`${path}: ${name} is not a single number; write {among: [values]}.`);
  }
  const scale = checked(`${path}.scale`, choiceSchema(["linear", "log"]), given.scale ?? "linear");
  const from = boundOf(field, `${path}.from`, given.from);
  const to = boundOf(field, `${path}.to`, given.to);
  if (to < from) throw new InputError(`${path}.to = ${to}: must be at least ${from}, the value of from.`);
  if (scale === "log" && from <= 0) throw new InputError(`${path}.from = ${from}: must be above 0 on a log scale.`);
  const place = (uniform: number): number =>
    scale === "log" ? from * (to / from) ** uniform : from + uniform * (to - from);
  if (field.kind === "number") {
    if (given.step !== undefined)
      throw new InputError(`${path}.step: used only for whole numbers, but ${name} can be a fraction; leave step out.`);
    return place;
  }
  const step = wholeOf(`${path}.step`, given.step ?? 1, 1);
  const last = Math.floor((to - from) / step);
  return (uniform) => {
    if (scale === "linear") return from + step * Math.floor(uniform * (last + 1));
    return from + step * Math.min(last, Math.round((place(uniform) - from) / step));
  };
}

/** Checks one end of a range, which must itself be an allowed value of the field. */
function boundOf(field: SpecField & { kind: "whole" | "number" }, path: string, value: unknown): number {
  const schema = field.kind === "whole" ? wholeSchema(field.min, field.max) : numberSchema(field.min, field.max);
  return checked(path, schema, value);
}
