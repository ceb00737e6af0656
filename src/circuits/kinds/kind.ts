import { InputError } from "../../base/errors.js";
import { checked, choiceSchema, fieldsOf } from "../../base/validation.js";
import type { Circuits } from "../circuits.js";
import type { RotationGates } from "../rotation.js";
import type { Field } from "./fields.js";

/** What circuits are built for. */
export interface LibrarySize {
  readonly T: number;
  readonly L: number;
  readonly seed: number;
  /** Which network of a run: each has circuits of its own. */
  readonly network: number;
}

/** A kind of circuits: all that is known of it. Given are its own fields, checked and complete. */
export interface CircuitKind<Given extends object> {
  /** What the circuits are, for help. Kinds that say the same share the words. */
  readonly help: string;
  /** The fields of `{kind, …}` besides `kind`, in the order in which they are read and kept. */
  readonly fields: { readonly [Name in keyof Given]: Field<Given[Name]> };
  /** What to do, where the name alone does not say enough. Such kinds are not offered as a choice. */
  readonly nameAlone?: string;
  /** The fields of a run that set the circuits: see {@link BuiltInKind}. */
  readonly settings?: readonly (keyof RotationGates)[];
  /** What each of a circuit's neurons is, [d]; left out, they are numbered. */
  readonly neurons?: readonly string[];
  d(given: Given): number;
  /** L where the circuits say it, null where the run does. Default null. */
  ownL?(given: Given): number | null;
  /** The circuits with the same biases and any L, for kinds with `ownL`. */
  anyL?(given: Given): Given;
  /** The least L and T that the circuits can have. Default 1 and 1. */
  least?(given: Given): { readonly L: number; readonly T: number };
  /** A function of its arguments alone. */
  build(given: Given, size: LibrarySize, gates: RotationGates): Circuits;
}

/**
 * A kind that fields of the run set. A spec has it by its name, without fields of its own. Its matrices are the same in
 * every layer, and readouts and expectations depend on neither T nor the angles, so that a few circuits stand for all.
 */
export interface BuiltInKind extends CircuitKind<object> {
  readonly settings: readonly (keyof RotationGates)[];
}

/** Kinds by name. */
export type Kinds = Readonly<Record<string, CircuitKind<object>>>;

/** What a kind's circuits are given as, `{kind, …}`. */
export type GivenOf<Table extends object> = {
  [Name in keyof Table & string]: {
    readonly kind: Name;
  } & (Table[Name] extends { d(given: infer Given): number } ? Given : never);
}[keyof Table & string];

/**
 * Circuits of a kind, checked and complete.
 *
 * @param value a kind's name, or `{kind, …}`
 * @param where what `value` is called in messages
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
