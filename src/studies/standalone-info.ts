import { InputError } from "../base/errors.js";
import { wholeField, type SpecField } from "../config/fields.js";

/**
 * Facts about a standalone study that are known without loading its code: its name, question and settings. The help
 * text needs only these facts.
 */
export interface StandaloneInfo {
  readonly id: string;
  readonly question: string;
  readonly fields: readonly SpecField[];
  /** Whether measurements depend on earlier results, so that the number of tasks is not known in advance. */
  readonly isAdaptive?: boolean;
}

/**
 * Refuses settings that have no effect, given the other settings. Settings that have their default value are accepted,
 * so that the settings in a result can be used again.
 *
 * @param names settings that are not used
 * @param why the reason, which follows "… = …: " in the message
 * @throws InputError if one of these settings has a value other than its default; the message gives the reason
 */
export function refuseUnused(
  { fields }: Pick<StandaloneInfo, "fields">,
  settings: Readonly<Record<string, unknown>>,
  names: readonly string[],
  why: string,
): void {
  for (const field of fields) {
    const value = settings[field.name];
    if (names.includes(field.name) && value !== field.default)
      throw new InputError(`${field.name} = ${String(value)}: ${why}; leave it out.`, "conflict");
  }
}

/** The field `seed`, which every standalone study has. */
export const seedField = wholeField(
  "seed",
  [0, Number.MAX_SAFE_INTEGER],
  1,
  "random seed; results depend only on it and the other settings",
);
