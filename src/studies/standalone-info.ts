import { wholeField, type SpecField } from "../config/fields.js";

/**
 * Facts about a standalone study that are known without loading its code: its name, question and settings. The help
 * text needs no more.
 */
export interface StandaloneInfo {
  readonly id: string;
  readonly question: string;
  readonly fields: readonly SpecField[];
  /** Whether measurements depend on earlier results, so that the number of tasks is not known in advance. */
  readonly isAdaptive?: boolean;
}

/** The seed's field, which every standalone study has. */
export const seedField = wholeField(
  "seed",
  [0, Number.MAX_SAFE_INTEGER],
  1,
  "random seed; results depend only on it and the other settings",
);
