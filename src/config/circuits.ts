import type { Circuits, Readout } from "../circuits/circuits.js";
import { customCircuits, customWeightsOf, type CustomCircuits } from "../circuits/custom/custom.js";
import { squaredReadouts } from "../circuits/custom/square.js";
import { customSize, parseCustomCircuits } from "../circuits/custom/parse.js";
import {
  kindOf,
  libraryCircuits,
  librarySize,
  parseLibraryCircuits,
  type BuiltInCircuits,
  type LibraryCircuits,
} from "../circuits/kinds.js";
import type { LibrarySize } from "../circuits/kinds/kind.js";
import { rotations, type Angles, type RotationGates } from "../circuits/rotation.js";

/** One of the post's kinds by name, a description of others, or weights. Which it is, this file alone looks. */
export type SpecCircuits = BuiltInCircuits | LibraryCircuits | CustomCircuits;

/**
 * A run's circuits from what a file, a flag or a URL says; rotations where it says nothing.
 *
 * @throws InputError naming the entry, its value and its bound
 */
export function parseCircuits(value: unknown): SpecCircuits {
  if (value === undefined) return "rotation";
  const isObject = typeof value === "object" && value !== null;
  if (isObject && !Object.hasOwn(value, "kind")) return parseCustomCircuits(value);
  const circuits = parseLibraryCircuits(value);
  return kindOf(circuits).settings === undefined ? circuits : (circuits.kind as BuiltInCircuits);
}

function areCustom(circuits: SpecCircuits): circuits is CustomCircuits {
  return !areNamed(circuits) && !("kind" in circuits);
}

function described(circuits: BuiltInCircuits | LibraryCircuits): LibraryCircuits {
  return areNamed(circuits) ? parseLibraryCircuits(circuits) : circuits;
}

/** Whether circuits are given by a name alone: of a checked spec, the post's kinds. */
export function areNamed(circuits: SpecCircuits): circuits is BuiltInCircuits {
  return typeof circuits === "string";
}

/** Whether a few circuits stand for all: readouts and expectations depend on neither T nor the angles. */
export function fewStandForAll(circuits: SpecCircuits): boolean {
  return areNamed(circuits);
}

/** What kind circuits are, or the name that those given by weights have. */
export function circuitsName(circuits: SpecCircuits): string {
  return areCustom(circuits) ? circuits.name : described(circuits).kind;
}

/** The circuits in a message, to be followed by "have". */
export function circuitsInWords(circuits: SpecCircuits): string {
  return areNamed(circuits) ? `circuits of kind ${circuits}` : "these circuits";
}

/** What a run's circuits say about its shape; null where the run says it. */
export function circuitsSize(circuits: SpecCircuits): { d: number; T: number | null; L: number | null } {
  return areCustom(circuits) ? customSize(circuits) : librarySize(described(circuits));
}

/** The least L and T that the circuits can have. */
export function leastSize(circuits: SpecCircuits): { readonly L: number; readonly T: number } {
  const own = areCustom(circuits) ? null : described(circuits);
  return (own && kindOf(own).least?.(own)) ?? { L: 1, T: 1 };
}

/** How many layers have matrices of their own. */
export function differentLayers(circuits: SpecCircuits, L: number): number {
  if (areCustom(circuits)) return circuits.weights.length;
  return areNamed(circuits) ? 1 : L;
}

/** Which of ramp, gain, offset and angles circuits have in the post's network. */
export function settingsOf(circuits: SpecCircuits): readonly string[] {
  return areCustom(circuits) ? [] : (kindOf(described(circuits)).settings ?? []);
}

/** What neuron i of a circuit is, [d]; null where nothing is known. */
export function neuronNames(circuits: SpecCircuits): readonly string[] | null {
  return areCustom(circuits) ? null : (kindOf(described(circuits)).neurons ?? null);
}

/** Circuits given by their weights, as they are given; null of others. */
export function givenWeights(circuits: SpecCircuits): CustomCircuits | null {
  return areCustom(circuits) ? circuits : null;
}

/** The angles of rotations that are given by their weights, with the gates that they have by default; null of other circuits. */
export function givenAngles(circuits: SpecCircuits): Angles | null {
  if (!areCustom(circuits) || circuits.weights[0][0].length !== 4) return null;
  const entries = (row: number): Float64Array => Float64Array.from(circuits.weights[0], (weight) => weight[row][2]);
  const angles = { cos: entries(2), sin: entries(3) };
  const content = ({ weights, biases, readouts, inputs }: CustomCircuits): string =>
    JSON.stringify([weights, biases, readouts, inputs]);
  return content(circuits) === content(customWeightsOf(rotations(angles, 1))) ? angles : null;
}

/** What is read out of circuits given by their weights; null of others, which must be built to know. */
export function givenReadouts(circuits: SpecCircuits): readonly Readout[] | null {
  return areCustom(circuits) ? squaredReadouts(circuits) : null;
}

/**
 * The circuits of one network; a function of the arguments alone.
 *
 * @param gates of the post's circuits
 */
export function circuitsOf(circuits: SpecCircuits, size: LibrarySize, gates: RotationGates): Circuits {
  if (areCustom(circuits)) return customCircuits(circuits, size.L);
  return libraryCircuits(described(circuits), size, gates);
}
