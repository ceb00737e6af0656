import { InputError } from "../../base/errors.js";
import { checked, choiceSchema, fieldsOf } from "../../base/validation.js";
import type { Circuits } from "../circuits.js";
import type { RotationGates } from "../rotation.js";
import type { Field } from "./fields.js";

/** The number, depth and seed of the circuits to build. */
export interface LibrarySize {
  readonly T: number;
  readonly L: number;
  readonly seed: number;
  /** Index of the network in the run; each network has different circuits. */
  readonly network: number;
}

/** Everything about one kind of circuit. `Given` has the fields of this kind, checked and complete. */
export interface CircuitKind<Given extends object> {
  /** Description for the help. Kinds with the same description are listed together. */
  readonly help: string;
  /** The fields of `{kind, …}` other than `kind`, in the order in which they are read and stored. */
  readonly fields: { readonly [Name in keyof Given]: Field<Given[Name]> };
  /**
   * For kinds of circuits that need more than a name: an instruction for users who give only the name. The help does
   * not offer these kinds as choices.
   */
  readonly nameAlone?: string;
  /** The fields of a run that determine the circuits; see {@link BuiltInKind}. */
  readonly settings?: readonly (keyof RotationGates)[];
  /** Names of a circuit's neurons, [d]; numbered by default. */
  readonly neurons?: readonly string[];
  d(given: Given): number;
  /** L if the circuits determine it; null if the run chooses it. Default null. */
  ownL?(given: Given): number | null;
  /** For kinds with `ownL`: a description that works for any L and gives circuits with the same biases. */
  anyL?(given: Given): Given;
  /** The smallest L and T for which circuits of this kind have all their biases. Both default to 1. */
  least?(given: Given): { readonly L: number; readonly T: number };
  /** Builds the circuits, which depend only on the arguments. */
  build(given: Given, size: LibrarySize, gates: RotationGates): Circuits;
}

/**
 * A kind that a spec gives by name alone; the kind's parameters are fields of the run. The matrices are the same in
 * every layer, and readouts and expectations depend on neither T nor the angles, so a few circuits can stand for all of
 * a run's circuits.
 */
export interface BuiltInKind extends CircuitKind<object> {
  readonly settings: readonly (keyof RotationGates)[];
}

/** A table of kinds by name. */
export type Kinds = Readonly<Record<string, CircuitKind<object>>>;

/** The objects `{kind, …}` that describe circuits of the kinds listed in a table. */
export type GivenOf<Table extends object> = {
  [Name in keyof Table & string]: {
    readonly kind: Name;
  } & (Table[Name] extends { d(given: infer Given): number } ? Given : never);
}[keyof Table & string];

/**
 * Parses circuits of one of several kinds and fills in defaults.
 *
 * @param value a kind's name, or `{kind, …}`
 * @param where the name of `value` in messages
 * @throws InputError naming the entry, its value and its bound
 */
export function parseAmong(kinds: Kinds, value: unknown, where: string): { readonly kind: string } {
  const isName = typeof value !== "object" || value === null;
  const given = isName ? { kind: value } : value;
  const names = choiceSchema(Object.keys(kinds));
  const kind = checked(isName ? where : `${where}.kind`, names, Reflect.get(given, "kind"));
  const { nameAlone, fields } = kinds[kind];
  if (isName && nameAlone !== undefined) throw new InputError(`${where} = "${kind}": ${nameAlone}.`);
  const stated = fieldsOf(where, given, ["kind", ...Object.keys(fields)]);
  const complete: Record<string, unknown> & { readonly kind: string } = { kind };
  for (const [name, field] of Object.entries(fields as Readonly<Record<string, Field<unknown>>>)) {
    complete[name] = field(`${where}.${name}`, stated[name], complete);
  }
  return complete;
}
