import { wholeField, type SpecField } from "../config/fields.js";

/**
 * Facts about a standalone study that are known without loading its code: name, question and settings. Help needs only
 * these.
 */
export interface StandaloneInfo {
  readonly id: string;
  readonly question: string;
  readonly fields: readonly SpecField[];
  /** Whether measurements depend on earlier ones, so that the number of tasks is not known in advance. */
  readonly isAdaptive?: boolean;
}

/** The seed's field, which every standalone study has. */
export const seedField = wholeField(
  "seed",
  [0, Number.MAX_SAFE_INTEGER],
  1,
  "random seed; results depend only on it and the other settings",
);
