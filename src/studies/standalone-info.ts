import { wholeField, type SpecField } from "../config/fields.js";

/**
 * What is known of a standalone study without loading what runs it: its name, question and settings. Help answers at once
 * from these.
 */
export interface StandaloneInfo {
  readonly id: string;
  readonly question: string;
  readonly fields: readonly SpecField[];
  /** Whether what to measure next depends on what was measured: the number of tasks is not known before. */
  readonly isAdaptive?: boolean;
}

/** The seed's field, which every standalone study has. */
export const seedField = wholeField(
  "seed",
  [0, Number.MAX_SAFE_INTEGER],
  1,
  "random seed; results depend only on it and the other settings",
);
