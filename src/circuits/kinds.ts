import type { Circuits } from "./circuits.js";
import { automata } from "./kinds/automata.js";
import { gates } from "./kinds/gates.js";
import { parseAmong, type CircuitKind, type GivenOf, type LibrarySize } from "./kinds/kind.js";
import { lookup } from "./kinds/lookup.js";
import { mixedOf, type MixedFields } from "./kinds/mixed.js";
import { mlp } from "./kinds/mlp.js";
import { rotation, rotation3, rotation5, rotation6, step } from "./kinds/rotations.js";
import type { RotationGates } from "./rotation.js";

/** The kinds that are mixed, in the order in which help shows them: a file in kinds/ and a line here. */
const unmixed = {
  rotation,
  rotation3,
  rotation5,
  rotation6,
  step,
  gates,
  lookup,
  automata,
  mlp,
};
/** Circuits of one kind: its name and its own fields. */
export type UnmixedCircuits = GivenOf<typeof unmixed>;

/** Every kind of circuits by its name in a spec. */
export const circuitKinds = { ...unmixed, mixed: mixedOf<UnmixedCircuits>(unmixed) };

/** Circuits built from a short description, T and a seed. All fields are required; the spec has defaults. */
export type LibraryCircuits = UnmixedCircuits | ({ readonly kind: "mixed" } & MixedFields<UnmixedCircuits>);

/** The post's circuits, and rotations with x on three or four neurons, given in a spec by name alone. [E2, E5, E6] */
export type BuiltInCircuits = {
  [Name in keyof typeof circuitKinds]: (typeof circuitKinds)[Name] extends { readonly settings: object } ? Name : never;
}[keyof typeof circuitKinds];

/** The entry of circuits' kind. */
export function kindOf<Given extends LibraryCircuits>({ kind }: Given): CircuitKind<Given> {
  return circuitKinds[kind] as unknown as CircuitKind<Given>;
}

/** Names of all kinds, in the table's order. */
export const kindNames = /* @__PURE__ */ Object.keys(circuitKinds) as readonly LibraryCircuits["kind"][];

/**
 * A description of circuits, checked and complete.
 *
 * @param value a kind, or `{kind, …}`
 * @throws InputError naming the entry, its value and its bound
 */
export function parseLibraryCircuits(value: unknown): LibraryCircuits {
  return parseAmong(circuitKinds, value, "circuits") as LibraryCircuits;
}

/**
 * The circuits of a description, a function of it and the size alone.
 *
 * @param gates for rotations and steps; other kinds have their own ramps
 */
export function libraryCircuits(given: LibraryCircuits, size: LibrarySize, gates: RotationGates = {}): Circuits {
  return kindOf(given).build(given, size, gates);
}

/** The shape that a description implies for a run; null where the run determines it. */
export function librarySize(given: LibraryCircuits): { d: number; T: null; L: number | null } {
  const kind = kindOf(given);
  const L = kind.ownL?.(given) ?? null;
  return { d: kind.d(given), T: null, L };
}
