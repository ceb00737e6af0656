import { InputError } from "../../base/errors.js";
import { checked, described, fieldsOf, stated, wholeSchema, isObject } from "../../base/validation.js";
import { isRamp, rampRule, type Ramp } from "../indicators.js";
import { sharpRamp } from "../state-machines.js";

/**
 * Parses one field of `{kind, …}`.
 *
 * @param name the field's name in messages
 * @param value the given value; undefined means the default
 * @param before the preceding fields, already parsed
 * @throws InputError naming the entry, its value and its bound
 */
export type Field<Value> = (name: string, value: unknown, before: Readonly<Record<string, unknown>>) => Value;

/** A whole number in min…max. */
export function whole(min: number, max: number, standard: number): Field<number> {
  return (name, value) => (value === undefined ? standard : checked(name, wholeSchema(min, max), value));
}

/** A list of 1 to `most` entries, which are not checked. */
export function listAt(name: string, value: unknown, most: number): readonly unknown[] {
  if (Array.isArray(value) && value.length > 0 && value.length <= most) return value as readonly unknown[];
  throw new InputError(`${stated(name, value)}: must be a list of 1 to ${most} entries.`);
}

/** A ramp, written `[low, high]` or `{low, high}`; `sharpRamp` by default. */
export const ramp: Field<Ramp> = (name, value) => {
  if (value === undefined) return sharpRamp;
  const listed = Array.isArray(value) && value.length === 2;
  const { low, high } = listed
    ? { low: value[0] as unknown, high: value[1] as unknown }
    : isObject(value)
      ? fieldsOf(name, value, ["low", "high"])
      : {};
  if (isRamp(low, high)) return { low: low as number, high: high as number };
  throw new InputError(`${name} = ${described(low === undefined ? value : [low, high])}: must be ${rampRule}.`);
};
