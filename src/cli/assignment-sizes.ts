import { InputError } from "../base/errors.js";
import { fieldFromText, specFields, type SpecField } from "../config/fields.js";
import { checked, wholeSchema } from "../base/validation.js";

/** Largest T·S for which an assignment is measured; measuring one of this size takes a few hundred megabytes. */
const MAX_ENTRIES = 20_000_000;

/** Largest number of steps spent on measuring overlaps; that many steps take a few seconds. */
const MAX_STEPS = 200_000_000;

/**
 * The largest T at which overlaps can be measured. Each neuron of each circuit (T·S in total) takes S steps for the
 * circuit itself and S steps for each of the T·S/P circuits that share the neuron.
 *
 * @param share fraction of MAX_STEPS that may be used
 */
export function measurable({ P, S }: { readonly P: number; readonly S: number }, share = 1): number {
  const steps = MAX_STEPS * share;
  return Math.floor(Math.min(MAX_ENTRIES / S, steps / S ** 2, Math.sqrt((steps * P) / S) / S));
}

/** The sizes P, S and, if given, T. */
export interface Sizes {
  readonly P: number;
  readonly S: number;
  readonly T?: number;
}

/** @throws InputError naming the option, its value and its bound */
export function readSizes(options: { readonly P: string; readonly S: string; readonly T?: string }): Sizes {
  const field = specFields.find(({ name }) => name === "T") as Extract<SpecField, { kind: "whole" }>;
  const size = (name: string, text: string): number =>
    checked(name, wholeSchema(field.min, field.max), fieldFromText(field, text));
  const P = size("P", options.P);
  const S = size("S", options.S);
  if (S > P) throw new InputError(`S = ${S}: must be at most P = ${P}, the number of neurons in a block.`);
  return { P, S, ...(options.T !== undefined && { T: size("T", options.T) }) };
}

/** @throws InputError when the overlaps of T circuits would take too long to measure */
export function checkMeasurable({ P, S, T }: Required<Sizes>, share = 1): void {
  const most = measurable({ P, S }, share);
  if (T <= most) return;
  throw new InputError(
    most === 0
      ? `S = ${S}: too many neurons per circuit to measure overlaps; S must be at most ${Math.floor(Math.sqrt(MAX_STEPS * share))}.`
      : `T = ${T}, P = ${P}, S = ${S}: at most T = ${most} can be measured at this P and S; give --T ${most} or less.`,
  );
}

/** The value for JSON, which has no Infinity: null means "no bound". */
export function orNull(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
