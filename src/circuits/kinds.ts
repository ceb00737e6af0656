import type { Circuits } from "./circuits.js";
import { automata } from "./kinds/automata.js";
import { gates } from "./kinds/gates.js";
import { parseAmong, type CircuitKind, type GivenOf, type LibrarySize } from "./kinds/kind.js";
import { lookup } from "./kinds/lookup.js";
import { mixedOf, type MixedFields } from "./kinds/mixed.js";
import { mlp } from "./kinds/mlp.js";
import { rotation, rotation3, rotation5, rotation6, step } from "./kinds/rotations.js";
import type { RotationGates } from "./rotation.js";

/** All kinds except "mixed", in the order of the help. A new kind needs a file in kinds/ and a line here. */
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
/** A description of circuits of one kind: the kind's name and its fields. */
export type UnmixedCircuits = GivenOf<typeof unmixed>;

/** Every kind of circuit, by its name in a spec. */
export const circuitKinds = { ...unmixed, mixed: mixedOf<UnmixedCircuits>(unmixed) };

/**
 * A description from which circuits are built, given T and a seed. All fields are required here; a spec can leave out
 * those that have defaults.
 */
export type LibraryCircuits = UnmixedCircuits | ({ readonly kind: "mixed" } & MixedFields<UnmixedCircuits>);

/**
 * The post's circuits, and rotations with x on three or four neurons. In a spec, these kinds are given by name alone.
 * [E2, E5, E6]
 */
export type BuiltInCircuits = {
  [Name in keyof typeof circuitKinds]: (typeof circuitKinds)[Name] extends { readonly settings: object } ? Name : never;
}[keyof typeof circuitKinds];

/** The table's entry for the kind of the given circuits. */
export function kindOf<Given extends LibraryCircuits>({ kind }: Given): CircuitKind<Given> {
  return circuitKinds[kind] as unknown as CircuitKind<Given>;
}

/** Names of all kinds, in the order of the table. */
export const kindNames = /* @__PURE__ */ Object.keys(circuitKinds) as readonly LibraryCircuits["kind"][];

/**
 * Parses a description of circuits and fills in its defaults.
 *
 * @param value a kind, or `{kind, …}`
 * @throws InputError naming the entry, its value and its bound
 */
export function parseLibraryCircuits(value: unknown): LibraryCircuits {
  return parseAmong(circuitKinds, value, "circuits") as LibraryCircuits;
}

/**
 * Builds the circuits of a description. They depend only on the arguments.
 *
 * @param gates settings for the gates of rotations and steps; other kinds have their own ramps
 */
export function libraryCircuits(given: LibraryCircuits, size: LibrarySize, gates: RotationGates = {}): Circuits {
  return kindOf(given).build(given, size, gates);
}

/** The sizes that a description imposes on a run; null for sizes that the run chooses. */
export function librarySize(given: LibraryCircuits): { d: number; T: null; L: number | null } {
  const kind = kindOf(given);
  const L = kind.ownL?.(given) ?? null;
  return { d: kind.d(given), T: null, L };
}
