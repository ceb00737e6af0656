import type { SpecField } from "../config/fields.js";

/** A field of a standalone study: a word, a number or a list, never circuits. */
export type StandaloneField = Exclude<SpecField, { kind: "circuits" }>;

/**
 * What is known of a standalone study without loading what runs it: its name, question and settings. Help answers at once
 * from these.
 */
export interface StandaloneInfo {
  readonly id: string;
  readonly question: string;
  readonly fields: readonly StandaloneField[];
  /** Whether what to measure next depends on what was measured: the number of tasks is not known before. */
  readonly isAdaptive?: boolean;
}

/** The seed's field, which every standalone study has. */
export const seedField: StandaloneField = {
  name: "seed",
  kind: "whole",
  min: 0,
  max: Number.MAX_SAFE_INTEGER,
  default: 1,
  help: "results are a function of the other settings and the seed",
};

export function wholeField(
  name: string,
  range: readonly [number, number],
  standard: number,
  help: string,
): StandaloneField {
  return { name, kind: "whole", min: range[0], max: range[1], default: standard, help };
}

export function listField(
  name: string,
  range: readonly [number, number],
  standard: readonly number[],
  help: string,
): StandaloneField {
  return { name, kind: "wholes", min: range[0], max: range[1], maxLength: 64, default: standard, help };
}
